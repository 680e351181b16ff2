"""Web push against a push service of our own: encrypted for the browser, signed for the service, nowhere else."""

from __future__ import annotations

import base64
import ipaddress
import json
import os
import ssl
import threading
from collections.abc import Generator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import http_ece
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.x509.oid import NameOID
from sqlmodel import Session, select

from health_cloud.core import db
from health_cloud.core.actors import Actor
from health_cloud.core.clock import clock
from health_cloud.core.errors import Invalid
from health_cloud.core.policy import Role
from health_cloud.core.settings import settings
from health_cloud.notify.models import Outgoing, Subscription
from health_cloud.notify.service import inbox, pushing, sending, subscriptions
from health_cloud.notify.views import Kind, Reach
from tests.databases import Database

LIN = Actor("account-of-lin", Role.PATIENT)


@dataclass
class Service:
    """A push service, and what it received."""

    url: str = ""
    status: int = 201
    received: list[tuple[dict[str, str], bytes]] = field(default_factory=list)


@dataclass
class Browser:
    """What a browser keeps to itself, and what it gives away."""

    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    auth: bytes = field(default_factory=lambda: os.urandom(16))

    def given(self, endpoint: str) -> dict[str, Any]:
        point = self.key.public_key().public_bytes(
            serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
        )
        return {"endpoint": endpoint, "keys": {"p256dh": _text(point), "auth": _text(self.auth)}}

    def read(self, body: bytes) -> dict[str, str]:
        opened = http_ece.decrypt(body, private_key=self.key, auth_secret=self.auth, version="aes128gcm")
        return json.loads(opened)


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


@pytest.fixture
def service(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Generator[Service]:
    """A push service behind real TLS that the operator lets in."""
    made = Service()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            made.received.append(({name.lower(): value for name, value in self.headers.items()}, body))
            self.send_response(made.status)
            self.send_header("Location", made.url + "/elsewhere")
            self.end_headers()

        def log_message(self, *_args: Any) -> None:
            pass

    certificate = _certificate(tmp_path)
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        server.socket = context.wrap_socket(server.socket, server_side=True)
        made.url = f"https://127.0.0.1:{server.server_port}/push/1"
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        monkeypatch.setenv("HEALTH_CLOUD_WEB_PUSH", "true")
        monkeypatch.setenv("HEALTH_CLOUD_PUSH_SERVICES", json.dumps([f"127.0.0.1:{server.server_port}"]))
        settings.cache_clear()
        yield made
        server.shutdown()


def _certificate(folder: Path) -> Path:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "push")])
    here = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    at = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(at - timedelta(days=1))
        .not_valid_after(at + timedelta(days=1))
        .add_extension(here, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = folder / "push.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    return path


def subscribe(browser: Browser, endpoint: str, device: str = "device") -> None:
    db.perform(subscriptions.subscribe, LIN, browser.given(endpoint), device)


def tell() -> None:
    def use_case(session: Session, _actor: Actor) -> None:
        reach = Reach("", "", "en")
        inbox.put(session, LIN.account_id, Kind.ACCESS, "notify.outside.access", reach, name="Dr Wang")

    db.perform(use_case, LIN)


def state() -> str:
    with db.reading() as session:
        return session.exec(select(Outgoing.state).where(Outgoing.channel == "push")).one()


def left() -> int:
    with db.reading() as session:
        return len(session.exec(select(Subscription.id)).all())


def test_only_the_browser_can_read_it_and_it_says_nothing_personal(database: Database, service: Service) -> None:
    browser = Browser()
    subscribe(browser, service.url)
    tell()
    assert sending.deliver() == 1
    ((headers, body),) = service.received
    said = browser.read(body)
    assert said["url"] == "/notifications"
    assert "Wang" not in json.dumps(said)
    assert (headers["content-encoding"], headers["ttl"]) == ("aes128gcm", "86400")
    with pytest.raises(Exception):  # noqa: B017, PT011 - whatever the library says
        Browser().read(body)


def test_the_service_can_tell_who_sends(database: Database, service: Service) -> None:
    subscribe(Browser(), service.url)
    tell()
    sending.deliver()
    kind, _, parts = service.received[0][0]["authorization"].partition(" ")
    token, key = (part.strip().partition("=")[2] for part in parts.split(","))
    assert (kind, key) == ("vapid", pushing.public_key())
    head, claims, signature = (_raw(part) for part in token.split("."))
    point = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), _raw(key))
    signed = ".".join(token.split(".")[:2]).encode()
    dss = encode_dss_signature(int.from_bytes(signature[:32]), int.from_bytes(signature[32:]))
    point.verify(dss, signed, ec.ECDSA(hashes.SHA256()))
    told = json.loads(claims)
    assert json.loads(head)["alg"] == "ES256"
    assert told["aud"] == service.url.removesuffix("/push/1")
    assert 0 < told["exp"] - clock.now().timestamp() <= 24 * 3600


