"""An open visit is activity: nobody is signed out or locked out of the visit that is before them.

It counts on the server, by the screens that are connected to this worker and by the visit itself, and no longer than a
visit can reasonably run late: whoever forgets to end one is signed out like everybody else.
"""

from __future__ import annotations

import asyncio
import logging
from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from health_cloud.core import clock, db
from health_cloud.core.actors import Actor, Visitor
from health_cloud.core.changes import EVERYTHING, registry
from health_cloud.core.policy import Role
from health_cloud.followup.models import Appointment, Slot, Visit
from health_cloud.followup.service.visits import visit_topic
from health_cloud.identity.service import sessions

LONGER = timedelta(minutes=30)
"""So long after it should have ended an open visit still counts."""
_SECONDS = 15
_TOPIC = visit_topic("")
_log = logging.getLogger(__name__)


def keep_sessions() -> int:
    """Count the open visits on this worker's screens as signs of life of who has them there; returns how many were."""
    shown = {
        (watch.session_id, topic.removeprefix(_TOPIC))
        for watch in registry.touching((EVERYTHING,))
        for topic in watch.topics
        if topic.startswith(_TOPIC)
    }
    if not shown:
        return 0
    with db.reading() as session:
        living = _open(session, {visit for _, visit in shown})
    kept: set[str] = set()
    for session_id, visit in shown:
        if visit not in living or session_id in kept:
            continue
        actor = sessions.actor_of_row(session_id, Visitor(), touch=False)  # nobody once it is over or locked
        if actor is not None and _is_theirs(actor, *living[visit]):
            sessions.actor_of_row(session_id, Visitor())
            kept.add(session_id)
    return len(kept)


def _open(session: Session, visit_ids: set[str]) -> dict[str, tuple[str, str]]:
    """Return (patient, physician) of those of these visits that are open and not long overdue."""
    now = clock.now()
    found = session.exec(
        select(Visit, Appointment, Slot)
        .join(Appointment, col(Appointment.id) == Visit.appointment_id)
        .join(Slot, col(Slot.id) == Appointment.slot_id)
        .where(col(Visit.appointment_id).in_(visit_ids), Visit.state == "open")
    ).all()
    return {
        appointment.id: (appointment.person_id, visit.physician_account_id)
        for visit, appointment, slot in found
        if now < counts_until(visit, slot)
    }


def counts_until(visit: Visit, slot: Slot) -> datetime:
    """Return until when an open visit is activity: half an hour after its end as agreed, or as begun late."""
    begun = visit.opened_at or slot.starts_at
    return max(slot.ends_at, begun + (slot.ends_at - slot.starts_at)) + LONGER


def _is_theirs(actor: Actor, person_id: str, physician_account_id: str) -> bool:
    if actor.role is Role.PATIENT:
        return actor.subject_id == person_id
    return actor.account_id == physician_account_id


async def run() -> None:
    """Do it in every worker, each for its own screens, until the server stops."""
    while True:
        await asyncio.sleep(_SECONDS)
        try:
            await asyncio.to_thread(keep_sessions)
        except Exception as problem:  # noqa: BLE001 - the one task must go on
            _log.warning("attending waits: %s", type(problem).__name__)


TASKS = (run,)
