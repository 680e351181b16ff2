"""Messages get out once, come again after a failure, and leave nothing behind."""

from __future__ import annotations

import json
import threading
from collections.abc import Generator
from dataclasses import dataclass, field
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socketserver import StreamRequestHandler, ThreadingTCPServer
from typing import Any

import pytest
from sqlmodel import Session, select

from health_cloud.core import db
from health_cloud.core.actors import NOBODY, Actor
from health_cloud.core.clock import clock
from health_cloud.core.errors import Denied
from health_cloud.core.settings import settings
from health_cloud.notify.models import Outgoing
from health_cloud.notify.service import sending
from tests.databases import Database


@dataclass
class Peer:
    """A real local server that a hospital would run, and what it received."""

    port: int = 0
    received: list[Any] = field(default_factory=list)
    fail: int = 0


@pytest.fixture
def gateway() -> Generator[Peer]:
    """An SMS gateway."""
    peer = Peer()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            if peer.fail:
                peer.fail -= 1
                self.send_response(503)
            else:
                peer.received.append((body, self.headers["Authorization"], self.headers["Idempotency-Key"]))
                self.send_response(202)
            self.end_headers()

        def log_message(self, *_args: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        peer.port = server.server_port
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield peer
        server.shutdown()


@pytest.fixture
def mail_server() -> Generator[Peer]:
    """The little of SMTP (RFC 5321) that a client needs."""
    peer = Peer()

    class Handler(StreamRequestHandler):
        def handle(self) -> None:
            self.wfile.write(b"220 here\r\n")
            lines: list[str] = []
            for raw in self.rfile:
                word = raw[:4].upper().strip()
                if word == b"DATA":
                    self.wfile.write(b"354 go on\r\n")
                    for line in self.rfile:
                        if line == b".\r\n":
                            break
                        lines.append(line.decode())
                    peer.received.append("".join(lines))
                    self.wfile.write(b"250 taken\r\n")
                elif word == b"QUIT":
                    self.wfile.write(b"221 bye\r\n")
                    return
                else:
                    self.wfile.write(b"250 fine\r\n")

    with ThreadingTCPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        peer.port = server.server_address[1]
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield peer
        server.shutdown()


def _set(monkeypatch: pytest.MonkeyPatch, **names: str) -> None:
    for name, value in names.items():
        monkeypatch.setenv(f"HEALTH_CLOUD_{name.upper()}", value)
    settings.cache_clear()


def _queue(channel: str = "sms", address: str = "+8613800000026", code: str = "123456") -> str:
    def use_case(session: Session, _actor: Actor) -> str:
        return sending.queue(session, channel, address, "notify.code", "en", valid=timedelta(minutes=10), code=code)

    return db.perform(use_case, NOBODY)


def _row(message_id: str) -> Outgoing:
    with db.reading() as session:
        row = session.get_one(Outgoing, message_id)
        session.expunge(row)
        return row


def test_by_the_gateway_once_and_erased(database: Database, gateway: Peer, monkeypatch: pytest.MonkeyPatch) -> None:
    _set(monkeypatch, sms_url=f"http://127.0.0.1:{gateway.port}/send", sms_token="token")
    message = _queue()
    threads = [threading.Thread(target=sending.deliver) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    (body, authorization, key), *more = gateway.received
    assert not more
    assert body["to"] == "+8613800000026"
    assert "123456" in body["text"]
    assert (authorization, key) == ("Bearer token", message)
    row = _row(message)
    assert (row.state, row.address, row.params) == ("sent", None, None)


def test_a_failure_is_tried_again_later(database: Database, gateway: Peer, monkeypatch: pytest.MonkeyPatch) -> None:
    _set(monkeypatch, sms_url=f"http://127.0.0.1:{gateway.port}/send")
    gateway.fail = 2
    message = _queue()
    assert sending.deliver() == 0
    assert sending.deliver() == 0, "not before the pause is over"
    assert _row(message).attempts == 1
    clock.advance(seconds=6)
    assert sending.deliver() == 0
    clock.advance(seconds=31)
    assert sending.deliver() == 1
    assert _row(message).problem == ""


def test_what_died_while_sending_is_taken_up(
    database: Database, gateway: Peer, monkeypatch: pytest.MonkeyPatch
) -> None:
    _set(monkeypatch, sms_url=f"http://127.0.0.1:{gateway.port}/send")
    message = _queue()
    with db.writing() as session:
        row = session.get_one(Outgoing, message)
        row.state, row.attempts, row.next_at = "sending", 1, clock.now() + timedelta(minutes=2)
    assert sending.deliver() == 0
    clock.advance(minutes=3)
    assert sending.deliver() == 1


def test_too_late_is_not_sent(database: Database, gateway: Peer, monkeypatch: pytest.MonkeyPatch) -> None:
    _set(monkeypatch, sms_url=f"http://127.0.0.1:{gateway.port}/send")
    message = _queue()
    clock.advance(minutes=11)
    assert sending.deliver() == 0
    row = _row(message)
    assert (row.state, row.problem, row.params, gateway.received) == ("failed", "too_late", None, [])


def test_by_mail(database: Database, mail_server: Peer, monkeypatch: pytest.MonkeyPatch) -> None:
    _set(monkeypatch, smtp_url=f"smtp://127.0.0.1:{mail_server.port}", smtp_from="records@hospital.example")
    _queue("email", "lin@example.org", "654321")
    assert sending.deliver() == 1
    (mail,) = mail_server.received
    assert "To: lin@example.org" in mail
    assert "654321" in mail


def test_production_without_a_channel_says_so(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    message = _queue()
    monkeypatch.setattr("health_cloud.notify.service.channels.way_of", lambda _channel: "unset")
    assert sending.deliver() == 0
    row = _row(message)
    assert (row.state, row.problem, row.address, row.params) == ("unsent", "channel_unset", None, None)
    with db.reading() as session:
        sms = next(each for each in sending.states(session) if each.channel == "sms")
    assert (sms.way, sms.unsent) == ("unset", 1)


def test_the_demos_outbox_shows_and_forgets(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    message = _queue()
    sending.deliver()
    assert [row.id for row in db.perform(sending.outbox, NOBODY)] == [message]
    clock.advance(minutes=31)
    sending.deliver()
    assert db.perform(sending.outbox, NOBODY) == []
    assert _row(message).params is None


def test_production_has_no_outbox(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    _queue()
    monkeypatch.setattr(sending, "settings", lambda: type("S", (), {"mode": "production"}))
    with pytest.raises(Denied):
        db.perform(sending.outbox, NOBODY)


def test_a_message_to_nobody_is_never_sent(database: Database) -> None:
    message = _queue(address="")
    assert sending.deliver() == 0
    row = _row(message)
    assert (row.state, row.params) == ("void", None)
    with db.reading() as session:
        assert session.exec(select(Outgoing)).one().attempts == 0
