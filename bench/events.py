"""Events a second: our laboratory list beside the least that Reflex can do for the same fifty rows.

Both are served by Granian with one worker on this machine and asked over raw Socket.IO by the same client, in turns,
so that only the ratio counts. Ours goes through rate limit, gate, session, policy, release rules and ledger.

    python -m bench.events [--seconds 6] [--rounds 2]
"""

from __future__ import annotations

import argparse
import contextlib
import os
import socket
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.request import urlopen

from bench.patient import demo_cookie
from tests.wire import Wire

ROOT = Path(__file__).parents[1]
OURS = "reflex___state____state.health_cloud___records___state___listing____class_list.load"
BARE = "reflex___state____state.bare____bare.load"
PATH = "/records/laboratory"
FILLED = ('"rows_rx_state_":[{', '"months_rx_state_":[{', '"rows_rx_state_": [{', '"months_rx_state_": [{')
"""What an update holds once the list is there."""


@contextmanager
def serving(target: str, folder: Path, port: int, **environment: str) -> Iterator[str]:
    """Serve an application with Granian and return its address."""
    words = [sys.executable, "-m", "granian", "--interface", "asgi", "--factory", "--port", str(port), target]
    process = subprocess.Popen(
        words, cwd=folder, env={**os.environ, **environment}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    url = f"http://127.0.0.1:{port}"
    try:
        wait_for(url, process, 60)
        yield url
    finally:
        process.terminate()
        process.wait(10)


@contextmanager
def serving_ours(port: int, environment: dict[str, str]) -> Iterator[str]:
    """Serve the product as `make run` does."""
    words = [sys.executable, "-m", "health_cloud", "run"]
    process = subprocess.Popen(words, cwd=ROOT, env={**os.environ, **environment}, stdout=subprocess.DEVNULL)
    url = f"http://127.0.0.1:{port}"
    try:
        wait_for(url, process, 240)
        yield url
    finally:
        process.terminate()
        process.wait(15)


def wait_for(url: str, process: subprocess.Popen[bytes], seconds: float) -> None:
    """Wait until a server answers."""
    until = time.monotonic() + seconds
    while True:
        try:
            with urlopen(f"{url}/_health", timeout=1):
                return
        except OSError:
            if time.monotonic() > until or process.poll() is not None:
                raise SystemExit(f"{url} does not start") from None
            time.sleep(0.1)


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


def ask(wire: Wire, handler: str, path: str) -> float:
    """Send one event, wait for its last update, and return the seconds it took."""
    begun = time.perf_counter()
    wire.emit(handler, path=path)
    while True:
        text = wire._next(10)
        assert text is not None, "no answer"
        if text.startswith("42") and any(mark in text for mark in FILLED):
            return time.perf_counter() - begun


def load(make: Callable[[], Wire], handler: str, path: str, clients: int, seconds: float) -> tuple[float, float]:
    """Return events a second with this many clients, and the median seconds of one."""
    took: list[float] = []
    ready = threading.Barrier(clients)

    def work() -> None:
        with make() as wire:
            wire.boot(path)
            ready.wait(30)
            until = time.monotonic() + seconds
            while time.monotonic() < until:
                took.append(ask(wire, handler, path))

    threads = [threading.Thread(target=work) for _ in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return len(took) / seconds, statistics.median(took)


def main() -> None:
    """Measure both in turns and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=6)
    parser.add_argument("--rounds", type=int, default=2)
    given, _ = parser.parse_known_args()
    with tempfile.TemporaryDirectory() as name, contextlib.ExitStack() as stack:
        folder = Path(name)
        bare_database(folder / "bare.db")
        quiet = {"REFLEX_ENV_MODE": "prod", "__REFLEX_SKIP_COMPILE": "true", "REFLEX_TELEMETRY_ENABLED": "false"}
        bare = stack.enter_context(
            serving("bare:app", ROOT / "bench" / "bare", free_port(), BARE_DATABASE=str(folder / "bare.db"), **quiet)
        )
        port = free_port()
        own = {
            "HEALTH_CLOUD_DATA_DIR": str(folder / "data"),
            "HEALTH_CLOUD_PORT": str(port),
            "HEALTH_CLOUD_RATE_SIGNED_IN": "10000000",
            "HEALTH_CLOUD_RATE_ANONYMOUS": "10000000",
            "HEALTH_CLOUD_RATE_BURST": "1000000",
        }
        cookie = demo_cookie(own)
        ours = stack.enter_context(serving_ours(port, own))
        print(f"{'clients':>8} {'bare/s':>9} {'ours/s':>9} {'ratio':>7} {'bare ms':>9} {'ours ms':>9}")
        for clients in (1, 8):
            for _ in range(given.rounds):
                floor, floor_ms = load(lambda: Wire(bare, origin=None), BARE, "/", clients, given.seconds)
                rate, ms = load(lambda: Wire(ours, cookie=cookie), OURS, PATH, clients, given.seconds)
                print(
                    f"{clients:>8} {floor:>9.0f} {rate:>9.0f} {rate / floor:>7.2f} "
                    f"{floor_ms * 1e3:>9.2f} {ms * 1e3:>9.2f}"
                )


if __name__ == "__main__":
    main()
