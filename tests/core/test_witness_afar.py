"""Signed heads by POST: each once and in order, nobody named; what is not taken is seen, waits, and stops nothing."""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from health_cloud.core import clock, db, ledger, witness
from health_cloud.core.actors import system
from health_cloud.core.crypto import ring
from health_cloud.core.errors import Unavailable
from health_cloud.core.ledger import canonical
from health_cloud.core.policy import Action
from health_cloud.core.settings import Settings
from health_cloud.core.witness_afar import afar, post_checkpoints
from tests.databases import Database


@dataclass
class Keeper:
    """A witness of its own: what it was sent, and what it answers."""

    url: str = ""
    status: int = 204
    got: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])


@pytest.fixture
def keeper() -> Iterator[Keeper]:
    """Serve one on this machine."""
    kept = Keeper()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if kept.status == 204:
                kept.got.append(json.loads(body))
            self.send_response(kept.status)
            self.send_header("Location", "/elsewhere")
            self.end_headers()

        def log_message(self, *_: object) -> None:  # pyright: ignore[reportIncompatibleMethodOverride]
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    kept.url = f"http://127.0.0.1:{server.server_port}/heads"
    yield kept
    server.shutdown()
    server.server_close()


def _signed(folder: Path, person: str) -> None:
    """Write a line, and sign it."""
    with db.writing() as session:
        ledger.write(session, system("tests"), Action.SIGN_IN, ledger.DONE, person_id=person)
    with db.writing() as session:
        assert witness.checkpoint(session, folder)


def _last(folder: Path) -> dict[str, Any]:
    return json.loads((folder / "checkpoints.jsonl").read_text().splitlines()[-1])


def test_each_head_is_posted_once_and_in_order(database: Database, keeper: Keeper, tmp_path: Path) -> None:
    assert database
    assert post_checkpoints(tmp_path, keeper.url) == 0
    for number in range(3):
        _signed(tmp_path, f"p{number}")
    assert post_checkpoints(tmp_path, keeper.url) == 1, "the newest alone: it covers what lies before"
    assert post_checkpoints(tmp_path, keeper.url) == 0
    for number in range(3):
        _signed(tmp_path, f"q{number}")
    assert post_checkpoints(tmp_path, keeper.url) == 3
    assert [each["statement"]["chains"] for each in keeper.got] == [3, 4, 5, 6]
    assert keeper.got[-1]["statement"]["root"] == _last(tmp_path)["root"]
    assert not afar(tmp_path).waiting


def test_what_is_posted_proves_itself_and_names_nobody(database: Database, keeper: Keeper, tmp_path: Path) -> None:
    assert database
    _signed(tmp_path, "somebody")
    post_checkpoints(tmp_path, keeper.url)
    (got,) = keeper.got
    assert "somebody" not in json.dumps(got)
    assert got["key"] == witness.public_key()
    ring().signing.public_key().verify(base64.b64decode(got["signature"]), canonical(got["statement"]))


@pytest.mark.parametrize("status", [302, 403, 500])
def test_what_is_not_taken_waits_and_is_seen(database: Database, keeper: Keeper, tmp_path: Path, status: int) -> None:
    assert database
    _signed(tmp_path, "p0")
    post_checkpoints(tmp_path, keeper.url)
    keeper.status = status
    _signed(tmp_path, "p1")
    clock.clock.frozen = clock.now()
    with pytest.raises(Unavailable):
        post_checkpoints(tmp_path, keeper.url)
    clock.clock.advance(seconds=400)
    _signed(tmp_path, "p2")  # signing does not wait for it
    with pytest.raises(Unavailable):
        post_checkpoints(tmp_path, keeper.url)
    stands = afar(tmp_path)
    assert (stands.waiting, stands.failed_seconds, stands.problem) == (True, 400, f"HTTP {status}")
    keeper.status = 204
    assert post_checkpoints(tmp_path, keeper.url) == 2
    assert [each["statement"]["chains"] for each in keeper.got] == [1, 2, 3]
    assert (afar(tmp_path).waiting, afar(tmp_path).problem) == (False, "")


def test_nobody_there_is_a_problem_without_an_address(database: Database, tmp_path: Path) -> None:
    assert database
    _signed(tmp_path, "p0")
    with pytest.raises(Unavailable):
        post_checkpoints(tmp_path, "http://127.0.0.1:9/heads?token=secret")
    assert afar(tmp_path).problem == "ConnectError"
    assert "secret" not in (tmp_path / "posted.json").read_text()


def test_half_a_line_is_not_posted(database: Database, keeper: Keeper, tmp_path: Path) -> None:
    assert database
    _signed(tmp_path, "p0")
    post_checkpoints(tmp_path, keeper.url)
    with (tmp_path / "checkpoints.jsonl").open("ab") as file:
        file.write(b'{"version":')
    assert post_checkpoints(tmp_path, keeper.url) == 0


@pytest.mark.parametrize("url", ["http://witness.example/heads", "ftp://witness.example", "witness", "https://"])
def test_only_an_address_that_is_safe_on_its_way(url: str) -> None:
    with pytest.raises(ValidationError):
        Settings(witness_url=url)
    assert Settings(witness_url="https://witness.example/heads").witness_url
