"""A hospital with people in it, the routes of links, and links that somebody made."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from argon2 import PasswordHasher
from joserfc import jwe
from joserfc.jwk import OctKey
from starlette.testclient import TestClient

from health_cloud.core import clock, db
from health_cloud.core.actors import Actor
from health_cloud.core.policy import Scope
from health_cloud.identity.service import passwords
from health_cloud.links import api
from health_cloud.links.service import making
from health_cloud.links.views import MadeLink, Wish
from health_cloud.web.guard import guarded_app
from tests import charts, people
from tests.databases import Database

NO_CLASS = Scope(classes=frozenset())
SUMMARY = Wish(summary=True, scope=NO_CLASS)


def carried(made: MadeLink) -> dict[str, Any]:
    """What the link itself says: address, key, end, flags."""
    code = made.code.removeprefix("shlink:/")
    return json.loads(base64.urlsafe_b64decode(code + "=" * (-len(code) % 4)))


def path_of(made: MadeLink) -> str:
    return urlsplit(carried(made)["url"]).path


def unlocked(token: str, made: MadeLink) -> dict[str, Any]:
    """Open a file with the key of its link, by a library that did not make it."""
    key = carried(made)["key"]
    opened = jwe.decrypt_compact(
        token, OctKey.import_key(base64.urlsafe_b64decode(key + "=")), algorithms=["dir", "A256GCM", "DEF"]
    )
    assert opened.plaintext is not None
    return json.loads(opened.plaintext)


@dataclass(frozen=True)
class Place:
    """A town, its patient signed in and proved a moment ago, and the routes."""

    town: people.Town
    lin: Actor
    client: TestClient

    def link(self, wish: Wish = SUMMARY, actor: Actor | None = None) -> MadeLink:
        passcode = making.new_passcode() if wish.passcode else ""
        return db.perform(making.make_link, actor or self.lin, wish, passcode, making.hashed_of(passcode))

    def asked(self, made: MadeLink, passcode: str | None = None, **said: Any) -> httpx.Response:
        body = {"recipient": "李医生", "passcode": made.passcode if passcode is None else passcode, **said}
        return self.client.post(path_of(made), json={name: value for name, value in body.items() if value != ""})

    def opened(self, made: MadeLink) -> list[dict[str, Any]]:
        """Return the files of a link, opened."""
        answer = self.asked(made, embeddedLengthMax=10_000_000)
        assert answer.status_code == 200, answer.text
        return [unlocked(each["embedded"], made) for each in answer.json()["files"]]


@pytest.fixture
def town(database: Database, monkeypatch: pytest.MonkeyPatch) -> people.Town:
    """An empty database with the hospital and its people; passcodes are hashed as fast as can be."""
    assert database
    monkeypatch.setattr(passwords, "_hasher", PasswordHasher(time_cost=1, memory_cost=64, parallelism=1))
    return people.found_town()


@pytest.fixture
def place(town: people.Town) -> Place:
    lin = replace(charts.reader(town.lin), proved_at=clock.now())
    client = TestClient(guarded_app(api.routes(), api.ROUTES), base_url="http://localhost", follow_redirects=False)
    return Place(town, lin, client)
