"""Time-based codes (RFC 6238): SHA-1, 6 digits, 30 seconds, this step or the one before, each step once (R4)."""

from __future__ import annotations

import hmac
import io
import secrets
from datetime import datetime
from typing import cast

import pyotp
import qrcode
from pyotp.totp import TOTP
from sqlalchemy import CursorResult, delete, update
from sqlmodel import Session, col, func, select

from health_cloud.core.clock import now
from health_cloud.core.crypto import blind, unseal_text
from health_cloud.core.settings import settings
from health_cloud.identity.models import Account, RecoveryCode

STEP_SECONDS = 30
ISSUER = "Health Cloud"
RECOVERY_CODES = 10
ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Letters and digits that are not mistaken for one another when read aloud or copied by hand."""
_RECOVERY_LENGTH = 10
_QUIET = 4


def new_secret() -> str:
    """Return a fresh secret of 160 bits in Base32."""
    return pyotp.random_base32()


def uri(secret: str, name: str) -> str:
    """Return the address that authenticator apps read."""
    return TOTP(secret).provisioning_uri(name=name, issuer_name=ISSUER)


def picture(text: str) -> tuple[str, int]:
    """Return a QR code as SVG path data (one unit a module) and its size with the quiet zone of four."""
    code = qrcode.QRCode(border=_QUIET)
    code.add_data(text)
    code.make(fit=True)
    rows = code.get_matrix()
    path = "".join(f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows) for x, dark in enumerate(row) if dark)
    return path, len(rows)


def printed(text: str) -> str:
    """Return a QR code for a terminal or a receipt printer, in half-block characters."""
    code = qrcode.QRCode(border=2)
    code.add_data(text)
    held = io.StringIO()
    code.print_ascii(out=held, invert=True)
    return held.getvalue()


def demo_code(secret: str) -> str:
    """Return what the authenticator shows now: in the demo, for people without one at hand; elsewhere nothing."""
    return TOTP(secret).at(now()) if secret and settings().mode == "demo" else ""


def secret_of(account_id: str, sealed_secret: bytes | None) -> str:
    """Open an account's secret; empty where there is none."""
    return unseal_text(sealed_secret, "identity_account.totp", account_id)


def step_of(secret: str, code: str, at: datetime) -> int:
    """Return the time step whose code this is, or 0; both candidates are always computed."""
    clock = TOTP(secret)
    current = int(at.timestamp()) // STEP_SECONDS
    found = 0
    for step in (current, current - 1):
        if hmac.compare_digest(clock.generate_otp(step).encode(), code.encode("utf-8", "replace")):
            found = found or step
    return found


def accept(session: Session, account_id: str, sealed_secret: bytes | None, code: str) -> bool:
    """Accept a code once: of many at the same instant one wins, and an older step never comes back.

    Without an account the same statement runs for nobody.
    """
    secret = secret_of(account_id, sealed_secret) or _NOBODY
    step = step_of(secret, code, now())
    won = cast(
        "CursorResult[tuple[()]]",
        session.exec(
            update(Account)
            .where(col(Account.id) == account_id, col(Account.totp_step) < step)
            .values(totp_step=step)
            .execution_options(synchronize_session=False)
        ),
    )
    return bool(won.rowcount and sealed_secret and step)


def accept_recovery(session: Session, account_id: str, code: str) -> bool:
    """Accept a recovery code once."""
    won = cast(
        "CursorResult[tuple[()]]",
        session.exec(
            update(RecoveryCode)
            .where(
                col(RecoveryCode.account_id) == account_id,
                col(RecoveryCode.blind) == _recovery_blind(account_id, code),
                col(RecoveryCode.used_at).is_(None),
            )
            .values(used_at=now())
            .execution_options(synchronize_session=False)
        ),
    )
    return bool(won.rowcount)


def readable(length: int) -> str:
    """Return a random code that people can read aloud."""
    return "".join(secrets.choice(ALPHABET) for _ in range(length))


def grouped(code: str) -> str:
    """Return a code in two halves, as it is printed."""
    half = len(code) // 2
    return f"{code[:half]}-{code[half:]}"


def new_recovery_codes(session: Session, account_id: str) -> list[str]:
    """Replace the recovery codes of an account; returns them for the one time they are shown."""
    session.exec(delete(RecoveryCode).where(col(RecoveryCode.account_id) == account_id))
    made = [readable(_RECOVERY_LENGTH) for _ in range(RECOVERY_CODES)]
    for code in made:
        session.add(RecoveryCode(account_id=account_id, blind=_recovery_blind(account_id, code)))
    return [grouped(code) for code in made]


def recovery_left(session: Session, account_id: str) -> int:
    """Return how many recovery codes have not been used."""
    return session.exec(
        select(func.count())
        .select_from(RecoveryCode)
        .where(RecoveryCode.account_id == account_id, col(RecoveryCode.used_at).is_(None))
    ).one()


def _recovery_blind(account_id: str, code: str) -> str:
    return blind(code, "identity_recovery_code.blind", account_id)


_NOBODY = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
"""What codes are compared with when there is no account; nothing it generates opens anything."""
