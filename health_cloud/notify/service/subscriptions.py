"""Browsers that receive messages by web push: taken, forgotten, and where their addresses may lead.

The address comes from the browser, so it is the client's to write: only https, only the hosts that the operator's
list names, no port but 443 unless the list names it too. Otherwise the server could be made to call anything it can
reach (SSRF). It is checked again before each sending, for the list may have changed.
"""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import dataclass
from typing import Any, Final, cast
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePublicKey
from sqlalchemy import delete
from sqlmodel import Session, col, select

from health_cloud.core import facts
from health_cloud.core.actors import Actor
from health_cloud.core.clock import now
from health_cloud.core.crypto import blind, seal_text, unseal_text
from health_cloud.core.errors import Invalid
from health_cloud.core.ids import new_id
from health_cloud.core.settings import settings
from health_cloud.notify.models import Subscription

_CONTENT = "notify_subscription.content"
_LONGEST = 1000
_MOST = 10
_AUTH_BYTES = 16
_HTTPS = 443


@dataclass(frozen=True)
class Browser:
    """A subscription as sending needs it."""

    id: str
    endpoint: str
    p256dh: bytes
    auth: bytes
    last_message: str


def allowed(endpoint: str) -> bool:
    """Tell whether the operator lets messages go to this address."""
    try:
        url = urlsplit(endpoint)
        host, port = (url.hostname or "").lower(), url.port or _HTTPS
    except ValueError:
        return False
    if url.scheme != "https" or url.username or url.password or not endpoint.isascii():
        return False
    name = host if port == _HTTPS else f"{host}:{port}"
    return any(
        name == each or (each.startswith("*.") and name.endswith(each[1:]) and len(name) > len(each) - 1)
        for each in (service.lower() for service in settings().push_services)
    )


SUBSCRIBED: Final = "notify.push_subscribed"
"""Fact with the account's id: its owner has switched web push on, which is a consent."""


def subscribe(session: Session, actor: Actor, given: dict[str, Any], device: str) -> None:
    """Take what the browser was given by its push service; the same browser again takes its own place.

    Args:
        session: the transaction.
        actor: whose browser.
        given: the PushSubscription as JSON.
        device: blind index of the browser, by which signing out there forgets it.

    Raises:
        Invalid: nothing of that form, web push is off, or the service is none that the operator lets in.
    """
    endpoint, keys = given.get("endpoint"), given.get("keys")
    if not settings().web_push:
        raise Invalid("notify.error.push_off")
    if not isinstance(endpoint, str) or len(endpoint) > _LONGEST or not isinstance(keys, dict):
        raise Invalid("notify.error.push_form")
    if not allowed(endpoint):
        raise Invalid("notify.error.push_service")
    sent = cast("dict[str, object]", keys)
    public, secret = _bytes(sent.get("p256dh")), _bytes(sent.get("auth"))
    try:
        EllipticCurvePublicKey.from_encoded_point(SECP256R1(), public)
    except ValueError:
        raise Invalid("notify.error.push_form") from None
    if len(secret) != _AUTH_BYTES:
        raise Invalid("notify.error.push_form")
    digest = blind(endpoint, "notify_subscription.blind")
    session.exec(delete(Subscription).where(col(Subscription.blind) == digest))
    if device:
        session.exec(
            delete(Subscription).where(col(Subscription.owner) == actor.account_id, col(Subscription.device) == device)
        )
    held = session.exec(
        select(Subscription.id).where(Subscription.owner == actor.account_id).order_by(col(Subscription.created_at))
    ).all()
    session.exec(delete(Subscription).where(col(Subscription.id).in_(held[: max(0, len(held) - _MOST + 1)])))
    row_id = new_id()
    content = json.dumps({"endpoint": endpoint, "p256dh": public.hex(), "auth": secret.hex()})
    session.add(
        Subscription(
            id=row_id,
            owner=actor.account_id,
            device=device,
            blind=digest,
            content=seal_text(content, _CONTENT, row_id),
            created_at=now(),
        )
    )
    facts.emit(session, SUBSCRIBED, account=actor.account_id)


def unsubscribe(session: Session, actor: Actor, device: str) -> None:
    """Send nothing more to this browser."""
    forget_device(session, actor.account_id, device)


def here(session: Session, actor: Actor, device: str) -> bool:
    """Tell whether this browser receives messages."""
    found = select(Subscription.id).where(Subscription.owner == actor.account_id, Subscription.device == device)
    return bool(device) and session.exec(found).first() is not None


def any_of(session: Session, owner: str) -> bool:
    """Tell whether any browser of an owner receives messages, and may."""
    found = session.exec(select(Subscription.id).where(Subscription.owner == owner).limit(1)).first()
    return settings().web_push and found is not None


def forget_device(session: Session, owner: str, device: str) -> None:
    """Forget a browser in which its owner has signed out."""
    session.exec(delete(Subscription).where(col(Subscription.owner) == owner, col(Subscription.device) == device))


def forget(session: Session, owner: str, subscription_id: str = "") -> None:
    """Forget one subscription of an owner, or all."""
    gone = delete(Subscription).where(col(Subscription.owner) == owner)
    session.exec(gone.where(col(Subscription.id) == subscription_id) if subscription_id else gone)


def of(session: Session, owner: str) -> list[Browser]:
    """Return the browsers to send to."""
    rows = session.exec(select(Subscription).where(Subscription.owner == owner)).all()
    return [_browser(row) for row in rows]


def sent(session: Session, subscription_id: str, message_id: str) -> None:
    """Note what a browser has received last."""
    row = session.get(Subscription, subscription_id)
    if row is not None:
        row.last_message = message_id


def _browser(row: Subscription) -> Browser:
    told = json.loads(unseal_text(row.content, _CONTENT, row.id))
    return Browser(
        row.id, told["endpoint"], bytes.fromhex(told["p256dh"]), bytes.fromhex(told["auth"]), row.last_message
    )


def _bytes(value: object) -> bytes:
    if not isinstance(value, str) or len(value) > _LONGEST:
        raise Invalid("notify.error.push_form")
    try:
        return base64.b64decode(value + "=" * (-len(value) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raise Invalid("notify.error.push_form") from None
