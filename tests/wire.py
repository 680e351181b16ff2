"""A raw Socket.IO client: it can call any handler with anything, as an attacker would."""

from __future__ import annotations

import contextlib
import json
import threading
import time
import uuid
from collections.abc import Callable
from typing import Any, Self
from urllib.parse import urlsplit

from simple_websocket import Client, ConnectionClosed

_SPACE = "/_event"
_PATIENCE = 30
_PING, _PONG = "2", "3"
BOOT = "reflex___state____state.hydrate_and_load"
ANYTHING = "{"
"""Stands in every update."""
_THERE = "'is_hydrated_rx_state_': True"


class _Inbox(list[str]):
    """What came and was not yet read; a ping is answered as it comes, as a browser does, whoever reads and when."""

    def __init__(self, socket: _Socket) -> None:
        self.socket = socket

    def append(self, text: str) -> None:
        if text == _PING:
            with contextlib.suppress(ConnectionClosed):
                self.socket.send(_PONG)
        else:
            super().append(text)


class _Socket(Client):
    def handshake(self) -> None:
        self.input_buffer = _Inbox(self)
        self.sending = threading.Lock()
        super().handshake()

    def send(self, data: str) -> None:
        with self.sending:  # the thread that receives answers pings between what the test sends
            super().send(data)

    def _thread(self) -> None:
        """Read what comes; what came in one packet with the handshake is waiting unread there."""
        self._handle_events()
        super()._thread()


class Wire:
    """One socket of one tab.

    Args:
        url: where the product answers.
        cookie: Cookie header, empty for nobody.
        token: client token of the tab; chosen by the client.
        origin: Origin header; None sends none, "" the product's own.
        headers: further headers.
    """

    def __init__(
        self,
        url: str,
        *,
        cookie: str = "",
        token: str = "",
        origin: str | None = "",
        headers: dict[str, str] | None = None,
    ) -> None:
        self.token = token or str(uuid.uuid4())
        given = dict(headers or {})
        if cookie:
            given["Cookie"] = cookie
        if origin is not None:
            given["Origin"] = origin or url
        host = urlsplit(url).netloc
        self.socket = _Socket(f"ws://{host}{_SPACE}/?EIO=4&transport=websocket&token={self.token}", headers=given)
        self.received: list[Any] = []
        self._await(lambda text: text.startswith("0"))
        self.socket.send(f"40{_SPACE},")
        self._await(lambda text: text.startswith(f"40{_SPACE}"))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_args: object) -> None:
        with contextlib.suppress(ConnectionClosed):
            self.socket.close()

    def emit(self, name: str, payload: Any = None, *, path: str = "/", **fields: Any) -> None:
        """Send an event without waiting for anything."""
        event = {
            "name": name,
            "payload": {} if payload is None else payload,
            "router_data": {"pathname": path, "query": {}, "asPath": path},
            "token": self.token,
            **fields,
        }
        self.send_raw(f"42{_SPACE}," + json.dumps(["event", event]))

    def send_raw(self, text: str) -> None:
        """Send a frame as it is."""
        self.socket.send(text)

    def call(
        self, name: str, payload: Any = None, *, path: str = "/", wait: float = 0.4, until: str = ""
    ) -> list[dict[str, Any]]:
        """Send an event and return the updates that came until nothing came for `wait` seconds.

        With `until`, wait for that text to come, up to thirty seconds: for what must come, however busy the machine is.
        """
        self.emit(name, payload, path=path)
        found = self.updates(wait)
        latest = time.monotonic() + _PATIENCE
        while until and until not in str(found) and time.monotonic() < latest:
            found += self.updates(wait)
        return found

    def answer(
        self, name: str, payload: Any = None, *, path: str = "/", enough: Callable[[list[dict[str, Any]]], Any]
    ) -> list[dict[str, Any]]:
        """Send an event and return the updates that came as soon as they are enough, or after thirty seconds.

        For what must come and nothing else is asked of: whoever has to see that nothing follows waits with `call`.
        """
        self.emit(name, payload, path=path)
        found: list[dict[str, Any]] = []
        latest = time.monotonic() + _PATIENCE
        while not enough(found) and time.monotonic() < latest:
            found += self.updates(0.01)
        return found

    def boot(self, path: str = "/", *, wait: float = 0.4) -> list[dict[str, Any]]:
        """Connect as the product's own front end does."""
        return self.call(BOOT, {"vars": {}}, path=path, wait=wait, until=_THERE)

    def updates(self, wait: float = 0.4) -> list[dict[str, Any]]:
        """Return the updates that come until nothing came for `wait` seconds."""
        found: list[dict[str, Any]] = []
        until = time.monotonic() + wait
        while (left := until - time.monotonic()) > 0:
            text = self._next(left)
            if text is None:
                break
            if text.startswith(f"42{_SPACE},"):
                kind, update = json.loads(text.partition(",")[2])
                if kind == "event":
                    found.append(update if isinstance(update, dict) else json.loads(update))
                    until = time.monotonic() + wait
        self.received += found
        return found

    def _next(self, seconds: float) -> str | None:
        return self.socket.receive(timeout=seconds)

    def _await(self, wanted: Any) -> None:
        text = self._next(_PATIENCE)
        while text is not None and not wanted(text):
            text = self._next(_PATIENCE)
        assert text is not None, "the server does not answer"


def delta(updates: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Put the deltas of some updates together: full State name -> var -> last value."""
    whole: dict[str, dict[str, Any]] = {}
    for update in updates:
        for state, changed in (update.get("delta") or {}).items():
            whole.setdefault(state, {}).update(
                {name.removesuffix("_rx_state_"): value for name, value in changed.items()}
            )
    return whole


def events(updates: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the browser events of some updates, such as redirects."""
    return [event for update in updates for event in update.get("events") or []]
