"""The follow-up that a patient and a physician have agreed on, for what hangs on it."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlmodel import Session, col, select

from health_cloud.consent.views import TodaysVisit, Visit
from health_cloud.core import clock
from health_cloud.followup.models import Appointment, Slot
from health_cloud.followup.service import rows
from health_cloud.identity.service.people import person_name

_A_DAY = timedelta(days=1)


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


def todays_of(session: Session, physician_account_id: str) -> list[TodaysVisit]:
    """Return a physician's accepted follow-ups of today; the caller has asked the policy."""
    found = session.exec(
        select(Appointment, Slot)
        .join(Slot, col(Slot.id) == Appointment.slot_id)
        .where(
            Slot.physician_account_id == physician_account_id,
            Appointment.state == "accepted",
            col(Slot.starts_at) > clock.now() - _A_DAY,
            col(Slot.starts_at) < clock.now() + _A_DAY,
        )
        .order_by(col(Slot.starts_at))
    ).all()
    return [
        TodaysVisit(
            appointment.id,
            appointment.person_id,
            rows.local(slot.starts_at, zone),
            person_name(session, appointment.person_id),
        )
        for appointment, slot in found
        if _is_today(slot.starts_at, zone := rows.zone_of(session, slot.organization_id))
    ]


def _is_today(at: datetime, zone: str) -> bool:
    here = ZoneInfo(zone)
    return at.astimezone(here).date() == clock.now().astimezone(here).date()
