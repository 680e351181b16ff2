"""Addresses for the viewers of others: what comes there is nobody's, and everything else passes untouched."""

from __future__ import annotations

from typing import Any

import pytest

from health_cloud.web.apart import Apart
from tests import loops

HEADERS = [
    (b"Cookie", b"session=secret"),
    (b"origin", b"https://elsewhere.example"),
    (b"authorization", b"Bearer x"),
    (b"x-session", b"row"),
    (b"content-type", b"application/json"),
]


def passed(path: str, kind: str = "http", method: str = "POST") -> list[tuple[bytes, bytes]] | None:
    """Return the headers that reach the application, none where it is not reached."""
    came: list[Any] = []

    async def inner(scope: Any, _receive: Any, _send: Any) -> None:
        came.append(scope["headers"])

    async def send(_message: Any) -> None:
        pass

    loops.run(Apart(inner)({"type": kind, "path": path, "method": method, "headers": HEADERS}, None, send))
    return came[0] if came else None


def test_nobody_is_anybody_there() -> None:
    assert passed("/shl/x") == [(b"content-type", b"application/json")]


@pytest.mark.parametrize(("path", "kind"), [("/lease", "http"), ("/shl", "http"), ("/shl/x", "websocket")])
def test_everything_else_passes_as_it_came(path: str, kind: str) -> None:
    assert passed(path, kind) == HEADERS


def test_a_preflight_is_answered_before_anything_else_sees_it() -> None:
    assert passed("/shl/x", method="OPTIONS") is None
