"""What a physician owes of their own prescriptions, or a pharmacist owes them: for the day of that physician alone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from health_cloud.core import clock
from health_cloud.core.actors import Actor
from health_cloud.prescribing.models import Prescription
from health_cloud.prescribing.service import rows

LATE = timedelta(hours=4)
"""So long after it was signed a prescription without a review is late; ours, no rule says how long it may take."""
_MOST = 50


@dataclass(frozen=True)
class OwedPrescription:
    """A prescription of a visit on which something is owed.

    Attributes:
        visit_id: the visit.
        kind: `returned`, for its physician to change and sign anew; or `late`, since the pharmacists take long.
        since: when it was returned, or signed.
        until: until when it can be written anew, or would lapse.
    """

    visit_id: str
    kind: str
    since: datetime
    until: datetime


def owed_of(session: Session, actor: Actor) -> tuple[list[OwedPrescription], datetime | None]:
    """Return a physician's own prescriptions on which something is owed, and when the clock next changes that.

    The caller has asked the policy; nothing of what was prescribed is in it.
    """
    found = session.exec(
        select(Prescription)
        .where(
            Prescription.physician_account_id == actor.account_id,
            col(Prescription.state).in_(("returned", "signed")),
            col(Prescription.signed_at) > clock.now() - rows.VALID - rows.AFTER,
        )
        .order_by(col(Prescription.signed_at))
        .limit(_MOST)
    ).all()
    now, owed, turns = clock.now(), list[OwedPrescription](), list[datetime]()
    for row in found:
        signing = rows.last_signing(session, row.id)
        if row.signed_at is None or signing is None or rows.stand_of(row) == "lapsed":
            continue
        if row.state == "signed":
            turns.append(row.signed_at + LATE)
            if row.signed_at + LATE <= now:
                owed.append(OwedPrescription(row.visit_id, "late", row.signed_at, row.signed_at + rows.VALID))
        elif signing.reviewed_at is not None and now < signing.reviewed_at + rows.AFTER:
            until = signing.reviewed_at + rows.AFTER
            turns.append(until)
            owed.append(OwedPrescription(row.visit_id, "returned", signing.reviewed_at, until))
    return owed, min((at for at in turns if at > now), default=None)
