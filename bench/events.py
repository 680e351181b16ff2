"""Events a second: our laboratory list beside the least that Reflex can do for the same fifty rows.

Both are served by Granian with one worker on this machine and asked over raw Socket.IO by the same client, in turns,
so that only the ratio counts. Ours goes through rate limit, gate, session, policy, release rules and ledger.

    python -m bench.events [--seconds 10] [--clients 8]
"""

from __future__ import annotations

import json
import os
import socket
import sqlite3
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.request import urlopen

from tests.wire import Wire

ROOT = Path(__file__).parents[1]
BARE = "reflex___state____state.bare____bare.load"
ROWS = 50


@contextmanager
def serving(target: str, folder: Path, port: int, **environment: str) -> Iterator[str]:
    """Serve an application with Granian and return its address."""
    words = [sys.executable, "-m", "granian", "--interface", "asgi", "--factory", "--port", str(port), target]
    process = subprocess.Popen(
        words, cwd=folder, env={**os.environ, **environment}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    url = f"http://127.0.0.1:{port}"
    try:
        until = time.monotonic() + 60
        while True:
            try:
                with urlopen(f"{url}/_health", timeout=1):
                    break
            except OSError:
                if time.monotonic() > until or process.poll() is not None:
                    raise SystemExit(f"{target} does not start") from None
                time.sleep(0.1)
        yield url
    finally:
        process.terminate()
        process.wait(10)


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def bare_database(path: Path) -> None:
    """Write a table like a list of entries."""
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE entry (id TEXT PRIMARY KEY, title TEXT, place TEXT, at TEXT)")
        connection.execute("CREATE INDEX entry_at ON entry (at)")
        connection.executemany(
            "INSERT INTO entry VALUES (?, ?, ?, ?)",
            [(f"id-{n:06}", f"糖化血红蛋白 {n}", "内分泌科", f"2026-01-01T{n:06}") for n in range(1000)],
        )


def ask(wire: Wire, handler: str) -> float:
    """Send one event, wait for its last update, and return the seconds it took."""
    begun = time.perf_counter()
    wire.emit(handler)
    while True:
        text = wire._next(10)  # noqa: SLF001 - the same client for both
        assert text is not None, "no answer"
        if text.startswith("42") and json.loads(text.partition(",")[2])[1].get("final", True):
            return time.perf_counter() - begun


def load(make: Callable[[], Wire], handler: str, clients: int, seconds: float) -> tuple[float, float]:
    """Return events a second with this many clients, and the median seconds of one."""
    took: list[float] = []
    until = time.monotonic() + seconds

    def work() -> None:
        with make() as wire:
            wire.boot()
            while time.monotonic() < until:
                took.append(ask(wire, handler))

    threads = [threading.Thread(target=work) for _ in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return len(took) / seconds, statistics.median(took)
