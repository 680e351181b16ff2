"""A visit goes to another time: by its patient, or as its physician proposes; never two patients at one time (R25)."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from icalendar import Calendar
from sqlmodel import Session, col, select

from health_cloud.consent.models import Grant
from health_cloud.consent.service import giving as consent_giving
from health_cloud.consent.service.changing import extend_grant, narrow_grant
from health_cloud.consent.service.decisions import living_grants, revoke_grant
from health_cloud.core import clock, db, ledger
from health_cloud.core.actors import Actor
from health_cloud.core.errors import Conflict, Denied, Invalid, NotFound, Unproved
from health_cloud.core.ids import new_id
from health_cloud.core.models import LedgerLine
from health_cloud.core.policy import Scope
from health_cloud.core.vocabulary import RecordClass
from health_cloud.followup import service
from health_cloud.followup.models import Appointment, Hold, Slot
from health_cloud.followup.service import booking, checking, ruling
from health_cloud.followup.service.eligibility import facts as eligibility_facts
from health_cloud.followup.service.eligibility.rules import shipped
from health_cloud.followup.views import AppointmentCard
from tests import charts
from tests.databases import Database
from tests.followup.crowds import CLIENTS, killed, rushed
from tests.followup.eligibility import book, may_book
from tests.sharing import Cast, found_cast, guardian_of

REASON = "血糖最近偏高，想调一下药"


@pytest.fixture
def cast(database: Database) -> Cast:
    """陈 offers eight times in three and four days; 林 and 王 may book."""
    assert database
    made = found_cast()
    for ahead in (3, 4):
        _open(made.chen, ahead)
    for patient in (made.lin, made.wang):
        may_book(made.town, patient, made.chen)
    return made


def _open(physician: Actor, ahead: int, begin: str = "09:00", end: str = "10:00", minutes: int = 15) -> int:
    day = (clock.now() + timedelta(days=ahead, hours=8)).date().isoformat()
    return db.perform(service.open_slots, physician, day, begin, end, minutes)


def _slots() -> list[str]:
    with db.reading() as session:
        return list(session.exec(select(Slot.id).order_by(col(Slot.starts_at))).all())


def _free(patient: Actor, cast: Cast) -> set[str]:
    place = cast.town.departments["endocrinology"], cast.chen.account_id
    days = db.perform(service.times_page, patient, *place).days
    shown = [db.perform(service.times_page, patient, *place, each.day) for each in days if each.free]
    return {slot.id for page in shown for slot in (*page.morning, *page.afternoon)}


def _booked(cast: Cast, slot: str, *, accepted: bool = False) -> AppointmentCard:
    made = book(cast.lin, slot, REASON)
    if accepted:
        db.perform(service.answer_appointment, cast.chen, made.id, True)
    return made


def _mine(patient: Actor) -> AppointmentCard:
    return db.perform(service.my_appointments, patient)[0]


def _grant(visit: str) -> Grant:
    with db.reading() as session:
        found = session.exec(select(Grant).where(Grant.visit_id == visit)).one()
        session.expunge_all()
        return found


def _until(slot: str) -> datetime:
    with db.reading() as session:
        return session.get_one(Slot, slot).ends_at + timedelta(hours=2)


@pytest.mark.parametrize("accepted", [False, True])
def test_the_old_time_is_free_when_the_new_one_is_certain_and_all_goes_along(cast: Cast, accepted: bool):
    first, second, *_ = _slots()
    made = _booked(cast, first, accepted=accepted)
    db.perform(service.prepare, cast.lin, made.id, {"text": "最近脚麻"})
    db.perform(service.hold_to_move, cast.lin, made.id, second)
    assert {first, second}.isdisjoint(_free(cast.wang, cast))  # both are hers until it is settled
    page = db.perform(service.move_page, cast.lin, made.id)
    assert (page.times.held, page.starts_at) == (second, made.starts_at)
    assert datetime.fromisoformat(page.times.reads_until) == _until(second)
    moved = db.perform(service.move_appointment, cast.lin, made.id, second)
    assert (moved.id, moved.slot_id, moved.state) == (made.id, second, "accepted" if accepted else "requested")
    assert first in _free(cast.wang, cast)
    assert second not in _free(cast.wang, cast)
    assert db.perform(service.read_preparation, cast.chen, made.id).text == "最近脚麻"
    assert _grant(made.id).until_at == _until(second)
    page = db.perform(service.slots_page, cast.chen)
    assert [card.starts_at for card in (page.coming if accepted else page.waiting)] == [moved.starts_at]
    with db.reading() as session:
        assert session.exec(select(Hold)).all() == []


def test_moved_earlier_the_grant_ends_earlier_too(cast: Cast):
    first, second, *_ = _slots()
    made = _booked(cast, second)
    db.perform(service.move_appointment, cast.lin, made.id, first)
    assert _grant(made.id).until_at == _until(first)


def test_what_was_taken_back_or_given_apart_stays_so(cast: Cast):
    first, second, third, *_ = _slots()
    made = _booked(cast, first)
    (grant,) = db.perform(living_grants, cast.lin)
    db.perform(revoke_grant, cast.lin, grant.id)
    db.perform(service.move_appointment, cast.lin, made.id, second)
    assert db.perform(living_grants, cast.lin) == []
    other = _booked(cast, third)
    (grant,) = db.perform(living_grants, cast.lin)
    db.perform(extend_grant, cast.lin, grant.id, 24)
    db.perform(service.move_appointment, cast.lin, other.id, first)
    (kept,) = db.perform(living_grants, cast.lin)
    assert (kept.id, datetime.fromisoformat(kept.until_at)) == (grant.id, _until(third) + timedelta(hours=24))


def test_what_its_patient_let_end_earlier_does_not_grow(cast: Cast):
    first, second, *_ = _slots()
    made = _booked(cast, first)
    short = clock.now() + timedelta(days=1)
    with db.writing() as session:
        grant = session.exec(select(Grant).where(Grant.visit_id == made.id)).one()
        grant.until_at = short
        session.add(grant)
    db.perform(service.move_appointment, cast.lin, made.id, second)
    assert _grant(made.id).until_at == short


def test_where_the_booking_rested_on_a_wider_grant_that_ends_too_early_now(cast: Cast):
    first, *_, last = _slots()
    wide = charts.grant(cast.town.lin, cast.town, cast.chen, until_at=_until(first))
    made = _booked(cast, first)
    assert [each.id for each in db.perform(living_grants, cast.lin)] == [wide]
    db.perform(service.move_appointment, cast.lin, made.id, last)
    (grant,) = db.perform(living_grants, cast.lin)
    assert grant.id != wide
    assert datetime.fromisoformat(grant.until_at) == _until(last)


def test_what_its_patient_has_narrowed_since_is_not_given_again(cast: Cast):
    first, *_, last = _slots()
    made = _booked(cast, first)
    (grant,) = db.perform(living_grants, cast.lin)
    db.perform(extend_grant, cast.lin, grant.id, 1)  # it is no more bound to the visit alone
    db.perform(narrow_grant, cast.lin, grant.id, Scope(frozenset({RecordClass.LABORATORY})))
    db.perform(service.move_appointment, cast.lin, made.id, last)
    assert [(each.id, each.classes) for each in db.perform(living_grants, cast.lin)] == [(grant.id, ("laboratory",))]


def test_longer_needs_who_decides_and_a_factor_where_the_hospital_asks(cast: Cast, monkeypatch: pytest.MonkeyPatch):
    first, second, third, *_ = _slots()
    made = _booked(cast, second)
    person = cast.town.lin.person_id
    books = replace(guardian_of(person, levels="read,book"), for_person_id=person)
    with pytest.raises(Denied) as refusal:
        db.perform(service.move_appointment, books, made.id, third)
    assert refusal.value.key == "followup.move.error.not_yours"
    assert (_mine(cast.lin).slot_id, _grant(made.id).until_at) == (second, _until(second))
    db.perform(service.move_appointment, books, made.id, first)  # ends earlier: nobody has to decide
    assert _grant(made.id).until_at == _until(first)
    monkeypatch.setattr(consent_giving, "settings", type("Settings", (), {"fresh_for_access": True}))
    stale = replace(cast.lin, proved_at=None)
    with pytest.raises(Unproved):
        db.perform(service.move_appointment, stale, made.id, third)
    assert _mine(cast.lin).slot_id == first


def test_the_hospitals_limit_holds_for_moving_as_for_cancelling(cast: Cast):
    first, second, *_ = _slots()
    made = _booked(cast, first, accepted=True)
    assert _mine(cast.lin).can_move
    begins = datetime.fromisoformat(made.starts_at)
    clock.clock.advance(seconds=(begins - clock.now()).total_seconds() - 24 * 3600 + 60)
    assert not _mine(cast.lin).can_move
    for act in (service.move_appointment, service.hold_to_move):
        with pytest.raises(Conflict) as refusal:
            db.perform(act, cast.lin, made.id, second)
        assert refusal.value.key == "followup.rule.too_late_to_move"


def test_the_rules_are_asked_again(cast: Cast, monkeypatch: pytest.MonkeyPatch):
    first, second, *_ = _slots()
    made = _booked(cast, first)
    monkeypatch.setattr(eligibility_facts, "seen_in", lambda _: {})
    with pytest.raises(Denied) as refusal:
        db.perform(service.move_appointment, cast.lin, made.id, second)
    assert refusal.value.key == "followup.rule.first"
    assert _mine(cast.lin).slot_id == first


def test_answers_to_older_rules_are_asked_for_anew(cast: Cast, monkeypatch: pytest.MonkeyPatch):
    first, second, *_ = _slots()
    made = _booked(cast, first)
    newer = replace(shipped(), version=shipped().version + 1)
    monkeypatch.setattr(ruling, "shipped", lambda: newer)
    with pytest.raises(Denied) as refusal:
        db.perform(service.move_appointment, cast.lin, made.id, second)
    assert refusal.value.key == checking.UNCHECKED
    assert _mine(cast.lin).slot_id == first


def test_somebody_else_tries(cast: Cast):
    first, second, third, *_ = _slots()
    made = _booked(cast, first)
    _open(cast.sun, 6)
    foreign = _slots()[-1]
    for nothing in (foreign, new_id(), "x", None):
        with pytest.raises(NotFound):
            db.perform(service.move_appointment, cast.lin, made.id, nothing)
    for taken in (first,):
        with pytest.raises(Conflict):
            db.perform(service.move_appointment, cast.lin, made.id, taken)
    db.perform(service.hold, cast.wang, third)
    for act in (service.move_appointment, service.hold_to_move):
        with pytest.raises(Conflict):
            db.perform(act, cast.lin, made.id, third)
        with pytest.raises(NotFound):
            db.perform(act, cast.wang, made.id, second)
        for somebody in (cast.chen, cast.staff):
            with pytest.raises(Denied):
                db.perform(act, somebody, made.id, second)
    for somebody in (cast.sun, cast.gao):
        with pytest.raises(NotFound):
            db.perform(service.propose_time, somebody, made.id, second)
    for somebody in (cast.lin, cast.staff):
        with pytest.raises(Denied):
            db.perform(service.propose_time, somebody, made.id, second)
        with pytest.raises(Denied):
            db.perform(service.propose_page, somebody, made.id)
    db.perform(service.propose_time, cast.chen, made.id, second)
    for act in (service.take_proposed, service.refuse_proposed):
        with pytest.raises(NotFound):
            db.perform(act, cast.wang, made.id)
        with pytest.raises(Denied):
            db.perform(act, cast.chen, made.id)
    assert _mine(cast.lin).slot_id == first


def test_the_calendar_sees_a_later_version_of_the_same_visit(cast: Cast):
    first, second, *_ = _slots()
    made = _booked(cast, first, accepted=True)

    def event() -> Any:
        return Calendar.from_ical(db.perform(service.calendar_of, cast.lin, made.id, "zh")).events[0]

    before = event()
    db.perform(service.move_appointment, cast.lin, made.id, second)
    after = event()
    assert after["uid"] == before["uid"]
    assert (before["sequence"], after["sequence"]) == (0, 1)
    assert after["dtstart"].dt > before["dtstart"].dt


def test_a_proposed_time_is_kept_for_its_patient_until_the_stated_hour(cast: Cast):
    clock.clock.frozen = clock.now()
    first, second, *_ = _slots()
    made = _booked(cast, first)
    assert {slot.id for slot in db.perform(service.propose_page, cast.chen, made.id).times} == set(_slots()[1:])
    card = db.perform(service.propose_time, cast.chen, made.id, second, "那天上午我在手术")
    until = clock.now() + timedelta(hours=24)
    assert datetime.fromisoformat(card.proposed_until) == until
    mine = _mine(cast.lin)
    assert (mine.state, mine.proposed_at, mine.word) == ("requested", card.proposed_at, "那天上午我在手术")
    assert mine.starts_at == made.starts_at
    for patient in (cast.wang, cast.lin):  # she takes it as what it is, not beside it
        assert second not in _free(patient, cast)
        with pytest.raises((Conflict, Denied)):
            db.perform(service.hold, patient, second)
    with pytest.raises(Conflict):
        db.perform(service.close_slot, cast.chen, second)
    clock.clock.frozen = until
    assert _mine(cast.lin).proposed_at == ""
    assert second in _free(cast.wang, cast)
    with pytest.raises(Conflict) as refusal:
        db.perform(service.take_proposed, cast.lin, made.id)
    assert refusal.value.key == "followup.propose.error.over"
    assert (_mine(cast.lin).state, _mine(cast.lin).slot_id) == ("requested", first)


def test_one_press_takes_it_and_both_have_agreed(cast: Cast):
    first, second, *_ = _slots()
    made = _booked(cast, first)
    db.perform(service.propose_time, cast.chen, made.id, second)
    taken = db.perform(service.take_proposed, cast.lin, made.id)
    assert (taken.state, taken.slot_id, taken.proposed_at) == ("accepted", second, "")
    assert _grant(made.id).until_at == _until(second)
    assert first in _free(cast.wang, cast)
    (coming,) = db.perform(service.slots_page, cast.chen).coming
    assert coming.id == made.id


@pytest.mark.parametrize("how", ["refused", "accepted", "declined", "cancelled", "moved", "another"])
def test_a_proposal_is_over_with_what_overtakes_it(cast: Cast, how: str):
    first, second, third, *_ = _slots()
    made = _booked(cast, first)
    db.perform(service.propose_time, cast.chen, made.id, second)
    acts: dict[str, Callable[[], object]] = {
        "refused": lambda: db.perform(service.refuse_proposed, cast.lin, made.id),
        "accepted": lambda: db.perform(service.answer_appointment, cast.chen, made.id, True),
        "declined": lambda: db.perform(service.answer_appointment, cast.chen, made.id, False),
        "cancelled": lambda: db.perform(service.cancel_appointment, cast.lin, made.id),
        "moved": lambda: db.perform(service.move_appointment, cast.lin, made.id, third),
        "another": lambda: db.perform(service.propose_time, cast.chen, made.id, third),
    }
    acts[how]()
    assert second in _free(cast.wang, cast)
    if how != "another":
        with pytest.raises(Conflict):
            db.perform(service.take_proposed, cast.lin, made.id)
    with db.reading() as session:
        assert session.get_one(Appointment, made.id).slot_id == (third if how == "moved" else first)


def test_no_proposal_that_nobody_can_answer(cast: Cast):
    first, second, *_ = _slots()
    made = _booked(cast, first)
    with pytest.raises(Invalid):
        db.perform(service.propose_time, cast.chen, made.id, "")
    with pytest.raises(Invalid):
        db.perform(service.propose_time, cast.chen, made.id, second, "x" * 201)
    with pytest.raises(Conflict):
        db.perform(service.propose_time, cast.chen, made.id, first)
    begins = datetime.fromisoformat(made.starts_at)
    clock.clock.advance(seconds=(begins - clock.now()).total_seconds() - 20 * 60)
    with pytest.raises(Conflict) as refusal:
        db.perform(service.propose_time, cast.chen, made.id, second)
    assert refusal.value.key == "followup.propose.error.near"


def test_a_proposed_time_stays_when_hours_change(cast: Cast):
    hours = service.WantedHours(0, "14:00", "15:00", "15", ["text"])
    for weekday in range(7):
        db.perform(service.add_hours, cast.chen, replace(hours, weekday=weekday))
    made = _booked(cast, _slots()[4])  # none of today, at whatever time of the day this is run
    proposed = db.perform(service.propose_page, cast.chen, made.id).times[-1]
    db.perform(service.propose_time, cast.chen, made.id, proposed.id)
    for day in db.perform(service.week_page, cast.chen).days:
        for each in day.hours:
            db.perform(service.end_hours, cast.chen, each.id)
    assert db.perform(service.take_proposed, cast.lin, made.id).slot_id == proposed.id


def test_the_ledger_says_who_moved_what(cast: Cast):
    first, second, third, *_ = _slots()
    made = _booked(cast, first)
    db.perform(service.move_appointment, cast.lin, made.id, second)
    db.perform(service.propose_time, cast.chen, made.id, third)
    db.perform(service.refuse_proposed, cast.lin, made.id)
    with db.reading() as session:
        own = col(LedgerLine.chain) == ledger.person_chain(cast.town.lin.person_id)
        lines = session.exec(select(LedgerLine.action).where(own).order_by(col(LedgerLine.seq))).all()
    named = [each for each in lines if each.endswith((":move", ":propose", ":refuse"))]
    assert named == ["followup:appointment:move", "followup:time:propose", "followup:time:refuse"]


def test_the_same_time_is_kept_twice_in_a_row_and_then_for_others(cast: Cast):
    clock.clock.frozen = clock.now()
    first, second, *_ = _slots()
    for _ in range(2):
        db.perform(service.hold, cast.lin, first)
        db.perform(service.hold, cast.lin, second)  # what one chooses in between does not make it forgotten
        clock.clock.advance(minutes=1)
    with pytest.raises(Conflict) as refusal:
        db.perform(service.hold, cast.lin, first)
    assert refusal.value.key == "followup.error.held_twice"
    clock.clock.advance(minutes=5)
    assert db.perform(service.hold, cast.lin, first)
    clock.clock.advance(minutes=5)
    db.perform(service.hold, cast.lin, first)
    clock.clock.advance(minutes=5)
    with pytest.raises(Conflict):
        db.perform(service.hold, cast.lin, first)
    db.perform(service.hold, cast.wang, first)
    clock.clock.advance(minutes=5)
    db.perform(service.hold, cast.lin, first)  # somebody else has had it in between


def _living() -> list[tuple[str, str]]:
    with db.reading() as session:
        return [
            (each.id, each.slot_id)
            for each in session.exec(
                select(Appointment).where(col(Appointment.state).in_(("requested", "accepted")))
            ).all()
        ]


def _same_agreement(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(booking, "LIVING_AT_MOST", 1000)
    monkeypatch.setattr(booking, "give", lambda *_: None)  # one yes serves them all


def _press(patient: Actor, slot: str, own: dict[str, str], chance: random.Random) -> None:
    """Move a visit of one's own to a time, or book it; sometimes hold it first, or cancel one after."""
    if own and chance.random() < 0.5:
        visit = chance.choice(list(own))
        if chance.random() < 0.4:
            db.perform(service.hold_to_move, patient, visit, slot)
        own[visit] = db.perform(service.move_appointment, patient, visit, slot).slot_id
    else:
        if chance.random() < 0.4:
            db.perform(service.hold, patient, slot)
        own[db.perform(service.book, patient, slot, REASON).id] = slot
    if chance.random() < 0.15:
        visit = chance.choice(list(own))
        db.perform(service.cancel_appointment, patient, visit)
        del own[visit]


