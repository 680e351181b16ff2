"""What is written before a visit: sealed, plausible, and for the physician of that very visit alone."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import col, select

from health_cloud.core import clock, db
from health_cloud.core.actors import Actor
from health_cloud.core.clock import clock as the_clock
from health_cloud.core.errors import Conflict, Denied, Invalid, NotFound
from health_cloud.core.models import LedgerLine
from health_cloud.followup import service
from health_cloud.followup.models import Prepared
from health_cloud.followup.service import keeping
from health_cloud.followup.service.measures import measures
from health_cloud.followup.views import AppointmentCard
from tests.databases import Database
from tests.followup.eligibility import book, free_times, may_book
from tests.sharing import Cast, found_cast, guardian_of
from tests.visiting import agreed

WORDS = "这两周空腹血糖七点多，晚上口干"
FORM = {"text": WORDS, "systolic": "138", "diastolic": "85", "glucose": "7.4", "weight": "", "day": ""}


@pytest.fixture
def cast(database: Database) -> Cast:
    """林 has booked with 陈."""
    assert database
    return found_cast()


def _booked(cast: Cast) -> AppointmentCard:
    day = (clock.now() + timedelta(days=3, hours=8)).date().isoformat()
    db.perform(service.open_slots, cast.chen, day, "09:00", "10:00", 15)
    may_book(cast.town, cast.lin, cast.chen)
    slot = free_times(cast.lin)[0]
    return db.perform(service.book, cast.lin, slot, "想调药")


def _lines(person_id: str, action: str) -> list[tuple[str, str]]:
    with db.reading() as session:
        said = select(LedgerLine.actor_account_id, LedgerLine.outcome).where(
            LedgerLine.chain == f"person:{person_id}", LedgerLine.action == action
        )
        return [(who, outcome) for who, outcome in session.exec(said.order_by(col(LedgerLine.seq))).all()]


def test_the_physician_of_the_visit_reads_it_and_that_is_in_the_ledger(cast: Cast):
    made = _booked(cast)
    kept = db.perform(service.prepare, cast.lin, made.id, FORM)
    assert (kept.text, kept.urgent, kept.can_change) == (WORDS, False, True)
    page = db.perform(service.read_preparation, cast.chen, made.id)
    assert page.text == WORDS
    assert {each.name: each.value for each in page.measures if each.value} == {
        "systolic": "138",
        "diastolic": "85",
        "glucose": "7.4",
    }
    assert page.day == kept.today
    assert (page.verdict.met, page.verdict.disease.zh) == (True, "糖尿病")
    assert {each.state for each in page.verdict.checks} == {"met"}
    assert [each.day or each.say for each in page.verdict.checks] == [""] * len(page.verdict.checks)
    assert {each.what.zh for each in page.verdict.checks} == {"", "12"}, "what they rest on may not have been given"
    person = cast.town.lin.person_id
    assert _lines(person, "followup:preparation:write") == [(cast.lin.account_id, "done")]
    assert _lines(person, "followup:preparation:read") == [(cast.chen.account_id, "allowed")]


def test_it_lies_sealed_and_is_replaced_as_a_whole(cast: Cast):
    made = _booked(cast)
    db.perform(service.prepare, cast.lin, made.id, FORM)
    with db.reading() as session:
        assert WORDS.encode() not in session.exec(select(Prepared)).one().body
    db.perform(service.prepare, cast.lin, made.id, {"text": "好多了"})
    page = db.perform(service.preparation, cast.lin, made.id)
    assert (page.text, [each.value for each in page.measures if each.value], page.day) == ("好多了", [], "")


def test_somebody_else_tries(cast: Cast):
    made = _booked(cast)
    db.perform(service.prepare, cast.lin, made.id, FORM)
    for use_case, somebody, refusal in (
        (service.read_preparation, cast.sun, NotFound),
        (service.read_preparation, cast.gao, NotFound),
        (service.read_preparation, cast.lin, Denied),
        (service.read_preparation, cast.staff, Denied),
        (service.preparation, cast.wang, NotFound),
        (service.preparation, cast.chen, Denied),
    ):
        with pytest.raises(refusal):
            db.perform(use_case, somebody, made.id)
    for somebody in (cast.wang, cast.chen, cast.staff):
        with pytest.raises((NotFound, Denied)):
            db.perform(service.prepare, somebody, made.id, FORM)
    refused = [line for line in _lines(cast.town.lin.person_id, "followup:preparation:read") if line[1] == "refused"]
    assert {who for who, _ in refused} >= {cast.sun.account_id, cast.gao.account_id}


def test_a_guardian_who_books_writes_and_one_who_reads_does_not(cast: Cast):
    made, person = _booked(cast), cast.town.lin.person_id

    def acting(levels: str) -> Actor:
        return replace(guardian_of(person, levels=levels), for_person_id=person)

    db.perform(service.prepare, acting("read,book"), made.id, FORM)
    with pytest.raises(Denied):
        db.perform(service.prepare, acting("read"), made.id, FORM)


def test_what_is_called_off_is_read_no_more_and_what_is_over_is_not_changed(cast: Cast):
    made = _booked(cast)
    db.perform(service.prepare, cast.lin, made.id, FORM)
    db.perform(service.cancel_appointment, cast.lin, made.id)
    with pytest.raises(NotFound):
        db.perform(service.read_preparation, cast.chen, made.id)
    with pytest.raises(Conflict):
        db.perform(service.prepare, cast.lin, made.id, FORM)
    other = _again(cast)
    clock.clock.advance(days=4)
    with pytest.raises(Conflict):
        db.perform(service.prepare, cast.lin, other, FORM)


def _again(cast: Cast) -> str:
    slot = free_times(cast.lin)[0]
    return book(cast.lin, slot).id


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"systolic": "1380", "diastolic": "85"}, "systolic"),
        ({"systolic": "300", "diastolic": "85"}, "systolic"),
        ({"systolic": "138"}, "diastolic"),
        ({"systolic": "85", "diastolic": "138"}, "diastolic"),
        ({"glucose": "seven"}, "glucose"),
        ({"glucose": "133"}, "glucose"),
        ({"glucose": "-7"}, "glucose"),
        ({"glucose": "NaN"}, "glucose"),
        ({"temperature": "98.6"}, "temperature"),
        ({"weight": "1e2"}, "weight"),
        ({"weight": "70", "day": "2999-01-01"}, "day"),
        ({"weight": "70", "day": "soon"}, "day"),
        ({"weight": "70", "day": ["2026-01-01"]}, "day"),
        ({"text": "x" * 2001}, "text"),
        ({"text": "  "}, "text"),
        ({"text": 5, "weight": 70}, "text"),
        ({}, "text"),
    ],
)
def test_what_cannot_be_is_said_at_its_field(cast: Cast, given: dict[str, Any], field: str):
    made = _booked(cast)
    with pytest.raises(Invalid) as refusal:
        db.perform(service.prepare, cast.lin, made.id, given)
    assert refusal.value.field == field


@pytest.mark.parametrize(
    ("values", "urgent"),
    [
        ({"glucose": "3.8"}, {"glucose"}),
        ({"glucose": "3.9"}, set()),
        ({"glucose": "16.7"}, {"glucose"}),
        ({"systolic": "180", "diastolic": "100"}, {"systolic"}),
        ({"temperature": "３９．０"}, {"temperature"}),
        ({"temperature": "38,9"}, set()),
    ],
)
def test_what_should_not_wait_is_said(cast: Cast, values: dict[str, str], urgent: set[str]):
    page = db.perform(service.prepare, cast.lin, _booked(cast).id, values)
    assert {each.name for each in page.measures if each.urgent} == urgent
    assert page.urgent == bool(urgent)


@given(st.text(max_size=8), st.sampled_from(sorted(measures())))
def test_whatever_is_typed_is_a_plausible_number_or_refused(typed: str, name: str):
    measure, value = measures()[name], ""
    with suppress(Invalid):
        value = measure.read(typed)
    assert value == "" or float(measure.low) <= float(value) <= float(measure.high)


def test_it_is_kept_for_three_years_and_not_longer(cast: Cast):
    """From the end of its visit, or from the time of one that never took place; and nothing of anybody else's goes."""
    over, never = (agreed(cast.chen, cast.lin, minutes) for minutes in (5, 25))
    for visit in (over, never):
        db.perform(service.prepare, cast.lin, visit, FORM)
    db.perform(service.enter_visit, cast.lin, over)
    db.perform(service.begin_visit, cast.chen, over)
    db.perform(service.end_visit, cast.chen, over)
    the_clock.advance(days=3 * 365)
    later = agreed(cast.chen, cast.wang, 5)
    db.perform(service.prepare, cast.wang, later, FORM)
    keeping.erase_due()
    assert _prepared() == {over, never, later}
    the_clock.advance(days=2)
    keeping.erase_due()
    keeping.erase_due()
    assert _prepared() == {later}
    assert len(_lines(cast.lin.person_id, "followup:talk:erase")) == 2


def _prepared() -> set[str]:
    with db.reading() as session:
        return set(session.exec(select(Prepared.appointment_id)).all())
