"""Calls to the provider: to its own hosts alone, no redirects, bounded in size and in time as a whole."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from typing import Any

import httpx

from health_cloud.core.settings import LOOPBACK, settings
from health_cloud.identity.service.single_sign_on.refusals import SILENT, UNTRUSTED, Refused

MOST_BYTES = 256 * 1024
SECONDS = 8.0
"""For one whole answer, however slowly it drips; a person is waiting."""


def hosts() -> frozenset[str]:
    """Return the hosts that may be called or visited: the issuer's and those the hospital adds."""
    return frozenset({httpx.URL(settings().oidc_issuer).host, *settings().oidc_hosts})


def require_own(address: str) -> str:
    """Return an address that the provider gave, if it is one of its own.

    Raises:
        Refused: another host, or not https.
    """
    try:
        url = httpx.URL(address)
    except (httpx.InvalidURL, TypeError) as problem:
        raise Refused(UNTRUSTED, "address") from problem
    near = settings().mode != "production" and url.host in LOOPBACK and url.scheme == "http"
    if url.host not in hosts() or url.userinfo or url.fragment or not (url.scheme == "https" or near):
        raise Refused(UNTRUSTED, "address")
    return address


class Bounded(httpx.BaseTransport):
    """A transport that reads no more than it may, for no longer than it may, from nobody else."""

    def __init__(self, seconds: float = 0) -> None:
        self._seconds = seconds or SECONDS
        self._inner = httpx.HTTPTransport(retries=0, trust_env=False)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request and return its whole answer."""
        require_own(str(request.url))
        request.headers["accept-encoding"] = "identity"
        streams: list[Any] = []

        def note(event: str, told: dict[str, Any]) -> None:
            if event.endswith(("connect_tcp.complete", "start_tls.complete")):
                streams.append(told["return_value"])

        request.extensions = {**request.extensions, "trace": note}
        until = time.monotonic() + self._seconds
        cut = threading.Timer(self._seconds, _cut, (streams,))  # whoever sends a byte a second is never late by itself
        cut.daemon = True
        cut.start()
        try:
            return self._read(self._inner.handle_request(request), until)
        finally:
            cut.cancel()

    def _read(self, answer: httpx.Response, until: float) -> httpx.Response:
        content = bytearray()
        try:
            if answer.headers.get("content-encoding", "identity") != "identity":
                raise Refused(UNTRUSTED, "encoding")
            assert isinstance(answer.stream, httpx.SyncByteStream)
            for part in answer.stream:
                content += part
                if len(content) > MOST_BYTES:
                    raise Refused(UNTRUSTED, "size")
                if time.monotonic() > until:
                    raise Refused(SILENT, "time")
        finally:
            answer.close()
        kind = {"content-type": answer.headers.get("content-type", "")}
        return httpx.Response(answer.status_code, headers=kind, content=bytes(content))

    def close(self) -> None:
        """Close what is open."""
        self._inner.close()


def _cut(streams: list[Any]) -> None:
    for stream in streams:
        with contextlib.suppress(OSError, AttributeError):
            stream.get_extra_info("socket").shutdown(socket.SHUT_RDWR)
