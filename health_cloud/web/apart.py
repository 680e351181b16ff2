"""Addresses that are for the viewers of others: any origin may ask and read, nobody has a session there.

SMART Health Links are opened by viewers that the hospital does not know, in browsers of whoever was shown a QR code.
For these addresses alone foreign origins are let in, every cookie is taken away, and the answer says who may read it.
"""

from __future__ import annotations

from typing import Any, Final

PREFIX: Final = "/shl/"
VIEWER: Final = frozenset({"/view", "/view.html"})
"""The page of our own viewer: it alone may fetch from the hosts that the hospital has named."""
READABLE: Final = {"access-control-allow-origin": "*", "cross-origin-resource-policy": "cross-origin"}
_PREFLIGHT: Final = {
    **READABLE,
    "access-control-allow-methods": "GET, POST, OPTIONS",
    "access-control-allow-headers": "content-type",
    "access-control-max-age": "600",
    "cache-control": "no-store",
}
_NAMING = (b"cookie", b"authorization", b"origin", b"x-session")


def is_apart(scope: Any) -> bool:
    """Tell whether a request is for one of these addresses."""
    return scope["type"] == "http" and str(scope["path"]).startswith(PREFIX)


def readable() -> list[tuple[bytes, bytes]]:
    """Return the headers by which any origin may read an answer."""
    return _encoded(READABLE)


class Apart:
    """The outermost wrapper: what Reflex itself does with foreign origins would come before the edge.

    Args:
        app: the whole application.
    """

    def __init__(self, app: Any) -> None:
        self._app = app

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Let a request for these addresses in as nobody's, and answer a browser that asks whether it may ask."""
        if not is_apart(scope):
            await self._app(scope, receive, send)
            return
        if scope["method"] == "OPTIONS":
            await send({"type": "http.response.start", "status": 204, "headers": _encoded(_PREFLIGHT)})
            await send({"type": "http.response.body", "body": b""})
            return
        headers = [(name, value) for name, value in scope["headers"] if name.lower() not in _NAMING]
        await self._app({**scope, "headers": headers}, receive, send)


def _encoded(headers: dict[str, str]) -> list[tuple[bytes, bytes]]:
    return [(name.encode(), value.encode()) for name, value in headers.items()]
