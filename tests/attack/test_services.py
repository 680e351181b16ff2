"""Ways around a service that looked closed."""

from __future__ import annotations

import logging
from contextlib import suppress

import pytest
from argon2 import PasswordHasher
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import select

from health_cloud.chart.service import open_chart
from health_cloud.consent.service import wishes
from health_cloud.core import db, facts
from health_cloud.core.actors import NOBODY
from health_cloud.core.errors import HealthCloudError, Invalid, NotFound
from health_cloud.core.policy import Action, Role
from health_cloud.core.words import Words
from health_cloud.followup.service import open_slots
from health_cloud.identity.models import Account
from health_cloud.identity.service import accounts, activation, lookup, passwords
from health_cloud.identity.service.accounts import Named
from tests import charts, people
from tests.databases import Database


@pytest.fixture(autouse=True)
def _cheap_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "_hasher", PasswordHasher(time_cost=1, memory_cost=64, parallelism=1))
    passwords._nobody.cache_clear()


@pytest.fixture
def town(database: Database) -> people.Town:
    assert database
    return people.found_town()


def test_an_account_that_was_disabled_is_not_opened_by_a_set_up_that_was_under_way(town: people.Town):
    """Somebody about to be shut out keeps a claimed code open in a tab and confirms it afterwards."""
    visitor = people.at("leaver")
    named = Named(login="leaver")
    db.perform(
        accounts.add_account, people.COMMAND_LINE, Role.PHYSICIAN, "leaver", Words.same("L"), organization="songyun"
    )
    issued = db.perform(accounts.issue_code, people.COMMAND_LINE, named)
    activation.claim_account(visitor, "leaver", issued.code)
    page = activation.set_password(visitor, people.PASSWORD)
    db.perform(accounts.disable, people.COMMAND_LINE, named)
    key = people.Key(page.secret.replace(" ", ""), ())
    with suppress(HealthCloudError):
        db.perform(activation.confirm, NOBODY, visitor, key.code(), "zh")
    with db.reading() as session:
        assert session.exec(select(Account.state).where(Account.login == "leaver")).one() == "disabled"


def test_a_number_has_one_spelling_under_which_guesses_count(town: people.Town):
    number = town.lin.national_id
    spelled = {lookup.spelling(each) for each in (number, f"+{number}", f" {number[:6]}-{number[6:]}", f"＋{number}")}
    assert spelled == {lookup.spelling(number)}


@pytest.mark.parametrize("period", [("0001-01-01", ""), ("", "9999-12-31"), ("", "9999-12-30"), ("1899-12-31", "")])
def test_days_beyond_every_calendar_are_refused(period: tuple[str, str]):
    """A physician's request with such a day would break the page on which the patient decides."""
    with pytest.raises(Invalid):
        wishes.scope_of(("laboratory",), period)


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_slots_on_such_days_are_refused_in_words(town: people.Town, day: str):
    with pytest.raises(Invalid):
        db.perform(open_slots, charts.physician(town), day, "00:00", "00:30", "15")


def test_a_read_whose_failure_is_swallowed_is_still_in_the_ledger(town: people.Town):
    """What was taken out of a chart may be kept by whoever catches the exception."""

    def takes_and_swallows(session, actor):
        kept = []
        with suppress(NotFound), open_chart(session, actor, actor.person_id, Action.READ_ENTRIES) as chart:
            kept = chart.latest()
            chart.entry("nothing")
        return kept

    actor = charts.reader(town.lin)
    before = len(charts.chain(town.lin))
    kept = db.perform(takes_and_swallows, actor)
    assert kept
    lines = charts.chain(town.lin)[before:]
    assert [line.outcome for line in lines] == ["allowed"]
    assert all(row.id in lines[0].detail for row in kept)


def test_a_read_that_returns_midway_is_in_the_ledger(town: people.Town):
    def returns(session, actor):
        with open_chart(session, actor, actor.person_id) as chart:
            return chart.latest()

    before = len(charts.chain(town.lin))
    db.perform(returns, charts.reader(town.lin))
    assert len(charts.chain(town.lin)) == before + 1


def test_a_refusal_that_cannot_be_written_gives_nothing(town: people.Town, monkeypatch: pytest.MonkeyPatch):
    from health_cloud.core import ledger

    def broken(*_args, **_kwargs):
        raise OSError("no space")

    reader = charts.reader(town.lin)
    monkeypatch.setattr(ledger, "write", broken)

    def reads(session, actor, person_id):
        with open_chart(session, actor, person_id) as chart:
            return chart.latest()

    for person_id in (town.lin.person_id, town.wang.person_id):
        with pytest.raises(OSError, match="no space"):
            db.perform(reads, reader, person_id)


def test_an_error_of_the_database_tells_no_values(town: people.Town):
    with pytest.raises(SQLAlchemyError) as caught, db.engine().connect() as connection:
        connection.execute(text("INSERT INTO no_such_table VALUES (:v)"), {"v": "QZSECRETQZ"})
    assert "QZSECRETQZ" not in str(caught.value)


def test_a_fact_that_breaks_does_not_hold_the_others_up(
    town: people.Town, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    """Facts carry what belongs into patients' ledgers: a broken one must not silence those behind it."""
    done: list[str] = []

    def breaks(_session, _payload):
        raise TypeError("QZSECRETQZ")

    monkeypatch.setattr(
        facts, "_subscribers", {"t.bad": {"b": breaks}, "t.good": {"g": lambda _s, p: done.append(p["n"])}}
    )
    with db.writing() as session:
        facts.emit(session, "t.bad", n="1")
    with db.writing() as session:
        facts.emit(session, "t.good", n="2")
    with caplog.at_level(logging.DEBUG):
        facts.deliver()
    assert done == ["2"]
    assert "QZSECRETQZ" not in caplog.text
