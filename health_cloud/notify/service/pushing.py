"""Web push: encrypted for one browser (RFC 8291), signed by this installation (RFC 8292), handed to its push service.

The service sees who receives a message and when, never what it says; and it says no more than that there is news.
"""

from __future__ import annotations

import base64
import json
import logging
import os
import ssl
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import http_ece  # pyright: ignore[reportMissingTypeStubs]
import httpx
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from py_vapid import Vapid02  # pyright: ignore[reportMissingTypeStubs]

from health_cloud.core import db
from health_cloud.core.clock import now
from health_cloud.core.crypto import ring
from health_cloud.core.settings import settings
from health_cloud.notify.service import subscriptions
from health_cloud.notify.service.subscriptions import Browser

_log = logging.getLogger(__name__)
_SECONDS = 10
_HOUR = 3600
_TTL = 24 * _HOUR
_GONE = (404, 410)
_TOO_SOON = 429
_FAULT = 500
_TOPIC = 32


@dataclass(frozen=True)
class Sent:
    """How many browsers have a message, how many are still to be tried, and the last problem's kind."""

    reached: int = 0
    failed: int = 0
    problem: str = ""


def public_key() -> str:
    """Return the key by which browsers know this installation, as they want it."""
    point = ring().push.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return base64.urlsafe_b64encode(point).decode().rstrip("=")


def send_to_all(owner: str, message_id: str, subject: str, text: str) -> Sent:
    """Send to every browser of an owner that has not had this message; forget those that are gone."""
    with db.reading() as session:
        browsers = subscriptions.of(session, owner)
    body = json.dumps({"title": subject, "body": text, "url": "/notifications"}, ensure_ascii=False).encode()
    reached = failed = 0
    problem = ""
    for browser in browsers:
        if browser.last_message == message_id:
            reached += 1
            continue
        status, cause = _send(browser, message_id, body)
        if status in _GONE or not subscriptions.allowed(browser.endpoint):
            with db.writing() as session:
                subscriptions.forget(session, owner, browser.id)
        elif cause or status >= _FAULT or status == _TOO_SOON:
            failed, problem = failed + 1, cause or str(status)
        elif status < httpx.codes.MULTIPLE_CHOICES:
            reached += 1
            with db.writing() as session:
                subscriptions.sent(session, browser.id, message_id)
        else:
            _log.warning("a push service refused a message: %s", status)
    return Sent(reached, failed, problem)


def _send(browser: Browser, message_id: str, body: bytes) -> tuple[int, str]:
    """Send one message; returns the status, or the kind of failure."""
    if not subscriptions.allowed(browser.endpoint):
        return 0, "not_allowed"
    headers = {
        **_signed(browser.endpoint),
        "Content-Encoding": "aes128gcm",
        "Content-Type": "application/octet-stream",
        "TTL": str(_TTL),
        "Urgency": "normal",
        "Topic": message_id.replace("-", "")[:_TOPIC],
    }
    context = ssl.create_default_context()
    try:
        with httpx.Client(timeout=_SECONDS, follow_redirects=False, trust_env=False, verify=context) as client:
            return client.post(browser.endpoint, content=encrypted(browser, body), headers=headers).status_code, ""
    except (httpx.HTTPError, OSError) as problem:
        return 0, type(problem).__name__


def encrypted(browser: Browser, body: bytes) -> bytes:
    """Encrypt a message for one browser (RFC 8291), with a key of its own."""
    encrypt: Any = http_ece.encrypt  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]
    made: bytes = encrypt(
        body,
        salt=os.urandom(16),
        private_key=ec.generate_private_key(ec.SECP256R1()),
        dh=browser.p256dh,
        auth_secret=browser.auth,
        version="aes128gcm",
    )
    return made


def _signed(endpoint: str) -> dict[str, str]:
    """Say who sends, to this push service alone and for an hour (RFC 8292)."""
    url, origin = urlsplit(endpoint), settings().origin
    claims = {
        "aud": f"{url.scheme}://{url.netloc}",
        "exp": int(now().timestamp()) + _HOUR,
        "sub": origin if origin.startswith("https://") else f"mailto:push@{urlsplit(origin).hostname}",
    }
    signer: Any = Vapid02(private_key=ring().push)
    return {"Authorization": str(signer.sign(claims)["Authorization"])}
