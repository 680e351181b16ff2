"""What the clock does for a visit: reminders, each once, and an honest word where nobody met."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from sqlmodel import Session, col, select

from health_cloud.core import clock, db
from health_cloud.core.i18n import say
from health_cloud.followup import service
from health_cloud.followup.models import Appointment, Slot, Visit
from health_cloud.followup.service import reminding, telling
from health_cloud.identity.models import Account
from health_cloud.notify.models import News
from health_cloud.notify.service import inbox
from tests.databases import Database
from tests.followup.eligibility import free_times, may_book
from tests.people import COMMAND_LINE
from tests.sharing import Cast, found_cast, guardian_of
from tests.visiting import agreed


def _keys(account_id: str) -> list[str]:
    with db.reading() as session:
        found = session.exec(select(News.key).where(News.owner == account_id).order_by(col(News.id))).all()
        return [key.removeprefix("followup.news.") for key in found if key.startswith("followup.news.")]


def _said(cast: Cast) -> dict[str, str]:
    return db.perform(inbox.look, cast.lin)[0].params


def _long_agreed(visit: str) -> None:
    """Let it have been agreed on two days ago."""
    with db.writing() as session:
        row = session.get_one(Appointment, visit)
        row.changed_at = clock.now() - timedelta(days=2)
        session.add(row)


def test_a_day_and_an_hour_before_each_once_whatever_the_number_of_workers(database: Database):
    cast = found_cast()
    visit = agreed(cast.chen, cast.lin, 25 * 60)
    _long_agreed(visit)
    assert reminding.remind_due() == 0
    clock.clock.advance(hours=1)
    for _ in range(2):
        _together()
    assert _keys(cast.lin.account_id) == ["in_24"]
    said = _said(cast)
    assert (said["physician"], "月" in said["at"]) == ("陈立", True)
    clock.clock.advance(hours=23)
    for _ in range(2):
        _together()
    assert _keys(cast.lin.account_id) == ["in_24", "in_1"]


@pytest.mark.parametrize(("kind", "keys"), [("video", "_video"), ("in_person", "_in_person")])
def test_it_says_how_and_where_one_meets(database: Database, kind: str, keys: str):
    cast = found_cast()
    visit = agreed(cast.chen, cast.lin, 24 * 60 - 1, kind=kind)
    _long_agreed(visit)
    reminding.remind_due()
    said = _said(cast)
    assert said.get("place", "") == ("松云医院 内分泌科" if kind == "in_person" else "")
    clock.clock.advance(hours=23)
    reminding.remind_due()
    assert _keys(cast.lin.account_id) == [f"in_24{keys}", f"in_1{keys}"]
    for key in _keys(cast.lin.account_id):  # each in words, of a guardian's line too
        assert say(f"followup.news.{key}", "zh", **said)
        assert say(f"followup.news.{key}_of", "en", **said, name="x")


def _together() -> None:
    crowd = [threading.Thread(target=reminding.remind_due) for _ in range(4)]
    for each in crowd:
        each.start()
    for each in crowd:
        each.join()


def test_it_says_the_hospitals_clock():
    at = clock.now().replace(year=2026, month=12, day=3, hour=1, minute=20)
    said = reminding.said_at(at, "Asia/Shanghai")
    assert (said.zh, said.en) == ("12月3日 周四 9:20", "Thu 3 Dec, 09:20")
    assert reminding.said_at(at, "America/New_York").zh == "12月2日 周三 20:20"


def test_no_word_of_what_is_cancelled_asked_for_or_past(database: Database):
    cast = found_cast()
    called_off, asked, past = (agreed(cast.chen, cast.lin, minutes) for minutes in (120, 180, -30))
    for visit, state in ((called_off, "cancelled"), (asked, "requested"), (past, "accepted")):
        with db.writing() as session:
            row = session.get_one(Appointment, visit)
            row.state, row.changed_at = state, clock.now() - timedelta(days=2)
            session.add(row)
    assert reminding.remind_due() == 0
    assert _keys(cast.lin.account_id) == []


def test_who_has_agreed_just_now_is_not_reminded_of_it_and_after_a_pause_one_word_is_enough(database: Database):
    cast = found_cast()
    agreed(cast.chen, cast.lin, 10 * 60)
    reminding.remind_due()
    assert _keys(cast.lin.account_id) == []
    late = agreed(cast.chen, cast.wang, 50)
    _long_agreed(late)
    reminding.remind_due()  # the server was down a day before
    assert _keys(cast.wang.account_id) == ["in_1"]


def test_of_a_moved_visit_they_are_told_anew(database: Database):
    cast = found_cast()
    for ahead in (2, 4):
        day = (clock.now() + timedelta(days=ahead, hours=8)).date().isoformat()
        db.perform(service.open_slots, cast.chen, day, "09:00", "10:00", 15)
    may_book(cast.town, cast.lin, cast.chen)
    first, *_, last = free_times(cast.lin)
    made = db.perform(service.book, cast.lin, first, "想调药")
    db.perform(service.answer_appointment, cast.chen, made.id, True)
    _until(made.id, timedelta(hours=24))
    reminding.remind_due()
    db.perform(service.set_opening, cast.staff, "14", "07:00", "0")
    db.perform(service.move_appointment, cast.lin, made.id, last)
    reminding.remind_due()
    assert _keys(cast.lin.account_id) == ["in_24"]
    _until(made.id, timedelta(hours=24))
    reminding.remind_due()
    assert _keys(cast.lin.account_id) == ["in_24", "in_24"]


def _until(visit: str, before: timedelta) -> None:
    with db.reading() as session:
        row = session.get_one(Appointment, visit)
        starts = session.get_one(Slot, row.slot_id).starts_at
    clock.clock.advance(seconds=(starts - before - clock.now()).total_seconds())


def test_a_guardian_who_decides_is_reminded_too(database: Database):
    cast = found_cast()
    daughter = guardian_of(cast.town.lin.person_id, levels="read,book,decide")
    visit = agreed(cast.chen, cast.lin, 50)
    _long_agreed(visit)
    reminding.remind_due()
    assert _keys(cast.lin.account_id) == ["in_1"]
    if db.perform(_has_account, COMMAND_LINE, daughter.account_id):
        assert _keys(daughter.account_id) == ["in_1_of"]


def _has_account(session: Session, _: object, account_id: str) -> bool:
    return session.get(Account, account_id) is not None


def _over(cast: Cast, *, patient: int | None = None, physician: int | None = None) -> str:
    """Let a visit's time pass; who came, after so many minutes from now (it is agreed for in 5, lasting 15)."""
    visit = agreed(cast.chen, cast.lin, 5)
    came = sorted((minutes, who) for minutes, who in ((patient, "lin"), (physician, "chen")) if minutes is not None)
    begun = 0
    for minutes, who in came:
        clock.clock.advance(minutes=minutes - begun)
        begun = minutes
        db.perform(service.enter_visit, getattr(cast, who), visit)
    clock.clock.advance(minutes=20 - begun + 120)
    return visit


