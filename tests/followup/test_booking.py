"""Slots and bookings: by the rule, and never two patients in one slot (R25)."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlmodel import Session, col, select

from health_cloud.core import clock, db
from health_cloud.core.actors import Actor
from health_cloud.core.errors import Conflict, Denied, HealthCloudError, Invalid, NotFound
from health_cloud.core.policy import Role
from health_cloud.followup import service
from health_cloud.followup.models import Appointment, Slot
from health_cloud.followup.service import booking
from health_cloud.identity.models import Account
from tests import people
from tests.databases import Database
from tests.followup.crowds import CLIENTS, killed, rushed
from tests.followup.eligibility import answered, book, free_times, may_book
from tests.people import COMMAND_LINE
from tests.sharing import Cast, found_cast

REASON = "血糖最近偏高，想调一下药"


def _day(ahead: int = 3) -> str:
    return (clock.now() + timedelta(days=ahead, hours=8)).date().isoformat()


def _ready(cast: Cast, **given: Any) -> int:
    """Open times of 陈, which 林 and 王 may book."""
    opened = _open(cast.chen, **given)
    for patient in (cast.lin, cast.wang):
        may_book(cast.town, patient, cast.chen)
    return opened


def _open(physician: Actor, *, begin: str = "09:00", end: str = "10:00", minutes: int = 15) -> int:
    return db.perform(service.open_slots, physician, _day(), begin, end, minutes)


def _free(patient: Actor) -> list[str]:
    return free_times(patient)


def _slot_ids() -> list[str]:
    with db.reading() as session:
        return list(session.exec(select(Slot.id).order_by(col(Slot.starts_at))).all())


def test_book_accept_and_cancel(database: Database):
    cast = found_cast()
    assert _ready(cast) == 4
    free = _free(cast.lin)
    assert len(free) == 4
    asked = db.perform(service.book, cast.lin, free[0], REASON)
    assert asked.state == "requested"
    assert free[0] not in _free(cast.wang)
    (waiting,) = db.perform(service.slots_page, cast.chen).waiting
    assert (waiting.patient.zh, waiting.reason) == ("林秀兰", REASON)
    db.perform(service.answer_appointment, cast.chen, asked.id, True, "请带上血糖记录")
    (mine,) = db.perform(service.my_appointments, cast.lin)
    assert (mine.state, mine.word) == ("accepted", "请带上血糖记录")
    db.perform(service.cancel_appointment, cast.lin, asked.id)
    assert free[0] in _free(cast.wang)
    assert db.perform(service.slots_page, cast.chen).coming == ()


def test_a_declined_time_is_free_again_and_a_physicians_cancelled_one_is_not(database: Database):
    cast = found_cast()
    _ready(cast)
    first, second = _free(cast.lin)[:2]
    one = db.perform(service.book, cast.lin, first, REASON)
    two = book(cast.lin, second)
    db.perform(service.answer_appointment, cast.chen, one.id, False, "请来门诊")
    db.perform(service.answer_appointment, cast.chen, two.id, True)
    db.perform(service.cancel_appointment, cast.chen, two.id)
    assert first in _free(cast.wang)
    assert second not in _free(cast.wang)
    with pytest.raises(Conflict):
        db.perform(service.answer_appointment, cast.chen, one.id, True)


def test_without_an_earlier_visit_the_rule_is_cited(database: Database):
    cast = found_cast()
    zhou = db.perform(_zhou, COMMAND_LINE, cast)
    _open(cast.chen)
    page = db.perform(service.offers, zhou)
    assert page.offers == ()
    assert [(each.department.zh, each.in_person) for each in page.refused] == [("内分泌科", "")]
    refused = answered(zhou, cast.chen, cast.town.departments["endocrinology"])
    assert (refused.verdict.cited, refused.rule.number) == ("first", 1)
    with pytest.raises(Denied) as refusal:
        db.perform(service.book, zhou, _slot_ids()[0], REASON)
    assert refusal.value.key == "followup.rule.first"


def _zhou(session: Session, actor: Actor, cast: Cast) -> Actor:
    account = Account(role="patient", person_id=cast.town.zhou.person_id, state="active", created_at=clock.now())
    session.add(account)
    session.flush()
    people.agreed(session, cast.town.zhou.person_id)
    return Actor(account.id, Role.PATIENT, cast.town.zhou.person_id)


def test_somebody_else_tries(database: Database):
    cast = found_cast()
    _ready(cast)
    slot = _free(cast.lin)[0]
    asked = db.perform(service.book, cast.lin, slot, REASON)
    for somebody in (cast.wang, cast.sun, cast.gao):
        with pytest.raises(NotFound):
            db.perform(service.cancel_appointment, somebody, asked.id)
    for somebody in (cast.sun, cast.gao):
        with pytest.raises(NotFound):
            db.perform(service.answer_appointment, somebody, asked.id, True)
        with pytest.raises(NotFound):
            db.perform(service.close_slot, somebody, slot)
    for somebody in (cast.lin, cast.staff):
        with pytest.raises(Denied):
            db.perform(service.answer_appointment, somebody, asked.id, True)
        with pytest.raises(Denied):
            _open(somebody)
        with pytest.raises(Denied):
            db.perform(service.slots_page, somebody)
    for somebody in (cast.chen, cast.staff):
        with pytest.raises(Denied):
            db.perform(service.book, somebody, slot, REASON)
        with pytest.raises(Denied):
            db.perform(service.my_appointments, somebody)
    assert db.perform(service.my_appointments, cast.wang) == []
    assert db.perform(service.slots_page, cast.sun).waiting == ()


def test_opening_twice_adds_nothing_and_overlaps_are_left_out(database: Database):
    cast = found_cast()
    assert _open(cast.chen) == 4
    with pytest.raises(Conflict):
        _open(cast.chen)
    assert _open(cast.chen, begin="09:50", end="10:20", minutes=10) == 2


@pytest.mark.parametrize(
    "wrong",
    [
        {"day": "2020-01-01"},
        {"day": "soon"},
        {"day": "2999-01-01"},
        {"begin": "25:00"},
        {"end": "08:00"},
        {"minutes": 1},
        {"minutes": "x"},
        {"begin": "00:00", "end": "23:59", "minutes": 10},
    ],
)
def test_times_that_make_no_sense(database: Database, wrong):
    cast = found_cast()
    fine = {"day": _day(), "begin": "09:00", "end": "10:00", "minutes": 15}
    with pytest.raises(Invalid):
        db.perform(service.open_slots, cast.chen, *(fine | wrong).values())


def test_a_time_that_has_come_cannot_be_booked_answered_or_cancelled(database: Database):
    cast = found_cast()
    _ready(cast)
    slots = _free(cast.lin)
    asked = db.perform(service.book, cast.lin, slots[0], REASON)
    clock.clock.advance(days=4)
    with pytest.raises(Conflict):
        db.perform(service.book, cast.wang, slots[1], REASON)
    with pytest.raises(Conflict):
        db.perform(service.answer_appointment, cast.chen, asked.id, True)
    with pytest.raises(Conflict):
        db.perform(service.cancel_appointment, cast.lin, asked.id)
    assert db.perform(service.my_appointments, cast.lin)[0].state == "past"


def test_an_accepted_visit_is_cancelled_up_to_the_hospitals_limit(database: Database):
    cast = found_cast()
    _ready(cast)
    first, second = _free(cast.lin)[:2]
    accepted, asked = (book(cast.lin, slot) for slot in (first, second))
    db.perform(service.answer_appointment, cast.chen, accepted.id, True)
    begins = datetime.fromisoformat(accepted.starts_at)
    clock.clock.advance(seconds=(begins - clock.now()).total_seconds() - 24 * 3600 + 60)
    with pytest.raises(Conflict) as refusal:
        db.perform(service.cancel_appointment, cast.lin, accepted.id)
    assert refusal.value.key == "followup.rule.too_late"
    cards = {card.id: card.too_late_hours for card in db.perform(service.my_appointments, cast.lin)}
    assert cards == {accepted.id: 24, asked.id: 0}
    db.perform(service.cancel_appointment, cast.lin, asked.id)  # nobody has counted on it yet
    db.perform(service.set_opening, cast.staff, "14", "07:00", "23")
    db.perform(service.cancel_appointment, cast.lin, accepted.id)


def test_three_at_a_time(database: Database):
    cast = found_cast()
    _ready(cast)
    for slot in _free(cast.lin)[:3]:
        book(cast.lin, slot)
    with pytest.raises(Invalid) as refusal:
        book(cast.lin, _free(cast.lin)[0])
    assert refusal.value.key == "followup.rule.too_many"


def test_an_asked_for_time_is_not_taken_off(database: Database):
    cast = found_cast()
    _ready(cast)
    slots = _free(cast.lin)
    db.perform(service.book, cast.lin, slots[0], REASON)
    with pytest.raises(Conflict):
        db.perform(service.close_slot, cast.chen, slots[0])
    db.perform(service.close_slot, cast.chen, slots[1])
    assert slots[1] not in _free(cast.wang)
    for nothing in ("", "   ", None, 5):
        with pytest.raises(Invalid):
            db.perform(service.book, cast.lin, slots[2], nothing)


@pytest.mark.slow
def test_two_patients_never_get_one_slot(database: Database, monkeypatch: pytest.MonkeyPatch):
    """R25 small: 50 slots, 16 clients that hold, book and cancel; none doubled, no acknowledged booking lost."""
    cast = found_cast()
    monkeypatch.setattr(booking, "LIVING_AT_MOST", 1000)
    monkeypatch.setattr(booking, "give", lambda *_: None)  # one yes serves them all
    assert _ready(cast, begin="08:00", end="16:20", minutes=10) == 50
    slots = _slot_ids()
    held: list[set[str]] = [set() for _ in range(CLIENTS)]
    unexpected: list[BaseException] = []

    def client(number: int) -> None:
        patient = (cast.lin, cast.wang)[number % 2]
        chance = random.Random(number)
        for slot in chance.sample(slots, len(slots)):
            try:
                if chance.random() < 0.5:
                    db.perform(service.hold, patient, slot)
                made = db.perform(service.book, patient, slot, REASON)
                held[number].add(made.id)
                if chance.random() < 0.2:
                    db.perform(service.cancel_appointment, patient, made.id)
                    held[number].discard(made.id)
            except HealthCloudError as refusal:
                if not isinstance(refusal, Conflict):
                    unexpected.append(refusal)
            except Exception as problem:  # noqa: BLE001 - whatever it is, the test must see it
                unexpected.append(problem)

    rushed(client)
    assert unexpected == []
    with db.reading() as session:
        living = session.exec(select(Appointment).where(col(Appointment.state).in_(("requested", "accepted")))).all()
        ids, taken = {each.id for each in living}, [each.slot_id for each in living]
    assert len(taken) == len(set(taken)), "a slot has two patients"
    assert ids == set().union(*held), "an acknowledged booking was lost, or one lives that nobody has"
    assert len(taken) > 25


@pytest.mark.slow
def test_a_killed_process_loses_no_acknowledged_booking(database: Database):
    """R25 with kills: processes that book are killed in the middle, again and again."""
    cast = found_cast()
    _ready(cast, begin="08:00", end="16:20", minutes=10)
    slots = _slot_ids()
    acknowledged: list[str] = []
    for wanted in (1, 4, 7):
        acknowledged += killed("tests.followup.booking_client", (cast.lin, cast.wang), slots, wanted)
    ids = set(acknowledged)
    with db.reading() as session:
        living = session.exec(select(Appointment).where(col(Appointment.state) == "requested")).all()
        taken = [each.slot_id for each in living]
        assert ids <= {each.id for each in living}, "an acknowledged booking was lost"
    assert len(taken) == len(set(taken)), "a slot has two patients"
    assert len(ids) >= 12
    assert _open(cast.chen, begin="17:00", end="17:30") == 2  # nobody's lock is left behind
