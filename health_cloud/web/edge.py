"""What stands in front of everything: origins, limits, closed doors, the cookie's swap, headers.

An ASGI wrapper, last in `api_transformer`. The cookie's secret goes no further than this: behind it there
is only `x-session: <row id>`, so that the secret enters neither State nor Redis (R6, R16, R17).
"""

from __future__ import annotations

import ipaddress
import re
import secrets
import time
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from health_cloud.core import cookies
from health_cloud.core.settings import settings
from health_cloud.web import apart
from health_cloud.web.build import POLICY
from health_cloud.web.headers import Policy, response_headers
from health_cloud.web.limits import Rates, counting
from health_cloud.web.sessions import sessions

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

SESSION_HEADER = b"x-session"
_FREE = ("/assets/", "/styles/", "/icons/", "/external/", "/card/", "/view/")
_TOLD_ADDRESS = (b"x-forwarded-for", b"x-real-ip", b"forwarded")
_CLOSED = ("/ping", "/_upload", "/_all_routes", "/auth-codespace")
_CONFUSING = re.compile(r"//|\\|[\x00-\x1f\x7f]|/\.{1,2}(/|$)")
"""No address of ours has such a thing in it; what answers files would redirect to wherever `Host` says."""
_PONG = "3"
_FLOOD = 1008
_TOO_BIG = 1009
_LONGEST = 65_536
_NOT_MODIFIED = 304
_PONG_SECONDS = 1.0


class Edge:
    """The wrapper around the whole application."""

    def __init__(self, app: App) -> None:
        now = settings()
        self._app = app
        self._origins = frozenset(now.origins)
        self._policy = Policy.read(POLICY)
        self._proxies = now.trusted_proxies
        self._limits = counting(Rates(now.rate_anonymous, now.rate_signed_in, now.rate_burst), now.redis_url)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request or socket."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
        if refusal := self._refusal(scope, headers):
            await _refuse(scope, receive, send, refusal)
            return
        row = await sessions.row_of(cookies.read_cookie(headers.get("cookie", ""), cookies.session_cookie()))
        address = self._address(scope)
        if self._counts(scope) and not await self._limits.allow(row, address):
            await _refuse(scope, receive, send, 429)
            return
        device = cookies.read_cookie(headers.get("cookie", ""), cookies.device_cookie())
        port = scope["client"][1] if scope.get("client") else 0
        inner = {**scope, "client": (address, port), "headers": _swapped(scope["headers"], row)}
        if scope["type"] == "websocket":
            await self._app(inner, self._counted(receive, send, row, address), send)
            return
        asked = scope["path"]
        inner.update(self._rewritten(asked))
        await self._app(inner, receive, self._with_headers(send, asked, wants_device=not device))

    def _refusal(self, scope: Scope, headers: dict[str, str]) -> int:
        """Return the status to refuse with, 0 to let in."""
        path: str = scope["path"]
        if apart.is_apart(scope):
            return 404 if _CONFUSING.search(path) else 0
        origin = headers.get("origin")
        if origin is not None and origin not in self._origins:
            return 403
        if scope["type"] == "websocket":
            return 0
        if scope["method"] not in ("GET", "HEAD", "OPTIONS") and headers.get("sec-fetch-site") == "cross-site":
            return 403
        return 404 if path.startswith(_CLOSED) or _CONFUSING.search(path) else 0

    def _address(self, scope: Scope) -> str:
        """Return where a request comes from: the other end, or what the outermost of our own proxies saw.

        Only a proxy of ours is believed, and of what it says the rightmost address that is none of ours: what
        stands left of that is the client's own word.
        """
        peer: str = scope["client"][0] if scope.get("client") else ""
        if not self._is_ours(peer):
            return peer
        told = b",".join(value for name, value in scope["headers"] if name.lower() == b"x-forwarded-for")
        addresses = [part.strip() for part in told.decode("latin-1").split(",") if part.strip()]
        outermost = next((address for address in reversed(addresses) if not self._is_ours(address)), peer)
        try:
            return str(ipaddress.ip_address(outermost))
        except ValueError:
            return peer

    def _is_ours(self, address: str) -> bool:
        """Tell whether this is one of our own proxies."""
        try:
            found = ipaddress.ip_address(address)
        except ValueError:
            return False
        return any(found in network for network in self._proxies)

    @staticmethod
    def _counts(scope: Scope) -> bool:
        """Tell whether a request takes a token: files of the build do not, sockets and everything else do.

        A dot alone makes no file: a route takes any name, looks a session up and may write a refusal.
        """
        path: str = scope["path"]
        return scope["type"] == "websocket" or not (path.startswith(_FREE) or ("." in path and path.count("/") == 1))

    def _counted(self, receive: Receive, send: Send, row: str, address: str) -> Receive:
        """Count what a socket sends and close one that floods; behind this the queue has no bound."""
        closed = 0
        pong_at = 0.0

        async def counted() -> Message:
            nonlocal closed, pong_at
            if closed:
                return {"type": "websocket.disconnect", "code": closed}
            message = await receive()
            if message["type"] != "websocket.receive":
                return message
            content: str | bytes = message.get("text") or message.get("bytes") or ""
            now = time.monotonic()
            if content == _PONG and now - pong_at > _PONG_SECONDS:
                pong_at = now
                return message
            if len(content) > _LONGEST:
                closed = _TOO_BIG
            elif not await self._limits.allow(row, address):
                closed = _FLOOD
            else:
                return message
            await send({"type": "websocket.close", "code": closed, "reason": ""})
            return {"type": "websocket.disconnect", "code": closed}

        return counted

    def _rewritten(self, path: str) -> dict[str, Any]:
        """Return the path of the file of a prerendered page: Reflex would send the browser to `/page/` first."""
        page = path.rstrip("/")
        if page and self._policy.knows(page):
            return {"path": f"{page}.html", "raw_path": f"{page}.html".encode()}
        return {}

    def _with_headers(self, send: Send, path: str, *, wants_device: bool) -> Send:
        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                present = {
                    name.decode("latin-1").lower(): value.decode("latin-1") for name, value in message["headers"]
                }
                kind = present.get("content-type", "")
                if message["status"] == _NOT_MODIFIED:  # has no type to judge by, and the policy it was kept with holds
                    present["content-security-policy"] = ""
                asked = path.rstrip("/") or "/"
                added = response_headers(asked, kind, self._policy, frozenset(present))
                if wants_device and kind.startswith("text/html"):
                    made = cookies.set_cookie(
                        cookies.device_cookie(),
                        secrets.token_urlsafe(18),
                        seconds=cookies.DEVICE_SECONDS,
                        same_site="Lax",  # else whoever follows a link to us comes without it and gets another
                    )
                    added.append((b"set-cookie", made.encode()))
                message = {**message, "headers": [*message["headers"], *added]}
            await send(message)

        return with_headers


