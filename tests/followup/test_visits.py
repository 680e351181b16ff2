"""A visit: coming, waiting honestly, the talk that is said once and kept, the end, and everybody else."""

from __future__ import annotations

import threading
import uuid
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlmodel import col, select

from health_cloud.consent.models import Grant
from health_cloud.core import db, ledger
from health_cloud.core.actors import Actor
from health_cloud.core.clock import clock as the_clock
from health_cloud.core.errors import Conflict, Denied, HealthCloudError, Invalid, NotFound
from health_cloud.core.models import LedgerLine
from health_cloud.core.policy import Action
from health_cloud.followup import service
from health_cloud.followup.models import Appointment, Message
from health_cloud.followup.views import VisitRoom
from tests.databases import Database
from tests.sharing import Cast, ask, found_cast, give, granted, guardian_of
from tests.visiting import agreed

KEY = "0b9f3a9e-6a0e-4a53-9d4a-5a6d0f3a7c11"
WORDS = "陈医生好。最近早上空腹血糖都在 7.5 到 8"


def _room(actor: Actor, visit: str) -> VisitRoom:
    return db.perform(service.enter_visit, actor, visit)[0]


def _say(actor: Actor, visit: str, text: object = WORDS, key: object = "") -> None:
    db.perform(service.say_in_visit, actor, visit, key or str(uuid.uuid4()), text)


def _begun(cast: Cast, minutes: int = 5) -> str:
    visit = agreed(cast.chen, cast.lin, minutes)
    _room(cast.lin, visit)
    db.perform(service.begin_visit, cast.chen, visit)
    return visit


def _actions(person_id: str) -> list[str]:
    with db.reading() as session:
        own = col(LedgerLine.chain) == ledger.person_chain(person_id)
        lines = session.exec(select(LedgerLine.action).where(own).order_by(col(LedgerLine.seq))).all()
        return [action for action in lines if action.startswith(("followup:visit", "followup:talk"))]


def test_a_visit_from_the_waiting_room_to_its_end(database: Database):
    cast = found_cast()
    visit = agreed(cast.chen, cast.lin, 20)
    assert _room(cast.lin, visit).phase == "early"
    the_clock.advance(minutes=5)
    room = _room(cast.lin, visit)
    assert (room.phase, room.ahead, bool(room.patient_came)) == ("waiting", 0, True)
    (row,) = db.perform(service.todays_queue, cast.chen).rows
    assert (row.phase, row.patient.zh, row.waits, row.granted) == ("waiting", "林秀兰", 0, False)
    the_clock.advance(minutes=4)
    assert db.perform(service.todays_queue, cast.chen).rows[0].waits == 4
    db.perform(service.begin_visit, cast.chen, visit)
    _say(cast.lin, visit)
    _say(cast.chen, visit, "看到了")
    room = _room(cast.chen, visit)
    assert [(line.kind, line.side, line.text) for line in room.talk] == [
        ("came", "patient", ""),
        ("begun", "physician", ""),
        ("said", "patient", WORDS),
        ("said", "physician", "看到了"),
    ]
    assert [bool(line.key) for line in room.talk] == [False, False, False, True]  # one's own alone
    db.perform(service.end_visit, cast.chen, visit)
    room = _room(cast.lin, visit)
    assert (room.phase, room.talk[-1].kind) == ("ended", "ended")
    for somebody in (cast.lin, cast.chen):
        with pytest.raises(Conflict):
            _say(somebody, visit)
    assert [line.text for line in _room(cast.lin, visit).talk if line.kind == "said"] == [WORDS, "看到了"]


def test_each_use_leaves_one_line_in_the_patients_ledger(database: Database):
    cast = found_cast()
    visit = _begun(cast)
    _room(cast.chen, visit)
    _say(cast.lin, visit)
    _room(cast.lin, visit)
    db.perform(service.end_visit, cast.chen, visit)
    begun = ["followup:visit:enter", "followup:visit:begin"]
    rest = ["followup:talk:read", "followup:talk:write", "followup:talk:read", "followup:visit:end"]
    assert _actions(cast.lin.person_id) == [*begun, *rest]


