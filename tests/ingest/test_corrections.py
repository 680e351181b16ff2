"""What a patient reports as wrong is a data-quality case of that hospital, once, until it is taken back."""

from __future__ import annotations

import json

import pytest
from sqlmodel import select

from health_cloud.core import db, facts
from health_cloud.core.actors import Actor
from health_cloud.core.crypto import unseal_text
from health_cloud.core.policy import Role
from health_cloud.identity.service import profile
from health_cloud.ingest.models import Case, Feed
from health_cloud.ingest.service import corrections, standing
from tests.databases import Database
from tests.people import found_town


def _cases() -> list[tuple[str, str, str, str]]:
    """Give state, rule, record and what was found."""
    with db.reading() as session:
        return [
            (each.state, each.rule, each.record_id, json.loads(_evidence(each))["found"])
            for each in session.exec(select(Case)).all()
        ]


def _evidence(case: Case) -> str:
    return unseal_text(case.evidence, "ingest_case.evidence", case.id)


@pytest.fixture
def lin(database: Database) -> Actor:
    """Return a patient of a hospital with a feed, whose reports are heard."""
    assert database
    town = found_town()
    with db.writing() as session:
        session.add(Feed(id=town.feed_id, organization_id=town.organization_id))
    facts.subscribe(profile.REPORTED, "ingest.corrections.open", corrections.open_case)
    facts.subscribe(profile.ENDED, "ingest.corrections.close", corrections.close_case)
    return Actor(account_id="account-lin", role=Role.PATIENT, person_id=town.lin.person_id)


def test_a_report_is_a_case_until_it_is_taken_back(lin: Actor) -> None:
    (held,) = db.perform(profile.records, lin)
    db.perform(profile.report, lin, held.id, "sex", "mistaken", "words of the patient")
    facts.deliver()
    assert _cases() == [("open", corrections.RULE, held.id, "sex: mistaken")]
    with db.reading() as session:
        shown = [(each.organization, each.rule, each.count) for each in standing.open_cases(session)]
    assert shown == [("songyun", corrections.RULE, 1)]
    (held,) = db.perform(profile.records, lin)
    said = next(each for each in held.data if each.kind == "sex")
    db.perform(profile.withdraw, lin, said.correction_id)
    facts.deliver()
    facts.deliver()
    assert [case[0] for case in _cases()] == ["closed"]


def test_one_taken_back_before_anybody_knew_is_no_case(lin: Actor) -> None:
    (held,) = db.perform(profile.records, lin)
    db.perform(profile.report, lin, held.id, "sex", "mistaken", "")
    (held,) = db.perform(profile.records, lin)
    db.perform(profile.withdraw, lin, next(each.correction_id for each in held.data if each.correction_id))
    facts.deliver()
    assert _cases() == []
