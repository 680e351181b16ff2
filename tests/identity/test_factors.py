"""Changing how one signs in: what it asks for, what it ends, whom it tells, and who cannot do it."""

from __future__ import annotations

from collections.abc import Callable

import pyotp
import pytest
from sqlmodel import select

from health_cloud.core import db
from health_cloud.core.actors import Actor
from health_cloud.core.clock import clock
from health_cloud.core.errors import Conflict, Invalid, Unproved
from health_cloud.core.models import LedgerLine
from health_cloud.core.policy import Action, Role
from health_cloud.identity.service import factors, own_sessions, proving, sessions
from health_cloud.identity.service.sign_in import sign_in
from health_cloud.notify.service import inbox
from tests.people import PASSWORD, Key, Town, at, employee, enter, signed_up

OTHER = "quite another walk by the sea"


@pytest.fixture(autouse=True)
def _steady_clock() -> None:
    clock.frozen = clock.now()


def _in(town: Town, key: Key, device: str = "browser-1", password: str = PASSWORD) -> Actor:
    clock.advance(seconds=30)
    return enter(at(device), sign_in(at(device), town.lin.national_id, password, key.code()))


def _proved(actor: Actor, key: Key) -> Actor:
    clock.advance(seconds=30)
    proving.prove_by_code(actor, key.code())
    found = sessions.actor_of_row(actor.session_id, actor.visitor)
    assert found is not None
    return found


def _live(actor: Actor) -> bool:
    return sessions.actor_of_row(actor.session_id, actor.visitor, touch=False) is not None


def _told(actor: Actor) -> list[str]:
    return [row.key for row in db.perform(inbox.look, actor)]


CHANGES: tuple[Callable[[Actor], object], ...] = (
    lambda actor: factors.change_password(actor, OTHER),
    lambda actor: db.perform(factors.offer_authenticator, actor),
    lambda actor: db.perform(factors.new_recovery_codes, actor),
)


@pytest.mark.parametrize("change", CHANGES)
def test_a_screen_left_open_changes_nothing(town: Town, change: Callable[[Actor], object]) -> None:
    key = signed_up(at(), town.lin)
    here = _in(town, key)
    with pytest.raises(Unproved):  # having just signed in is not enough
        change(here)
    there = _proved(_in(town, key, "browser-2"), key)
    with pytest.raises(Unproved):  # nor is a proof in another session
        change(here)
    clock.advance(minutes=10)
    with pytest.raises(Unproved):  # nor one of ten minutes ago
        change(there)
    change(_proved(here, key))


def test_another_password_ends_the_others_and_is_told(town: Town) -> None:
    key = signed_up(at(), town.lin)
    elsewhere = _in(town, key, "browser-2")
    here = _proved(_in(town, key), key)
    for bad in ("short", "password1", PASSWORD, f"xx{town.lin.national_id}", "Lin Xiulan 1"):
        with pytest.raises(Invalid):
            factors.change_password(here, bad)
    assert _live(elsewhere)
    factors.change_password(here, OTHER)
    assert (_live(elsewhere), _live(here)) == (False, True)
    with pytest.raises(Invalid):
        _in(town, key)
    assert _in(town, key, password=OTHER)
    assert "identity.alert.password" in _told(here)
    page = db.perform(factors.security_page, here)
    assert [row.what for row in page.changes] == ["password"]
    with db.reading() as session:
        lines = session.exec(select(LedgerLine).where(LedgerLine.action == Action.CHANGE_FACTOR.value)).all()
        assert [(line.chain, '"what":"password"' in line.detail) for line in lines] == [
            (f"person:{town.lin.person_id}", True)
        ]


def test_the_old_authenticator_works_until_the_new_one_is_confirmed(town: Town) -> None:
    key = signed_up(at(), town.lin)
    here = _proved(_in(town, key), key)
    offer = db.perform(factors.offer_authenticator, here)
    fresh = Key(offer.secret.replace(" ", ""), ())
    with pytest.raises(Invalid):
        db.perform(factors.confirm_authenticator, here, key.code())
    elsewhere = _in(town, key, "browser-2")
    with pytest.raises(Conflict):  # somebody else's session confirms nothing
        db.perform(factors.confirm_authenticator, _proved(elsewhere, key), fresh.code())
    db.perform(factors.confirm_authenticator, here, fresh.code())
    assert (_live(elsewhere), _live(here)) == (False, True)
    with pytest.raises(Invalid):
        _in(town, key)
    with pytest.raises(Invalid):  # the code that confirmed it is spent (R4)
        sign_in(at(), town.lin.national_id, PASSWORD, fresh.code(-1))
    assert _in(town, fresh)
    with pytest.raises(Conflict):
        db.perform(factors.confirm_authenticator, here, fresh.code())


def test_a_new_authenticator_waits_a_quarter_of_an_hour(town: Town) -> None:
    key = signed_up(at(), town.lin)
    here = _proved(_in(town, key), key)
    offer = db.perform(factors.offer_authenticator, here)
    clock.advance(minutes=14, seconds=59)
    here = _proved(here, key)
    with pytest.raises(Conflict):
        db.perform(factors.confirm_authenticator, here, pyotp.TOTP(offer.secret.replace(" ", "")).at(clock.now()))
    assert _in(town, key)


def test_new_recovery_codes_replace_the_old(town: Town) -> None:
    key = signed_up(at(), town.lin)
    here = _proved(_in(town, key), key)
    made = db.perform(factors.new_recovery_codes, here)
    assert len(set(made)) == 10
    assert db.perform(factors.security_page, here).recovery == 10
    with pytest.raises(Invalid):
        sign_in(at(), town.lin.national_id, PASSWORD, key.recovery[0])
    assert sign_in(at(), town.lin.national_id, PASSWORD, made[0])
    assert db.perform(factors.security_page, here).recovery == 9


def test_staff_change_theirs_too(town: Town) -> None:
    assert town
    key = employee(Role.STAFF, "records", at())
    clock.advance(seconds=30)
    here = _proved(enter(at(), sign_in(at(), "records", PASSWORD, key.code())), key)
    factors.change_password(here, OTHER)
    clock.advance(seconds=30)
    assert sign_in(at(), "records", OTHER, key.code())


def test_a_new_device_is_told_and_a_known_one_is_not(town: Town) -> None:
    key = signed_up(at(), town.lin)
    here = _in(town, key)
    _in(town, key)
    assert _told(here) == []
    there = _in(town, key, "browser-2")
    assert _told(here) == ["identity.alert.new_device"]
    rows = db.perform(own_sessions.my_sessions, there)
    assert [(row.here, row.method, row.address) for row in rows[:2]] == [
        (True, "password", "192.0.2.1"),
        (False, "password", "192.0.2.1"),
    ]
    assert db.perform(own_sessions.end_others, there) == 2
    assert (_live(here), _live(there)) == (False, True)
    assert db.perform(own_sessions.end_others, there) == 0
