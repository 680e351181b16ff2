"""The owner hears of attempts, is locked out by nobody, and the desk opens what a hundred failures closed (R3)."""

from __future__ import annotations

import pytest

from health_cloud.core import db
from health_cloud.core.clock import clock
from health_cloud.core.errors import Invalid
from health_cloud.identity.service import accounts, attempts, sessions
from health_cloud.identity.service.accounts import Named
from health_cloud.identity.service.sign_in import MOST_FAILURES, sign_in
from health_cloud.notify.service import inbox
from tests.people import COMMAND_LINE, PASSWORD, Town, at, enter, forget_attempts, signed_up


@pytest.fixture(autouse=True)
def _steady_clock() -> None:
    clock.frozen = clock.now()


def _guess(town: Town, number: int) -> None:
    """Guess from many addresses and browsers."""
    for turn in range(number):
        forget_attempts()
        stranger = at(f"stranger-{turn}", f"198.51.100.{turn % 250}")
        with pytest.raises(Invalid):
            sign_in(stranger, town.lin.national_id, "guessed it wrong", "000000")


def _word() -> int:
    return db.perform(attempts.tell_owners, COMMAND_LINE)


def test_the_owner_is_told_and_keeps_working_under_a_hundred_guesses(town: Town) -> None:
    key = signed_up(at(), town.lin)
    clock.advance(seconds=30)
    owner = enter(at(), sign_in(at(), town.lin.national_id, PASSWORD, key.code()))
    _guess(town, 4)
    assert _word() == 0
    _guess(town, 1)
    assert (_word(), _word()) == (1, 0)
    _guess(town, 14)
    assert _word() == 0
    _guess(town, MOST_FAILURES - 19)
    assert _word() == 1
    assert sessions.actor_of_row(owner.session_id, at())
    assert [row.key for row in db.perform(inbox.look, owner)] == ["identity.alert.locked", "identity.alert.attempts"]
    forget_attempts()
    clock.advance(seconds=30)
    with pytest.raises(Invalid):  # the password opens nothing now
        sign_in(at(), town.lin.national_id, PASSWORD, key.code())
    db.perform(accounts.unlock, COMMAND_LINE, Named(national_id=town.lin.national_id))
    assert _word() == 0
    clock.advance(seconds=30)
    assert sign_in(at(), town.lin.national_id, PASSWORD, key.code())
    _guess(town, 5)
    assert _word() == 1  # from the beginning again
