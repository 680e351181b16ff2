"""Earlier values stand beside a result only where they are comparable, and only those that this reader may see."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from health_cloud.core import clock, db
from health_cloud.core.actors import Actor
from health_cloud.core.words import Words
from health_cloud.records.service.reading import entry_page
from health_cloud.records.views.content import Coding, EntryContent, Measured
from health_cloud.records.views.screens import NO_PAST, EntryPage, Past
from tests import charts, people

NOW = datetime(2026, 4, 14, 8, tzinfo=UTC)
HBA1C = Measured(
    name=Words("糖化血红蛋白", "HbA1c"),
    codes=(Coding("http://loinc.org", "4548-4"),),
    kind="quantity",
    value="7.4",
    unit="%",
    ucum="%",
    specimen=Words("全血", "Whole blood"),
    method=Words("HPLC", "HPLC"),
    flag="high",
)


@pytest.fixture(autouse=True)
def _spring() -> Any:
    clock.clock.frozen = NOW + timedelta(days=2)
    yield
    clock.clock.reset()


def report(town: people.Town, value: str, days: int, /, *, at: people.Patient | None = None, **given: Any) -> str:
    content = EntryContent(record_class="laboratory", results=(replace(HBA1C, **{"value": value, **given}),))
    return charts.put(town, at or town.lin, content=content, occurred=NOW - timedelta(days=days))


def check_up(town: people.Town, value: str, days: int, **given: Any) -> str:
    weight = Measured(
        name=Words("体重", "Weight"),
        codes=(Coding("http://loinc.org", "29463-7"),),
        kind="quantity",
        value=value,
        unit="kg",
    )
    content = EntryContent(record_class="check_ups", measures=(replace(weight, **given),))
    return charts.put(town, town.lin, "check_ups", content=content, occurred=NOW - timedelta(days=days))


def page(reader: Actor, person: people.Patient, entry_id: str) -> EntryPage:
    return db.perform(entry_page, reader, person.person_id, entry_id)


def past(town: people.Town, entry_id: str) -> Past:
    shown = page(charts.reader(town.lin), town.lin, entry_id)
    return (shown.results or shown.measures)[0].past


def test_values_before_are_there_oldest_first_and_none_after(town: people.Town) -> None:
    report(town, "6.9", 400)
    report(town, "7.10", 200)
    today = report(town, "7.4", 0)
    report(town, "8.0", -1)
    shown = past(town, today)
    assert [(point.value, point.kind, point.gap) for point in shown.points] == [
        ("6.9", "high", False),
        ("7.10", "high", False),
        ("7.4", "high", False),
    ]
    assert shown.points[0].at.startswith("2025-03-10")


@pytest.mark.parametrize(
    "other",
    [
        {"unit": "mmol/mol", "ucum": "mmol/mol"},
        {"specimen": Words("尿", "Urine")},
        {"codes": (Coding("http://loinc.org", "1-1"),)},
        {"codes": ()},
        {"kind": "text", "value": "", "words": Words("阳性", "")},
    ],
)
def test_what_is_not_comparable_stays_out(town: people.Town, other: dict[str, Any]) -> None:
    report(town, "6.9", 100, **other)
    assert past(town, report(town, "7.4", 0)) == NO_PAST


def test_another_method_parts_the_line(town: people.Town) -> None:
    report(town, "6.9", 300, method=Words("免疫", ""))
    report(town, "7.0", 200)
    assert [point.gap for point in past(town, report(town, "7.4", 0)).points] == [False, True, False]


def test_a_censored_value_is_shown_as_what_it_is(town: people.Town) -> None:
    report(town, "4.0", 100, comparator="<", flag="")
    shown = past(town, report(town, "7.4", 0))
    assert [(point.value, point.kind) for point in shown.points] == [("<4.0", "censored"), ("7.4", "high")]


def test_a_flag_that_was_not_given_gets_no_shape_of_one(town: people.Town) -> None:
    report(town, "6.9", 100, flag="")
    assert past(town, report(town, "7.4", 0)).points[0].kind == "none"


def test_somebody_elses_values_and_hidden_ones_are_never_there(town: people.Town) -> None:
    report(town, "6.9", 100, at=town.wang)
    report(town, "7.0", 900)
    today = report(town, "7.4", 0)
    charts.policy(town, 2, laboratory={"open": True, "from_date": charts.day("2025-01-01")})
    assert past(town, today) == NO_PAST


def test_a_grantee_sees_those_of_the_period_given(town: people.Town) -> None:
    report(town, "6.9", 500)
    report(town, "7.1", 100)
    today = report(town, "7.4", 0)
    doctor = charts.physician(town)
    charts.grant(town.lin, town, doctor, "laboratory", period_from=charts.day("2025-06-01"))
    shown = page(doctor, town.lin, today).results[0].past
    assert [point.value for point in shown.points] == ["7.1", "7.4"]


def test_entries_whose_values_were_shown_stand_in_the_ledger(town: people.Town) -> None:
    before = report(town, "6.9", 100)
    unlike = report(town, "50", 90, unit="mmol/mol", ucum="mmol/mol")
    past(town, report(town, "7.4", 0))
    line = charts.chain(town.lin)[-1]
    assert before in line.detail
    assert unlike not in line.detail


@pytest.mark.parametrize(
    ("value", "days", "said"),
    [
        ("59.8", 365, ("records.than.last_year.more", "1.4", "2025")),
        ("61.20", 365, ("records.than.last_year.same", "0.00", "2025")),
        ("62", 800, ("records.than.year.less", "0.8", "2024")),
        ("62", 60, ("records.than.last_time.less", "0.8", "2026")),
    ],
)
def test_a_check_up_is_compared_with_the_one_before(
    town: people.Town, value: str, days: int, said: tuple[str, str, str]
) -> None:
    check_up(town, "70", 1500)
    check_up(town, value, days)
    today = check_up(town, "61.2", 0)
    shown = past(town, today)
    assert (shown.than, shown.by, shown.year) == said
    assert shown.previous == value
    assert [point.value for point in shown.points] == ["70", value, "61.2"]
    compared = page(charts.reader(town.lin), town.lin, today).compared
    assert compared.startswith((NOW - timedelta(days=days)).date().isoformat())


@pytest.mark.parametrize("other", [{"unit": "[lb_av]"}, {"method": Words("自报", "")}, {"comparator": "<"}])
def test_it_is_compared_with_nothing_else(town: people.Town, other: dict[str, Any]) -> None:
    check_up(town, "60", 365, **other)
    today = check_up(town, "61.2", 0)
    assert past(town, today).than == ""
    assert page(charts.reader(town.lin), town.lin, today).compared == ""


def test_what_was_not_measured_last_time_is_compared_with_no_older_one(town: people.Town) -> None:
    check_up(town, "60", 800)
    check_up(town, "165", 365, codes=(Coding("http://loinc.org", "8302-2"),), unit="cm")
    shown = past(town, check_up(town, "61.2", 0))
    assert (shown.than, [point.value for point in shown.points]) == ("", ["60", "61.2"])
