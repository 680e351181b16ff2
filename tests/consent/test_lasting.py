"""What ends a grant besides a number of hours: an instant, its one opening, a follow-up; and what was never opened."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import update
from sqlmodel import Session, select

from health_cloud.access.service.reading import chart_page, granted_entry, granted_list
from health_cloud.chart.service import open_chart
from health_cloud.consent.models import Grant
from health_cloud.consent.service import decisions, lapsing, requests, telling, visits, wishes
from health_cloud.consent.service.ending import end_with_visit
from health_cloud.consent.service.grants import KEPT, OPENING_LASTS, grant_holds
from health_cloud.consent.views import Visit
from health_cloud.core import clock, db, facts, ledger
from health_cloud.core.actors import Actor
from health_cloud.core.errors import Denied, Invalid
from health_cloud.core.ids import new_id
from health_cloud.core.models import LedgerLine
from tests import charts
from tests.databases import Database
from tests.sharing import Cast, ask, found_cast, give, granted

SECOND = timedelta(seconds=1)
HERE, THERE = "a tab", "another tab"


@pytest.fixture
def cast(database: Database) -> Cast:
    """Everybody, on a clock that stands still."""
    assert database
    made = found_cast()
    clock.clock.frozen = clock.now()
    return made


def _lines(person_id: str, action: str) -> list[LedgerLine]:
    with db.reading() as session:
        chain = ledger.person_chain(person_id)
        found = session.exec(select(LedgerLine).where(LedgerLine.chain == chain, LedgerLine.action == action)).all()
        session.expunge_all()
    return list(found)


def _grant(grant_id: str) -> Grant:
    with db.reading() as session:
        found = session.get_one(Grant, grant_id)
        session.expunge(found)
    return found


def _until(at: datetime) -> wishes.Lasting:
    return wishes.lasting_of("until", *wishes.day_and_time(at.isoformat()))


def _minute(**ahead: float) -> datetime:
    return (clock.now() + timedelta(**ahead)).replace(second=0, microsecond=0)


def _once(cast: Cast) -> str:
    return give(cast.lin, ask(cast.chen, cast.town.lin.visit_card), hours="opening")


def _read(actor: Actor, grant: str, screen: str) -> bool:
    try:
        db.perform(chart_page, actor, grant, screen)
    except Denied:
        return False
    return True


def test_a_grant_until_an_instant_ends_at_that_second(cast):
    at = _minute(hours=5)
    grant = give(cast.lin, ask(cast.chen, cast.town.lin.visit_card, hours=24), hours=_until(at))
    clock.clock.offset = at - clock.clock.frozen - SECOND
    db.perform(chart_page, cast.chen, grant)
    clock.clock.advance(seconds=1)
    with pytest.raises(Denied):
        db.perform(chart_page, cast.chen, grant)


def test_who_asks_until_an_instant_gets_no_more_and_has_no_answer_after_it(cast):
    at = _minute(hours=5)
    request = ask(cast.chen, cast.town.lin.visit_card, hours=_until(at))
    card = db.perform(decisions.waiting_request, cast.lin, request)
    assert (card.offered, card.until_at) == (("1", "opening", "until"), at.isoformat())
    for more in (24, _until(at + timedelta(minutes=1))):
        with pytest.raises(Invalid):
            give(cast.lin, request, hours=more)
    ask(cast.chen, "V999999", hours=_until(at))
    clock.clock.offset = at - clock.clock.frozen
    assert {row.state for row in db.perform(requests.sent_requests, cast.chen)} == {"no_answer"}
    assert db.perform(decisions.waiting_requests, cast.lin) == []


@pytest.mark.parametrize(
    ("day", "at"), [("", "10:00"), ("2026-02-30", "10:00"), ("2200-01-01", "10:00"), ("2020-01-01", "10:00")]
)
def test_a_time_of_ones_own_lies_ahead_and_within_thirty_days(day, at):
    with pytest.raises(Invalid):
        wishes.lasting_of("until", day, at)


@pytest.mark.parametrize("at", ["", "25:00", "noon", "10:00+02:00", None])
def test_a_time_is_a_time(at):
    day, _ = wishes.day_and_time((clock.now() + timedelta(days=2)).isoformat())
    with pytest.raises(Invalid):
        wishes.lasting_of("until", day, at)


def test_one_opening_serves_the_screen_that_opened_it_and_no_other(cast):
    grant = _once(cast)
    assert _read(cast.chen, grant, HERE)
    assert _read(cast.chen, grant, HERE), "it is one continuous opening"
    assert not _read(cast.chen, grant, THERE)
    elsewhere = replace(cast.chen, session_id=new_id())
    assert not _read(elsewhere, grant, HERE)
    with pytest.raises(Denied):
        db.perform(granted_list, cast.chen, grant, "laboratory", screen=THERE)
    assert db.perform(granted_list, cast.chen, grant, "laboratory", screen=HERE).months


def test_before_its_opening_and_in_another_session_the_door_itself_is_shut(cast):
    def look(session: Session, actor: Actor) -> None:
        with open_chart(session, actor, cast.town.lin.person_id) as chart:
            chart.latest()

    grant = _once(cast)
    with pytest.raises(Denied):
        db.perform(look, cast.chen)
    assert _read(cast.chen, grant, HERE)
    db.perform(look, cast.chen)
    with pytest.raises(Denied):
        db.perform(look, replace(cast.chen, session_id=new_id()))


def test_one_opening_ends_when_its_screen_is_left_and_stands_in_the_ledger(cast):
    grant = _once(cast)
    assert _read(cast.chen, grant, HERE)
    db.perform(lapsing.leave_opening, cast.chen, HERE, grant)
    db.perform(lapsing.leave_opening, cast.chen, THERE)
    assert _read(cast.chen, grant, HERE), "an original of the same chart, or another tab: not left"
    db.perform(lapsing.leave_opening, cast.chen, HERE)
    assert not _read(cast.chen, grant, HERE)
    assert not db.perform(grant_holds, cast.chen, grant)
    (line,) = _lines(cast.lin.person_id, "access:grant:end")
    assert line.actor_account_id == cast.chen.account_id
    (card,) = db.perform(decisions.ended_grants, cast.lin)
    assert (card.ended, card.ended_at) == ("left", clock.now().isoformat())


def test_leaving_touches_nothing_but_ones_own_one_opening(cast):
    usual = granted(cast)
    assert _read(cast.chen, usual, HERE)
    db.perform(lapsing.leave_opening, cast.chen, HERE)
    assert _read(cast.chen, usual, HERE)
    once = _once(cast)
    assert _read(cast.chen, once, HERE)
    for stranger in (cast.sun, cast.lin, replace(cast.chen, session_id=new_id())):
        db.perform(lapsing.leave_opening, stranger, HERE)
    assert _read(cast.chen, once, HERE)


def test_one_opening_lasts_thirty_minutes_at_most_whatever_signs_of_life(cast):
    grant = _once(cast)
    assert _read(cast.chen, grant, HERE)
    while clock.clock.offset < OPENING_LASTS - SECOND:
        clock.clock.offset = min(clock.clock.offset + timedelta(seconds=60), OPENING_LASTS - SECOND)
        assert db.perform(grant_holds, cast.chen, grant)
    assert _read(cast.chen, grant, HERE)
    clock.clock.advance(seconds=1)
    assert not db.perform(grant_holds, cast.chen, grant)
    assert not _read(cast.chen, grant, HERE)


def test_a_screen_that_went_silent_was_left(cast):
    grant = _once(cast)
    assert _read(cast.chen, grant, HERE)
    assert not db.perform(grant_holds, replace(cast.chen, session_id=new_id()), grant), "nobody else keeps it"
    clock.clock.offset = KEPT - SECOND
    assert _read(cast.chen, grant, HERE)
    clock.clock.advance(seconds=1)
    assert not db.perform(grant_holds, cast.chen, grant)
    assert not _read(cast.chen, grant, HERE)
    assert lapsing.note_ends() == 1
    assert lapsing.note_ends() == 0
    assert (_grant(grant).ended_reason, _grant(grant).ended_at) == ("left", clock.clock.frozen + KEPT)


def test_of_parallel_openings_exactly_one_reads(cast):
    grant = _once(cast)
    opened: list[bool] = []
    start = threading.Barrier(8)

    def open_in(tab: int) -> None:
        start.wait()
        opened.append(_read(cast.chen, grant, f"tab {tab}"))

    tabs = [threading.Thread(target=open_in, args=(number,)) for number in range(8)]
    for tab in tabs:
        tab.start()
    for tab in tabs:
        tab.join()
    assert (len(opened), opened.count(True)) == (8, 1)
    counted = [line.outcome for line in _lines(cast.lin.person_id, "records:entry:count")]
    assert counted.count("allowed") == 1


def test_an_entry_is_read_in_the_opening_and_not_beside_it(cast):
    entry = charts.put(cast.town, cast.town.lin)
    grant = _once(cast)
    assert _read(cast.chen, grant, HERE)
    assert db.perform(granted_entry, cast.chen, grant, entry, screen=HERE).id == entry
    with pytest.raises(Denied):
        db.perform(granted_entry, cast.chen, grant, entry, screen=THERE)


def test_who_is_asked_for_one_opening_gives_one_opening(cast):
    request = ask(cast.chen, cast.town.lin.visit_card, hours="opening")
    assert db.perform(decisions.waiting_request, cast.lin, request).offered == ("opening",)
    for more in (1, 72, "visit"):
        with pytest.raises(Invalid):
            give(cast.lin, request, hours=more)
    assert _grant(give(cast.lin, request, hours="opening")).ends_with == "opening"


@pytest.fixture
def visit(monkeypatch):
    """Let 林 and 陈 have agreed on a follow-up in two days."""
    monkeypatch.setattr(visits, "_finders", [])
    at = clock.now() + timedelta(days=2)
    agreed = Visit(new_id(), at, at + timedelta(minutes=15))

    def between(session: Session, person_id: str, physician: str) -> Visit | None:
        return agreed if agreed.ends_at > clock.now() else None

    visits.plug(between)
    return agreed


@pytest.mark.usefixtures("visit")
def test_a_grant_until_the_end_of_the_follow_up_ends_with_it(cast, visit):
    request = ask(cast.chen, cast.town.lin.visit_card)
    card = db.perform(decisions.waiting_request, cast.lin, request)
    assert ("visit" in card.offered, card.visit_ends_at) == (True, visit.ends_at.isoformat())
    grant = give(cast.lin, request, hours="visit")
    clock.clock.offset = visit.ends_at - clock.clock.frozen - SECOND
    assert _read(cast.chen, grant, HERE)
    clock.clock.advance(seconds=1)
    assert not _read(cast.chen, grant, HERE)


def test_a_cancelled_follow_up_takes_along_what_was_given_for_it_alone(cast, visit):
    grant = give(cast.lin, ask(cast.chen, cast.town.lin.visit_card), hours="visit")
    other = give(cast.lin, ask(cast.sun, cast.town.lin.visit_card), hours=24)
    with db.writing() as session:
        end_with_visit(session, {"appointment": new_id(), "fact_id": "f0"})
    assert _read(cast.chen, grant, HERE)
    with db.writing() as session:
        end_with_visit(session, {"appointment": visit.id, "fact_id": "f1"})
    assert not _read(cast.chen, grant, HERE)
    assert _read(cast.sun, other, HERE)
    assert [card.ended for card in db.perform(decisions.ended_grants, cast.lin)] == ["event"]
    assert len(_lines(cast.lin.person_id, "access:grant:revoke")) == 1


def test_a_follow_up_that_is_not_ends_nothing_and_outlasts_nothing(cast, visit):
    request = ask(cast.chen, cast.town.lin.visit_card, hours=24)
    assert "visit" not in db.perform(decisions.waiting_request, cast.lin, request).offered
    with pytest.raises(Invalid):
        give(cast.lin, request, hours="visit")
    clock.clock.offset = visit.ends_at - clock.clock.frozen
    asked = ask(cast.chen, cast.town.lin.visit_card, hours="visit")
    with pytest.raises(Invalid):
        give(cast.lin, asked, hours=168)
    assert give(cast.lin, asked, hours=72)


def test_what_was_never_opened_lapses_and_both_are_told(cast, monkeypatch):
    unused, used = give(cast.lin, ask(cast.chen, cast.town.lin.visit_card)), granted_to_sun(cast)
    assert _read(cast.sun, used, HERE)
    clock.clock.advance(hours=72)
    assert {row.state for row in db.perform(requests.sent_requests, cast.chen)} == {"lapsed"}
    assert {row.state for row in db.perform(requests.sent_requests, cast.sun)} == {"ended"}
    assert {card.ended for card in db.perform(decisions.ended_grants, cast.lin)} == {"lapsed", "time"}
    told: list[tuple[str, str]] = []
    monkeypatch.setattr(telling.alerts, "tell", lambda _, who, key, **__: told.append((who, key)))
    monkeypatch.setattr(telling.alerts, "tell_person", lambda _, who, key, **__: told.append((who, key)))
    monkeypatch.setattr(facts, "_subscribers", {})
    facts.subscribe(lapsing.LAPSED, "word", telling.SUBSCRIBERS[lapsing.LAPSED])
    assert lapsing.note_ends() == 2
    facts.deliver()
    assert told == [
        (cast.chen.account_id, "consent.news.lapsed"),
        (cast.lin.person_id, "consent.news.unused"),
    ]
    assert len(_lines(cast.lin.person_id, "access:grant:lapse")) == 1
    assert len(_lines(cast.lin.person_id, "access:grant:end")) == 1
    assert (lapsing.note_ends(), _grant(unused).ended_reason) == (0, "lapsed")


def granted_to_sun(cast: Cast) -> str:
    return give(cast.lin, ask(cast.sun, cast.town.lin.visit_card))


def test_what_is_over_is_ones_own_to_see(cast):
    granted(cast)
    clock.clock.advance(hours=72)
    assert db.perform(decisions.ended_grants, cast.wang) == []
    for somebody in (cast.chen, cast.staff):
        with pytest.raises(Denied):
            db.perform(decisions.ended_grants, somebody)


def test_who_was_faster_meanwhile_is_the_one_that_opened(cast):
    """As two transactions of PostgreSQL see it: the row was read before the other one committed."""
    grant = _once(cast)

    def late(session: Session, actor: Actor) -> None:
        session.get_one(Grant, grant)
        first = {"opened_at": clock.now(), "opener_session": actor.session_id, "opener_screen": THERE}
        session.exec(update(Grant).values(first).execution_options(synchronize_session=False))
        chart_page(session, actor, grant, HERE)

    with pytest.raises(Denied):
        db.perform(late, cast.chen)