def _raw(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


@pytest.mark.parametrize("status", [404, 410])
def test_a_browser_that_is_gone_is_forgotten(database: Database, service: Service, status: int) -> None:
    service.status = status
    subscribe(Browser(), service.url)
    tell()
    assert sending.deliver() == 0
    assert left() == 0


def test_a_failure_is_tried_again_and_the_others_get_no_second_one(database: Database, service: Service) -> None:
    subscribe(Browser(), service.url)
    subscribe(Browser(), service.url.replace("/push/1", "/push/2"), "another")
    real, calls = pushing._send, []

    def once_down(browser: Any, *rest: Any) -> tuple[int, str]:
        calls.append(browser.endpoint)
        return (
            (503, "") if calls.count(browser.endpoint) == 1 and browser.endpoint.endswith("2") else real(browser, *rest)
        )

    pushing._send = once_down
    try:
        tell()
        assert sending.deliver() == 0
        clock.advance(seconds=6)
        assert sending.deliver() == 1
    finally:
        pushing._send = real
    assert len(service.received) == 2
    assert state() == "sent"


def test_it_follows_no_redirect(database: Database, service: Service) -> None:
    service.status = 307
    subscribe(Browser(), service.url)
    tell()
    assert sending.deliver() == 0
    assert len(service.received) == 1


def test_what_the_list_no_longer_names_gets_nothing(
    database: Database, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    subscribe(Browser(), service.url)
    monkeypatch.setenv("HEALTH_CLOUD_PUSH_SERVICES", '["fcm.googleapis.com"]')
    settings.cache_clear()
    tell()
    sending.deliver()
    assert service.received == []
    assert left() == 0


@pytest.mark.parametrize(
    "endpoint",
    [
        "http://fcm.googleapis.com/x",
        "https://fcm.googleapis.com:8443/x",
        "https://fcm.googleapis.com.evil.example/x",
        "https://evil.example/fcm.googleapis.com",
        "https://user@fcm.googleapis.com/x",
        "https://127.0.0.1/x",
        "https://[::1]/x",
        "https://169.254.169.254/latest",
        "https://push.apple.com/x",
        "https://evilpush.apple.com/x",
        "file:///etc/passwd",
        "https://fcm.googleapis.com:99999/x",
        "",
    ],
)
def test_addresses_lead_nowhere_else(endpoint: str) -> None:
    assert not subscriptions.allowed(endpoint)


def test_addresses_of_the_usual_services() -> None:
    for host in ("fcm.googleapis.com", "updates.push.services.mozilla.com", "web.push.apple.com"):
        assert subscriptions.allowed(f"https://{host}/x")


def test_nothing_leaves_unless_the_operator_switched_it_on(database: Database) -> None:
    with pytest.raises(Invalid):
        subscribe(Browser(), "https://fcm.googleapis.com/x")


@pytest.mark.parametrize("broken", [{}, {"keys": {}}, {"keys": {"p256dh": "AAAA", "auth": "AAAA"}}, {"endpoint": 7}])
def test_what_is_no_subscription_is_refused(database: Database, service: Service, broken: dict[str, Any]) -> None:
    with pytest.raises(Invalid):
        db.perform(subscriptions.subscribe, LIN, {"endpoint": service.url, **broken}, "device")


def test_signing_out_forgets_the_browser(database: Database, service: Service) -> None:
    subscribe(Browser(), service.url)
    with db.writing() as session:
        subscriptions.forget_device(session, "somebody else", "device")
        assert subscriptions.any_of(session, LIN.account_id)
        subscriptions.forget_device(session, LIN.account_id, "device")
    assert left() == 0
