"""The card's routes: taken by its owner from our own pages alone, asked about by anybody, kept by nothing between."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from argon2 import PasswordHasher
from starlette.testclient import TestClient

from health_cloud.core import db
from health_cloud.identity.service import passwords, sessions
from tests import people

OURS = {"origin": "http://localhost"}


@dataclass(frozen=True)
class Browser:
    """林秀兰's, signed in: the edge puts the row's id in place of the cookie."""

    client: TestClient
    session_id: str

    @property
    def row(self) -> dict[str, str]:
        return {"x-session": self.session_id}


@pytest.fixture
def lin(town: people.Town, client: TestClient, monkeypatch: pytest.MonkeyPatch) -> Browser:
    """Sign her in."""
    monkeypatch.setattr(passwords, "_hasher", PasswordHasher(time_cost=1, memory_cost=64, parallelism=1))
    passwords._nobody.cache_clear()
    visitor = people.at()
    people.signed_up(visitor, town.lin)
    actor = people.enter(visitor, db.perform(people.activation.enter, people.NOBODY, visitor))
    return Browser(client, actor.session_id)


def test_kept_asked_about_and_ended(lin: Browser) -> None:
    answer = lin.client.post("/emergency-card/keep?parts=name,allergies", headers={**lin.row, **OURS})
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store")
    given = answer.json()
    assert given["card"]["person"]["zh"] == "林秀兰"
    assert [each["name"] for each in given["card"]["parts"]] == ["allergies"]
    by_now = lin.client.get("/emergency-card/now?parts=name,allergies", headers=lin.row)
    assert by_now.json()["parts"] == given["card"]["parts"]
    asked = {"x-emergency-card": given["token"]}
    assert lin.client.get("/emergency-card/holds", headers=asked).status_code == 204
    assert lin.client.get("/emergency-card/holds", headers={**asked, **lin.row}).status_code == 204
    actor = sessions.actor_of_row(lin.session_id, people.at())
    assert actor is not None
    db.perform(sessions.sign_out, actor)
    ended = lin.client.get("/emergency-card/holds", headers=asked)
    assert (ended.status_code, ended.headers["cache-control"]) == (410, "no-store")


def test_refused(lin: Browser) -> None:
    assert lin.client.get("/emergency-card/now?parts=name").status_code == 401
    assert lin.client.get("/emergency-card/now?parts=", headers=lin.row).status_code == 400
    assert lin.client.post("/emergency-card/keep?parts=name", headers=OURS).status_code == 401
    assert lin.client.post("/emergency-card/keep?parts=name", headers=lin.row).status_code == 403
    assert lin.client.post("/emergency-card/keep?parts=", headers={**lin.row, **OURS}).status_code == 400
    for headers in ({}, {"x-emergency-card": "x"}, {"x-emergency-card": f"{lin.session_id}.x"}):
        assert lin.client.get("/emergency-card/holds", headers=headers).status_code == 410
