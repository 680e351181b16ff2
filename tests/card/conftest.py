"""A hospital with people in it, and the card's routes."""

import pytest
from starlette.testclient import TestClient

from health_cloud.card import api
from health_cloud.identity.service import sessions as sign_ins
from health_cloud.web.guard import guarded_app
from health_cloud.web.sessions import Sessions, sessions
from tests import people
from tests.databases import Database


@pytest.fixture
def town(database: Database) -> people.Town:
    """An empty database with the hospital and its people."""
    assert database
    return people.found_town()


@pytest.fixture
def client(monkeypatch: pytest.MonkeyPatch) -> TestClient:
    """The routes of the card behind the guard; the served product's own answers are as they were afterwards."""
    for name, answer in vars(Sessions(sign_ins.row_of_secret, sign_ins.actor_of_row, sign_ins.end_of_row)).items():
        monkeypatch.setattr(sessions, name, answer)
    return TestClient(guarded_app(api.routes(), api.ROUTES), base_url="http://localhost", follow_redirects=False)
