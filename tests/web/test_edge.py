"""What stands in front: origins, closed doors, headers, limits, the cookie's swap."""

from __future__ import annotations

import http.client
from urllib.parse import urlsplit

import pytest
from simple_websocket import ConnectionClosed
from simple_websocket import ConnectionError as Refused

from health_cloud.core.cookies import read_cookie, without_cookie
from health_cloud.core.settings import settings
from health_cloud.web import edge as edge_module
from health_cloud.web.edge import Edge
from health_cloud.web.headers import Policy, response_headers
from health_cloud.web.limits import Limits, Rates
from tests import loops
from tests.wire import Wire, delta, events


def ask(url, path, method="GET", **headers):
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=10)
    connection.request(method, path, headers={name.replace("_", "-"): value for name, value in headers.items()})
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    return answer.status, {name.lower(): value for name, value in answer.getheaders()}, body.decode(errors="replace")


@pytest.mark.parametrize(
    "origin", ["null", "https://evil.example", "http://127.0.0.1:1", "http://localhost.evil.example"]
)
def test_foreign_origins_get_no_handshake_and_no_answer(app_url, origin):
    with pytest.raises((Refused, ConnectionClosed)):
        Wire(app_url, origin=origin)
    assert ask(app_url, "/lease", Origin=origin)[0] == 403


def test_without_origin_and_cookie_nothing_is_reached(app_url):
    with Wire(app_url, origin=None) as wire:
        shell = "reflex___state____state.health_cloud___ui___shell____shell"
        assert "/welcome" in str(events(wire.call(f"{shell}.as_patient", until="/welcome")))


@pytest.mark.parametrize("path", ["/ping", "/_upload", "/_upload/x", "/_all_routes", "/auth-codespace"])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_closed_doors(app_url, path, method):
    assert ask(app_url, path, method)[0] == 404


def test_pages_have_a_strict_policy_and_are_not_kept(app_url):
    status, headers, _ = ask(app_url, "/sign-in")
    policy = dict(part.strip().partition(" ")[::2] for part in headers["content-security-policy"].split(";"))
    assert status == 200
    assert "unsafe" not in policy["script-src"]
    assert policy["default-src"] == "'none'"
    assert policy["frame-ancestors"] == "'none'"
    assert policy["object-src"] == "'none'"
    assert headers["cache-control"] == "no-store"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["x-content-type-options"] == "nosniff"
    assert "HttpOnly" in headers["set-cookie"]


@pytest.mark.parametrize(
    ("path", "given"),
    [("/followup/visit/x", True), ("/physician/visit/x", True), ("/followup", False), ("/followup/visit/x/y", False)],
)
def test_only_pages_of_a_visit_may_ask_for_camera_and_microphone(path, given):
    headers = dict(response_headers(path, "text/html", Policy(), frozenset()))
    told = headers[b"permissions-policy"].decode()
    who = "(self)" if given else "()"
    assert f"camera={who}, " in told
    assert f"microphone={who}, " in told
    assert "display-capture=()" in told


def test_pages_answer_without_a_detour(app_url):
    assert ask(app_url, "/sign-in")[0] == 200
    assert ask(app_url, "/no/such/page")[0] == 404


def test_bundles_are_kept_for_ever_and_carry_no_address(served, app_url):
    script = next((served.client / "assets").glob("reflex-env-*.js"))
    _, headers, body = ask(app_url, f"/assets/{script.name}")
    assert "immutable" in headers["cache-control"]
    assert "location.origin" in body
    assert "localhost" not in body


def test_only_parts_of_a_page_go_without_its_policy(served, app_url):
    def policy(name):
        headers = ask(app_url, name)[1]
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["cross-origin-resource-policy"] == "same-origin"
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        return headers["content-security-policy"]

    files = [f"/assets/{path.name}" for path in (served.client / "assets").iterdir() if path.suffix in {".js", ".css"}]
    workers = [name for name in files if "worker" in name]
    for name in [*(name for name in files if name not in workers)][:5]:
        assert policy(name).startswith("default-src 'none'"), name
        assert "script-src" not in policy(name), name
    for name in (*workers, "/sw.js"):  # a worker answers to its own
        assert "connect-src 'self'" in policy(name), name


