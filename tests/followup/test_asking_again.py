"""The rules asked once more as a visit opens: fresh answers count, older ones are asked anew, a no is said plainly."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlmodel import Session, select

from health_cloud.chart.models import ChartEncounter
from health_cloud.core import clock, db
from health_cloud.core.actors import Actor
from health_cloud.core.errors import Conflict, Denied, HealthCloudError, Invalid, NotFound
from health_cloud.core.models import LedgerLine
from health_cloud.followup import service
from health_cloud.followup.models import AskedAgain, Slot
from health_cloud.followup.service import asking_again, ruling
from health_cloud.followup.service.trace import trace_of
from health_cloud.followup.views.ruling import AgainDesk, AgainRoom
from tests.databases import Database
from tests.followup.eligibility import answered, book, free_times, may_book
from tests.sharing import Cast, found_cast


@pytest.fixture
def cast(database: Database) -> Cast:
    """陈 offers times in three days; 林 may book."""
    assert database
    made = found_cast()
    clock.clock.frozen = clock.now()
    day = (clock.now() + timedelta(days=3, hours=8)).date().isoformat()
    db.perform(service.open_slots, made.chen, day, "09:00", "11:00", 15)
    may_book(made.town, made.lin, made.chen)
    return made


def _booked(cast: Cast, *, fresh: bool = False) -> str:
    """Let 林 have an accepted visit, and let its time come; `fresh` books it ten hours before, else days."""
    slot = free_times(cast.lin)[0]
    with db.reading() as session:
        starts_at = session.get_one(Slot, slot).starts_at
    if fresh:
        clock.clock.frozen = starts_at - timedelta(hours=10)
        answered(cast.lin, cast.chen, cast.town.departments["endocrinology"])
    made = book(cast.lin, slot)
    db.perform(service.answer_appointment, cast.chen, made.id, True)
    clock.clock.frozen = starts_at
    return made.id


def _room(cast: Cast, visit: str) -> AgainRoom:
    db.perform(service.enter_visit, cast.lin, visit)
    return db.perform(asking_again.again_room, cast.lin, visit)


def _desk(cast: Cast, visit: str) -> AgainDesk:
    return db.perform(asking_again.again_desk, cast.chen, visit)


def _begin(cast: Cast, visit: str, reason: object = "") -> None:
    db.perform(service.begin_visit, cast.chen, visit, reason)


def _answer(who: Actor, visit: str, *flags: str, none: bool = False) -> None:
    db.perform(asking_again.answer_again, who, visit, list(flags), none=none)


def _limit(cast: Cast, months: str) -> None:
    db.perform(ruling.set_limits, cast.staff, 0, months, "6")
    db.perform(ruling.publish, cast.staff, 1, "")


def test_answers_of_within_the_day_count(cast: Cast):
    visit = _booked(cast, fresh=True)
    assert _room(cast, visit).state == "yes"
    assert _desk(cast, visit).state == ""
    _begin(cast, visit)
    assert "可以在线上看" in db.perform(trace_of, cast.chen, visit, "zh")


def test_older_ones_are_asked_anew_and_the_visit_waits_for_them(cast: Cast):
    visit = _booked(cast)
    page = _room(cast, visit)
    assert page.state == "unasked"
    assert {"chest", "low_sugar"} <= {each.name for each in page.questions}
    assert _desk(cast, visit).state == "unasked"
    with pytest.raises(Conflict, match="unasked"):
        _begin(cast, visit, "等不了")
    for flags, none in (((), False), (("chest",), True), (("plague",), False)):
        with pytest.raises(Invalid):
            _answer(cast.lin, visit, *flags, none=none)
    _answer(cast.lin, visit, none=True)
    with pytest.raises(Conflict, match="over"):
        _answer(cast.lin, visit, none=True)
    assert _room(cast, visit).state == "yes"
    _begin(cast, visit)


def test_a_sign_by_law_bars_the_visit_and_the_physician_learns_the_rule_alone(cast: Cast):
    visit = _booked(cast)
    _room(cast, visit)
    _answer(cast.lin, visit, "chest")
    page = _room(cast, visit)
    assert (page.state, page.answer.verdict.way, page.answer.rule.number) == ("law", "emergency", 3)
    desk = _desk(cast, visit)
    assert (desk.state, desk.rule.number) == ("law", 3)
    assert "胸口" not in repr(desk)
    with pytest.raises(Conflict, match="law"):
        _begin(cast, visit, "我看没事")
    with db.reading() as session:
        assert session.get_one(AskedAgain, visit).decided_at is None


def test_against_the_hospitals_own_rule_the_physician_goes_on_with_a_reason(cast: Cast):
    visit = _booked(cast)
    clock.clock.advance(minutes=-1)
    _limit(cast, "1")
    db.perform(_seen_long_ago, cast.staff, cast)
    _room(cast, visit)
    _answer(cast.lin, visit, none=True)
    page, desk = _room(cast, visit), _desk(cast, visit)
    assert (page.state, desk.state, desk.rule.number) == ("own", "own", 4)
    with pytest.raises(Conflict, match="own"):
        _begin(cast, visit, "  ")
    with pytest.raises(Invalid):
        _begin(cast, visit, "长" * 301)
    _begin(cast, visit, "病情稳定，下月来院")
    told = db.perform(trace_of, cast.lin, visit, "zh")
    assert "病情稳定，下月来院" in told
    assert "本院自己的规则不允许" in told


def _seen_long_ago(session: Session, actor: Actor, cast: Cast) -> None:
    for row in session.exec(select(ChartEncounter).where(ChartEncounter.person_id == cast.lin.person_id)).all():
        if row.occurred_at is not None:
            row.occurred_at = clock.now() - timedelta(days=90)
            session.add(row)


def test_newer_rules_ask_anew_even_within_the_day(cast: Cast):
    visit = _booked(cast, fresh=True)
    _limit(cast, "13")
    assert _room(cast, visit).state == "unasked"


def test_a_page_opened_anew_does_not_read_the_chart_each_time(cast: Cast):
    visit = _booked(cast, fresh=True)
    _room(cast, visit)
    reads = _reads(cast)
    _room(cast, visit)
    assert _reads(cast) == reads


def _reads(cast: Cast) -> int:
    with db.reading() as session:
        chain = f"person:{cast.lin.person_id}"
        found = select(LedgerLine).where(LedgerLine.chain == chain, LedgerLine.action == "records:entry:read")
        return len(session.exec(found).all())


def test_somebody_else_tries(cast: Cast):
    visit = _booked(cast)
    _room(cast, visit)
    for use_case in (asking_again.again_room, asking_again.again_desk):
        with pytest.raises((Denied, NotFound)):
            db.perform(use_case, cast.wang, visit)
        with pytest.raises((Denied, NotFound)):
            db.perform(use_case, cast.sun, visit)
    for other in (cast.wang, cast.chen, cast.staff):
        with pytest.raises(HealthCloudError):
            _answer(other, visit, none=True)
    with pytest.raises((Denied, NotFound)):
        db.perform(service.begin_visit, cast.sun, visit, "x")
