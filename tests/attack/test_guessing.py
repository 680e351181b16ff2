"""What guessing teaches and what it breaks: races on codes, repetition, and lockout turned against its owner."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
from argon2 import PasswordHasher
from sqlmodel import select

from health_cloud.core import db
from health_cloud.core.actors import NOBODY
from health_cloud.core.clock import clock
from health_cloud.core.errors import Conflict, HealthCloudError, Invalid
from health_cloud.identity.models import Account, Verification
from health_cloud.identity.service import accounts, activation, passwords, sessions, verification
from health_cloud.identity.service.accounts import Named
from health_cloud.identity.service.sign_in import sign_in
from health_cloud.identity.service.throttle import Slowed
from tests import people
from tests.databases import Database
from tests.people import COMMAND_LINE, PASSWORD, Town, answer_truly, at, begin, forget_attempts, sent_code, signed_up

MANY = 32


@pytest.fixture(autouse=True)
def _cheap_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "_hasher", PasswordHasher(time_cost=1, memory_cost=64, parallelism=1))
    passwords._nobody.cache_clear()


@pytest.fixture
def town(database: Database) -> Town:
    assert database
    return people.found_town()


def at_once(attempt) -> Counter[str]:
    with ThreadPoolExecutor(16) as pool:
        return Counter(pool.map(attempt, range(MANY)))


def outcome(use_case, *given) -> str:
    try:
        return db.perform(use_case, NOBODY, *given).state
    except HealthCloudError as problem:
        return type(problem).__name__


def test_of_many_right_codes_at_once_one_counts(town: Town) -> None:
    answer_truly(at(), begin(at(), town.lin))
    code = sent_code(at())
    told = at_once(lambda _: outcome(verification.prove, at(), code))
    assert told == {"proved": 1, "Conflict": MANY - 1}


def test_of_many_wrong_codes_at_once_five_are_judged(town: Town) -> None:
    answer_truly(at(), begin(at(), town.lin))
    code = sent_code(at())
    told = at_once(lambda n: outcome(verification.prove, at(), f"{(int(code) + n + 1) % 10**6:06d}"))
    assert told == {"code": 4, "failed": 1, "Conflict": MANY - 5}


def test_a_desk_code_in_many_browsers_at_once_opens_one(town: Town) -> None:
    printed = db.perform(accounts.issue_code, COMMAND_LINE, Named(national_id=town.lin.national_id)).code
    for browser in range(8):
        answer_truly(at(f"b{browser}", f"192.0.2.{browser}"), begin(at(f"b{browser}", f"192.0.2.{browser}"), town.lin))
        forget_attempts()
    with ThreadPoolExecutor(8) as pool:
        told = Counter(pool.map(lambda n: outcome(verification.prove, at(f"b{n}"), printed), range(8)))
    assert told == {"proved": 1, "code": 7}


def test_many_confirmations_at_once_make_one_account(town: Town) -> None:
    assert people.prove(at(), town.lin).state == "proved"
    key = people.Key(activation.set_password(at(), PASSWORD).secret.replace(" ", ""), ())
    code = key.code()
    told = at_once(lambda _: outcome(activation.confirm, at(), code, "zh"))
    assert told["done"] == 1
    with db.reading() as session:
        assert len(session.exec(select(Account)).all()) == 1


def test_one_entry_code_fetched_many_times_gives_one_cookie(town: Town) -> None:
    key = signed_up(at(), town.lin)
    clock.advance(seconds=30)
    code = sign_in(at(), town.lin.national_id, PASSWORD, key.code())

    def fetch(_: int) -> str:
        try:
            return "in" if db.perform(sessions.enter, NOBODY, code, at()).secret else "no"
        except Invalid:
            return "no"

    assert at_once(fetch) == {"in": 1, "no": MANY - 1}


def test_strangers_who_guess_do_not_keep_the_owner_out(town: Town) -> None:
    """Whoever knows a number could type it wrongly for ever; a browser that was in before is not made to wait."""
    clock.frozen = clock.now()
    key = signed_up(at("hers"), town.lin)
    people.enter(at("hers"), db.perform(activation.enter, NOBODY, at("hers")))
    for day in range(3):
        for number in range(6):
            with pytest.raises(Invalid):
                sign_in(at(f"b{day}-{number}", f"198.51.100.{number}"), town.lin.national_id, "guess", "000000")
        clock.advance(seconds=30)
        assert sign_in(at("hers"), town.lin.national_id, PASSWORD, key.code())
        with pytest.raises(Slowed):  # what she does gives them nothing back
            sign_in(at(f"c{day}", "203.0.113.5"), town.lin.national_id, "guess", "000000")
        clock.advance(days=1)


def test_a_browser_that_was_in_before_guesses_no_more_than_any(town: Town) -> None:
    signed_up(at("hers"), town.lin)
    people.enter(at("hers"), db.perform(activation.enter, NOBODY, at("hers")))
    for number in range(5):
        with pytest.raises(Invalid, match=r"error\.sign_in"):
            sign_in(at("hers", f"198.51.100.{number}"), town.lin.national_id, "guess", "000000")
    with pytest.raises(Slowed):
        sign_in(at("hers", "198.51.100.99"), town.lin.national_id, "guess", "000000")


def test_a_browser_is_known_for_its_own_account_alone(town: Town) -> None:
    """Someone else tries: having an account of one's own is no ticket to guess at another's."""
    signed_up(at("mine"), town.lin)
    people.enter(at("mine"), db.perform(activation.enter, NOBODY, at("mine")))
    forget_attempts()
    for number in range(5):
        with pytest.raises(Invalid, match=r"error\.sign_in"):
            sign_in(at(f"b{number}", f"198.51.100.{number}"), town.wang.national_id, "guess", "000000")
    with pytest.raises(Slowed):
        sign_in(at("mine"), town.wang.national_id, "guess", "000000")


def test_a_number_alone_keeps_nobody_from_proving_who_they_are(town: Town) -> None:
    """An attacker knows the number and not the card: only the two together are slowed down."""
    for number in range(7):
        visitor = at(f"b{number}", f"198.51.100.{number}")
        answer_truly(visitor, begin(visitor, town.lin, card=f"V90000{number}"))
    assert people.prove(at("hers", "203.0.113.1"), town.lin).state == "proved"


def test_unlocking_lifts_what_slows_a_number_and_its_card(town: Town) -> None:
    for number in range(5):
        visitor = at(f"b{number}", f"198.51.100.{number}")
        answer_truly(visitor, begin(visitor, town.lin), mistakes=3)
    with pytest.raises(Slowed):
        begin(at("hers", "203.0.113.1"), town.lin)
    db.perform(accounts.unlock, COMMAND_LINE, Named(national_id=town.lin.national_id))
    assert people.prove(at("hers", "203.0.113.1"), town.lin).state == "proved"


def test_waiting_does_not_make_guesses_at_answers_cheap(town: Town) -> None:
    """Who holds card and phone learns from each attempt whether two answers of three were right.

    Thirteen attempts find them for certain, and every pause of half an hour used to bring five more.
    """
    clock.frozen = clock.now()
    tried = 0
    for _ in range(2 * 24):
        for number in range(5):
            visitor = at(f"b{tried}-{number}", f"198.51.100.{tried % 250}")
            try:
                page = begin(visitor, town.lin)
                answer_truly(visitor, page, mistakes=3)
            except Slowed:
                break
            tried += 1
        clock.advance(minutes=30)
    assert tried < 13


def test_no_attempt_says_how_many_answers_were_right(town: Town) -> None:
    told = set()
    for mistakes in range(4):
        visitor = at(f"b{mistakes}", f"198.51.100.{mistakes}")
        answer_truly(visitor, begin(visitor, town.lin), mistakes=mistakes)
        forget_attempts()
        db.perform(verification.send_code, NOBODY, visitor, "zh")
        page = db.perform(verification.prove, NOBODY, visitor, "no code")
        told.add((page.state, page.tries, bool(page.resend_at), page.sends))
    assert len(told) == 1


def test_an_attempt_is_over_with_its_browser(town: Town) -> None:
    """A second tab that begins again takes the first one's attempt away, with its tries."""
    answer_truly(at(), begin(at(), town.lin))
    begin(at(), town.wang)
    with pytest.raises(Conflict):
        db.perform(verification.prove, NOBODY, at(), "000000")
    with db.reading() as session:
        dropped = session.exec(select(Verification).where(Verification.state == "dropped")).one()
        assert dropped.content is None
