"""Medicines of now and before by what sources say and by the clock, and one medicine through time."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given as over
from hypothesis import strategies as st

from health_cloud.core import clock, db
from health_cloud.core.actors import Actor
from health_cloud.core.errors import Denied, NotFound
from health_cloud.core.words import Words
from health_cloud.records.service import medicines
from health_cloud.records.service.medicines import drawn, medicine_page, medicines_page
from health_cloud.records.service.prescribed import NOW as NOW_STATES
from health_cloud.records.service.prescribed import last_day, state_of, whole
from health_cloud.records.service.reading import entry_page
from health_cloud.records.views.content import Coding, EntryContent, Medicine, Person
from health_cloud.records.views.medicines import MedicinePage, MedicinesPage, Supply
from tests import charts, people

NOW = datetime(2026, 4, 14, 8, tzinfo=UTC)
METFORMIN = Medicine(
    name=Words("二甲双胍", "Metformin"),
    codes=(Coding("atc", "A10BA02"),),
    dose=Words("每次 1 片，每日两次", "One tablet twice a day"),
    days="30",
    reason=Words("糖尿病", "Diabetes"),
    quantity=Words("60 片", "60 tablets"),
    status="active",
)
DAYS = st.dates(date(2000, 1, 1), date(2100, 1, 1))


@pytest.fixture(autouse=True)
def _spring() -> Iterator[None]:
    clock.clock.frozen = NOW
    yield
    clock.clock.reset()


def prescribe(town: people.Town, days: int, *found: Medicine, at: people.Patient | None = None, **given: Any) -> str:
    """Write a prescription so many days ago, Beijing time."""
    parts = {name: given.pop(name) for name in ("payment", "people") if name in given}
    content = EntryContent("prescriptions", medicines=found or (METFORMIN,), **parts)
    on = NOW - timedelta(days=days)
    return charts.put(town, at or town.lin, "prescriptions", content=content, occurred=on, **given)


def shown(town: people.Town, reader: Actor | None = None) -> MedicinesPage:
    return db.perform(medicines_page, reader or charts.reader(town.lin), town.lin.person_id)


def one(town: people.Town, entry_id: str, place: str = "0", reader: Actor | None = None) -> MedicinePage:
    return db.perform(medicine_page, reader or charts.reader(town.lin), town.lin.person_id, entry_id, place)


def test_three_months_are_three_months_and_not_three_days(town: people.Town) -> None:
    prescribe(town, 60, replace(METFORMIN, days="89", lasts=Words("3 个月", "3 months")))
    (line,) = shown(town).current
    assert (line.newest.state, line.newest.lasts, line.newest.days) == ("running", Words("3 个月", "3 months"), 89)
    entry = db.perform(entry_page, charts.reader(town.lin), town.lin.person_id, line.newest.id)
    (card,) = entry.medicines
    assert [each.words for each in card.fields if each.name == "records.medicine.days"] == [Words("3 个月", "3 months")]


def names(page: MedicinesPage) -> tuple[list[str], list[str]]:
    return [line.name.en for line in page.current], [line.name.en for line in page.before]


@over(DAYS, st.integers(1, 400), st.integers(0, 3), st.integers(-1500, 1500), st.sampled_from(["active", "completed"]))
def test_a_medicine_is_of_now_on_its_days_and_on_no_other(
    start: date, days: int, repeats: int, offset: int, status: str
) -> None:
    until = last_day(start.isoformat(), days, repeats)
    length = days * (1 + repeats)
    assert (date.fromisoformat(until) - start).days == length - 1
    state = state_of(status, until, start + timedelta(days=offset))
    if offset < length:
        assert state == "running"
    else:
        assert state == ("overdue" if status == "active" else "ended")


@over(DAYS, DAYS, st.sampled_from(["stopped", "cancelled", "on-hold", "not-taken"]))
def test_what_was_stopped_is_never_of_now(until: date, day: date, status: str) -> None:
    assert state_of(status, until.isoformat(), day) == "stopped"
    assert "stopped" not in NOW_STATES


@over(DAYS)
def test_a_period_that_nobody_gave_is_not_made_up(day: date) -> None:
    assert (state_of("active", "", day), state_of("completed", "", day)) == ("open", "unknown")
    assert last_day(day.isoformat(), 0) == ""
    assert last_day(f"{day:%Y-%m}", 30) == ""


@pytest.mark.parametrize(
    ("text", "number"),
    [("30", 30), ("30.0", 30), ("7.5", 0), ("-3", 0), ("", 0), ("NaN", 0), ("many", 0), ("99999", 0)],
)
def test_days_are_reckoned_from_whole_numbers_alone(text: str, number: int) -> None:
    assert whole(text) == number


def test_now_and_before_with_what_the_sources_say(town: people.Town) -> None:
    other = replace(METFORMIN, name=Words("阿莫西林", "Amoxicillin"), codes=(), days="7", status="completed")
    team = (Person(Words("药房"), "performer"), Person(Words("陈立", "Chen Li"), "requester"))
    prescribe(town, 10, METFORMIN, other, people=team)
    page = shown(town)
    assert names(page) == (["Metformin"], ["Amoxicillin"])
    supply = page.current[0].newest
    assert (supply.at[:10], supply.days, supply.until, supply.state) == ("2026-04-04", 30, "2026-05-03", "running")
    assert (supply.dose.en, supply.reason.en, supply.prescriber.zh) == ("One tablet twice a day", "Diabetes", "陈立")
    assert page.before[0].newest.until == "2026-04-10"


def test_the_day_changes_where_the_hospital_is(town: people.Town) -> None:
    prescribe(town, 10, replace(METFORMIN, days="11", status="completed"))
    clock.clock.frozen = datetime(2026, 4, 14, 15, 59, tzinfo=UTC)
    assert names(shown(town))[0] == ["Metformin"]
    clock.clock.frozen = datetime(2026, 4, 14, 16, 1, tzinfo=UTC)
    assert names(shown(town))[0] == []


@pytest.mark.parametrize(
    ("changed", "state", "until"),
    [
        ({"days": "", "to_at": "2026-06-01"}, "running", "2026-06-01"),
        ({"days": "", "to_at": "2026-03-01"}, "overdue", "2026-03-01"),
        ({"days": "5"}, "overdue", "2026-04-08"),
        ({"days": "5", "repeats": "2"}, "running", "2026-04-18"),
        ({"days": ""}, "open", ""),
        ({"days": "", "status": ""}, "unknown", ""),
        ({"status": "stopped"}, "stopped", "2026-05-03"),
    ],
)
def test_each_period_is_as_given(town: people.Town, changed: dict[str, str], state: str, until: str) -> None:
    prescribe(town, 10, replace(METFORMIN, **changed))
    page = shown(town)
    (line,) = (*page.current, *page.before)
    assert (line.newest.state, line.newest.until, line.now) == (state, until, state in NOW_STATES)


def test_an_older_prescription_that_still_lasts_says_it(town: people.Town) -> None:
    lasts = prescribe(town, 20, replace(METFORMIN, days="90"))
    prescribe(town, 10, replace(METFORMIN, status="stopped"))
    (line,) = shown(town).current
    assert (line.newest.id, line.count) == (lasts, 2)


@pytest.mark.parametrize(
    "other", [{"codes": (Coding("atc", "A10BA"),)}, {"name": Words("二甲双胍缓释片", "Metformin XR")}]
)
def test_another_code_or_name_is_another_medicine(town: people.Town, other: dict[str, Any]) -> None:
    prescribe(town, 10, METFORMIN, replace(METFORMIN, **other))
    assert len(shown(town).current) == 2


def test_paid_is_said_where_it_is_known(town: people.Town) -> None:
    paid = NOW - timedelta(days=9)
    known = prescribe(town, 10, payment="paid", outcome=paid)
    assert one(town, known).supplies[0].paid == paid.isoformat()
    for at, payment in ((NOW, "paid"), (paid, "settled")):
        entry = prescribe(town, 10, replace(METFORMIN, name=Words(payment)), payment=payment, outcome=at)
        assert one(town, entry).supplies[0].paid == ""


def test_one_medicine_through_time_with_changes_of_its_dose(town: people.Town) -> None:
    half = replace(METFORMIN, dose=Words("每次半片", "Half a tablet"))
    first = prescribe(town, 100, half)
    prescribe(town, 70, half)
    last = prescribe(town, 10, replace(METFORMIN, name=Words("别的", "Other")), METFORMIN)
    page = one(town, last, "1")
    assert [(each.at[:10], each.changed, each.was.en) for each in page.supplies] == [
        ("2026-04-04", True, "Half a tablet"),
        ("2026-02-03", False, ""),
        ("2026-01-04", False, ""),
    ]
    assert (page.changes, page.name.en, page.back) == (1, "Metformin", f"/records/prescriptions/{last}")
    assert page.supplies[-1].href == f"/records/prescriptions/{first}"
    assert one(town, first).supplies == page.supplies


def test_no_change_is_said_where_a_dose_is_missing(town: people.Town) -> None:
    prescribe(town, 100, replace(METFORMIN, dose=Words()))
    assert not any(each.changed for each in one(town, prescribe(town, 10)).supplies)


def test_the_drawing_is_to_scale_and_side_by_side_where_two_overlap() -> None:
    supplies = [
        Supply(at="2026-01-31"),
        Supply(at="2026-01-11", until="2026-01-30"),
        Supply(at="2026-01-06", until="2026-01-15"),
        Supply(at="2026-01-01", until="2026-01-05"),
        Supply(at="2026"),
    ]
    page = drawn(MedicinePage(), supplies, date(2026, 4, 10))
    marks = [(each.mark.start, each.mark.width, each.mark.lane) for each in page.supplies]
    drawn_lengths = [("10.00%", "20.00%", 1), ("5.00%", "10.00%", 0), ("0.00%", "5.00%", 0)]
    assert marks == [("30.00%", "", 0), *drawn_lengths, ("", "", 0)]
    assert (page.first, page.last, page.tall, page.present) == ("2026-01-01", "2026-04-10", 2, "")
    later = drawn(MedicinePage(), [Supply(at="2024-07-01", until="2026-06-30")], date(2026, 1, 1))
    assert [(tick.name, tick.at) for tick in later.ticks] == [("2025", "25.21%"), ("2026", "75.21%")]
    assert later.present == "75.21%"
    brief = drawn(MedicinePage(), [Supply(at="2025-02-01", until="2026-01-30")], date(2026, 1, 1))
    assert [tick.name for tick in brief.ticks] == [""]
    assert drawn(MedicinePage(), [Supply(at="2026")], date(2026, 1, 1)).first == ""


@pytest.mark.parametrize("place", ["1", "-1", "", "x", "00000", "٠"])
def test_a_place_that_is_none_is_not_found(town: people.Town, place: str) -> None:
    entry = prescribe(town, 10)
    with pytest.raises(NotFound):
        one(town, entry, place)


def test_nobody_elses_and_nothing_else_is_a_medicine(town: people.Town) -> None:
    theirs = prescribe(town, 10, at=town.wang)
    visit = charts.put(town, town.lin, "medical_records", content=EntryContent(medicines=(METFORMIN,)))
    for entry in (theirs, visit, "x"):
        with pytest.raises(NotFound):
            one(town, entry)
    assert names(shown(town)) == ([], [])
    for stranger in (charts.reader(town.wang), charts.physician(town)):
        with pytest.raises(Denied):
            shown(town, stranger)
        with pytest.raises(Denied):
            one(town, prescribe(town, 10), reader=stranger)


def test_what_is_not_released_is_no_medicine(town: people.Town) -> None:
    entry = prescribe(town, 10)
    charts.policy(town, 2, prescriptions={"open": False})
    assert names(shown(town)) == ([], [])
    with pytest.raises(NotFound):
        one(town, entry)


def test_a_reader_without_the_class_is_told_so(town: people.Town) -> None:
    prescribe(town, 10)
    doctor = charts.physician(town)
    charts.grant(town.lin, town, doctor, classes="laboratory")
    page = shown(town, doctor)
    assert (page.closed, page.current) == (True, [])


def test_the_ledger_names_the_prescriptions_given_out(town: people.Town) -> None:
    first, last = prescribe(town, 100), prescribe(town, 10)
    shown(town)
    one(town, last)
    listed, single = (json.loads(line.detail)["entries"] for line in charts.chain(town.lin)[-2:])
    assert listed == [last]
    assert sorted(single) == sorted([first, last])


def test_older_prescriptions_than_are_read_are_said_to_be(town: people.Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(medicines, "LOOKED", 1)
    entry = prescribe(town, 10)
    assert not shown(town).older
    prescribe(town, 100)
    assert (shown(town).older, one(town, entry).older, len(one(town, entry).supplies)) == (True, True, 1)


def test_a_prescription_leads_to_each_of_its_medicines(town: people.Town) -> None:
    entry = prescribe(town, 10, METFORMIN, replace(METFORMIN, name=Words("别的", "Other")))
    page = db.perform(entry_page, charts.reader(town.lin), town.lin.person_id, entry)
    assert [each.href for each in page.medicines] == [f"/medicines/{entry}/0", f"/medicines/{entry}/1"]
    doctor = charts.physician(town)
    charts.grant(town.lin, town, doctor)
    page = db.perform(entry_page, doctor, town.lin.person_id, entry)
    assert [each.href for each in page.medicines] == ["", ""]
