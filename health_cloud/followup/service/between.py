"""The follow-up that a patient and a physician have agreed on, for what hangs on it."""

from __future__ import annotations

from sqlmodel import Session, col, select

from health_cloud.consent.views import Visit
from health_cloud.core import clock
from health_cloud.followup.models import Appointment, Slot


def next_between(session: Session, person_id: str, physician_account_id: str) -> Visit | None:
    """Return the next accepted follow-up of the two that is not over; the caller has asked the policy."""
    found = session.exec(
        select(Appointment.id, Slot.starts_at, Slot.ends_at)
        .join(Slot, col(Slot.id) == Appointment.slot_id)
        .where(
            Appointment.person_id == person_id,
            Appointment.state == "accepted",
            Slot.physician_account_id == physician_account_id,
            col(Slot.ends_at) > clock.now(),
        )
        .order_by(col(Slot.starts_at))
        .limit(1)
    ).first()
    return Visit(*found) if found else None
