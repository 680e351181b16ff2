"""All paths of an account in any order, hers and an attacker's: who opens it, what it is left with, who is shut out.

The machine keeps a model of what each of the two really holds, apart from the product. 林秀兰 has her phone, what she
set up, and can go to the desk. The attacker knows every number and every answer, uses a browser of his own, and in some
runs reads what is sent to her contact.
"""

from __future__ import annotations

import contextlib
import re
from dataclasses import dataclass, field, replace
from datetime import datetime

import pytest
from argon2 import PasswordHasher
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from hypothesis.stateful import run_state_machine_as_test as run
from sqlmodel import col, select

from health_cloud.core import db
from health_cloud.core.actors import NOBODY, Actor
from health_cloud.core.clock import clock, now
from health_cloud.core.errors import HealthCloudError
from health_cloud.core.settings import settings as product
from health_cloud.identity.models import Account, Passkey, Recovery, SignInSession
from health_cloud.identity.service import (
    accounts,
    activation,
    factors,
    passkey_uses,
    passkeys,
    passwords,
    proving,
    recovery,
    sessions,
    verification,
)
from health_cloud.identity.service.accounts import Named
from health_cloud.identity.service.sign_in import sign_in
from health_cloud.notify.service import sending
from tests import people
from tests.authenticator import Device
from tests.databases import Database, _empty
from tests.people import COMMAND_LINE, Key, at, forget_attempts

HERS, HIS = "hers", "his"
BROWSERS = st.sampled_from([HERS, HIS])


@dataclass
class Factors:
    """What opens the account now, and in whose hands it is."""

    holder: str
    password: str
    key: Key
    spent: set[str] = field(default_factory=set)


@dataclass(frozen=True)
class Wait:
    """A recovery as the model knows it."""

    browser: str
    until: datetime
    ends: datetime


REACHED: set[str] = set()
"""What the runs came to: a machine that never gets there shows nothing."""


