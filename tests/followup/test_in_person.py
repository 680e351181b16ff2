"""Visits at the hospital: booked without the rules of online care, seen or not, and read only as their patient lets."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlmodel import Session, col, select

from health_cloud.chart.models import ChartEncounter, ChartEntry
from health_cloud.chart.service import departments_visited
from health_cloud.consent.service.decisions import living_grants
from health_cloud.core import clock, db, ledger
from health_cloud.core.actors import Actor
from health_cloud.core.clock import clock as the_clock
from health_cloud.core.errors import Conflict, Denied, Invalid, NotFound
from health_cloud.core.models import LedgerLine
from health_cloud.core.policy import Scope
from health_cloud.core.vocabulary import RecordClass
from health_cloud.followup import service
from health_cloud.followup.models import Appointment, Slot, Visit
from health_cloud.followup.service import noting, reminding
from health_cloud.followup.views import AppointmentCard
from health_cloud.identity.models import Link
from tests.databases import Database
from tests.followup.eligibility import may_book
from tests.followup.test_noting import FORM, HERE, _in_session
from tests.people import COMMAND_LINE
from tests.sharing import Cast, found_cast, guardian_of
from tests.visiting import agreed

REASON = "脚上伤口不好，想当面看"
ROOM = "门诊楼 3 层 12 诊室"
LABS = Scope(frozenset({RecordClass.LABORATORY}))


@pytest.fixture
def cast(database: Database) -> Cast:
    """陈 offers four times in three days, by text or at the hospital; a passkey was shown just now."""
    assert database
    made = found_cast()
    made = replace(made, chen=_in_session(made.chen))
    _open(made.chen)
    return made


def _open(physician: Actor, kinds: tuple[str, ...] = ("text", "in_person"), begin: str = "09:00") -> None:
    day = (clock.now() + timedelta(days=3, hours=8)).date().isoformat()
    end = f"{int(begin[:2]) + 1:02}:00"
    db.perform(service.open_slots, physician, day, begin, end, 15, "", kinds, ROOM)


def _department(cast: Cast) -> str:
    return cast.town.departments["endocrinology"]


def _times(cast: Cast, patient: Actor) -> list[str]:
    place = _department(cast), cast.chen.account_id
    day = db.perform(service.times_page, patient, *place, "", "in_person").days[-1].day
    page = db.perform(service.times_page, patient, *place, day, "in_person")
    assert (page.step, page.kind) == ("", "in_person")
    return [slot.id for slot in (*page.morning, *page.afternoon)]


def _booked(cast: Cast, patient: Actor, place: int = 0) -> AppointmentCard:
    slot = _times(cast, patient)[place]
    db.perform(service.hold, patient, slot, "in_person")
    return db.perform(service.book, patient, slot, REASON, "in_person")


def _card(patient: Actor) -> AppointmentCard:
    return db.perform(service.my_appointments, patient)[0]


def _lines(cast: Cast, action: str) -> int:
    with db.reading() as session:
        own = col(LedgerLine.chain) == ledger.person_chain(cast.lin.person_id)
        done = own, LedgerLine.action == action, col(LedgerLine.outcome).in_((ledger.DONE, ledger.ALLOWED))
        return len(session.exec(select(LedgerLine.id).where(*done)).all())


def test_booked_without_questions_and_with_nothing_given(cast: Cast):
    page = db.perform(service.offers_in_person, cast.lin, _department(cast))
    (offer,) = page.offers
    assert (offer.place, offer.times) == (ROOM, f"/followup/in-person/{_department(cast)}/{cast.chen.account_id}")
    assert [each.times for each in db.perform(service.offers, cast.lin).in_person] == [offer.times]
    made = _booked(cast, cast.lin)
    assert (made.kind, made.place, made.state) == ("in_person", ROOM, "requested")
    assert db.perform(living_grants, cast.lin) == []
    (waiting,) = db.perform(service.slots_page, cast.chen).waiting
    assert (waiting.kind, waiting.place) == ("in_person", ROOM)
    with pytest.raises(Denied):  # the same time online is asked about first
        db.perform(service.book, cast.lin, _times(cast, cast.lin)[0], REASON, "text")


def test_nobody_books_at_a_hospital_of_which_they_are_no_patient(cast: Cast):
    """By the page, the hold and the booking alike; and a department is named to nobody else."""
    slot = _times(cast, cast.lin)[0]
    db.perform(_unlink, COMMAND_LINE, cast.lin.person_id)
    for act, *given in (
        (service.offers_in_person, _department(cast)),
        (service.offers_in_person, "nothing"),
        (service.hold, slot, "in_person"),
        (service.book, slot, REASON, "in_person"),
    ):
        with pytest.raises(NotFound):
            db.perform(act, cast.lin, *given)
    with pytest.raises(Denied):
        db.perform(service.offers_in_person, cast.chen, _department(cast))


def _unlink(session: Session, _: Actor, person_id: str) -> None:
    for link in session.exec(select(Link).where(Link.person_id == person_id)).all():
        link.to_at = clock.now()
        session.add(link)


def test_a_guardian_who_books_needs_not_decide_who_reads(cast: Cast):
    booker = guardian_of(cast.lin.person_id, levels="read,book")
    booker = replace(booker, for_person_id=cast.lin.person_id, for_levels=("read", "book"))
    made = _booked(cast, booker)
    assert made.may_let == ""
    with pytest.raises(Denied):
        db.perform(service.let_read, booker, made.id, LABS)
    assert _card(cast.lin).may_let == f"/followup/let-read/{made.id}"


def test_the_physician_reads_as_the_patient_lets_until_it_is_over(cast: Cast):
    made = _booked(cast, cast.lin)
    page = db.perform(service.let_page, cast.lin, made.id, LABS)
    assert page.total == 2
    for other in (cast.wang, cast.chen):
        with pytest.raises((NotFound, Denied)):
            db.perform(service.let_read, other, made.id, LABS)
    db.perform(service.let_read, cast.lin, made.id, LABS)
    with pytest.raises(Conflict):
        db.perform(service.let_read, cast.lin, made.id, LABS)
    assert _card(cast.lin).may_let == ""
    db.perform(service.answer_appointment, cast.chen, made.id, True)
    assert db.perform(service.visit_ground, cast.chen, made.id)
    until = _card(cast.lin).reads_until
    db.perform(service.move_appointment, cast.lin, made.id, _times(cast, cast.lin)[-1])
    assert _card(cast.lin).reads_until > until  # it goes along
    db.perform(service.cancel_appointment, cast.chen, made.id)
    assert not db.perform(service.visit_ground, cast.chen, made.id)


def test_moved_to_a_time_of_the_same_kind_alone(cast: Cast):
    made = _booked(cast, cast.lin)
    _open(cast.chen, ("text",), "14:00")
    page = db.perform(service.move_page, cast.lin, made.id)
    assert (page.times.kinds, page.times.afternoon, len(page.times.morning)) == (("in_person",), (), 3)
    with db.reading() as session:
        online = session.exec(select(Slot.id).where(Slot.kinds == "text")).first()
    with pytest.raises(NotFound):
        db.perform(service.move_appointment, cast.lin, made.id, online)


def test_who_waits_in_person_is_offered_such_a_time_and_no_other(cast: Cast):
    may_book(cast.town, cast.wang, cast.chen)
    until = (clock.now() + timedelta(days=20)).date().isoformat()
    for who, kind in ((cast.lin, "in_person"), (cast.wang, "text")):
        form: dict[str, object] = {"until": until, "reason": REASON, "kind": kind}
        db.perform(service.wait_for, who, _department(cast), cast.chen.account_id, form)
        the_clock.advance(seconds=1)
    assert db.perform(service.my_waiting, cast.wang)[0].ahead == 0  # who waits to come is not before who waits online
    form = {"until": until, "reason": REASON, "kind": "anything"}
    with pytest.raises(Denied):  # online the rules come first
        db.perform(service.wait_for, cast.lin, _department(cast), cast.chen.account_id, form)
    _open(cast.chen, ("text",), "13:00")
    assert not db.perform(service.my_waiting, cast.lin)[0].offered_at
    assert db.perform(service.my_waiting, cast.wang)[0].offered_at
    _open(cast.chen, ("in_person",), "15:00")
    (card,) = db.perform(service.my_waiting, cast.lin)
    assert (card.kind, card.ahead) == ("in_person", 0)
    slot, reason, page, kind = db.perform(service.offered_to, cast.lin, card.id)
    assert (page.split("/")[2], kind, reason) == ("in-person", "in_person", REASON)
    db.perform(service.book, cast.lin, slot, reason, kind)
    assert db.perform(service.my_waiting, cast.lin) == []


def test_seen_noted_and_counted_as_a_visit_in_person(cast: Cast):
    """The note is the outpatient clinic's, so that the rules of online care know of a visit in person."""
    before = departments_of(cast.lin)
    visit = agreed(cast.chen, cast.lin, 5, REASON, "in_person")
    (row,) = db.perform(service.todays_queue, cast.chen).rows
    assert (row.kind, row.phase, row.reason) == ("in_person", "waiting", REASON)
    room, _ = db.perform(service.enter_visit, cast.chen, visit)
    assert (room.kind, room.phase, room.talk) == ("in_person", "waiting", ())
    assert _lines(cast, "followup:reason:read") == 2
    with pytest.raises((NotFound, Denied)):
        db.perform(service.begin_visit, cast.sun, visit)
    db.perform(service.begin_visit, cast.chen, visit)
    db.perform(noting.save_note, cast.chen, visit, FORM | {"referral": "in_person", "why": "换药"}, 0, HERE)
    entry = db.perform(noting.sign_note, cast.chen, visit, db.perform(noting.note_page, cast.chen, visit)[0].mark)
    db.perform(service.end_visit, cast.chen, visit)
    assert (_card(cast.lin).state, _card(cast.lin).can_come) == ("ended", False)
    with db.reading() as session:
        found = session.get_one(ChartEntry, entry)
        assert session.get_one(ChartEncounter, found.encounter_id).visit_type == "outpatient"
    assert departments_of(cast.lin)[_department(cast)] > before.get(_department(cast), clock.now() - timedelta(days=1))
    written, _ = db.perform(noting.written_note, cast.lin, visit)
    assert written.in_person == f"/followup/in-person/{_department(cast)}"
    assert not _lines(cast, "followup:visit:enter")  # nobody came to a page


