"""Originals by their address: whose they are, what a browser may do with them, and what is written down."""

from __future__ import annotations

import pytest
from starlette.testclient import TestClient

from health_cloud.core import db
from health_cloud.core.actors import Actor, Visitor
from health_cloud.core.ids import new_id
from health_cloud.identity.models import Account
from health_cloud.identity.service import sessions as sign_ins
from tests import charts, people

VISITOR = Visitor(address="192.0.2.1", device="browser")
PDF = (b"%PDF-1.7 hello", "application/pdf")
HTML = (b"<script>alert(1)</script><p>report", "text/html")


def signed_in(actor: Actor) -> dict[str, str]:
    """Return the header that the edge puts in the place of the cookie."""

    def begin(session, _actor):
        return sign_ins.begin(session, session.get(Account, actor.account_id), VISITOR, "password")

    code = db.perform(begin, charts.WRITER)
    secret = db.perform(sign_ins.enter, charts.WRITER, code, VISITOR).secret
    return {"x-session": sign_ins.row_of_secret(secret), "accept-language": "en"}


def test_ones_own_original_comes_as_it_is_and_is_written_down(town: people.Town, client: TestClient) -> None:
    entry_id = charts.put(town, town.lin, original=PDF)
    document = charts.document_of(entry_id)
    answer = client.get(f"/documents/{document}", headers=signed_in(charts.reader(town.lin)))
    assert (answer.status_code, answer.content) == (200, PDF[0])
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-content-type-options"] == "nosniff"
    line = charts.chain(town.lin)[-1]
    assert (line.action, line.outcome) == ("records:document:read", "allowed")
    assert document in line.detail
    assert entry_id in line.detail


def test_foreign_html_runs_nothing(town: people.Town, client: TestClient) -> None:
    document = charts.document_of(charts.put(town, town.lin, original=HTML))
    answer = client.get(f"/documents/{document}", headers=signed_in(charts.reader(town.lin)))
    policy = answer.headers["content-security-policy"]
    assert policy.startswith("sandbox;")
    assert "allow-scripts" not in policy
    assert "default-src 'none'" in policy


@pytest.mark.parametrize(
    "content_type", ["application/x-msdownload", "application/octet-stream", "", "text/javascript"]
)
def test_what_no_browser_should_show_is_a_file(town: people.Town, client: TestClient, content_type: str) -> None:
    document = charts.document_of(charts.put(town, town.lin, original=(b"MZ", content_type)))
    answer = client.get(f"/documents/{document}", headers=signed_in(charts.reader(town.lin)))
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-disposition"].startswith("attachment")


def test_others_get_what_they_would_get_for_nothing(town: people.Town, client: TestClient) -> None:
    document = charts.document_of(charts.put(town, town.lin, original=PDF))
    for actor in (charts.reader(town.wang), charts.physician(town)):
        headers = signed_in(actor)
        theirs, nothing = (client.get(f"/documents/{name}", headers=headers) for name in (document, new_id()))
        assert theirs.status_code == nothing.status_code == 404
        assert theirs.content == nothing.content
    refusals = [line for line in charts.chain(town.lin) if line.outcome == "refused"]
    assert len(refusals) == 2, "the owner can read who tried"


def test_a_hidden_original_is_not_there(town: people.Town, client: TestClient) -> None:
    document = charts.document_of(charts.put(town, town.lin, original=PDF))
    charts.policy(town, 2, laboratory={"open": False})
    assert client.get(f"/documents/{document}", headers=signed_in(charts.reader(town.lin))).status_code == 404


@pytest.mark.parametrize("name", ["..%2f..%2fetc%2fpasswd", "x", "%00", "1' OR '1'='1"])
def test_addresses_that_are_none(town: people.Town, client: TestClient, name: str) -> None:
    answer = client.get(f"/documents/{name}", headers=signed_in(charts.reader(town.lin)))
    assert answer.status_code == 404


def test_without_a_session_nothing_comes(town: people.Town, client: TestClient) -> None:
    document = charts.document_of(charts.put(town, town.lin, original=PDF))
    for headers in ({}, {"x-session": new_id()}, {"x-session": "' OR 1=1"}):
        answer = client.get(f"/documents/{document}", headers=headers)
        assert answer.status_code in (302, 303, 307, 401, 403)
        assert PDF[0] not in answer.content
    assert not charts.chain(town.lin)


def test_a_granted_physician_reads_within_the_grant(town: people.Town, client: TestClient) -> None:
    doctor = charts.physician(town)
    charts.grant(town.lin, town, doctor, "laboratory")
    seen = charts.document_of(charts.put(town, town.lin, original=PDF))
    unseen = charts.document_of(charts.put(town, town.lin, "imaging", original=HTML))
    headers = signed_in(doctor)
    assert client.get(f"/documents/{seen}", headers=headers).status_code == 200
    assert client.get(f"/documents/{unseen}", headers=headers).status_code == 404
