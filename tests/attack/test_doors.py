"""Paths, methods, hosts and headers that are meant to confuse: nothing opens, nothing points elsewhere."""

from __future__ import annotations

import socket
from contextlib import suppress
from urllib.parse import urlsplit

import pytest

from tests.attack.world import MARK, World

EVIL = "evil.example"


def raw(url: str, request: str) -> tuple[int, str, str]:
    """Send bytes as they are; returns status, head and body."""
    where = urlsplit(url)
    came = b""
    with socket.create_connection((where.hostname, where.port), timeout=1) as line, suppress(TimeoutError):
        line.sendall(request.encode("latin-1"))
        while piece := line.recv(65536):
            came += piece
    assert came, "no answer at all"
    head, _, body = came.decode("latin-1").partition("\r\n\r\n")
    return int(head.split(" ", 2)[1]), head.lower(), body


def ask(url: str, path: str, *, method: str = "GET", host: str = "", **headers: str) -> tuple[int, str, str]:
    lines = [f"{method} {path} HTTP/1.1", f"Host: {host or urlsplit(url).netloc}", "Connection: close"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return raw(url, "\r\n".join(lines) + "\r\n\r\n")


CONFUSING = (
    *(
        "//verify",
        "//sign-in/",
        "///",
        "//evil.example/%2e%2e",
        "//evil.example//..",
        "/\\evil.example",
        "/%5Cevil.example",
    ),
    *("/x/../_upload", "/%2e%2e/%2e%2e/etc/passwd", "/assets/../../../pyproject.toml", "/assets/..%2f..%2fcsp.json"),
    *(
        "/./lease",
        "/%2e/lease",
        "//_upload",
        "/%5Fupload",
        "/_UPLOAD/../_upload",
        "/verify/..",
        "/%00",
        "/verify%00.html",
    ),
)


@pytest.mark.parametrize("path", CONFUSING)
def test_confusing_paths_lead_nowhere(path: str, app_url: str) -> None:
    status, head, body = ask(app_url, path)
    assert status in (400, 404)
    assert "location:" not in head
    assert "root:" not in body
    assert "[project]" not in body


@pytest.mark.parametrize(
    "path",
    ["/", "/verify", "/verify/", "/records", "/records/", "/lease/", "/auth/enter", "/auth/enter/", "/kit", "/_event"],
)
@pytest.mark.parametrize("header", ["Host", "X-Forwarded-Host", "Forwarded", "X-Original-URL", "X-Forwarded-Proto"])
def test_no_header_chooses_where_an_answer_points(path: str, header: str, app_url: str) -> None:
    """What a cache would keep and hand to others is the same for everybody."""
    given = {"Forwarded": f"host={EVIL}", "X-Original-URL": "/documents/x", "X-Forwarded-Proto": EVIL}.get(header, EVIL)
    if header == "Host":
        status, head, body = ask(app_url, path, host=EVIL)
    else:
        status, head, body = ask(app_url, path, **{header.replace("-", "_"): given})
    plain = ask(app_url, path)
    assert EVIL not in head + body
    assert (status, body) == (plain[0], plain[2])


@pytest.mark.parametrize(
    "name", ["//evil.example", "https://evil.example", "%0d%0aSet-Cookie:%20session=x", "/\\evil.example"]
)
@pytest.mark.parametrize("key", ["next", "redirect", "url", "code", "return_to"])
def test_no_parameter_sends_one_elsewhere(name: str, key: str, app_url: str) -> None:
    for path in ("/auth/enter", "/sign-in", "/welcome", "/"):
        status, head, _ = ask(app_url, f"{path}?{key}={name}")
        assert status in (200, 303)
        assert EVIL not in head
        assert "set-cookie: session" not in head


@pytest.mark.parametrize("method", ["OPTIONS", "PUT", "DELETE", "PATCH", "TRACE", "POST", "CONNECT", "PROPFIND", "get"])
def test_other_methods_open_nothing(method: str, world: World, app_url: str) -> None:
    cookie = world.callers["victim"].cookie
    for path in (f"/documents/{world.document}", "/lease", "/auth/enter?code=x"):
        status, head, body = ask(app_url, path, method=method, Cookie=cookie, Origin=app_url)
        assert status in (400, 404, 405)
        assert MARK not in body
        assert "set-cookie: session" not in head


def test_head_is_a_read_like_get(world: World, app_url: str) -> None:
    path = f"/documents/{world.document}"
    statuses = [
        ask(app_url, path, method="HEAD", Cookie=world.callers[name].cookie)[0]
        for name in ("victim", "neighbour", "visitor")
    ]
    assert statuses == [200, 404, 401]
    assert ask(app_url, path, method="HEAD", Cookie=world.callers["victim"].cookie)[2] == ""


@pytest.mark.parametrize("name", ["X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override", "_method"])
def test_a_get_is_no_post_whatever_it_says(name: str, world: World, app_url: str) -> None:
    status, _, _ = ask(
        app_url, "/auth/sign-out", Cookie=world.callers["victim"].cookie, **{name.replace("-", "_"): "POST"}
    )
    assert status in (404, 405)
    assert ask(app_url, "/lease", Cookie=world.callers["victim"].cookie)[0] == 204


SMUGGLED = (
    "GET /lease HTTP/1.1\r\nHost: x\r\nCookie: {cookie}\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n"
    "0\r\n\r\nGET /lease HTTP/1.1\r\nHost: x\r\nX-Session: {row}\r\n\r\n"
)


@pytest.mark.parametrize(
    "request_",
    [
        SMUGGLED,
        "GET /lease HTTP/1.1\r\nHost: x\r\nCookie: {cookie}\r\nX-Session : {row}\r\n\r\n",
        "GET /lease HTTP/1.1\r\nHost: x\r\nX-Session: {row}\r\nx-session: {row}\r\nConnection: close\r\n\r\n",
        "GET /lease HTTP/1.1\r\nHost: x\r\nConnection: close, X-Session\r\nX-Session: {row}\r\n\r\n",
        "GET http://evil.example/lease HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
    ],
)
def test_smuggled_requests_make_one_nobody(request_: str, world: World, app_url: str) -> None:
    stranger = request_.format(cookie="session=guess", row=world.callers["victim"].session_id)
    status, head, body = raw(app_url, stranger)
    assert status >= 400
    assert " 204 " not in head + body


POLLING = ("GET", "POST", "HEAD", "OPTIONS")


@pytest.mark.parametrize("method", POLLING)
@pytest.mark.parametrize("path", ["/_event", "/_event/", "/_event/x"])
def test_events_come_over_the_socket_alone(method: str, path: str, world: World, app_url: str) -> None:
    cookie = world.callers["victim"].cookie
    for query in ("?EIO=4&transport=polling", "?EIO=4&transport=polling&j=1", "?EIO=3&transport=polling&sid=x", ""):
        status, head, body = ask(app_url, path + query, method=method, Cookie=cookie, Origin=app_url)
        assert status >= 400
        assert '"sid"' not in body
        assert "set-cookie: io" not in head


def test_a_link_from_elsewhere_leaves_the_browser_its_name(app_url: str) -> None:
    """A browser withholds a Strict cookie when a link is followed from another site: it must not get a new id.

    With it would go the verification that is under way, and what the browser is known by.
    """
    _, head, _ = ask(app_url, "/verify")
    (cookie,) = [line for line in head.splitlines() if line.startswith("set-cookie: device=")]
    assert "samesite=lax" in cookie
    assert "httponly" in cookie