def departments_of(patient: Actor) -> dict[str, object]:
    with db.reading() as session:
        return dict(departments_visited(session, patient, patient.person_id))


def test_who_did_not_come_may_come_after_all_within_a_week(cast: Cast):
    visit = agreed(cast.chen, cast.lin, 5, REASON, "in_person")
    with pytest.raises(Conflict):  # its time has not come
        db.perform(service.note_absent, cast.chen, visit)
    the_clock.advance(seconds=6 * 60)
    for other in (cast.sun, cast.lin):
        with pytest.raises((NotFound, Denied)):
            db.perform(service.note_absent, other, visit)
    db.perform(service.note_absent, cast.chen, visit)
    with pytest.raises(Conflict):
        db.perform(service.note_absent, cast.chen, visit)
    assert db.perform(service.enter_visit, cast.lin, visit)[0].phase == "missed"
    assert _lines(cast, "followup:absence:note") == 1
    db.perform(service.begin_visit, cast.chen, visit)
    db.perform(service.end_visit, cast.chen, visit)
    assert _card(cast.lin).absent == ""
    online = agreed(cast.chen, cast.wang, 5)
    the_clock.advance(seconds=600)
    with pytest.raises(NotFound):  # online the clock notes it
        db.perform(service.note_absent, cast.chen, online)


