"""Visits as prescribing has to know them; it lies below, and is told of them by what is plugged in here."""

from __future__ import annotations

from dataclasses import replace

from sqlmodel import Session

from health_cloud.consent.service.grants import grants_between, mark_of
from health_cloud.core import clock
from health_cloud.core.actors import Actor
from health_cloud.core.errors import NotFound
from health_cloud.core.policy import Action, Role
from health_cloud.followup.models import Appointment, Slot, Visit
from health_cloud.followup.service.booking import found_for
from health_cloud.followup.service.eligibility.rules import shipped
from health_cloud.followup.service.noting import content
from health_cloud.identity.service.people import department_name
from health_cloud.identity.service.relations import is_seen_to
from health_cloud.prescribing.service.visits import VisitFacts


def visit_facts(session: Session, actor: Actor, visit_id: str, action: Action) -> VisitFacts:
    """Return a visit of which the actor is the patient, acts for them, or is the physician.

    Raises:
        NotFound: absent, somebody else's, or never accepted; the attempt is in the ledger.
    """
    appointment, slot = found_for(session, actor, visit_id, action)
    if appointment.state != "accepted":
        raise NotFound
    grants = grants_between(session, appointment.person_id, actor, clock.now()) if actor.role is Role.PHYSICIAN else ()
    made = _facts(session, appointment, slot, grants[0].id if grants else "")
    return replace(made, mark=mark_of(grants[0]), reads_until=grants[0].until_at) if grants else made


def known_visit(session: Session, visit_id: str) -> VisitFacts | None:
    """Return a visit for what the system does by itself, without any ground to read on."""
    appointment = session.get(Appointment, visit_id)
    slot = session.get(Slot, appointment.slot_id) if appointment is not None else None
    return _facts(session, appointment, slot, "") if appointment is not None and slot is not None else None


def _facts(session: Session, appointment: Appointment, slot: Slot, ground: str) -> VisitFacts:
    visit = session.get(Visit, appointment.id)
    department = department_name(session, slot.department_id)
    return VisitFacts(
        id=appointment.id,
        person_id=appointment.person_id,
        organization_id=slot.organization_id,
        department_id=slot.department_id,
        physician_account_id=slot.physician_account_id,
        opened_at=visit.opened_at if visit else None,
        ended_at=visit.ended_at if visit else None,
        ground=ground,
        guarded=shipped().is_for_children(department) and is_seen_to(session, appointment.person_id),
        title=content.title_of(appointment.kind),
        kind=content.type_of(appointment.kind),
    )
