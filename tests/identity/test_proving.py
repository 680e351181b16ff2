"""A second factor shown afresh: what it opens, for how long, in which session, and who cannot guess it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlmodel import select

from health_cloud.core import db, ledger
from health_cloud.core.actors import Actor
from health_cloud.core.clock import clock
from health_cloud.core.errors import Denied, Invalid, Unproved
from health_cloud.core.i18n import say
from health_cloud.core.models import LedgerLine
from health_cloud.core.policy import Action, Role
from health_cloud.core.proof import require_fresh
from health_cloud.identity.models import Account
from health_cloud.identity.service import proving, sessions
from health_cloud.identity.service.sign_in import MOST_FAILURES, sign_in
from health_cloud.identity.service.throttle import Slowed
from tests.people import PASSWORD, Key, Town, at, enter, forget_attempts, signed_up


@pytest.fixture(autouse=True)
def _steady_clock() -> None:
    clock.frozen = clock.now()


def _in(town: Town, key: Key, device: str = "browser-1") -> Actor:
    clock.advance(seconds=30)
    return enter(at(device), sign_in(at(device), town.lin.national_id, PASSWORD, key.code()))


def _now(actor: Actor) -> Actor:
    found = sessions.actor_of_row(actor.session_id, actor.visitor)
    assert found is not None
    return found


def test_signing_in_is_fresh_for_ten_minutes_and_a_code_makes_it_so_again(town: Town) -> None:
    key = signed_up(at(), town.lin)
    here, there = _in(town, key), _in(town, key, "browser-2")
    require_fresh(here)
    clock.advance(minutes=10, seconds=30)
    with pytest.raises(Unproved):
        require_fresh(_now(here))
    proving.prove_by_code(_now(here), key.code())
    require_fresh(_now(here))
    with pytest.raises(Unproved):  # another session of the same person is as it was
        require_fresh(_now(there))
    clock.advance(minutes=9, seconds=59)
    require_fresh(_now(here))
    clock.advance(seconds=1)
    with pytest.raises(Unproved):
        require_fresh(_now(here))
    with db.reading() as session:
        asked = select(LedgerLine.outcome).where(LedgerLine.action == Action.PROVE_SELF.value)
        assert session.exec(asked).all() == [ledger.DONE]


def test_a_code_that_was_used_proves_nothing(town: Town) -> None:
    key = signed_up(at(), town.lin)
    here = _in(town, key)
    with pytest.raises(Invalid):  # it has opened the session
        proving.prove_by_code(here, key.code())
    clock.advance(seconds=30)
    proving.prove_by_code(here, key.code())
    with pytest.raises(Invalid):
        proving.prove_by_code(here, key.code())
    proving.prove_by_code(here, key.recovery[0])
    with pytest.raises(Invalid):
        proving.prove_by_code(here, key.recovery[0])


def _factor(actor: Actor) -> str:
    return db.perform(proving.factor_of, actor)


def test_a_session_knows_by_what_it_was_proved_last(town: Town) -> None:
    key = signed_up(at(), town.lin)
    here = _in(town, key)
    assert _factor(here) == "authenticator"
    proving.prove_by_code(here, key.recovery[0])
    assert _factor(here) == "recovery"
    clock.advance(seconds=30)
    proving.prove_by_code(here, key.code())
    assert _factor(here) == "authenticator"
    db.perform(proving.note_proved, here, "passkey")
    assert _factor(here) == "passkey"
    by_recovery = enter(at("other"), sign_in(at("other"), town.lin.national_id, PASSWORD, key.recovery[1]))
    assert _factor(by_recovery) == "recovery"
    assert _factor(Actor("somebody", Role.PATIENT, session_id=here.session_id)) == ""
    assert _factor(Actor("job", Role.SYSTEM)) == ""


def test_who_guesses_waits_longer_and_longer_and_the_open_session_keeps_working(town: Town) -> None:
    key = signed_up(at(), town.lin)
    here = _in(town, key)
    for guesses, wait in ((5, 15), (1, 30), (1, 60), (1, 60)):
        for _ in range(guesses):
            with pytest.raises(Invalid):
                proving.prove_by_code(here, "000000")
        with pytest.raises(Slowed) as slowed:
            proving.prove_by_code(here, "000000")
        assert slowed.value.params == {"minutes": wait}
        assert sessions.actor_of_row(here.session_id, at())
        with pytest.raises(Slowed):  # the right code waits too
            proving.prove_by_code(here, key.code())
        clock.advance(minutes=wait - 10)
        assert sessions.actor_of_row(here.session_id, at())
        clock.advance(minutes=9, seconds=59)
        with pytest.raises(Slowed):
            proving.prove_by_code(here, key.code())
        clock.advance(seconds=1)


def test_a_hundred_failures_lock_what_can_be_guessed(town: Town) -> None:
    key = signed_up(at(), town.lin)
    here = _in(town, key)
    for _ in range(MOST_FAILURES):
        forget_attempts()
        with pytest.raises(Invalid):
            proving.prove_by_code(here, "000000")
    forget_attempts()
    clock.advance(seconds=30)
    with pytest.raises(Invalid):
        proving.prove_by_code(here, key.code())
    with db.reading() as session:
        assert session.exec(select(Account.failures)).one() == MOST_FAILURES + 1
    assert sessions.actor_of_row(here.session_id, at())


def test_nobody_proves_in_another_s_session(town: Town) -> None:
    key = signed_up(at(), town.lin)
    here = _in(town, key)
    other = Actor("somebody", Role.PATIENT, session_id=here.session_id)
    clock.advance(minutes=11)
    with pytest.raises(Invalid):
        proving.prove_by_code(other, key.code())
    db.perform(proving.note_proved, other, "passkey")
    with pytest.raises(Unproved):
        require_fresh(_now(here))
    with pytest.raises(Denied):
        db.perform(proving.note_proved, Actor("job", Role.PATIENT), "passkey")


@pytest.mark.parametrize(
    ("minutes", "said"),
    [(0.5, "1 分钟"), (15, "15 分钟"), (90, "90 分钟"), (91, "2 小时"), (960, "16 小时"), (1440, "24 小时")],
)
def test_a_long_wait_is_said_in_hours_and_never_too_short(minutes: float, said: str) -> None:
    slowed = Slowed.until(timedelta(minutes=minutes))
    assert f" {said}后" in say(slowed.key, "zh", **slowed.params)