def test_the_clock_never_says_that_somebody_did_not_come_in_person(cast: Cast):
    visit = agreed(cast.chen, cast.lin, 5, REASON, "in_person")
    the_clock.advance(seconds=4 * 3600)
    assert reminding.note_missed() == 0
    assert (_card(cast.lin).state, db.perform(service.enter_visit, cast.lin, visit)[0].phase) == ("over", "waiting")
    the_clock.advance(seconds=8 * 86400)
    assert db.perform(service.enter_visit, cast.lin, visit)[0].phase == "over"
    for act in (service.begin_visit, service.note_absent):
        with pytest.raises(Conflict):
            db.perform(act, cast.chen, visit)


def test_where_one_comes_to_is_said_in_a_line(cast: Cast):
    day = (clock.now() + timedelta(days=4)).date().isoformat()
    with pytest.raises(Invalid) as refused:
        db.perform(service.open_slots, cast.chen, day, "09:00", "10:00", 15, "", ["in_person"], "x" * 81)
    assert refused.value.field == "room"
    week = service.WantedHours(
        clock.now().weekday(), "18:00", "19:00", "15", ["text", "in_person"], room=" 门诊楼\n3 层 "
    )
    db.perform(service.add_hours, cast.chen, week)
    with db.reading() as session:
        laid = session.exec(select(Slot.kinds, Slot.room).where(col(Slot.hours_id).is_not(None))).all()
    assert set(laid) == {("text,in_person", "门诊楼 3 层")}


def test_two_press_begin_and_absent_at_once(cast: Cast):
    """Whoever comes second is told that it moved on; nothing is both."""
    visit = agreed(cast.chen, cast.lin, 0, REASON, "in_person")
    the_clock.advance(seconds=1)
    db.perform(service.begin_visit, cast.chen, visit)
    with pytest.raises(Conflict):
        db.perform(service.note_absent, cast.chen, visit)
    with db.reading() as session:
        assert (session.get_one(Visit, visit).state, session.get_one(Visit, visit).absent) == ("open", "")
        assert session.get_one(Appointment, visit).kind == "in_person"