def _swapped(headers: list[tuple[bytes, bytes]], row: str) -> list[tuple[bytes, bytes]]:
    """Return the headers with the row id in place of the cookie's secret.

    The client's own `x-session` is dropped, and what it says of its address: that was judged here.
    """
    kept: list[tuple[bytes, bytes]] = []
    for name, value in headers:
        lower = name.lower()
        if lower == b"cookie":
            rest = cookies.without_cookie(value.decode("latin-1"), cookies.session_cookie())
            if rest:
                kept.append((b"cookie", rest.encode("latin-1")))
        elif lower != SESSION_HEADER and lower not in _TOLD_ADDRESS:
            kept.append((name, value))
    return [*kept, (SESSION_HEADER, row.encode())] if row else kept


async def _refuse(scope: Scope, receive: Receive, send: Send, status: int) -> None:
    """Answer with a bare status; a socket is refused before it opens."""
    if scope["type"] == "websocket":
        await receive()
        await send({"type": "websocket.close", "code": _FLOOD, "reason": ""})
        return
    headers = [
        (b"content-type", b"text/plain; charset=utf-8"),
        (b"cache-control", b"no-store"),
        (b"x-content-type-options", b"nosniff"),
        (b"referrer-policy", b"no-referrer"),
        (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
    ]
    if apart.is_apart(scope):
        headers += apart.readable()
    if status == 429:  # noqa: PLR2004 - the status says it
        headers.append((b"retry-after", b"30"))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": b""})
