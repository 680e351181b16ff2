"""Who may act in a patient's follow-ups, and what the patient's ledger says of it."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from sqlmodel import Session

from health_cloud.core import ledger
from health_cloud.core.actors import Actor
from health_cloud.core.errors import Denied
from health_cloud.core.policy import Action, Decision
from health_cloud.followup.models import Appointment
from health_cloud.identity.service.people import person_state
from health_cloud.identity.service.relations import decision_in


def allow(session: Session, actor: Actor, action: Action) -> Decision:
    """Return the decision that lets a patient act in their own affairs, or a guardian in another's.

    Raises:
        Denied: neither, or the policy says no.
    """
    decision = decision_in(session, actor, action)
    if not decision.allowed:
        raise Denied(action=action.value, person_id=actor.subject_id)
    return decision


def hospitals_of(session: Session, actor: Actor) -> tuple[str, ...]:
    """Return the hospitals of which the actor's subject is a patient: nobody books anywhere else."""
    person = person_state(session, actor.subject_id)
    return tuple(person.organization_ids) if person else ()


def line(
    session: Session,
    actor: Actor,
    action: Action,
    appointment: Appointment,
    decision: Decision,
    outcome: str = ledger.DONE,
    **detail: str | int,
) -> None:
    """Write into the patient's ledger what was done with an appointment of theirs, or read of it."""
    ledger.write(
        session,
        actor,
        action,
        outcome,
        person_id=appointment.person_id,
        decision=decision,
        detail={"appointment": appointment.id, **detail},
    )


def reasons_read(
    session: Session, actor: Actor, decision: Decision, shown: Iterable[Appointment], known: Collection[str]
) -> None:
    """Write that somebody else reads why a patient comes: one line an appointment, when it comes before them.

    Args:
        session: the transaction of the reading.
        actor: who reads.
        decision: why they may.
        shown: what is shown now.
        known: ids of the appointments that were before them already.
    """
    for appointment in shown:
        if appointment.reason is not None and appointment.id not in known:
            line(session, actor, Action.READ_REASON, appointment, decision, ledger.ALLOWED)
