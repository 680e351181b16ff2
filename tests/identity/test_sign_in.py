"""Signing in and what stops guessing: R3, R4, recovery codes, locks."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlmodel import Session, select

from health_cloud.core import db
from health_cloud.core.actors import NOBODY, Actor
from health_cloud.core.clock import clock
from health_cloud.core.errors import Denied, HealthCloudError, Invalid
from health_cloud.core.policy import Role
from health_cloud.identity.models import Account
from health_cloud.identity.service import accounts, sessions, throttle, totp
from health_cloud.identity.service.accounts import Named
from health_cloud.identity.service.sign_in import sign_in
from health_cloud.identity.service.throttle import Slowed
from tests.people import COMMAND_LINE, PASSWORD, Town, at, employee, enter, forget_attempts, signed_up


@pytest.fixture(autouse=True)
def _steady_clock() -> None:
    clock.frozen = clock.now()


def test_by_number_phone_and_login(town: Town) -> None:
    key = signed_up(at(), town.lin)
    doctor = employee(Role.PHYSICIAN, "dr.chen", at("ward"), practitioner="chen")
    for name in (town.lin.national_id, town.lin.phone, "13800000026", "138 0000 0026"):
        clock.advance(seconds=30)
        assert enter(at(), sign_in(at(), name, PASSWORD, key.code())).person_id == town.lin.person_id
    clock.advance(seconds=30)
    actor = enter(at("ward"), sign_in(at("ward"), "Dr.Chen", PASSWORD, doctor.code()))
    assert (actor.role, actor.practitioner_id) == (Role.PHYSICIAN, town.doctors["chen"])


def test_a_code_is_accepted_once_of_64_at_once(town: Town) -> None:
    """R4."""
    key = signed_up(at(), town.lin)
    clock.advance(seconds=30)
    code = key.code()

    def accept(session: Session, actor: Actor) -> bool:
        account = session.exec(select(Account)).one()
        return totp.accept(session, account.id, account.totp, code)

    with ThreadPoolExecutor(16) as pool:
        won = list(pool.map(lambda _: db.perform(accept, NOBODY), range(64)))
    assert sum(won) == 1
    with pytest.raises(Invalid):
        sign_in(at(), town.lin.national_id, PASSWORD, code)


def test_a_whole_sign_in_of_64_at_once_succeeds_once(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """R4, with nobody slowed down."""
    monkeypatch.setattr(throttle, "LIMITS", dict.fromkeys(throttle.LIMITS, 1000))
    key = signed_up(at(), town.lin)
    clock.advance(seconds=30)
    code = key.code()

    def attempt(number: int) -> bool:
        try:
            return bool(sign_in(at(f"b{number}", f"192.0.2.{number}"), town.lin.national_id, PASSWORD, code))
        except Invalid:
            return False

    with ThreadPoolExecutor(16) as pool:
        won = list(pool.map(attempt, range(64)))
    assert sum(won) == 1


def test_only_this_step_and_the_one_before(town: Town) -> None:
    key = signed_up(at(), town.lin)
    clock.advance(minutes=5)
    for step, right in ((-2, False), (1, False), (2, False), (-1, True), (0, True)):
        forget_attempts()
        if right:
            assert sign_in(at(), town.lin.national_id, PASSWORD, key.code(step))
        else:
            with pytest.raises(Invalid):
                sign_in(at(), town.lin.national_id, PASSWORD, key.code(step))
    with pytest.raises(Invalid):
        sign_in(at(), town.lin.national_id, PASSWORD, key.code(-1))


def test_a_wrong_password_does_not_spend_the_code(town: Town) -> None:
    key = signed_up(at(), town.lin)
    clock.advance(seconds=30)
    with pytest.raises(Invalid):
        sign_in(at(), town.lin.national_id, "wrong", key.code())
    assert sign_in(at(), town.lin.national_id, PASSWORD, key.code())


def test_a_recovery_code_works_once_and_only_with_the_password(town: Town) -> None:
    key = signed_up(at(), town.lin)
    assert len(set(key.recovery)) == 10
    with pytest.raises(Invalid):
        sign_in(at(), town.lin.national_id, "wrong", key.recovery[0])
    assert sign_in(at(), town.lin.national_id, PASSWORD, key.recovery[0].lower())
    with pytest.raises(Invalid):
        sign_in(at(), town.lin.national_id, PASSWORD, key.recovery[0])
    assert sign_in(at(), town.lin.national_id, PASSWORD, key.recovery[1])


def _guess(number: int, name: str) -> None:
    with pytest.raises(Invalid):
        sign_in(at(f"b{number}", f"198.51.100.{number % 250}"), name, f"guess {number}", "000000")


def test_five_guesses_from_many_addresses_then_waiting(town: Town) -> None:
    """R3: per identifier, whatever address and browser it comes from; nobody's identifier alike."""
    key = signed_up(at(), town.lin)
    for name in (town.lin.national_id, "110101198001010018"):
        for number in range(5):
            with pytest.raises(Invalid, match=r"error\.sign_in"):
                sign_in(at(f"{name}{number}", f"198.51.100.{number}"), name, "guess", "000000")
        with pytest.raises(Slowed) as slowed:
            sign_in(at("another", "203.0.113.7"), name, PASSWORD, key.code())
        assert slowed.value.params == {"minutes": 15}
    clock.advance(minutes=15, seconds=1)
    _guess(900, town.lin.national_id)
    with pytest.raises(Slowed) as slowed:
        sign_in(at("another", "203.0.113.7"), town.lin.national_id, PASSWORD, key.code())
    assert slowed.value.params["minutes"] == 30
    clock.advance(minutes=30, seconds=1)
    assert sign_in(at("another", "203.0.113.7"), town.lin.national_id, PASSWORD, key.code())


