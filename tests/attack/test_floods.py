"""R17: nothing but files of the build is free, and behind the hospital's own proxy people stay apart."""

from __future__ import annotations

from typing import Any

import pytest

from health_cloud.core.settings import settings
from health_cloud.web.edge import Edge
from tests import loops


def front(monkeypatch: pytest.MonkeyPatch, seen: list[dict[str, Any]], **given: str) -> Edge:
    async def inner(scope: Any, _receive: Any, send: Any) -> None:
        seen.append(scope)
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    for name, value in given.items():
        monkeypatch.setenv(f"HEALTH_CLOUD_{name}", value)
    settings.cache_clear()
    made = Edge(inner)
    monkeypatch.undo()
    settings.cache_clear()
    return made


def asked(edge: Edge, path: str, *, times: int, headers: tuple[tuple[bytes, bytes], ...] = ()) -> list[int]:
    statuses: list[int] = []

    async def run() -> None:
        async def send(message: Any) -> None:
            if message["type"] == "http.response.start":
                statuses.append(message["status"])

        for _ in range(times):
            scope = {"type": "http", "method": "GET", "path": path, "headers": [*headers], "client": ("10.0.0.1", 1)}
            await edge(scope, None, send)  # type: ignore[arg-type]

    loops.run(run())
    return statuses


@pytest.mark.parametrize("path", ["/documents/a.pdf", "/auth/enter.", "/lease/x.y", "/records/laboratory/a.b"])
def test_a_dot_in_the_name_makes_no_request_free(monkeypatch: pytest.MonkeyPatch, path: str):
    """Each such request may look a session up and leave a refusal in the ledger."""
    edge = front(monkeypatch, [], RATE_BURST="5", RATE_ANONYMOUS="1")
    assert 429 in asked(edge, path, times=7)


@pytest.mark.parametrize("path", ["/assets/a.js", "/styles/tokens.css", "/icons/192.png", "/sw.js"])
def test_files_of_the_build_are_free(monkeypatch: pytest.MonkeyPatch, path: str):
    edge = front(monkeypatch, [], RATE_BURST="5", RATE_ANONYMOUS="1")
    assert asked(edge, path, times=9) == [200] * 9


def told(*values: bytes) -> tuple[tuple[bytes, bytes], ...]:
    return tuple((b"x-forwarded-for", value) for value in values)


def test_an_address_that_a_client_tells_is_not_believed(monkeypatch: pytest.MonkeyPatch):
    seen: list[dict[str, Any]] = []
    edge = front(monkeypatch, seen, RATE_BURST="5", RATE_ANONYMOUS="1")
    statuses = [
        status for n in range(9) for status in asked(edge, "/sign-in", times=1, headers=told(b"192.0.2.%d" % n))
    ]
    assert 429 in statuses
    assert {scope["client"][0] for scope in seen} == {"10.0.0.1"}
    assert not any(name == b"x-forwarded-for" for scope in seen for name, _ in scope["headers"])


def test_behind_a_proxy_each_has_a_bucket_of_their_own(monkeypatch: pytest.MonkeyPatch):
    """Without it one guesser behind the hospital's proxy would slow everybody down."""
    seen: list[dict[str, Any]] = []
    edge = front(monkeypatch, seen, RATE_BURST="5", RATE_ANONYMOUS="1", TRUSTED_PROXIES='["10.0.0.1"]')
    assert 429 in asked(edge, "/sign-in", times=9, headers=told(b"192.0.2.1"))
    assert asked(edge, "/sign-in", times=3, headers=told(b"192.0.2.2")) == [200] * 3
    assert seen[-1]["client"][0] == "192.0.2.2"


def test_behind_a_proxy_only_its_own_word_counts(monkeypatch: pytest.MonkeyPatch):
    seen: list[dict[str, Any]] = []
    edge = front(monkeypatch, seen, RATE_BURST="5", RATE_ANONYMOUS="1", TRUSTED_PROXIES='["10.0.0.1"]')
    for n in range(9):
        asked(edge, "/sign-in", times=1, headers=told(b"203.0.113.%d, 192.0.2.1" % n))
        asked(edge, "/sign-in", times=1, headers=told(b"203.0.113.%d" % n, b"192.0.2.1"))
    assert {scope["client"][0] for scope in seen} == {"192.0.2.1"}
    assert len(seen) == 5


def test_an_address_that_is_none_is_the_proxys(monkeypatch: pytest.MonkeyPatch):
    seen: list[dict[str, Any]] = []
    edge = front(monkeypatch, seen, TRUSTED_PROXIES='["10.0.0.1"]')
    asked(edge, "/sign-in", times=1, headers=())
    asked(edge, "/sign-in", times=1, headers=told(b"192.0.2.1, not an address"))
    assert {scope["client"][0] for scope in seen} == {"10.0.0.1"}


def test_two_proxies_of_ours_are_seen_through(monkeypatch: pytest.MonkeyPatch):
    seen: list[dict[str, Any]] = []
    edge = front(monkeypatch, seen, TRUSTED_PROXIES='["10.0.0.0/24"]')
    asked(edge, "/sign-in", times=1, headers=told(b"203.0.113.9, 192.0.2.1, 10.0.0.2"))
    assert seen[-1]["client"][0] == "192.0.2.1"


def test_somebody_who_is_no_proxy_of_ours_is_not_believed(monkeypatch: pytest.MonkeyPatch):
    seen: list[dict[str, Any]] = []
    edge = front(monkeypatch, seen, TRUSTED_PROXIES='["10.9.0.0/24"]')
    asked(edge, "/sign-in", times=1, headers=told(b"192.0.2.1"))
    assert seen[-1]["client"][0] == "10.0.0.1"
    assert not any(name == b"x-forwarded-for" for name, _ in seen[-1]["headers"])
