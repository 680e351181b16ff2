"""The ways out: SMTP, the hospital's SMS gateway, or, where nothing may leave, the outbox of the demo."""

from __future__ import annotations

import smtplib
import ssl
from email.message import EmailMessage
from typing import Literal
from urllib.parse import unquote, urlsplit

import httpx

from health_cloud.core.errors import Unavailable
from health_cloud.core.settings import settings

Way = Literal["smtp", "gateway", "push", "outbox", "unset"]

CHANNELS = ("sms", "email")
"""Those that reach an address; a code is sent by these alone."""
_SECONDS = 20
_SUBMISSION, _SMTPS = 587, 465


def way_of(channel: str) -> Way:
    """Return how messages of a channel leave; only the demo and development have the outbox."""
    now = settings()
    if channel == "email" and now.smtp_url:
        return "smtp"
    if channel == "sms" and now.sms_url:
        return "gateway"
    if channel == "push":
        return "push" if now.web_push else "unset"
    return "unset" if now.mode == "production" else "outbox"


def send(channel: str, address: str, subject: str, text: str, key: str) -> None:
    """Send one message now.

    Args:
        channel: `sms` or `email`, with a way out.
        address: phone number or e-mail address.
        subject: of an e-mail.
        text: the message.
        key: stable id of the message, by which a gateway can tell a repetition.

    Raises:
        Unavailable: it did not get out; worth another try.
    """
    try:
        if channel == "email":
            _by_smtp(address, subject, text, key)
        else:
            _by_gateway(address, text, key)
    except (OSError, smtplib.SMTPException, httpx.HTTPError) as problem:
        raise Unavailable(channel, "notify.error.not_out") from problem


def _by_smtp(address: str, subject: str, text: str, key: str) -> None:
    url = urlsplit(settings().smtp_url)
    mail = EmailMessage()
    mail["From"] = settings().smtp_from or f"no-reply@{urlsplit(settings().origin).hostname}"
    mail["To"] = address
    mail["Subject"] = subject
    mail["Message-ID"] = f"<{key}@{urlsplit(settings().origin).hostname}>"
    mail.set_content(text)
    host, context = url.hostname or "localhost", ssl.create_default_context()
    if url.scheme == "smtps":
        client: smtplib.SMTP = smtplib.SMTP_SSL(host, url.port or _SMTPS, timeout=_SECONDS, context=context)
    else:
        client = smtplib.SMTP(host, url.port or _SUBMISSION, timeout=_SECONDS)
    with client:
        if url.scheme == "smtp" and client.has_extn("starttls"):
            client.starttls(context=context)
        if url.username:
            client.login(unquote(url.username), unquote(url.password or ""))
        client.send_message(mail)


def _by_gateway(address: str, text: str, key: str) -> None:
    headers = {"Idempotency-Key": key}
    if settings().sms_token:
        headers["Authorization"] = f"Bearer {settings().sms_token}"
    with httpx.Client(timeout=_SECONDS, follow_redirects=False, trust_env=False) as client:
        client.post(settings().sms_url, json={"to": address, "text": text}, headers=headers).raise_for_status()
