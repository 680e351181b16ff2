"""A screen that was left: nobody acts in its session until the owner proves themselves; R6's limits go on counting."""

from __future__ import annotations

import json

import pytest

from health_cloud.core import db
from health_cloud.core.actors import NOBODY, Actor, Visitor
from health_cloud.core.clock import clock
from health_cloud.core.errors import Denied, Invalid
from health_cloud.core.policy import Role
from health_cloud.identity.service import activation, own_sessions, passkey_uses, sessions, unlocking
from health_cloud.identity.service.sign_in import sign_in
from health_cloud.identity.service.throttle import Slowed
from tests.authenticator import Device
from tests.identity.test_passkeys import added
from tests.people import PASSWORD, Key, Town, at, employee, enter, signed_up


@pytest.fixture(autouse=True)
def _steady_clock() -> None:
    clock.frozen = clock.now()


def _in(town: Town, key: Key, minutes: int = 5) -> Actor:
    clock.advance(seconds=30)
    actor = enter(at(), sign_in(at(), town.lin.national_id, PASSWORD, key.code()))
    db.perform(own_sessions.set_lock, actor, minutes)
    return actor


def _acts(actor: Actor) -> bool:
    return sessions.actor_of_row(actor.session_id, at(), touch=False) is not None


def _holding(actor: Actor, device: str = "browser-1") -> Visitor:
    return Visitor(address="192.0.2.1", device=device, session_id=actor.session_id)


def test_left_for_five_minutes_nobody_acts_in_it(town: Town) -> None:
    key = signed_up(at(), town.lin)
    here = _in(town, key)
    clock.advance(minutes=4, seconds=59)
    assert sessions.actor_of_row(here.session_id, at())
    clock.advance(minutes=4, seconds=59)
    assert (_acts(here), sessions.is_locked(here.session_id)) == (True, False)
    clock.advance(seconds=1)
    assert (_acts(here), sessions.is_locked(here.session_id)) == (False, True)
    assert sessions.actor_of_row(here.session_id, at()) is None  # trying to act is no sign of life
    assert sessions.end_of_row(here.session_id) is None
    assert sessions.is_locked(here.session_id)


@pytest.mark.parametrize("by_code", [True, False])
def test_password_or_code_opens_it(town: Town, by_code: bool) -> None:
    key = signed_up(at(), town.lin)
    here = _in(town, key, 1)
    clock.advance(minutes=20)
    for bad in ("000000", "not the password", " "):
        with pytest.raises(Invalid):
            unlocking.unlock(_holding(here), bad)
    assert not _acts(here)
    unlocking.unlock(_holding(here), key.code() if by_code else PASSWORD)
    found = sessions.actor_of_row(here.session_id, at())
    assert found is not None
    assert (found.proved_at == clock.now()) is by_code  # a password alone is no second factor
    if by_code:
        clock.advance(minutes=1)
        with pytest.raises(Invalid):
            unlocking.unlock(_holding(here), key.code(-2))


def _question(holder: Visitor) -> str:
    return db.perform(unlocking.ask_passkey, NOBODY, holder)


def test_a_passkey_opens_it_and_is_fresh_proof(town: Town) -> None:
    device = Device()
    here = _in(town, signed_up(at(), town.lin))
    with pytest.raises(Denied):
        _question(_holding(here))  # it is open
    added(here, at(), device)
    clock.advance(minutes=20)
    assert db.perform(unlocking.has_passkey, NOBODY, _holding(here))
    assert json.loads(_question(_holding(here)))["userVerification"] == "required"
    answer = device.answer(_question(_holding(here)))
    unlocking.unlock_by_passkey(_holding(here), answer)
    found = sessions.actor_of_row(here.session_id, at())
    assert found is not None
    assert found.proved_at == clock.now()
    clock.advance(minutes=20)
    with pytest.raises(Invalid):
        unlocking.unlock_by_passkey(_holding(here), answer)  # once
    assert not _acts(here)