@pytest.mark.slow
def test_moves_holds_and_bookings_at_once(database: Database, monkeypatch: pytest.MonkeyPatch):
    """R25 small: 50 times, 16 clients that hold, book, move and cancel; none doubled, none lost, none in two places."""
    cast = found_cast()
    _same_agreement(monkeypatch)
    assert _open(cast.chen, 3, "08:00", "16:20", 10) == 50
    for patient in (cast.lin, cast.wang):
        may_book(cast.town, patient, cast.chen)
    slots = _slots()
    held: list[dict[str, str]] = [{} for _ in range(CLIENTS)]
    unexpected: list[BaseException] = []

    def client(number: int) -> None:
        patient = (cast.lin, cast.wang)[number % 2]
        chance = random.Random(number)
        for slot in chance.sample(slots, len(slots)):
            try:
                _press(patient, slot, held[number], chance)
            except Conflict:
                pass
            except Exception as problem:  # noqa: BLE001 - whatever it is, the test must see it
                unexpected.append(problem)

    rushed(client)
    assert unexpected == []
    living = _living()
    assert len(living) == len({slot for _, slot in living}), "a time has two patients"
    assert dict(living) == {visit: slot for own in held for visit, slot in own.items()}, "an acknowledged move was lost"
    assert len(living) > 25


