"""A physician's day: what waits for them and what they owe, and waiting times that are those of real records."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import select

from health_cloud.access.service.ledger_words import sentence_of
from health_cloud.core import clock, db, ledger
from health_cloud.core.actors import Actor
from health_cloud.core.clock import clock as the_clock
from health_cloud.core.errors import Denied
from health_cloud.core.models import LedgerLine
from health_cloud.core.policy import Action
from health_cloud.followup import service
from health_cloud.followup.models import Appointment
from health_cloud.followup.service import noting
from health_cloud.followup.service.day import day_page, waited
from health_cloud.followup.views import DayPage
from health_cloud.prescribing.service import reviewing
from tests.databases import Database
from tests.followup.eligibility import free_times, may_book
from tests.followup.test_noting import FORM, HERE, _in_session
from tests.prescribing import ward as wards
from tests.sharing import found_cast
from tests.visiting import agreed


def _day(actor: Actor) -> DayPage:
    return db.perform(day_page, actor)[0]


def _tasks(actor: Actor) -> list[tuple[str, str]]:
    return [(each.kind, each.patient.zh) for each in _day(actor).tasks]


def _listed(patient: Actor) -> list[str]:
    """Return who is said to have seen a visit of a patient among what they owe."""
    own = LedgerLine.chain == ledger.person_chain(patient.person_id), LedgerLine.action == Action.ENTER_VISIT.value
    with db.reading() as session:
        lines = session.exec(select(LedgerLine).where(*own)).all()
        return [each.actor_account_id for each in lines if sentence_of(each, own=False).endswith("visit_listed")]


def test_waits_are_medians_and_who_was_seen_early_has_not_waited():
    begin = datetime(2026, 3, 2, 1, tzinfo=UTC)  # nine in the morning there
    pairs = [(begin, begin + timedelta(minutes=each)) for each in (-50, -5, 4)]
    pairs += [(begin + timedelta(days=1), begin + timedelta(days=1, minutes=each)) for each in (10, 21)]
    found = waited(pairs, "Asia/Shanghai")
    assert (found.count, found.minutes) == (5, 4)
    assert [(each["at"], each["value"]) for each in found.days] == [("2026-03-02", "0"), ("2026-03-03", "15")]
    assert waited([], "Asia/Shanghai").count == 0
    late = datetime(2026, 3, 2, 17, tzinfo=UTC)  # the next day there
    assert waited([(late, late)], "Asia/Shanghai").days[0]["at"] == "2026-03-03"


def test_a_request_waits_until_it_is_answered_and_tells_how_long(database: Database):
    cast = found_cast()
    day = (clock.now() + timedelta(days=3, hours=8)).date().isoformat()
    db.perform(service.open_slots, cast.chen, day, "09:00", "10:00", 15)
    may_book(cast.town, cast.lin, cast.chen)
    made = db.perform(service.book, cast.lin, free_times(cast.lin)[0], "想调药")
    assert (_day(cast.chen).requests, _day(cast.sun).requests) == (1, 0)
    assert _day(cast.chen).answered.count == 0
    the_clock.advance(seconds=42 * 60)
    db.perform(service.answer_appointment, cast.chen, made.id, True)
    page = _day(cast.chen)
    assert (page.requests, page.answered.count, page.answered.minutes) == (0, 1, 42)
    the_clock.advance(seconds=3600)
    db.perform(service.cancel_appointment, cast.chen, made.id)  # what comes later is no answer
    assert _day(cast.chen).answered.minutes == 42
    assert _day(cast.sun).answered.count == 0


def test_an_unsigned_note_is_owed_for_a_week_by_its_physician_alone(database: Database):
    cast = found_cast()
    chen = _in_session(cast.chen)
    visit = agreed(chen, cast.lin, 5)
    db.perform(service.enter_visit, cast.lin, visit)
    the_clock.advance(seconds=11 * 60)
    db.perform(service.begin_visit, chen, visit)
    assert _tasks(chen) == []  # it is not over
    assert (_day(chen).begun.count, _day(chen).begun.minutes) == (1, 6)
    db.perform(noting.save_note, chen, visit, FORM, 0, HERE)
    db.perform(service.end_visit, chen, visit)
    assert _listed(cast.lin) == []
    _day(chen)
    _day(chen)
    assert _listed(cast.lin) == [chen.account_id]  # whom the list names learns it, once a day
    (task,) = _day(chen).tasks
    assert (task.kind, task.patient.zh, task.href) == ("note", "林秀兰", f"/physician/visit/{visit}")
    assert _tasks(cast.sun) == []
    with pytest.raises(Denied):
        _day(cast.lin)
    with pytest.raises(Denied):
        _day(cast.staff)
    db.perform(noting.sign_note, chen, visit, db.perform(noting.note_page, chen, visit)[0].mark)
    assert _tasks(chen) == []


def test_what_is_no_longer_to_be_done_is_owed_no_more(database: Database):
    cast = found_cast()
    visit = agreed(cast.chen, cast.lin, 5)
    db.perform(service.enter_visit, cast.lin, visit)
    db.perform(service.begin_visit, cast.chen, visit)
    db.perform(service.end_visit, cast.chen, visit)
    here = agreed(cast.chen, cast.wang, 5, kind="in_person")
    assert _tasks(cast.chen) == [("note", "林秀兰")]
    the_clock.advance(seconds=3 * 3600)
    assert sorted(_tasks(cast.chen)) == [("note", "林秀兰"), ("seen", "王建国")]
    db.perform(service.note_absent, cast.chen, here)
    assert _tasks(cast.chen) == [("note", "林秀兰")]
    the_clock.advance(seconds=7 * 86400)
    assert _tasks(cast.chen) == []
    the_clock.advance(seconds=30 * 86400)
    assert _day(cast.chen).begun.count == 0


def test_a_prescription_is_owed_when_it_is_late_or_returned(database: Database):
    ward = wards.found_ward()
    chen = ward.cast.chen
    wards.signed(ward)
    assert _tasks(chen) == []
    the_clock.advance(seconds=4 * 3600 + 1)
    assert _tasks(chen) == [("late", "林秀兰")]
    shown = wards.pane(ward)
    db.perform(reviewing.give_back, ward.pharmacist, shown.id, wards.digest(shown.id), "请改成每天 1 次")
    assert _tasks(chen) == [("returned", "林秀兰")]
    assert _tasks(ward.cast.sun) == []
    the_clock.advance(seconds=24 * 3600 + 1)
    assert _tasks(chen) == []
    with db.reading() as session:
        assert session.get_one(Appointment, ward.visit).answered_at is None  # made by hand, nobody asked
