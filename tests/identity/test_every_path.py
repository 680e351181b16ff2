"""R1 as a state machine: whatever is done in whatever order, nothing opens without a code that was handed over."""

from __future__ import annotations

import contextlib

import pytest
from argon2 import PasswordHasher
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlmodel import select

from health_cloud.core import db
from health_cloud.core.actors import NOBODY
from health_cloud.core.clock import clock
from health_cloud.core.errors import HealthCloudError
from health_cloud.identity.models import Account, SignInSession, Verification
from health_cloud.identity.service import accounts, activation, passwords, verification
from health_cloud.identity.service.accounts import Named
from health_cloud.identity.service.sign_in import sign_in
from tests import people
from tests.databases import Database, _empty
from tests.people import COMMAND_LINE, PASSWORD, at, forget_attempts

BROWSERS = st.sampled_from(["mine", "theirs"])


class Paths(RuleBasedStateMachine):
    """An attacker who knows everything about 林秀兰 except what is in her hands; she herself acts too."""

    def __init__(self) -> None:
        super().__init__()
        self.handed: set[str] = set()
        self.desk = ""

    @initialize()
    def _town(self) -> None:
        _empty()
        clock.reset()
        self.town = people.found_town()

    @rule(device=BROWSERS, right=st.booleans())
    def begin(self, device: str, right: bool) -> None:
        with contextlib.suppress(HealthCloudError):
            page = people.begin(at(device), self.town.lin)
            people.answer_truly(at(device), page, mistakes=0 if right else 3)

    @rule(device=BROWSERS)
    def have_it_sent(self, device: str) -> None:
        with contextlib.suppress(HealthCloudError):
            db.perform(verification.send_code, NOBODY, at(device), "zh")

    @rule()
    def the_desk_prints_a_code(self) -> None:
        self.desk = db.perform(accounts.issue_code, COMMAND_LINE, Named(national_id=self.town.lin.national_id)).code

    @rule(device=BROWSERS, code=st.one_of(st.just(""), st.text(max_size=12), st.from_regex(r"\A\d{6}\Z")))
    def guess(self, device: str, code: str) -> None:
        with contextlib.suppress(HealthCloudError):
            db.perform(verification.prove, NOBODY, at(device), code)

    @rule()
    def she_types_the_desks_code(self) -> None:
        if self.desk:
            with contextlib.suppress(HealthCloudError):
                if db.perform(verification.prove, NOBODY, at("mine"), self.desk).state == "proved":
                    self.handed.add("mine")

    @rule(device=BROWSERS)
    def set_up(self, device: str) -> None:
        with contextlib.suppress(HealthCloudError):
            people.set_up(at(device))
            assert device in self.handed

    @rule(device=BROWSERS, code=st.sampled_from(["000000", "AAAAA-AAAAA", ""]))
    def sign_in(self, device: str, code: str) -> None:
        with contextlib.suppress(HealthCloudError):
            sign_in(at(device), self.town.lin.national_id, PASSWORD, code)
            raise AssertionError("signed in with a guessed code")

    @rule(device=BROWSERS)
    def go_in(self, device: str) -> None:
        with contextlib.suppress(HealthCloudError):
            db.perform(activation.enter, NOBODY, at(device))
            assert device in self.handed

    @rule()
    def time_goes_by(self) -> None:
        forget_attempts()
        clock.advance(minutes=2)

    @invariant()
    def whoever_was_handed_nothing_sets_nothing_up(self) -> None:
        """An attacker tries at every step."""
        for device in {"mine", "theirs"} - self.handed:
            with contextlib.suppress(HealthCloudError):
                people.set_up(at(device))
                raise AssertionError("an account was set up without a code")

    @invariant()
    def nothing_opened_without(self) -> None:
        if self.handed:
            return
        with db.reading() as session:
            assert not session.exec(select(Account)).all()
            assert not session.exec(select(SignInSession)).all()
            states = set(session.exec(select(Verification.state)).all())
        assert not states & {"proved", "activated", "used"}


@pytest.mark.slow
def test_every_path(database: Database) -> None:
    if database.kind != "sqlite":
        pytest.skip("the machine explores; one database is enough for that")
    passwords._hasher = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
    run_state_machine_as_test(
        Paths,
        settings=settings(
            max_examples=12,
            stateful_step_count=20,
            deadline=None,
            derandomize=True,
            phases=(Phase.generate,),  # a found path is short enough to read
            suppress_health_check=list(HealthCheck),
        ),
    )
