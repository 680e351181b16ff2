"""The visit sheet: newest values as sent, beside them only what is comparable, and what is not recorded is not none."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from health_cloud.core import clock, db
from health_cloud.core.errors import Denied
from health_cloud.core.words import Words
from health_cloud.records.service.indicators import OFFERED
from health_cloud.records.service.sheet import sheet_page
from health_cloud.records.views.content import Coding, EntryContent, Item, Measured
from health_cloud.records.views.sheet import Indicator, SheetPage
from tests import charts, people

NOW = datetime(2026, 4, 14, 8, tzinfo=UTC)
HBA1C = Measured(
    name=Words("糖化血红蛋白", "HbA1c"),
    codes=(Coding("http://loinc.org", "4548-4"), Coding("local", "HbA1c")),
    kind="quantity",
    value="7.40",
    unit="%",
    ucum="%",
    specimen=Words("全血", "Whole blood"),
    method=Words("HPLC", "HPLC"),
    low="4.0",
    high="6.0",
    flag="high",
)
WEIGHT = Measured(
    name=Words("体重", "Weight"),
    codes=(Coding("http://loinc.org", "29463-7"),),
    kind="quantity",
    value="60.2",
    unit="kg",
    ucum="kg",
)
PENICILLIN = Item(
    "allergy", Words("青霉素", "Penicillin"), (Coding("http://snomed.info/sct", "91936005"),), status="active"
)


@pytest.fixture(autouse=True)
def _spring() -> Iterator[None]:
    clock.clock.frozen = NOW
    yield
    clock.clock.reset()


def put(town: people.Town, days: int, *found: Measured, at: people.Patient | None = None) -> str:
    content = EntryContent(record_class="laboratory", results=found)
    return charts.put(town, at or town.lin, content=content, occurred=NOW - timedelta(days=days))


def sheet(town: people.Town, *, of: people.Patient | None = None) -> SheetPage:
    return db.perform(sheet_page, charts.reader(town.lin), (of or town.lin).person_id)


def only(page: SheetPage) -> Indicator:
    (found,) = page.indicators
    return found


def hba1c(**given: Any) -> Measured:
    return replace(HBA1C, **given)


def test_the_newest_value_stands_as_it_was_sent(town: people.Town) -> None:
    put(town, 200, hba1c(value="6.90"))
    put(town, 9, hba1c(value="7.10", low="4.2", high="6.2"))
    found = only(sheet(town))
    assert (found.name.zh, found.code, found.value.zh, found.unit.zh) == ("糖化血红蛋白", "HbA1c", "7.10", "%")
    assert (found.low, found.high, found.ranged) == ("4.2", "6.2", True)
    assert (found.kind, found.word, found.count) == ("high", "records.flag.high", 2)
    assert found.at.startswith("2026-04-05")
    assert [(each.value, each.at[:10]) for each in found.before] == [("6.90", "2025-09-26")]
    assert [each.value for each in found.points] == ["6.90", "7.10"]


@pytest.mark.parametrize(
    "other",
    [
        {"unit": "mmol/mol", "ucum": "mmol/mol", "value": "52"},
        {"specimen": Words("血清", "Serum"), "value": "52"},
        {"codes": (Coding("http://loinc.org", "17856-6"),), "value": "52"},
    ],
    ids=["unit", "specimen", "analyte"],
)
def test_what_is_another_thing_stands_on_a_line_of_its_own(town: people.Town, other: dict[str, Any]) -> None:
    put(town, 300, hba1c(value="6.90"))
    put(town, 200, hba1c(**other))
    put(town, 9, HBA1C)
    one, two = sheet(town).indicators
    assert (one.value.zh, [each.value for each in one.before]) == ("7.40", ["6.90"])
    assert (two.value.zh, two.before) == ("52", [])
    assert one.key != two.key


@pytest.mark.parametrize("given", [{"method": Words("免疫法", "Immunoassay")}], ids=["method"])
def test_a_value_by_another_method_ends_what_is_comparable(town: people.Town, given: dict[str, Any]) -> None:
    put(town, 300, hba1c(value="6.90"))
    put(town, 200, hba1c(value="6.50", **given))
    put(town, 9, HBA1C)
    found = only(sheet(town))
    assert (found.before, [each.value for each in found.points], found.count) == ([], ["7.40"], 3)


def test_a_limit_is_no_number_and_words_are_no_indicator(town: people.Town) -> None:
    put(town, 300, hba1c(value="4.0", comparator="<"))
    put(town, 9, HBA1C, hba1c(codes=(Coding("local", "x"),), kind="text", value="", words=Words("阴性", "Negative")))
    found = only(sheet(town))
    assert [(each.value, each.kind) for each in found.points] == [("<4.0", "censored"), ("7.40", "high")]


def test_what_was_measured_most_often_comes_first_and_check_ups_count(town: people.Town) -> None:
    for days in (400, 35):
        content = EntryContent(record_class="check_ups", measures=(WEIGHT,))
        charts.put(town, town.lin, "check_ups", content=content, occurred=NOW - timedelta(days=days))
    put(town, 9, HBA1C)
    assert [(each.name.en, each.count) for each in sheet(town).indicators] == [("Weight", 2), ("HbA1c", 1)]


def test_so_many_can_be_chosen_and_no_more(town: people.Town) -> None:
    put(town, 9, *(hba1c(codes=(Coding("local", f"c{number}"),)) for number in range(OFFERED + 3)))
    content = EntryContent(record_class="check_ups", measures=(WEIGHT,))
    charts.put(town, town.lin, "check_ups", content=content, occurred=NOW - timedelta(days=3))
    assert len(sheet(town).indicators) == OFFERED


def test_allergies_stand_as_the_summary_has_them_and_nothing_is_no_statement(town: people.Town) -> None:
    page = sheet(town)
    assert (page.allergies.any, page.medicines, page.named.any, page.indicators) == (False, [], False, [])
    content = EntryContent(record_class="medical_records", items=(PENICILLIN,))
    charts.put(
        town, town.lin, "medical_records", content=content, occurred=NOW - timedelta(days=3), source_type="Encounter"
    )
    assert [each.title.zh for each in sheet(town).allergies.current] == ["青霉素"]


def test_what_stands_on_it_is_in_the_ledger_and_nobody_else_gets_it(town: people.Town) -> None:
    old, new = put(town, 200, HBA1C), put(town, 9, HBA1C)
    sheet(town)
    line = charts.chain(town.lin)[-1]
    assert {old, new} <= set(json.loads(line.detail)["entries"])
    with pytest.raises(Denied):
        sheet(town, of=town.wang)


def test_two_of_one_name_are_told_apart_by_their_day(town: people.Town) -> None:
    put(town, 40, HBA1C, replace(WEIGHT, name=Words("别的", "Other")))
    put(town, 4, replace(HBA1C, specimen=Words("毛细血管血", "Capillary blood")))
    found = {(each.name.en, each.at[:10]): each.twin for each in sheet(town).indicators}
    assert found == {("HbA1c", "2026-03-05"): True, ("HbA1c", "2026-04-10"): True, ("Other", "2026-03-05"): False}