@pytest.mark.parametrize("bad", ["another's", "none", "unverified", "another browser", "for signing in", "for proof"])
def test_no_other_passkey_opens_it(town: Town, bad: str) -> None:
    device, other = Device(), Device()
    here = _in(town, signed_up(at(), town.lin))
    added(here, at(), device)
    if bad == "another's":
        employee(Role.STAFF, "records", at("theirs"))
        added(enter(at("theirs"), db.perform(activation.enter, NOBODY, at("theirs"))), at("theirs"), other)
    clock.advance(minutes=20)
    holder = _holding(here)
    match bad:
        case "another's":
            answer = other.answer(_question(holder))
        case "none":
            answer = Device().answer(_question(holder))
        case "unverified":
            device.verifies = False
            answer = device.answer(_question(holder))
        case "another browser":
            answer, holder = device.answer(_question(holder)), _holding(here, "browser-2")
        case "for signing in":
            answer = device.answer(db.perform(passkey_uses.ask_to_sign_in, NOBODY, holder))
        case _:
            answer = device.answer(db.perform(passkey_uses.ask_to_prove, here, holder))
    with pytest.raises(Invalid):
        unlocking.unlock_by_passkey(holder, answer)
    assert not _acts(here)
    assert sessions.is_locked(here.session_id)


def test_without_a_passkey_nothing_is_asked(town: Town) -> None:
    here = _in(town, signed_up(at(), town.lin))
    clock.advance(minutes=20)
    assert not db.perform(unlocking.has_passkey, NOBODY, _holding(here))
    with pytest.raises(Invalid):
        _question(_holding(here))


def test_the_limits_go_on_counting(town: Town) -> None:
    here = _in(town, signed_up(at(), town.lin))
    clock.advance(minutes=60)
    assert not sessions.is_locked(here.session_id)
    with pytest.raises(Denied):
        unlocking.unlock(_holding(here), PASSWORD)
    assert not _acts(here)


def test_who_guesses_waits_and_nobody_unlocks_what_is_open_or_another_s(town: Town) -> None:
    key = signed_up(at(), town.lin)
    here = _in(town, key)
    with pytest.raises(Denied):
        unlocking.unlock(_holding(here), PASSWORD)
    with pytest.raises(Denied):
        unlocking.unlock(at(), PASSWORD)
    clock.advance(minutes=6)
    for _ in range(5):
        with pytest.raises(Invalid):
            unlocking.unlock(_holding(here), "000000")
    with pytest.raises(Slowed):
        unlocking.unlock(_holding(here), PASSWORD)
    assert sessions.is_locked(here.session_id)


def test_a_locked_session_is_given_back(town: Town) -> None:
    here = _in(town, signed_up(at(), town.lin))
    clock.advance(minutes=6)
    db.perform(sessions.abandon, NOBODY, here.session_id)
    assert not sessions.is_locked(here.session_id)
    db.perform(sessions.abandon, NOBODY, "nothing")


def test_the_choice_stays_with_the_browser_and_is_the_owner_s(town: Town) -> None:
    key = signed_up(at(), town.lin)
    here = _in(town, key, 15)
    clock.advance(seconds=30)
    again = enter(at(), sign_in(at(), town.lin.national_id, PASSWORD, key.code()))
    assert db.perform(own_sessions.lock_minutes, again) == 15
    with pytest.raises(Invalid):
        db.perform(own_sessions.set_lock, here, 7)
    db.perform(own_sessions.set_lock, Actor("somebody", Role.PATIENT, session_id=here.session_id), 1)
    assert db.perform(own_sessions.lock_minutes, here) == 15
    staff = employee(Role.STAFF, "records", at("ward"))
    clock.advance(seconds=30)
    desk = enter(at("ward"), sign_in(at("ward"), "records", PASSWORD, staff.code()))
    assert db.perform(own_sessions.lock_minutes, desk) == 0


def test_asking_how_long_is_no_sign_of_life(town: Town) -> None:
    here = _in(town, signed_up(at(), town.lin), 0)
    for _ in range(58):
        clock.advance(minutes=1)
        db.perform(sessions.ends_of, here)
    left = db.perform(sessions.ends_of, here)
    assert (left.idle, left.lock) == (120, -1)
    assert left.total == 24 * 3600 - 58 * 60
