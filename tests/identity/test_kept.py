"""What a phone keeps stays while its owner is out by the clock alone, and goes with whatever ends a sign-in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlmodel import Session, update

from health_cloud.core import db
from health_cloud.core.actors import NOBODY, Actor
from health_cloud.core.clock import clock
from health_cloud.core.errors import Denied
from health_cloud.identity.models import Person
from health_cloud.identity.service import (
    accounts,
    agreements,
    closing,
    deaths,
    kept,
    own_sessions,
    privacy_notice,
    sessions,
)
from health_cloud.identity.service.accounts import Named
from health_cloud.identity.service.sign_in import sign_in
from tests import charts
from tests.people import COMMAND_LINE, PASSWORD, Key, Town, at, enter, signed_up

PHONE = "a-phone"


@pytest.fixture
def key(town: Town) -> Key:
    """林秀兰's account, made elsewhere."""
    return signed_up(at("the first one"), town.lin)


def _in(town: Town, key: Key, device: str = PHONE) -> Actor:
    clock.advance(seconds=30)
    return enter(at(device), sign_in(at(device), town.lin.national_id, PASSWORD, key.code()))


def _stays(token: str, actor: Actor = NOBODY) -> bool:
    return db.perform(kept.holds, actor, token)


def test_it_outlives_a_session_that_only_ran_out(town: Town, key: Key) -> None:
    actor = _in(town, key)
    token = kept.token_of(actor)
    assert _stays(token, actor)
    clock.advance(days=20)
    assert sessions.actor_of_row(actor.session_id, at(PHONE)) is None
    assert _stays(token)


def test_signing_in_anew_on_the_same_phone_leaves_it(town: Town, key: Key) -> None:
    first = _in(town, key)
    token = kept.token_of(first)
    second = _in(town, key)
    db.perform(sessions.sign_out, first)  # as the new cookie does to the one before
    assert _stays(token, second)
    _in(town, key, "another phone")
    assert _stays(token, second)
    db.perform(sessions.sign_out, second)
    assert not _stays(token)


def _out_here(_town: Town, actor: Actor, _key: Key) -> None:
    db.perform(sessions.sign_out, actor)


def _out_everywhere(town: Town, actor: Actor, key: Key) -> None:
    clock.advance(days=2)
    other = _in(town, key, "another phone")
    assert actor.session_id not in [each.id for each in db.perform(own_sessions.my_sessions, other)]
    assert db.perform(own_sessions.any_others, other)  # it ran out and stands in no list, but it can be ended
    db.perform(own_sessions.end_others, other)
    assert not db.perform(own_sessions.any_others, other)


def _out_from_elsewhere(town: Town, actor: Actor, key: Key) -> None:
    db.perform(own_sessions.end_other, _in(town, key, "another phone"), actor.session_id)


def _disabled(town: Town, actor: Actor, _key: Key) -> None:
    clock.advance(days=2)
    db.perform(accounts.disable, COMMAND_LINE, Named(national_id=town.lin.national_id))
    assert actor


def _died(town: Town, actor: Actor, _key: Key) -> None:
    clock.advance(days=2)
    db.perform(deaths.report_death, COMMAND_LINE, Named(national_id=town.lin.national_id))
    assert actor


def _closed(_town: Town, actor: Actor, _key: Key) -> None:
    db.perform(closing.close_account, actor)


def _withdrawn(_town: Town, actor: Actor, _key: Key) -> None:
    db.perform(agreements.agree, actor, privacy_notice.current_version(), ["identity", "records"])
    db.perform(agreements.withdraw, actor, "records")


def _mixed_up(town: Town, _actor: Actor, _key: Key) -> None:
    def doubt(session: Session, _system: Actor) -> None:
        session.exec(update(Person).where(Person.id == town.lin.person_id).values(conflict="name"))

    db.perform(doubt, COMMAND_LINE)


@pytest.mark.parametrize(
    "end",
    [_out_here, _out_everywhere, _out_from_elsewhere, _disabled, _died, _closed, _withdrawn, _mixed_up],
    ids=lambda end: end.__name__.strip("_"),
)
def test_whatever_ends_a_sign_in_ends_it(town: Town, key: Key, end: Callable[[Town, Actor, Key], None]) -> None:
    actor = _in(town, key)
    token = kept.token_of(actor)
    assert _stays(token)
    end(town, actor, key)
    assert not _stays(token)


def test_somebody_else_who_signs_in_there_ends_it_and_a_guardian_stays_themselves(town: Town, key: Key) -> None:
    actor = _in(town, key)
    token = kept.token_of(actor)
    assert not _stays(token, charts.reader(town.wang))
    assert _stays(token, replace(actor, for_person_id=town.wang.person_id))


def test_nobody_makes_a_token(town: Town, key: Key) -> None:
    actor, other = _in(town, key), _in(town, key, "another phone")
    token = kept.token_of(actor)
    mark = token.partition(".")[2]
    for wrong in ("", ".", token[:-1], f"{other.session_id}.{mark}", f"{actor.session_id}.é", f"{token}{'x' * 100}"):
        assert not _stays(wrong, actor)
    with pytest.raises(Denied):
        kept.token_of(replace(actor, session_id=""))