class Life(RuleBasedStateMachine):
    """What may happen to one account."""

    def __init__(self) -> None:
        super().__init__()
        self.factors: Factors | None = None
        self.wait: Wait | None = None
        self.ground: dict[str, set[str]] = {HERS: set(), HIS: set()}
        """What each has shown in the verification under way: `contact`, `desk`, `factor`."""
        self.codes: dict[str, str] = {}
        self.desk = ""
        self.live: Actor | None = None
        self.phone = Device()
        self.enrolled = False
        self.disabled = False
        self.passwords = 0

    @initialize(stolen=st.booleans(), activated=st.sampled_from([True, True, True, False]))
    def _town(self, stolen: bool, activated: bool) -> None:
        _empty()
        clock.reset()
        clock.frozen = clock.now()
        self.town = people.found_town()
        self.reads = {HERS, HIS} if stolen else {HERS}
        if activated:
            key = people.signed_up(at(HERS), self.town.lin)
            self.factors = Factors(HERS, people.PASSWORD, key)

    # -- verification

    @rule(who=BROWSERS, right=st.sampled_from([True, True, False]))
    def verifies(self, who: str, right: bool) -> None:
        forget_attempts()
        with contextlib.suppress(HealthCloudError):
            page = people.begin(at(who), self.town.lin)
            self.ground[who], self.codes[who] = set(), ""
            people.answer_truly(at(who), page, mistakes=0 if right else 3)

    @rule(who=BROWSERS)
    def has_a_code_sent(self, who: str) -> None:
        forget_attempts()
        before = {row.id for row in db.perform(sending.outbox, NOBODY)}
        with contextlib.suppress(HealthCloudError):
            db.perform(verification.send_code, NOBODY, at(who), "zh")
        sending.deliver()
        sent = [row.text for row in db.perform(sending.outbox, NOBODY) if row.id not in before]
        found = [text[:6] for text in sent if re.match(r"\d{6} ", text)]
        if found and who in self.reads:
            self.codes[who] = found[0]

    @rule(who=BROWSERS)
    def types_what_was_sent(self, who: str) -> None:
        self._prove(who, self.codes.get(who) or "000000", "contact")

    @rule(at_once=st.booleans())
    def she_goes_to_the_desk(self, at_once: bool) -> None:
        """Have her card checked, get a code, and use it there and then or later."""
        self._print()
        if at_once:
            self.verifies(HERS, right=True)
            self.she_types_the_desks_code()
            self.sets_up(HERS)

    @precondition(lambda self: self.desk)
    @rule()
    def she_types_the_desks_code(self) -> None:
        self._prove(HERS, self.desk, "desk")

    def _print(self) -> None:
        self.desk = db.perform(accounts.issue_code, COMMAND_LINE, Named(national_id=self.town.lin.national_id)).code

    @rule(who=BROWSERS, code=st.from_regex(r"\A[0-9A-Z]{6,10}\Z"))
    def guesses(self, who: str, code: str) -> None:
        self._prove(who, code, "")

    @rule(who=BROWSERS, then=st.sampled_from(["set up", "wait", "show code", "show recovery code"]))
    def goes_the_whole_way(self, who: str, then: str) -> None:
        """Do at once what chance would seldom do in this order."""
        self.verifies(who, right=True)
        self.has_a_code_sent(who)
        self.types_what_was_sent(who)
        if then == "wait":
            self.begins_to_wait(who, anew=True)
            return
        if then != "set up":
            self.shows_a_factor(who, by_app=then == "show code")
        self.sets_up(who)

    def _prove(self, who: str, code: str, how: str) -> None:
        with contextlib.suppress(HealthCloudError):
            if db.perform(verification.prove, NOBODY, at(who), code).state == "proved":
                assert how, "proved with a guess"
                self.ground[who] = {how}
                if how == "desk":
                    self.desk = ""

    # -- setting up and recovering

    @rule(who=BROWSERS)
    def sets_up(self, who: str) -> None:
        self.passwords += 1
        password = f"a quiet evening number {self.passwords}"
        before, ground = self.factors, self.ground[who]
        try:
            page = activation.set_password(at(who), password)
        except HealthCloudError:
            return
        if page.keeps:
            assert before is not None
            assert "factor" in ground, "the password alone was replaced without a factor"
            REACHED.add("authenticator")
            self._replaced(Factors(before.holder, password, before.key, before.spent))
            return
        key = Key(page.secret.replace(" ", ""), ())
        with contextlib.suppress(HealthCloudError):
            done = db.perform(activation.confirm, NOBODY, at(who), key.code(), "zh")
            self._may_open(who, before, ground)
            self._replaced(Factors(who, password, replace(key, recovery=done.recovery)))
            self.ground[who] = set()

    def _may_open(self, who: str, before: Factors | None, ground: set[str]) -> None:
        """Judge by the model alone whether this person may put factors of their own into the account."""
        assert ground, "opened without anything in hand"
        if before is None or ground & {"desk", "factor"}:
            REACHED.add("first" if before is None else "desk" if "desk" in ground else "recovery code")
            return
        wait = self.wait
        assert wait is not None, "factors replaced without a wait"
        assert wait.browser == who, "finished in another browser"
        assert wait.until <= now() < wait.ends, "finished before or after its time"
        REACHED.add(f"waited: {who}")

    def _replaced(self, made: Factors) -> None:
        self.factors, self.wait, self.live = made, None, None
        self.enrolled = self.enrolled and made.key.recovery == () and made.holder == HERS

    @rule(who=BROWSERS, by_app=st.booleans())
    def shows_a_factor(self, who: str, by_app: bool) -> None:
        forget_attempts()
        clock.advance(seconds=30)
        code, has = "000000", self.factors is not None and self.factors.holder == who
        if has and self.factors is not None:
            left = [each for each in self.factors.key.recovery if each not in self.factors.spent]
            code = self.factors.key.code() if by_app or not left else left[0]
        with contextlib.suppress(HealthCloudError):
            recovery.show_factor(at(who), code)
            assert has, "a guess was taken for a factor"
            assert self.ground[who], "shown without a verification"
            self.ground[who] = self.ground[who] | {"factor"}
            if self.factors is not None:
                self.factors.spent.add(code)

    @rule(who=BROWSERS, anew=st.booleans())
    def begins_to_wait(self, who: str, anew: bool) -> None:
        forget_attempts()
        before = self.wait
        with contextlib.suppress(HealthCloudError):
            db.perform(recovery.begin, NOBODY, at(who), anew=anew)
            assert "contact" in self.ground[who], "waiting without possession"
            alive = before is not None and now() < before.ends
            if not (alive and before is not None and before.browser == who):
                assert anew or not alive, "two wait at a time"
                until = now() + product().recovery_delay
                self.wait = Wait(who, until, until + recovery.WINDOW)
                self.ground[who] = set()

    @rule(who=BROWSERS)
    def comes_back(self, who: str) -> None:
        forget_attempts()
        with contextlib.suppress(HealthCloudError):
            db.perform(recovery.come_back, NOBODY, at(who))
            self.ground[who], self.codes[who] = set(), ""

    @rule(who=BROWSERS, minutes=st.sampled_from([0, 1, 2, 3]))
    def waits_and_finishes(self, who: str, minutes: int) -> None:
        """Do at once what chance would seldom do in this order."""
        clock.advance(minutes=minutes)
        self.comes_back(who)
        self.has_a_code_sent(who)
        self.types_what_was_sent(who)
        self.sets_up(who)

    @rule(who=BROWSERS, meanwhile=st.sampled_from(["", "too early", "stopped", "signed in"]))
    def loses_everything(self, who: str, meanwhile: str) -> None:
        """Wait, and try to finish whatever happened meanwhile."""
        if meanwhile == "stopped":
            self.signs_in(HERS)
        self.goes_the_whole_way(who, "wait")
        if meanwhile == "stopped" and self.live is not None:
            self.she_says_this_is_not_me()
        if meanwhile == "signed in":
            self.signs_in(HERS)
        self.waits_and_finishes(who, 0 if meanwhile == "too early" else 3)
        if meanwhile == "stopped":
            clock.advance(days=31)  # until it may be begun again

    @rule(who=BROWSERS)
    def gives_up(self, who: str) -> None:
        db.perform(recovery.give_up, NOBODY, at(who))
        if self.wait is not None and self.wait.browser == who:
            self.wait = None

    @precondition(lambda self: self.live is not None)
    @rule()
    def she_says_this_is_not_me(self) -> None:
        found = db.perform(recovery.notice, self.live)
        if found.id and sessions.actor_of_row(self.live.session_id, at(HERS)):
            db.perform(recovery.stop, self.live, found.id)
            if self.wait is not None:
                REACHED.add(f"stopped: {self.wait.browser}")
            self.wait, self.ground = None, {HERS: set(), HIS: set()}

    # -- signing in, and what one does then

    @rule(who=BROWSERS)
    def signs_in(self, who: str) -> None:
        forget_attempts()
        clock.advance(seconds=30)
        mine = self.factors is not None and self.factors.holder == who
        password, code = ("a guess", "000000")
        if mine and self.factors is not None:
            password, code = self.factors.password, self.factors.key.code()
        with contextlib.suppress(HealthCloudError):
            entry = sign_in(at(who), self.town.lin.national_id, password, code)
            assert mine, "signed in with a guess"
            self._in(who, entry)

    @precondition(lambda self: self.enrolled)
    @rule()
    def she_signs_in_with_her_passkey(self) -> None:
        forget_attempts()
        with contextlib.suppress(HealthCloudError):
            asked = db.perform(passkey_uses.ask_to_sign_in, NOBODY, at(HERS))
            self._in(HERS, passkey_uses.sign_in(at(HERS), self.phone.answer(asked)))

    @rule(who=BROWSERS)
    def goes_in_after_setting_up(self, who: str) -> None:
        with contextlib.suppress(HealthCloudError):
            entry = db.perform(activation.enter, NOBODY, at(who))
            self._in(who, entry, stops=False)

    def _in(self, who: str, entry: str, *, stops: bool = True) -> None:
        assert not self.disabled, "a closed account was entered"
        if stops:
            REACHED.add("overtaken" if self.wait is not None else "signed in")
            self.wait = None
        actor = people.enter(at(who), entry)
        if who == HERS:
            self.live = actor

    @precondition(lambda self: self.live is not None and not self.enrolled)
    @rule()
    def she_adds_a_passkey(self) -> None:
        with contextlib.suppress(HealthCloudError):
            actor = self._actor()
            made = Device()
            text = made.make(db.perform(passkeys.ask_to_add, actor, at(HERS)))
            passkeys.add(actor, at(HERS), text)
            self.phone, self.enrolled = made, True
            REACHED.add("passkey")

    @precondition(lambda self: self.live is not None and self.factors is not None and self.factors.holder == HERS)
    @rule()
    def she_changes_her_password(self) -> None:
        forget_attempts()
        clock.advance(seconds=30)
        self.passwords += 1
        assert self.factors is not None
        with contextlib.suppress(HealthCloudError):
            proving.prove_by_code(self._actor(), self.factors.key.code())
            password = f"a quiet evening number {self.passwords}"
            factors.change_password(self._actor(), password)
            self.factors.password = password
            REACHED.add("password changed")

    def _actor(self) -> Actor:
        assert self.live is not None
        found = sessions.actor_of_row(self.live.session_id, at(HERS))
        if found is None:
            self.live = None
            raise HealthCloudError
        return found

    @precondition(lambda self: self.factors is not None and not self.disabled)
    @rule(opens=st.sampled_from([True, True, False]))
    def the_desk_closes_the_account(self, opens: bool) -> None:
        with contextlib.suppress(HealthCloudError):
            db.perform(accounts.disable, COMMAND_LINE, Named(national_id=self.town.lin.national_id))
            self.disabled, self.live = True, None
        if opens:
            self.goes_in_after_setting_up(HERS)
            self.signs_in(HERS)
            self.the_desk_unlocks_it()

    @precondition(lambda self: self.disabled)
    @rule()
    def the_desk_unlocks_it(self) -> None:
        db.perform(accounts.unlock, COMMAND_LINE, Named(national_id=self.town.lin.national_id))
        self.disabled = False

    @rule(minutes=st.sampled_from([1, 1, 2, 2, 5, 60, 60 * 24 * 8, 60 * 24 * 31]))
    def time_goes_by(self, minutes: int) -> None:
        clock.advance(minutes=minutes)

    # -- what always holds

    @invariant()
    def an_account_in_use_has_two_factors(self) -> None:
        with db.reading() as session:
            for account in session.exec(select(Account).where(Account.state == "active")).all():
                keys = session.exec(
                    select(Passkey.id).where(Passkey.account_id == account.id, col(Passkey.removed_at).is_(None))
                ).all()
                assert account.password_hash
                assert account.totp or keys, "left without a second factor"

    @invariant()
    def nobody_is_in_who_could_not_be(self) -> None:
        with db.reading() as session:
            accounts_there = session.exec(select(Account.id)).all()
            alive = col(SignInSession.ended_at).is_(None)
            open_sessions = session.exec(select(SignInSession.device).where(alive)).all()
            waiting = session.exec(select(Recovery.device).where(Recovery.state == "waiting")).all()
        assert bool(accounts_there) == (self.factors is not None)
        assert not (self.disabled and open_sessions)
        assert len(waiting) <= 1
        if HIS not in self.reads:
            assert self.factors is None or self.factors.holder == HERS
            assert sessions.device_blind(at(HIS)) not in {*open_sessions, *waiting}

    def teardown(self) -> None:
        """However it went, she is not shut out for ever: the desk checks her, and she is in."""
        if not hasattr(self, "town"):
            return
        forget_attempts()
        self.the_desk_unlocks_it()
        self._print()
        people.answer_truly(at("new phone"), people.begin(at("new phone"), self.town.lin))
        assert db.perform(verification.prove, NOBODY, at("new phone"), self.desk).state == "proved"
        key = people.set_up(at("new phone"), "home again by the lake")
        clock.advance(minutes=1)
        assert sign_in(at("new phone"), self.town.lin.national_id, "home again by the lake", key.code())
        with db.reading() as session:
            assert not session.exec(select(Recovery.id).where(Recovery.state == "waiting")).all()
        if self.factors is not None:  # what opened it before opens nothing now
            forget_attempts()
            with contextlib.suppress(HealthCloudError):
                sign_in(at(HIS), self.town.lin.national_id, self.factors.password, self.factors.key.code())
                raise AssertionError("old factors still open it")


@pytest.mark.slow
def test_all_paths(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    if database.kind != "sqlite":
        pytest.skip("the machine explores; one database is enough for that")
    monkeypatch.setattr(passwords, "_hasher", PasswordHasher(time_cost=1, memory_cost=64, parallelism=1))
    passwords._nobody.cache_clear()
    run(
        Life,
        settings=settings(
            max_examples=40,
            stateful_step_count=25,
            deadline=None,
            derandomize=True,
            phases=(Phase.generate,),  # a found path is short enough to read
            suppress_health_check=list(HealthCheck),
        ),
    )
    told = " ".join(sorted(REACHED))
    assert {"first", "desk", "overtaken", "signed in", f"waited: {HERS}", f"waited: {HIS}"} <= REACHED, told
