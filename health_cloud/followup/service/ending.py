"""What ends by itself when its patient has died or closes the account: appointments ahead, waiting, questions."""

from __future__ import annotations

from sqlmodel import Session, col, select

from health_cloud.core import clock, facts, ledger
from health_cloud.core.actors import system
from health_cloud.core.policy import Action
from health_cloud.followup.models import Appointment, Slot
from health_cloud.followup.service import rows
from health_cloud.followup.service.asking import end_questions
from health_cloud.followup.service.holding import drop_proposal
from health_cloud.followup.service.queueing import forget_waiting, offer_freed

JOB = "life of an account"


def cancel_appointments(session: Session, payload: dict[str, str]) -> None:
    """Cancel a person's coming appointments; their times become free. A subscriber of facts."""
    person_id = payload["person"]
    coming = session.exec(
        select(Appointment, Slot)
        .join(Slot, col(Slot.id) == Appointment.slot_id)
        .where(
            Appointment.person_id == person_id,
            col(Appointment.state).in_(rows.LIVE),
            col(Slot.starts_at) > clock.now(),
        )
        .order_by(col(Appointment.id))
        .with_for_update()
    ).all()
    for appointment, slot in coming:
        appointment.state, appointment.changed_at = "cancelled", clock.now()
        appointment.ended_by = "hospital"
        session.add(appointment)
        drop_proposal(session, appointment.id)
        detail: dict[str, str | int] = {"appointment": appointment.id, "fact": payload["fact_id"]}
        ledger.write(session, system(JOB), Action.CANCEL_APPOINTMENT, ledger.DONE, person_id=person_id, detail=detail)
        facts.emit(session, "followup.appointment_cancelled", appointment=appointment.id)
        offer_freed(session, [slot], but=person_id)
        rows.tell(session, slot, person_id)
    forget_waiting(session, person_id)
    end_questions(session, person_id)
