"""Prescriptions that nobody reviewed, or paid, in time: their patient and their physician are told, once."""

from __future__ import annotations

from sqlmodel import Session, col, select

from health_cloud.core import clock, facts, jobs
from health_cloud.prescribing.models import Prescription
from health_cloud.prescribing.service import rows

JOB = "prescriptions that lapse"
LAPSED = "prescribing.lapsed"
_SECONDS = 30


def lapse_due() -> int:
    """Note what has lapsed by now; returns how many."""
    due = (
        select(Prescription)
        .where(
            col(Prescription.state).in_(("signed", "approved")),
            col(Prescription.lapsed_at).is_(None),
            col(Prescription.signed_at) <= clock.now() - rows.VALID,
        )
        .order_by(col(Prescription.signed_at))
    )
    return jobs.work_off(due, _lapse)


def _lapse(session: Session, row: Prescription) -> None:
    row.lapsed_at = clock.now()
    session.add(row)
    facts.emit(session, LAPSED, prescription=row.id)
    rows.tell(session, row)
    rows.tell_writer(session, row)


async def run() -> None:
    """Note it in one worker, until the server stops."""
    await jobs.attend(JOB, _SECONDS, lapse_due)


TASKS = (run,)
