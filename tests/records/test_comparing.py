"""Two reports side by side: nothing is left out, and a difference is said only where there is one to say."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from health_cloud.core import clock, db
from health_cloud.core.actors import Actor
from health_cloud.core.errors import Denied, NotFound
from health_cloud.core.words import Words
from health_cloud.records.service.comparing import compare_page, compared
from health_cloud.records.service.reading import entry_page
from health_cloud.records.views.compare import ComparedRow, ComparePage
from health_cloud.records.views.content import Coding, EntryContent, Measured
from tests import charts, people

NOW = datetime(2026, 4, 14, 8, tzinfo=UTC)
PANEL = (Coding("http://loinc.org", "24331-1"),)
LDL = Measured(
    name=Words("低密度脂蛋白胆固醇", "LDL cholesterol"),
    codes=(Coding("http://loinc.org", "22748-8"), Coding("local", "LDL-C")),
    kind="quantity",
    value="3.40",
    unit="mmol/L",
    ucum="mmol/L",
    specimen=Words("血清", "Serum"),
    method=Words("直接法", "Direct"),
    high="3.40",
    flag="normal",
)
PROTEIN = Measured(
    name=Words("尿蛋白", "Urine protein"), codes=(Coding("local", "PRO"),), kind="coded", words=Words("1+", "1+")
)


@pytest.fixture(autouse=True)
def _spring() -> Any:
    clock.clock.frozen = NOW + timedelta(days=2)
    yield
    clock.clock.reset()


def one(was: Measured, now: Measured) -> ComparedRow:
    rows = compared([was], [now])
    assert len(rows) == 1
    return rows[0]


@pytest.mark.parametrize(
    ("was", "now", "say", "by"),
    [
        ("3.40", "3.62", "more", "0.22"),
        ("3.62", "3.40", "less", "0.22"),
        ("3.4", "3.40", "same", "0.00"),
        ("0.010", "0.1", "more", "0.090"),
    ],
)
def test_a_difference_has_the_digits_of_the_values(was: str, now: str, say: str, by: str) -> None:
    row = one(replace(LDL, value=was), replace(LDL, value=now, flag="high"))
    assert (row.say, row.by) == (f"records.compare.{say}", by)
    assert (row.older.value.zh, row.newer.value.zh) == (was, now), "values stay as given"
    assert (row.older.kind, row.newer.kind, row.newer.word) == ("normal", "high", "records.flag.high")
    assert (row.code, row.newer.high, row.newer.unit.zh) == ("LDL-C", "3.40", "mmol/L")


@pytest.mark.parametrize("other", [{"comparator": "<"}, {"value": "NaN"}, {"value": "1,2"}])
def test_of_what_is_no_plain_number_nothing_is_said(other: dict[str, Any]) -> None:
    assert one(replace(LDL, **other), LDL).say == ""
    assert one(LDL, replace(LDL, **other)).say == ""


def test_words_stand_side_by_side() -> None:
    row = one(replace(PROTEIN, words=Words("阴性", "Negative")), PROTEIN)
    assert (row.older.value.en, row.newer.value.en, row.say) == ("Negative", "1+", "")


@pytest.mark.parametrize("method", [Words("计算", "Calculated"), Words()])
def test_another_method_is_said_and_no_difference(method: Words) -> None:
    row = one(LDL, replace(LDL, value="3.62", method=method))
    assert (row.say, row.by) == ("records.compare.other_method", "")


@pytest.mark.parametrize(
    ("other", "say"),
    [
        ({"unit": "mg/dL", "ucum": "mg/dL", "value": "140"}, "other_unit"),
        ({"specimen": Words("血浆", "Plasma")}, "other_specimen"),
    ],
)
def test_another_unit_or_specimen_is_another_row(other: dict[str, Any], say: str) -> None:
    rows = compared([replace(LDL, **other)], [LDL])
    assert [(row.older.given, row.newer.given, row.say) for row in rows] == [
        (False, True, f"records.compare.{say}"),
        (True, False, f"records.compare.{say}"),
    ]


def test_the_newer_order_leads_and_what_only_one_has_is_said() -> None:
    uncoded = replace(PROTEIN, codes=(), name=Words("别的", "Other"))
    panel = Measured(name=Words("血脂", "Lipids"), members=(LDL,))
    rows = compared([uncoded, LDL], [PROTEIN, panel])
    assert [(row.name.en, row.say) for row in rows] == [
        ("Urine protein", "records.compare.only_newer"),
        ("LDL cholesterol", "records.compare.same"),
        ("Other", "records.compare.only_older"),
    ]
    assert rows[1].panel.en == "Lipids"


def test_two_of_one_analyte_in_one_report_meet_in_their_order() -> None:
    rows = compared([LDL, replace(LDL, value="5")], [replace(LDL, value="3.5"), replace(LDL, value="6")])
    assert [(row.older.value.zh, row.newer.value.zh) for row in rows] == [("3.40", "3.5"), ("5", "6")]


def report(town: people.Town, days: int, /, *found: Measured, at: people.Patient | None = None, **given: Any) -> str:
    content = EntryContent(**{"record_class": "laboratory", "codes": PANEL, "results": found or (LDL,), **given})
    return charts.put(town, at or town.lin, content.record_class, content=content, occurred=NOW - timedelta(days=days))


def beside(
    town: people.Town, entry_id: str, other_id: str, *, reader: Actor | None = None, cls: str = ""
) -> ComparePage:
    return db.perform(
        compare_page, reader or charts.reader(town.lin), town.lin.person_id, cls or "laboratory", entry_id, other_id
    )


def offered(town: people.Town, entry_id: str, *, reader: Actor | None = None) -> str:
    page = db.perform(entry_page, reader or charts.reader(town.lin), town.lin.person_id, entry_id)
    assert bool(page.compare) == bool(page.compare_at)
    return page.compare.rpartition("/")[2]


def test_a_report_leads_to_the_last_one_of_its_kind_before_it(town: people.Town) -> None:
    first = report(town, 400)
    second = report(town, 200)
    report(town, 100, codes=(Coding("http://loinc.org", "58410-2"),))
    report(town, 90, replace(LDL, codes=(Coding("local", "X"),)))
    today = report(town, 0)
    assert offered(town, today) == second
    assert offered(town, first) == ""
    page = beside(town, today, second)
    assert page.newer.href == f"/records/laboratory/{today}"
    assert [each.href for each in page.others] == [f"/records/laboratory/{today}/compare/{first}"]
    assert beside(town, second, today) == page, "the older one comes first, whichever was named first"


def test_without_codes_the_title_decides(town: people.Town) -> None:
    named = report(town, 200, codes=(), title=Words("血脂四项", "Lipids"))
    report(town, 100, codes=(), title=Words("血脂", "Lipids"))
    assert offered(town, report(town, 0, codes=(), title=Words("血脂四项", "Lipids"))) == named
    assert offered(town, report(town, 0, codes=())) == "", "nothing to tell them by"


def test_any_two_check_ups_and_nothing_else(town: people.Town) -> None:
    weight = replace(LDL, codes=(Coding("http://loinc.org", "29463-7"),), value="60.2")
    old = report(town, 365, LDL, record_class="check_ups", measures=(weight,), codes=())
    new = report(town, 0, record_class="check_ups", measures=(replace(weight, value="61.0"),), codes=())
    assert offered(town, new) == old
    page = beside(town, new, old, cls="check_ups")
    assert [row.by for row in page.measures] == ["0.8"]
    assert [row.say for row in page.results] == ["records.compare.same"]
    visits = [report(town, days, record_class="medical_records") for days in (10, 0)]
    assert offered(town, visits[1]) == ""
    with pytest.raises(NotFound):
        beside(town, visits[1], visits[0], cls="medical_records")


def test_what_is_not_of_one_kind_is_not_there(town: people.Town) -> None:
    other = report(town, 100, codes=(Coding("http://loinc.org", "58410-2"),))
    today = report(town, 0)
    before = report(town, 50)
    for entry_id, other_id, cls in (
        (today, other, "laboratory"),
        (today, today, "laboratory"),
        (today, "x", "laboratory"),
        (today, before, "check_ups"),
        (today, before, "x"),
    ):
        with pytest.raises(NotFound):
            beside(town, entry_id, other_id, cls=cls)


def test_hidden_ones_and_somebody_elses_are_never_there(town: people.Town) -> None:
    wangs = report(town, 100, at=town.wang)
    hidden = report(town, 900)
    today = report(town, 0)
    charts.policy(town, 2, laboratory={"open": True, "from_date": charts.day("2025-01-01")})
    assert offered(town, today) == ""
    for other_id in (wangs, hidden):
        with pytest.raises(NotFound):
            beside(town, today, other_id)
    seen = report(town, 50)
    with pytest.raises(Denied):
        beside(town, today, seen, reader=charts.reader(town.wang))
    doctor = charts.physician(town)
    with pytest.raises(Denied):
        beside(town, today, seen, reader=doctor)
    charts.grant(town.lin, town, doctor, "laboratory", period_from=charts.day("2026-04-01"))
    with pytest.raises(NotFound):
        beside(town, today, seen, reader=doctor)
    assert offered(town, today) == seen
    report(town, 5)
    assert offered(town, today, reader=doctor) == "", "a physician's chart has no such page"


def test_one_line_of_the_ledger_names_both_and_the_others_offered(town: people.Town) -> None:
    found = [report(town, days) for days in (300, 200, 0)]
    lines = len(charts.chain(town.lin))
    beside(town, found[2], found[1])
    written = charts.chain(town.lin)[lines:]
    assert len(written) == 1
    assert all(entry_id in written[0].detail for entry_id in found)