@pytest.mark.parametrize(
    ("patient", "physician", "absent"),
    [(None, 6, "patient"), (6, None, "physician"), (6, 7, "physician"), (None, None, "both"), (40, 6, "late")],
)
def test_why_a_visit_did_not_take_place_is_said_to_both(
    database: Database, patient: int | None, physician: int | None, absent: str
):
    cast = found_cast()
    visit = _over(cast, patient=patient, physician=physician)
    clock.clock.advance(seconds=-1)
    assert reminding.note_missed() == 0
    clock.clock.advance(seconds=1)
    assert reminding.note_missed() == 1
    assert reminding.note_missed() == 0
    with db.reading() as session:
        assert session.get_one(Visit, visit).absent == absent
    card = db.perform(service.my_appointments, cast.lin)[0]
    assert (card.state, card.absent) == ("missed", absent)
    for actor in (cast.lin, cast.chen):
        room, _ = db.perform(service.enter_visit, actor, visit)
        assert (room.phase, room.absent) == ("missed", absent)
    with db.reading() as session:  # who looks into it afterwards has not come to it
        row = session.get_one(Visit, visit)
        assert (row.patient_came_at is None, row.physician_came_at is None) == (patient is None, physician is None)
    with db.writing() as session:
        telling.SUBSCRIBERS[reminding.NOTED](session, {"appointment": visit, "fact_id": "x"})
    for actor in (cast.lin, cast.chen):
        assert _keys(actor.account_id)[-1] == f"missed.{absent}"


def test_a_visit_that_took_place_was_missed_by_nobody(database: Database):
    cast = found_cast()
    visit = agreed(cast.chen, cast.lin, 5)
    db.perform(service.enter_visit, cast.lin, visit)
    db.perform(service.begin_visit, cast.chen, visit)
    clock.clock.advance(hours=5)
    assert reminding.note_missed() == 0
