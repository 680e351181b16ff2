"""Guardians from the command line: named with what was shown, renewed, ended; a slip is said and changes nothing."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlmodel import select

from health_cloud.core import db, ledger
from health_cloud.core.clock import clock
from health_cloud.core.models import LedgerLine
from health_cloud.identity.models import Guardian
from tests import people
from tests.commands.conftest import both


@pytest.fixture(autouse=True)
def _steady_clock():
    clock.frozen = clock.now()
    yield
    clock.reset()


@pytest.fixture
def town(installation) -> people.Town:
    installation.run("migrate")
    return people.found_town("songyun")


def naming(town: people.Town) -> list[str]:
    return [
        *("people", "guardian", "add", "--patient-visit-card", town.lin.visit_card),
        *("--guardian-id", town.wang.national_id, "--relation", "child", "--proof", "household register"),
    ]


def rows() -> list[tuple[str, str, str, str]]:
    columns = (Guardian.state, Guardian.levels, Guardian.proof, Guardian.ended_by)
    with db.reading() as session:
        return [tuple(row) for row in session.exec(select(*columns).order_by(Guardian.created_at)).all()]


@both
def test_named_renewed_and_ended(installation, town):
    until = installation.told(*naming(town), "--may", "book", "--days", "30")["until"]
    assert datetime.fromisoformat(until) == clock.now() + timedelta(days=30)
    clock.advance(seconds=1)
    assert "Named; it ends at" in installation.run(*naming(town)).stdout
    assert rows() == [("ended", "read,book", "desk", "renewal"), ("living", "read", "desk", "")]
    both_sides = naming(town)[3:7]
    assert installation.told("people", "guardian", "end", *both_sides) == {"ended": True}
    assert rows()[-1] == ("ended", "read", "desk", "desk")
    assert "no living" in installation.refused("people", "guardian", "end", *both_sides).lower()
    chain = ledger.person_chain(town.lin.person_id)
    with db.reading() as session:
        lines = session.exec(select(LedgerLine.action).where(LedgerLine.chain == chain)).all()
    assert {"identity:guardian:name", "identity:guardian:end"} <= set(lines)


def test_what_cannot_be_is_said(installation, town):
    for wrong, sentence in (
        (["--proof", " "], "what was shown"),
        (["--guardian-id", town.lin.national_id], "their own guardian"),
        (["--guardian-id", "11010119900307001X"], "Nobody was found"),
    ):
        assert sentence.lower() in installation.refused(*naming(town), *wrong).lower()
    for wrong in (["--relation", "friend"], ["--days", "366"], ["--guardian-visit-card", "V1"], ["--may", "pay"]):
        assert installation.run(*naming(town), *wrong).exit_code == 2
    assert rows() == []
