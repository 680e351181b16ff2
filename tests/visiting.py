"""Online visits that tests need now: the product offers only times that lie ahead."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import delete, update
from sqlmodel import Session, col

from health_cloud.core import clock, db
from health_cloud.core.actors import Actor
from health_cloud.core.crypto import seal_text
from health_cloud.core.ids import new_id
from health_cloud.followup.models import Appointment, Hold, Slot, Visit, Waiting
from health_cloud.identity.service.faces import working_place
from tests.people import COMMAND_LINE


def nothing_ahead() -> None:
    """Forget what others have booked, hold, wait for or left open: a patient may have three bookings at most."""
    with db.writing() as session:
        session.exec(delete(Hold))
        session.exec(update(Waiting).where(col(Waiting.state).in_(("waiting", "offered"))).values(state="left"))
        session.exec(update(Visit).where(col(Visit.state) == "open").values(state="ended", ended_at=clock.now()))
        living = col(Appointment.state).in_(("requested", "accepted"))
        session.exec(update(Appointment).where(living).values(state="cancelled", ended_by="hospital"))


def agreed(
    physician: Actor, patient: Actor, minutes: int, reason: str = "2 型糖尿病，看血糖", kind: str = "text"
) -> str:
    """Let there be an accepted appointment that begins in so many minutes and takes fifteen; returns its id."""
    return db.perform(_agreed, COMMAND_LINE, physician, patient, minutes, reason, kind)


def _agreed(session: Session, _: Actor, physician: Actor, patient: Actor, minutes: int, reason: str, kind: str) -> str:
    now = clock.now()
    begins = now + timedelta(minutes=minutes)
    organization, department = working_place(session, physician.account_id)
    slot = Slot(
        organization_id=organization,
        physician_account_id=physician.account_id,
        department_id=department,
        starts_at=begins,
        ends_at=begins + timedelta(minutes=15),
        state="closed",
        kinds=kind,
    )
    session.add(slot)
    session.flush()
    made = new_id()
    session.add(
        Appointment(
            id=made,
            slot_id=slot.id,
            person_id=patient.person_id,
            reason=seal_text(reason, "followup_appointment.reason", made),
            state="accepted",
            kind=kind,
            created_at=now,
            changed_at=now,
        )
    )
    session.flush()
    return made
