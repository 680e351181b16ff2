"""A hospital with people in it, for the reading tests."""

import pytest
from sqlmodel import Session
from starlette.testclient import TestClient

from health_cloud.core import clock, db
from health_cloud.core.actors import Actor
from health_cloud.identity.models import Link, PatientRecord
from health_cloud.identity.service import sessions as sign_ins
from health_cloud.records import api
from health_cloud.web.guard import guarded_app
from health_cloud.web.sessions import Sessions, sessions
from tests import charts, people
from tests.databases import Database


@pytest.fixture
def town(database: Database) -> people.Town:
    """An empty database with the hospital and its people."""
    assert database
    return people.found_town()


@pytest.fixture
def elsewhere(town: people.Town) -> people.Town:
    """Another hospital that knows 林秀兰 too."""
    other = people.found_town("other")

    def join(session: Session, _actor: Actor) -> None:
        record = PatientRecord(organization_id=other.organization_id, updated_at=clock.now())
        session.add(record)
        session.flush()
        link = Link(person_id=town.lin.person_id, record_id=record.id, method="new", by="tests", from_at=clock.now())
        session.add(link)

    db.perform(join, charts.WRITER)
    return other


@pytest.fixture
def client(monkeypatch: pytest.MonkeyPatch) -> TestClient:
    """The routes of records behind the guard; the served product's own answers are as they were afterwards."""
    for name, answer in vars(Sessions(sign_ins.row_of_secret, sign_ins.actor_of_row, sign_ins.end_of_row)).items():
        monkeypatch.setattr(sessions, name, answer)
    return TestClient(guarded_app(api.routes(), api.ROUTES), base_url="http://localhost", follow_redirects=False)