@pytest.mark.slow
def test_a_killed_process_loses_no_acknowledged_move(database: Database):
    """R25 with kills: processes that book one visit each and move it on and on are killed in the middle."""
    cast = found_cast()
    _open(cast.chen, 3, "08:00", "16:20", 10)
    for patient in (cast.lin, cast.wang):
        may_book(cast.town, patient, cast.chen)
    slots = _slots()
    acknowledged: dict[str, str] = {}
    for wanted in (2, 5, 9):
        lines = killed("tests.followup.moving_client", (cast.lin, cast.wang), slots, wanted)
        acknowledged |= dict(line.split() for line in lines)
    living = _living()
    assert len(living) == len({slot for _, slot in living}), "a time has two patients"
    at = dict(living)
    for visit, slot in acknowledged.items():
        # one move more may have been committed than was heard of: it is somewhere, and in one place
        assert visit in at, "an acknowledged visit was lost"
        assert at[visit] == slot or _moved(visit) > 0
    assert len(acknowledged) >= 4
    assert _open(cast.chen, 3, "17:00", "17:30", 15) == 2  # nobody's lock is left behind


def _moved(visit: str) -> int:
    with db.reading() as session:
        return _of(session, visit).moved


def _of(session: Session, visit: str) -> Appointment:
    return session.get_one(Appointment, visit)
