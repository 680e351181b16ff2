"""What was signed of a visit: the bytes that the signature covers, and reading them."""

from __future__ import annotations

import hashlib
import json
import secrets

from sqlmodel import Session, col, select

from health_cloud.core.crypto import seal_text, unseal_text
from health_cloud.followup.models import Appointment, SignedNote
from health_cloud.followup.service import rows
from health_cloud.followup.service.noting import content
from health_cloud.followup.service.noting.content import Written
from health_cloud.followup.views import SignedRow

BODY = "followup_signed_note.body"


def covered(written: Written, **facts: str | int) -> tuple[str, str]:
    """Return what a signature covers, as canonical JSON, and its SHA-256.

    A salt is part of it: the digest stands in the ledger for ever, and tells nothing once the note itself is erased.
    """
    told = {"note": json.loads(content.to_json(written)), "salt": secrets.token_hex(16), **facts}
    body = json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return body, hashlib.sha256(body.encode()).hexdigest()


def sealed_body(row_id: str, body: str) -> bytes:
    """Seal what was signed, for its row."""
    return seal_text(body, BODY, row_id)


def written_of(row: SignedNote) -> Written:
    """Return what a signed note says."""
    return content.from_json(json.dumps(json.loads(unseal_text(row.body, BODY, row.id))["note"]))


def signed_of(session: Session, appointment: Appointment) -> list[SignedNote]:
    """Return what was signed of a visit, the newest first."""
    query = select(SignedNote).where(SignedNote.appointment_id == appointment.id)
    return list(session.exec(query.order_by(col(SignedNote.number).desc())).all())


def signed_rows(session: Session, appointment: Appointment, zone: str) -> tuple[SignedRow, ...]:
    """Show what was signed of a visit, the newest first, each as it was signed."""
    return tuple(
        SignedRow(
            row.number,
            rows.local(row.signed_at, zone),
            f"records.factor.{row.factor}",
            row.digest,
            content.text_of(session, written_of(row)),
        )
        for row in signed_of(session, appointment)
    )
