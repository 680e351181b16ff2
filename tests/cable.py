"""The network between a browser and the product: passes everything on, swallows it in silence, or is cut.

An HTTP proxy for one browser context. Silence is what a phone in a lift sees: nothing closes, nothing arrives.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Generator
from contextlib import suppress
from typing import Self
from urllib.parse import urlsplit

import pytest


class Cable:
    """A proxy on a free port. `url` is what a context's `proxy` option takes."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._open: asyncio.Event | None = None
        self._refusing = False
        self._ends: set[asyncio.StreamWriter] = set()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._run, name="cable", daemon=True)
        self.url = ""

    def __enter__(self) -> Self:
        self._thread.start()
        assert self._ready.wait(5)
        return self

    def __exit__(self, *_: object) -> None:
        self.cut()
        self._loop.call_soon_threadsafe(self._close)
        self._thread.join(5)

    def silence(self) -> None:
        """Swallow what is sent from now on, on open connections too."""
        self._do(self._gate.clear)

    def mend(self) -> None:
        """Pass on again. What was under way in the silence is lost."""

        def mend() -> None:
            self._hang_up()
            self._refusing = False
            self._gate.set()

        self._do(mend)

    def cut(self) -> None:
        """Close every connection and take no other."""

        def cut() -> None:
            self._refusing = True
            self._hang_up()

        self._do(cut)

    def _close(self) -> None:
        for task in asyncio.all_tasks(self._loop):
            task.cancel()

    @property
    def _gate(self) -> asyncio.Event:
        assert self._open is not None
        return self._open

    def _do(self, change: Callable[[], None]) -> None:
        done = threading.Event()

        def run() -> None:
            change()
            done.set()

        self._loop.call_soon_threadsafe(run)
        assert done.wait(5)

    def _hang_up(self) -> None:
        for end in self._ends:
            end.close()
        self._ends.clear()

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._open = asyncio.Event()
        self._open.set()
        with suppress(asyncio.CancelledError):
            self._loop.run_until_complete(self._listen())
        self._loop.close()

    async def _listen(self) -> None:
        server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        self._ready.set()
        async with server:
            await server.serve_forever()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._ends.add(writer)
        try:
            await self._gate.wait()
            if self._refusing:
                return
            head = await reader.readuntil(b"\r\n\r\n")
            method, target, rest = head.split(b" ", 2)
            if method == b"CONNECT":
                host, _, port = target.decode().partition(":")
                there, to = await asyncio.open_connection(host, int(port))
                writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
            else:
                asked = urlsplit(target.decode())
                there, to = await asyncio.open_connection(asked.hostname, asked.port)
                path = asked.path + (f"?{asked.query}" if asked.query else "")
                line, _, headers = rest.partition(b"\r\n")
                # One request a connection: what follows on it may be for another place
                to.write(b" ".join((method, path.encode(), line)) + b"\r\nConnection: close\r\n" + _without(headers))
            self._ends.add(to)
            await asyncio.gather(self._pass_on(reader, to), self._pass_on(there, writer))
        except (OSError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    async def _pass_on(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        try:
            while piece := await source.read(65_536):
                await self._gate.wait()
                if sink.is_closing():
                    return
                sink.write(piece)
                await sink.drain()
        finally:
            sink.close()


def _without(headers: bytes) -> bytes:
    lines = headers.split(b"\r\n")
    return b"\r\n".join(line for line in lines if not line.lower().startswith((b"connection:", b"proxy-connection:")))


@pytest.fixture
def cable() -> Generator[Cable]:
    """Lay a cable for one test."""
    with Cable() as laid:
        yield laid
