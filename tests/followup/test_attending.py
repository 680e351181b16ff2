"""An open visit on a connected screen is activity on both sides, as long as it can reasonably run and no longer."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import timedelta

import pytest

from health_cloud.core import clock, db
from health_cloud.core.actors import Actor, Visitor
from health_cloud.core.changes import Watch, registry
from health_cloud.core.clock import clock as the_clock
from health_cloud.core.settings import settings
from health_cloud.followup import service
from health_cloud.followup.models import Visit
from health_cloud.followup.service.attending import LONGER, keep_sessions
from health_cloud.followup.service.visits import visit_topic
from health_cloud.identity.models import SignInSession
from health_cloud.identity.service import sessions
from tests.databases import Database
from tests.sharing import Cast, found_cast
from tests.visiting import agreed

_MINUTE = 60


_SCREENS: list[Watch] = []


@pytest.fixture(autouse=True)
def _nobody_watches():
    _SCREENS.clear()
    yield
    for token in registry.tokens():
        registry.forget(token)


def _in(actor: Actor, lock: int = 0) -> Actor:
    now = clock.now()
    with db.writing() as session:
        row = SignInSession(
            account_id=actor.account_id,
            method="password",
            token=uuid.uuid4().hex,
            created_at=now,
            seen_at=now,
            entered_at=now,
            ends_at=now + timedelta(hours=12),
            lock_minutes=lock,
        )
        session.add(row)
        session.flush()
        return replace(actor, session_id=row.id)


def _before(actor: Actor, visit: str) -> None:
    """Let a visit stand on somebody's connected screen."""
    _SCREENS.append(Watch(uuid.uuid4().hex, "Room", actor.session_id, frozenset({visit_topic(visit)})))
    _stay()


def _stay() -> None:
    """Let them stay connected: a server that other tests of this process have started forgets whom it does not know."""
    for each in _SCREENS:
        registry.watch(each)


def _lives(actor: Actor) -> bool:
    return sessions.actor_of_row(actor.session_id, Visitor(), touch=False) is not None


def _wait(minutes: int) -> None:
    """Let time go by as the job sees it."""
    for _ in range(minutes * 2):
        the_clock.advance(seconds=_MINUTE / 2)
        _stay()
        keep_sessions()


def _open(cast: Cast, lin: Actor, chen: Actor) -> str:
    visit = agreed(chen, lin, 0)
    db.perform(service.enter_visit, lin, visit)
    db.perform(service.begin_visit, chen, visit)
    return visit


def test_neither_side_idles_out_nor_is_locked_while_the_visit_is_before_them(database: Database):
    cast = found_cast()
    lin, chen = _in(cast.lin, lock=2), _in(cast.chen)
    visit = _open(cast, lin, chen)
    assert keep_sessions() == 0
    for side in (lin, chen):
        _before(side, visit)
    _wait(settings().staff_idle_minutes + 5)
    assert _lives(lin)
    assert _lives(chen)
    db.perform(service.end_visit, chen, visit)
    _wait(settings().staff_idle_minutes + 1)
    assert not _lives(lin)
    assert not _lives(chen)


def test_a_visit_that_nobody_ends_counts_for_half_an_hour_more(database: Database):
    cast = found_cast()
    lin, chen = _in(cast.lin), _in(cast.chen)
    _before(chen, _open(cast, lin, chen))
    _wait(15 + int(LONGER.total_seconds() // _MINUTE) - 1)
    assert _lives(chen)
    _wait(settings().staff_idle_minutes + 2)
    assert not _lives(chen)


def test_nothing_else_counts_as_activity(database: Database):
    """Neither another's visit, nor one that waits, nor a page without the visit; and what is over is not revived."""
    cast = found_cast()
    lin, chen, sun, wang = _in(cast.lin), _in(cast.chen), _in(cast.sun), _in(cast.wang, lock=1)
    visit = _open(cast, lin, chen)
    waits = agreed(sun, wang, 0)
    db.perform(service.enter_visit, wang, waits)
    for who, what in ((sun, visit), (wang, visit), (wang, waits), (sun, waits)):
        _before(who, what)
    registry.watch(Watch("tab", "Slots", chen.session_id, frozenset({f"account:{chen.account_id}"})))
    assert keep_sessions() == 0
    the_clock.advance(seconds=16 * _MINUTE)
    for side in (lin, chen):
        _before(side, visit)
    assert _lives(lin)  # a patient's hour is not over
    _stay()
    assert keep_sessions() == 1
    assert not _lives(chen)
    with db.reading() as session:
        assert session.get_one(Visit, visit).state == "open"