def test_what_is_sent_twice_is_said_once(database: Database):
    cast = found_cast()
    visit = _begun(cast)
    key = str(uuid.uuid4())
    problems: list[BaseException] = []

    def send() -> None:
        try:
            _say(cast.lin, visit, key=key)
        except HealthCloudError as problem:
            problems.append(problem)

    threads = [threading.Thread(target=send) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    _say(cast.chen, visit, "同一个号", key)  # a key is its sender's own
    assert problems == []
    with db.reading() as session:
        assert len(session.exec(select(Message)).all()) == 2
    db.perform(service.end_visit, cast.chen, visit)
    _say(cast.lin, visit, key=key)  # it is said already: nobody is told otherwise


def test_words_lie_sealed(database: Database):
    cast = found_cast()
    visit = _begun(cast)
    _say(cast.lin, visit)
    with db.reading() as session:
        (message,) = session.exec(select(Message)).all()
        assert message.text is not None
        assert WORDS.encode() not in message.text


def test_nobody_else_comes_writes_or_learns_that_there_is_a_visit(database: Database):
    cast = found_cast()
    visit = _begun(cast)
    unwanted = (cast.wang, cast.sun, cast.gao)
    for somebody in unwanted:
        with pytest.raises(NotFound):
            _room(somebody, visit)
        with pytest.raises(NotFound):
            db.perform(service.look_at_visit, somebody, visit)
        with pytest.raises(NotFound):
            _say(somebody, visit)
    for somebody in (cast.sun, cast.gao):
        for act in (service.begin_visit, service.end_visit):
            with pytest.raises(NotFound):
                db.perform(act, somebody, visit)
    for somebody in (cast.staff, cast.lin):
        for act in (service.begin_visit, service.end_visit):
            with pytest.raises(Denied):
                db.perform(act, somebody, visit)
        with pytest.raises(Denied):
            db.perform(service.todays_queue, somebody)
    with pytest.raises(Denied):
        _room(cast.staff, visit)
    assert db.perform(service.todays_queue, cast.sun).rows == ()
    assert [line.kind for line in _room(cast.lin, visit).talk] == ["came", "begun"]


def test_a_guardian_comes_who_may_book_and_is_named(database: Database):
    cast = found_cast()
    visit = _begun(cast)
    reader, booker = (guardian_of(cast.lin.person_id, levels=levels) for levels in ("read", "read,book"))
    with pytest.raises(Denied):
        _room(_for(reader, cast), visit)
    with pytest.raises(NotFound):
        _room(booker, visit)  # for themselves they have no such visit
    _say(_for(booker, cast), visit, "我是她女儿")
    with db.reading() as session:
        assert session.exec(select(Message.speaker_id)).one() == booker.person_id


def _for(guardian: Actor, cast: Cast) -> Actor:
    return replace(guardian, for_person_id=cast.lin.person_id)


def test_a_visit_begins_when_the_patient_is_there_one_at_a_time(database: Database):
    cast = found_cast()
    first, second = agreed(cast.chen, cast.lin, 5), agreed(cast.chen, cast.wang, 20)
    _room(cast.chen, first)
    with pytest.raises(Conflict) as refusal:
        db.perform(service.begin_visit, cast.chen, first)
    assert refusal.value.key == "followup.visit.error.not_come"
    _room(cast.lin, first)
    db.perform(service.begin_visit, cast.chen, first)
    the_clock.advance(minutes=10)
    _room(cast.wang, second)
    with pytest.raises(Conflict) as refusal:
        db.perform(service.begin_visit, cast.chen, second)
    assert refusal.value.key == "followup.visit.error.another_open"
    with pytest.raises(Conflict):
        db.perform(service.begin_visit, cast.chen, first)
    db.perform(service.end_visit, cast.chen, first)
    db.perform(service.begin_visit, cast.chen, second)
    with pytest.raises(Conflict):
        db.perform(service.end_visit, cast.chen, first)


def test_a_visit_that_began_before_its_time_is_not_cancelled(database: Database):
    cast = found_cast()
    visit = _begun(cast, 10)
    assert not db.perform(service.my_appointments, cast.lin)[0].can_cancel
    for somebody in (cast.lin, cast.chen):
        with pytest.raises(Conflict):
            db.perform(service.cancel_appointment, somebody, visit)


def test_who_waits_is_told_honestly(database: Database):
    cast = found_cast()
    first, second = agreed(cast.chen, cast.lin, 0), agreed(cast.chen, cast.wang, 15)
    _room(cast.lin, first)
    the_clock.advance(minutes=1)
    alone = _room(cast.lin, first)
    assert (alone.ahead, alone.late) == (0, -1)  # the physician has not come: nobody can say
    assert _room(cast.wang, second).ahead == 1
    the_clock.advance(minutes=9)
    _room(cast.chen, first)
    db.perform(service.begin_visit, cast.chen, first)  # ten minutes late, and takes fifteen
    waits = _room(cast.wang, second)
    assert (waits.ahead, waits.late) == (1, 10)
    the_clock.advance(minutes=20)  # it takes longer than it should
    assert (_room(cast.wang, second).ahead, _room(cast.wang, second).late) == (1, 15)
    db.perform(service.end_visit, cast.chen, first)
    assert (_room(cast.wang, second).ahead, _room(cast.wang, second).late) == (0, 15)


def test_one_who_has_not_come_delays_nobody(database: Database):
    cast = found_cast()
    _room(cast.chen, agreed(cast.chen, cast.lin, 0))
    second = agreed(cast.chen, cast.wang, 10)
    assert _room(cast.wang, second).ahead == 0


def test_a_visit_to_which_nobody_came_is_missed(database: Database):
    cast = found_cast()
    visit = agreed(cast.chen, cast.lin, 0)
    the_clock.advance(hours=3)
    assert _room(cast.lin, visit).phase == "missed"
    assert _actions(cast.lin.person_id) == ["followup:talk:read"]
    with pytest.raises(Conflict):
        db.perform(service.begin_visit, cast.chen, visit)


def test_what_was_not_accepted_is_no_visit(database: Database):
    cast = found_cast()
    visit = agreed(cast.chen, cast.lin, 5)
    for state in ("requested", "declined", "cancelled"):
        with db.writing() as session:
            session.get_one(Appointment, visit).state = state
        for somebody in (cast.lin, cast.chen):
            with pytest.raises(NotFound):
                _room(somebody, visit)


@pytest.mark.parametrize(
    ("key", "text", "problem"),
    [
        ("", WORDS, "core.error.invalid"),
        ("not-a-key", WORDS, "core.error.invalid"),
        (7, WORDS, "core.error.invalid"),
        (KEY, "  ", "followup.visit.error.empty"),
        (KEY, {"a": 1}, "followup.visit.error.empty"),
        (KEY, "长" * 2001, "followup.error.too_long"),
    ],
)
def test_what_cannot_be_said_is_said_why(key: object, text: object, problem: str, database: Database):
    cast = found_cast()
    visit = _begun(cast)
    with pytest.raises(Invalid) as refusal:
        db.perform(service.say_in_visit, cast.lin, visit, key, text)
    assert refusal.value.key == problem
    assert [line.kind for line in _room(cast.lin, visit).talk] == ["came", "begun"]


def test_the_end_takes_back_what_was_granted_until_then_and_nothing_else(database: Database):
    cast = found_cast()
    until, other = granted(cast), give(cast.lin, ask(cast.sun, cast.town.lin.visit_card))
    visit = _begun(cast)
    with db.writing() as session:
        grant = session.get_one(Grant, until)
        grant.visit_id, grant.ends_with = visit, "visit"
    assert db.perform(service.visit_ground, cast.chen, visit) == until
    db.perform(service.end_visit, cast.chen, visit)
    with db.reading() as session:
        assert session.get_one(Grant, until).ended_at is not None
        assert session.get_one(Grant, other).ended_at is None
    assert db.perform(service.visit_ground, cast.chen, visit) == ""


def test_a_visit_that_runs_late_keeps_its_chart_until_it_ends(database: Database):
    cast = found_cast()
    given = granted(cast)
    visit = agreed(cast.chen, cast.lin, 5)
    with db.writing() as session:
        grant = session.get_one(Grant, given)
        grant.visit_id, grant.ends_with, grant.until_at = visit, "visit", the_clock.now() + timedelta(minutes=20)
        grant.request_id = None  # as with a booking
    _room(cast.lin, visit)
    db.perform(service.begin_visit, cast.chen, visit)
    the_clock.advance(hours=1)
    assert db.perform(service.visit_ground, cast.chen, visit) == given, "its time is over, the visit is not"
    the_clock.advance(hours=2)
    assert db.perform(service.visit_ground, cast.chen, visit) == "", "a visit that nobody ends is not open for ever"
    with db.reading() as session:
        own = col(LedgerLine.chain) == ledger.person_chain(cast.lin.person_id)
        longer = own & (col(LedgerLine.action) == Action.EXTEND_GRANT.value)
        assert session.exec(select(LedgerLine.actor_role).where(longer)).all() == ["system"]


def test_the_ground_beside_a_visit_is_its_physicians_alone(database: Database):
    cast = found_cast()
    granted(cast)
    give(cast.lin, ask(cast.sun, cast.town.lin.visit_card))
    visit = _begun(cast)
    assert db.perform(service.visit_ground, cast.chen, visit) != ""
    for somebody in (cast.sun, cast.gao, cast.staff, cast.lin, cast.wang):
        assert db.perform(service.visit_ground, somebody, visit) == ""
    assert db.perform(service.visit_ground, cast.chen, agreed(cast.chen, cast.wang, 30)) == ""
