"""Where no time suits one waits: freed times go to the first who waits, then to the next, fairly under race."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta

import pytest
from sqlmodel import col, select

from health_cloud.core import clock, db
from health_cloud.core.actors import Actor
from health_cloud.core.errors import Conflict, Denied, Invalid, NotFound
from health_cloud.followup import service
from health_cloud.followup.models import Hold, Slot, Waiting
from health_cloud.followup.service import booking, queueing, telling
from health_cloud.followup.service.ending import cancel_appointments
from health_cloud.followup.views import WaitingCard
from tests.databases import Database
from tests.followup.eligibility import agreed, answered, book, free_times, may_book
from tests.followup.test_reminding import _keys
from tests.sharing import Cast, found_cast

REASON = "血糖最近偏高，想调一下药"


@pytest.fixture
def cast(database: Database) -> Cast:
    """陈 offers eight times in three days; 林 and 王 may book."""
    assert database
    made = found_cast()
    _open(made.chen, 3, "09:00", "11:00")
    for patient in (made.lin, made.wang):
        may_book(made.town, patient, made.chen)
    return made


def _open(physician: Actor, ahead: int, begin: str, end: str, minutes: int = 15, department: str = "") -> None:
    day = (clock.now() + timedelta(days=ahead, hours=8)).date().isoformat()
    db.perform(service.open_slots, physician, day, begin, end, minutes, department)


def _wait(cast: Cast, patient: Actor, *, anybody: str = "no", days: int = 20) -> str:
    until = (clock.now() + timedelta(days=days)).date().isoformat()
    form: dict[str, object] = {"until": until, "reason": REASON, "anybody": anybody}
    return db.perform(service.wait_for, patient, _department(cast), cast.chen.account_id, form)


def _department(cast: Cast) -> str:
    return cast.town.departments["endocrinology"]


def _mine(patient: Actor) -> WaitingCard:
    (card,) = db.perform(service.my_waiting, patient)
    return card


def _slots() -> list[str]:
    with db.reading() as session:
        return list(session.exec(select(Slot.id).order_by(col(Slot.starts_at))).all())


def _offered() -> dict[str, str]:
    """Return who is offered what."""
    with db.reading() as session:
        found = session.exec(select(Waiting).where(Waiting.state == "offered")).all()
        return {each.person_id: each.slot_id for each in found}


def _both_wait(cast: Cast) -> str:
    """Let 林 have a visit, 王 wait, then 林; returns her visit."""
    made = book(cast.lin, _slots()[0], REASON)
    _wait(cast, cast.wang)
    return made.id


def test_a_freed_time_goes_to_who_waits_and_to_nobody_in_between(cast: Cast):
    clock.clock.frozen = clock.now()
    visit, slot = _both_wait(cast), _slots()[0]
    assert (_mine(cast.wang).ahead, _mine(cast.wang).offered_at) == (0, "")
    db.perform(service.cancel_appointment, cast.lin, visit)
    card = _mine(cast.wang)
    until = clock.now() + timedelta(minutes=30)
    assert datetime.fromisoformat(card.offered_until) == until
    assert slot not in free_times(cast.lin)
    with pytest.raises((Conflict, Denied)):
        book(cast.lin, slot)
    with pytest.raises(Conflict):
        db.perform(service.close_slot, cast.chen, slot)
    (row,) = [each for day in db.perform(service.slots_page, cast.chen).days for each in day.slots if each.id == slot]
    assert (row.state, row.patient.zh) == ("offered", "")  # who waits is nothing to the physician
    got, reason, page, _ = db.perform(service.offered_to, cast.wang, card.id)
    assert (got, reason, page) == (slot, REASON, f"/followup/book/{_department(cast)}/{cast.chen.account_id}")
    assert db.perform(service.times_page, cast.wang, _department(cast), cast.chen.account_id).held == slot
    agreed(cast.wang, cast.chen, _department(cast))
    assert db.perform(service.book, cast.wang, got, reason).slot_id == slot
    assert db.perform(service.my_waiting, cast.wang) == []
    with db.reading() as session:
        assert session.exec(select(Hold)).all() == []


def test_who_was_offered_it_has_it_until_the_very_instant_and_then_the_next(cast: Cast):
    clock.clock.frozen = clock.now()
    visit, slot = _both_wait(cast), _slots()[0]
    other = book(cast.lin, _slots()[1], REASON).id
    db.perform(service.cancel_appointment, cast.lin, visit)
    may_book(cast.town, cast.lin, cast.chen)
    _wait(cast, cast.lin)
    assert _mine(cast.lin).ahead == 1
    clock.clock.advance(minutes=30, microseconds=-1)
    assert queueing.pass_on() == 0
    clock.clock.advance(microseconds=1)
    with pytest.raises(Conflict):
        db.perform(service.offered_to, cast.wang, _mine(cast.wang).id)
    assert slot not in free_times(cast.wang)  # nobody takes it before the next is asked
    for act in (lambda: book(cast.lin, slot), lambda: db.perform(service.hold, cast.lin, slot)):
        with pytest.raises(Conflict):
            act()
    assert queueing.pass_on() == 1
    assert _offered() == {cast.town.lin.person_id: slot}
    assert (_mine(cast.wang).ahead, _mine(cast.wang).offered_at) == (0, "")  # and keeps their place
    clock.clock.advance(minutes=30)
    queueing.pass_on()
    assert _offered() == {}
    assert slot in free_times(cast.wang)
    db.perform(service.cancel_appointment, cast.lin, other)
    assert set(_offered()) == {cast.town.wang.person_id}


def test_where_the_clocks_job_is_dead_a_time_is_free_again_soon(cast: Cast):
    visit, slot = _both_wait(cast), _slots()[0]
    db.perform(service.cancel_appointment, cast.lin, visit)
    clock.clock.advance(minutes=31)
    assert slot not in free_times(cast.lin)
    clock.clock.advance(minutes=2)
    assert slot in free_times(cast.lin)


def test_passed_over_it_goes_to_the_next_and_left_it_does_too(cast: Cast):
    visit, slot = _both_wait(cast), _slots()[0]
    db.perform(service.cancel_appointment, cast.lin, visit)
    _wait(cast, cast.lin)
    db.perform(service.pass_over, cast.wang, _mine(cast.wang).id)
    assert _offered() == {cast.town.lin.person_id: slot}
    db.perform(service.leave_list, cast.lin, _mine(cast.lin).id)
    assert db.perform(service.my_waiting, cast.lin) == []
    assert _offered() == {}
    assert slot in free_times(cast.lin)
    with pytest.raises(Conflict):
        db.perform(service.pass_over, cast.wang, _mine(cast.wang).id)


@pytest.mark.parametrize("how", ["declined", "moved", "opened", "hours"])
def test_every_way_in_which_a_time_becomes_free(cast: Cast, how: str):
    visit, first = _both_wait(cast), _slots()[0]
    if how == "declined":
        db.perform(service.answer_appointment, cast.chen, visit, False)
    elif how == "moved":
        db.perform(service.move_appointment, cast.lin, visit, _slots()[-1])
    elif how == "opened":
        _open(cast.chen, 4, "09:00", "09:30")
    else:
        wanted = service.WantedHours((clock.now().weekday() + 5) % 7, "14:00", "15:00", "15", ["text"])
        db.perform(service.add_hours, cast.chen, wanted)
    offered = _offered()
    assert set(offered) == {cast.town.wang.person_id}
    assert (offered[cast.town.wang.person_id] == first) is (how in ("declined", "moved"))


def test_anybody_of_the_department_and_the_last_day_that_suits(cast: Cast):
    _wait(cast, cast.wang, anybody="yes", days=4)
    _wait(cast, cast.lin, days=2)
    _open(cast.sun, 6, "09:00", "09:15", department=_department(cast))
    assert _offered() == {}  # too late for the one, another physician for the other
    _open(cast.sun, 3, "12:00", "12:15", department=_department(cast))
    assert set(_offered()) == {cast.town.wang.person_id}


def test_joining_again_keeps_ones_place_and_the_day_is_named(cast: Cast):
    first = _wait(cast, cast.wang)
    _wait(cast, cast.lin)
    assert _wait(cast, cast.wang, days=5) == first
    assert [_mine(each).ahead for each in (cast.wang, cast.lin)] == [0, 1]
    for wrong in ({"until": ""}, {"until": "2020-01-01"}, {"until": "2999-01-01"}, {"reason": " "}):
        form = {"until": clock.now().date().isoformat(), "reason": REASON, "anybody": "no"} | wrong
        with pytest.raises(Invalid):
            db.perform(service.wait_for, cast.lin, _department(cast), cast.chen.account_id, form)


def test_when_the_day_is_past_one_waits_no_longer(cast: Cast):
    _wait(cast, cast.wang, days=1)
    clock.clock.advance(days=1)
    assert queueing.end_past() == 0
    clock.clock.advance(days=2)
    assert queueing.end_past() == 1
    assert db.perform(service.my_waiting, cast.wang) == []


def test_somebody_else_tries(cast: Cast):
    own = _wait(cast, cast.wang)
    for act in (service.leave_list, service.pass_over, service.offered_to):
        with pytest.raises(NotFound):
            db.perform(act, cast.lin, own)
        with pytest.raises(Denied):
            db.perform(act, cast.chen, own)
    for somebody in (cast.chen, cast.staff):
        with pytest.raises(Denied):
            _wait(cast, somebody)
        with pytest.raises(Denied):
            db.perform(service.my_waiting, somebody)
    unwell = answered(cast.lin, cast.chen, _department(cast), flags=["chest"], none=False).verdict.met
    assert not unwell
    with pytest.raises(Denied):
        _wait(cast, cast.lin)


def test_the_hospital_says_for_how_long_and_the_patient_is_told_at_once(cast: Cast):
    clock.clock.frozen = clock.now()
    db.perform(service.set_opening, cast.staff, "14", "07:00", "24", "10")
    db.perform(service.cancel_appointment, cast.lin, _both_wait(cast))
    card = _mine(cast.wang)
    assert datetime.fromisoformat(card.offered_until) == clock.now() + timedelta(minutes=10)
    with db.writing() as session:
        telling.SUBSCRIBERS[queueing.OFFERED](session, {"waiting": card.id, "fact_id": "x"})
    assert _keys(cast.wang.account_id) == ["offered"]
    with pytest.raises(Invalid):
        db.perform(service.set_opening, cast.staff, "14", "07:00", "24", "4")


def test_who_closes_the_account_waits_no_longer(cast: Cast):
    visit, slot = _both_wait(cast), _slots()[0]
    _wait(cast, cast.lin)
    with db.writing() as session:
        cancel_appointments(session, {"person": cast.town.lin.person_id, "fact_id": "x"})
    assert visit
    assert db.perform(service.my_waiting, cast.lin) == []
    assert _offered() == {cast.town.wang.person_id: slot}


@pytest.mark.slow
def test_times_freed_at_once_go_to_as_many_people_in_their_order(cast: Cast, monkeypatch: pytest.MonkeyPatch):
    """Sixteen cancel at once while others press for the same times: no time goes to two, none past who waits."""
    monkeypatch.setattr(booking, "LIVING_AT_MOST", 1000)
    monkeypatch.setattr(booking, "give", lambda *_: None)
    slots = _slots()
    agreed(cast.lin, cast.chen, _department(cast))
    visits = [db.perform(service.book, cast.lin, slot, REASON).id for slot in slots]
    _wait(cast, cast.wang)
    _wait(cast, cast.wang, anybody="yes")
    unexpected: list[BaseException] = []
    snatched: list[str] = []

    def cancel(number: int) -> None:
        try:
            db.perform(service.cancel_appointment, cast.lin, visits[number])
        except Exception as problem:  # noqa: BLE001 - whatever it is, the test must see it
            unexpected.append(problem)

    def snatch(number: int) -> None:
        for _ in range(20):
            try:
                snatched.append(db.perform(service.book, cast.lin, slots[number], REASON).slot_id)
            except Conflict:
                continue
            except Exception as problem:  # noqa: BLE001
                unexpected.append(problem)
            return

    crowd = [threading.Thread(target=act, args=(number,)) for number in range(len(slots)) for act in (cancel, snatch)]
    for each in crowd:
        each.start()
    for each in crowd:
        each.join()
    assert unexpected == []
    with db.reading() as session:
        offered = session.exec(select(Waiting.slot_id).where(Waiting.state == "offered")).all()
        kept = session.exec(select(Hold.slot_id).where(Hold.kind == "offered")).all()
    assert len(offered) == len(set(offered)) == 2, "each who waits has one time, and another one"
    assert set(kept) == set(offered)
    assert set(offered).isdisjoint(snatched), "an offered time was taken by somebody else"
