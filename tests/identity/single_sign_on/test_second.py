"""The second factor here may be a passkey: the account's own, its person verified, in the browser that came back."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from sqlalchemy import update
from sqlmodel import col, select

from health_cloud.core import db, ledger
from health_cloud.core.actors import NOBODY, Actor, Visitor
from health_cloud.core.clock import clock
from health_cloud.core.errors import Invalid
from health_cloud.core.models import LedgerLine
from health_cloud.core.policy import Action, Role
from health_cloud.core.proof import require_fresh
from health_cloud.identity.models import Account
from health_cloud.identity.service import activation, passkey_uses
from health_cloud.identity.service.proving import factor_of
from health_cloud.identity.service.single_sign_on import second
from health_cloud.identity.service.single_sign_on.refusals import Refused
from health_cloud.identity.views import SecondWays
from tests.authenticator import Device
from tests.identity.single_sign_on.coming import come, link
from tests.identity.single_sign_on.provider import Provider
from tests.identity.test_passkeys import added
from tests.people import Town, at, employee, enter

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@pytest.fixture
def key(town: Town, provider: Provider, configure: Callable[..., None]) -> Device:
    """The passkey of wang, whom the provider knows."""
    assert town
    configure(second_factor="here")
    device = _employed("wang", Device())
    link("wang")
    return device


def _employed(login: str, device: Device) -> Device:
    employee(Role.STAFF, login, at(login))
    added(enter(at(login), db.perform(activation.enter, NOBODY, at(login))), at(login), device)
    return device


def _question(visitor: Visitor) -> str:
    return db.perform(second.ask_passkey, NOBODY, visitor)


def _change(login: str, **values: object) -> None:
    with db.writing() as session:
        session.exec(update(Account).where(col(Account.login) == login).values(**values))


def _lines() -> list[str]:
    """Return how single sign-ons ended."""
    with db.reading() as session:
        rows = session.exec(select(LedgerLine).where(LedgerLine.action == Action.SIGN_IN.value)).all()
        return [row.outcome for row in rows if json.loads(row.detail).get("method") == "single_sign_on"]


def test_a_passkey_signs_in_once(provider: Provider, key: Device) -> None:
    with pytest.raises(Invalid):
        _question(at())  # nobody has come
    assert come(provider) == ""
    assert db.perform(second.owed, NOBODY, at()) == SecondWays(authenticator=True, passkey=True)
    question = _question(at())
    assert json.loads(question)["userVerification"] == "required"
    answer = key.answer(question)
    actor = enter(at(), second.show_passkey(at(), answer))
    require_fresh(actor)
    assert db.perform(factor_of, actor) == "passkey"  # what was shown, not the provider
    assert actor.role is Role.STAFF
    assert db.perform(second.owed, NOBODY, at()) is None
    assert _lines() == [ledger.DONE]
    come(provider)
    with pytest.raises(Invalid):
        second.show_passkey(at(), answer)


@pytest.mark.parametrize(
    "bad",
    [
        "another's",
        "nobody's",
        "unverified",
        "another browser",
        "for signing in",
        "beside a password",
        "for proof",
        "too late",
    ],
)
def test_no_other_passkey_does(provider: Provider, key: Device, bad: str) -> None:
    come(provider)
    visitor, question = at(), _question(at())
    match bad:
        case "another's":
            answer = _employed("zhao", Device()).answer(question)
        case "nobody's":
            answer = Device().answer(question)
        case "unverified":
            key.verifies = False
            answer = key.answer(question)
        case "another browser":
            come(provider, "browser-2")
            visitor, answer = at("browser-2"), key.answer(question)
        case "for signing in":
            answer = key.answer(db.perform(passkey_uses.ask_to_sign_in, NOBODY, visitor))
        case "beside a password":
            answer = key.answer(db.perform(passkey_uses.ask_beside_password, NOBODY, visitor))
        case "for proof":
            with db.reading() as session:
                wang = session.exec(select(Account.id).where(Account.login == "wang")).one()
            answer = key.answer(db.perform(passkey_uses.ask_to_prove, Actor(wang, Role.STAFF), visitor))
        case _:
            clock.advance(minutes=6)
            answer = key.answer(_question(visitor))
            clock.advance(minutes=4)
    with pytest.raises(Invalid):
        second.show_passkey(visitor, answer)
    assert ledger.DONE not in _lines()


def test_one_who_has_a_passkey_alone_is_ready(provider: Provider, key: Device) -> None:
    _change("wang", totp=None)
    come(provider)
    assert db.perform(second.owed, NOBODY, at()) == SecondWays(authenticator=False, passkey=True)
    with pytest.raises(Invalid):
        second.show(at(), "000000")
    assert second.show_passkey(at(), key.answer(_question(at())))


def test_one_who_has_neither_is_not(provider: Provider, key: Device) -> None:
    """Somebody else's passkey makes nobody ready."""
    assert key
    employee(Role.STAFF, "chen", at("chen"))
    link("chen", "doctor-9")
    _change("chen", totp=None)
    provider.claims = {"sub": "doctor-9"}
    with pytest.raises(Refused) as refused:
        come(provider)
    assert refused.value.cause == "no_factor"


def test_what_was_taken_away_meanwhile_opens_nothing(provider: Provider, key: Device) -> None:
    come(provider)
    answer = key.answer(_question(at()))
    _change("wang", state="disabled")
    with pytest.raises(Invalid):
        second.show_passkey(at(), answer)
    assert ledger.DONE not in _lines()