def test_per_browser_and_per_address(town: Town) -> None:
    for number in range(5):
        with pytest.raises(Invalid):
            sign_in(at("same", f"198.51.100.{number}"), f"1101011980010100{number:02d}", "guess", "000000")
    with pytest.raises(Slowed):
        sign_in(at("same", "198.51.100.99"), "somebody.else", "guess", "000000")
    for number in range(20):
        with pytest.raises(Invalid):
            sign_in(at(f"d{number}", "203.0.113.1"), f"1101011981010100{number:02d}", "guess", "000000")
    with pytest.raises(Slowed):
        sign_in(at("fresh", "203.0.113.1"), "somebody.else", "guess", "000000")


def test_many_at_once_count_as_many(town: Town) -> None:
    def attempt(number: int) -> str:
        try:
            sign_in(at(f"b{number}", f"198.51.100.{number}"), town.lin.national_id, "guess", "000000")
        except Slowed:
            return "slowed"
        except Invalid:
            return "judged"
        return "in"

    with ThreadPoolExecutor(16) as pool:
        told = list(pool.map(attempt, range(64)))
    assert (told.count("judged"), told.count("slowed")) == (5, 59)


def test_a_hundred_failures_disable_the_password_and_not_the_live_session(town: Town) -> None:
    key = signed_up(at(), town.lin)
    clock.advance(seconds=30)
    live = enter(at(), sign_in(at(), town.lin.national_id, PASSWORD, key.code()))
    for number in range(100):
        forget_attempts()
        _guess(number, town.lin.national_id)
    forget_attempts()
    clock.advance(seconds=30)
    with pytest.raises(Invalid):
        sign_in(at(), town.lin.national_id, PASSWORD, key.code())
    assert sessions.actor_of_row(live.session_id, at()) is not None
    db.perform(accounts.unlock, COMMAND_LINE, Named(national_id=town.lin.national_id))
    clock.advance(seconds=30)
    assert sign_in(at(), town.lin.national_id, PASSWORD, key.code())


def test_unlocking_lifts_the_waiting_too(town: Town) -> None:
    key = signed_up(at(), town.lin)
    for number in range(6):
        _guess(number, town.lin.phone)
    db.perform(accounts.unlock, COMMAND_LINE, Named(visit_card=town.lin.visit_card))
    clock.advance(seconds=30)
    assert sign_in(at("x", "203.0.113.9"), town.lin.phone, PASSWORD, key.code())


def test_disabling_ends_every_session_and_signing_in(town: Town) -> None:
    key = signed_up(at(), town.lin)
    clock.advance(seconds=30)
    live = enter(at(), sign_in(at(), town.lin.national_id, PASSWORD, key.code()))
    assert db.perform(accounts.disable, COMMAND_LINE, Named(national_id=town.lin.national_id)) == 1
    assert sessions.actor_of_row(live.session_id, at()) is None
    clock.advance(seconds=30)
    with pytest.raises(Invalid):
        sign_in(at(), town.lin.national_id, PASSWORD, key.code())


def test_patients_and_physicians_neither_unlock_nor_disable(town: Town) -> None:
    """Someone else tries."""
    signed_up(at(), town.lin)
    doctor = employee(Role.PHYSICIAN, "dr.chen", at("ward"))
    clock.advance(seconds=30)
    actor = enter(at("ward"), sign_in(at("ward"), "dr.chen", PASSWORD, doctor.code()))
    for act in (accounts.unlock, accounts.disable, accounts.issue_code):
        for who in (actor, NOBODY):
            with pytest.raises(Denied):
                db.perform(act, who, Named(national_id=town.lin.national_id))


@pytest.mark.parametrize(
    "what", [("", "x", "1"), ("x", "", "1"), ("x", "x", " "), ("x" * 9999, "y" * 9999, "z" * 9999)]
)
def test_nonsense_is_refused_like_everything_else(town: Town, what: tuple[str, str, str]) -> None:
    assert town
    with pytest.raises(HealthCloudError, match="sign_in"):
        sign_in(at(), *what)
