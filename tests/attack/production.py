"""The product as a hospital runs it: a process of its own in production mode, with a gateway for its messages."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

ORIGIN = "https://records.example"
ROOT = Path(__file__).resolve().parents[2]
_PATIENCE = 60


@dataclass
class Product:
    """A folder with everything that the product writes, and how to talk to it."""

    folder: Path
    url: str
    environment: dict[str, str]
    sent: list[tuple[str, str]] = field(default_factory=list)
    """(number, text) of every message that left."""

    @property
    def log(self) -> Path:
        """What server and commands said, but for the codes that a command prints on purpose."""
        return self.folder / "log"

    def command(self, *words: str) -> str:
        """Run a command of the product; returns its standard output."""
        with self.log.open("ab") as log:
            done = subprocess.run(
                [sys.executable, "-m", "health_cloud", *words],
                cwd=ROOT,
                env=self.environment,
                stdout=subprocess.PIPE,
                stderr=log,
                check=True,
            )
        return done.stdout.decode()

    def code(self, seen: int) -> str:
        """Return the code of the first message after so many."""
        until = time.monotonic() + _PATIENCE
        while len(self.sent) <= seen and time.monotonic() < until:
            time.sleep(0.05)
        return re.findall(r"\d{6}", self.sent[seen][1])[0]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def until_up(url: str, log: Path) -> None:
    """Wait until a product that was started answers."""
    until = time.monotonic() + _PATIENCE
    while True:
        try:
            with urlopen(f"{url}/_health", timeout=1):
                return
        except (URLError, TimeoutError, ConnectionError):
            assert time.monotonic() < until, log.read_text()
            time.sleep(0.1)


def made(folder: Path) -> Product:
    """Return a product that has not run yet."""
    for name in ("data", "tmp"):
        (folder / name).mkdir()
    (folder / "log").touch()
    port = free_port()
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("HEALTH_CLOUD", "PYTEST"))}
    given = {
        "MODE": "production",
        "PUBLIC_URL": ORIGIN,
        "PORT": str(port),
        "DATA_DIR": str(folder / "data"),
        "KEYS_FILE": str(folder / "keys" / "keys.json"),
        "DATABASE_URL": "",
        **dict.fromkeys(("RATE_ANONYMOUS", "RATE_SIGNED_IN", "RATE_BURST"), "60000"),
    }
    environment |= {f"HEALTH_CLOUD_{name}": value for name, value in given.items()} | {"TMPDIR": str(folder / "tmp")}
    return Product(folder, f"http://127.0.0.1:{port}", environment)


@contextmanager
def running(product: Product) -> Generator[None]:
    """Serve, with a gateway that takes the messages."""

    class Gateway(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            told = json.loads(self.rfile.read(int(self.headers["content-length"])))
            product.sent.append((told["to"], told["text"]))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_args: object) -> None: ...

    gateway = ThreadingHTTPServer(("127.0.0.1", 0), Gateway)
    threading.Thread(target=gateway.serve_forever, args=(0.01,), daemon=True).start()
    environment = product.environment | {"HEALTH_CLOUD_SMS_URL": f"http://127.0.0.1:{gateway.server_port}/"}
    with product.log.open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "health_cloud", "run"], cwd=ROOT, env=environment, stdout=log, stderr=log
        )
        try:
            _wait(f"{product.url}/_health")
            yield
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(_PATIENCE)
            gateway.shutdown()
            gateway.server_close()


def _wait(url: str) -> None:
    until = time.monotonic() + _PATIENCE
    while True:
        try:
            with urlopen(url, timeout=1):
                return
        except (URLError, TimeoutError, ConnectionError):
            if time.monotonic() > until:
                raise
            time.sleep(0.1)