def test_a_route_needs_a_session(app_url):
    assert ask(app_url, "/lease")[0] == 401
    assert ask(app_url, "/lease", X_Session="01900000-0000-7000-8000-000000000000")[0] == 401
    assert ask(app_url, "/lease", Cookie="session=guess")[0] == 401


def test_a_client_cannot_bring_its_own_row(app_url):
    with Wire(app_url, headers={"x-session": "stolen-row"}, cookie="session=guess; device=d") as wire:
        headers = delta(wire.boot())["reflex___state____state"]["rx_router_headers"]["raw_headers"]
    assert "x-session" not in {name.lower() for name in headers}
    assert "guess" not in str(headers)


def test_the_secret_goes_no_further_than_the_edge(app_url, monkeypatch):
    monkeypatch.setattr(edge_module.sessions, "find", lambda secret: "row-1" if secret == "right" else "")
    with Wire(app_url, cookie="a=b; session=right") as wire:
        seen = str(wire.boot())
    assert "right" not in seen
    assert "row-1" in seen


def served_by(edge_settings, monkeypatch, inner):
    for name, value in edge_settings.items():
        monkeypatch.setenv(f"HEALTH_CLOUD_{name}", value)
    settings.cache_clear()
    made = Edge(inner)
    monkeypatch.undo()
    settings.cache_clear()
    return made


def test_a_flood_on_a_socket_is_closed(monkeypatch):
    heard = []

    async def inner(_scope, receive, _send):
        while (message := await receive())["type"] == "websocket.receive":
            heard.append(message)

    front = served_by({"RATE_BURST": "20", "RATE_ANONYMOUS": "60"}, monkeypatch, inner)
    sent = []

    async def run():
        flood = iter([{"type": "websocket.receive", "text": "42x"}] * 1000)

        async def receive():
            return next(flood)

        async def send(message):
            sent.append(message)

        scope = {"type": "websocket", "path": "/_event/", "headers": [], "client": ("192.0.2.1", 1)}
        await front(scope, receive, send)

    loops.run(run())
    assert len(heard) <= 20
    assert sent == [{"type": "websocket.close", "code": 1008, "reason": ""}]


def test_a_message_beyond_64_kb_closes(app_url):
    with Wire(app_url) as wire:
        wire.send_raw("42/_event," + "x" * 70_000)
        with pytest.raises(ConnectionClosed):
            wire.updates(5)


def test_requests_beyond_the_limit_get_429(monkeypatch):
    async def inner(_scope, _receive, send):
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    front = served_by({"RATE_BURST": "5", "RATE_ANONYMOUS": "1"}, monkeypatch, inner)
    statuses = []

    async def run(path, count):
        async def send(message):
            if message["type"] == "http.response.start":
                statuses.append(message["status"])

        scope = {"type": "http", "method": "GET", "path": path, "headers": [], "client": ("192.0.2.1", 1)}
        for _ in range(count):
            await front(scope, None, send)

    loops.run(run("/sign-in", 7))
    assert statuses == [200] * 5 + [429] * 2
    statuses.clear()
    loops.run(run("/assets/a.js", 20))
    assert statuses == [200] * 20


def test_an_honest_session_is_not_slowed_by_an_anonymous_flood():
    limits = Limits(Rates(60, 600, 5))

    async def flood() -> tuple[bool, bool]:
        while await limits.allow("", "192.0.2.1"):
            pass
        return await limits.allow("row", "192.0.2.1"), await limits.allow("", "192.0.2.2")

    assert loops.run(flood()) == (True, True)


def test_cookies_are_read_whole():
    assert read_cookie("xsession=1; session=2", "session") == "2"
    assert without_cookie("a=1; session=2; b=3", "session") == "a=1; b=3"
