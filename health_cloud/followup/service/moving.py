"""A visit goes to another time: the old one is free only when the new one is certain, in one transaction.

The same physician sees the same patient for the same reason, so that an acceptance stands; what was prepared, agreed to
and granted belongs to the appointment and goes along.
"""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from health_cloud.core import clock, facts
from health_cloud.core.actors import Actor
from health_cloud.core.errors import Conflict, NotFound
from health_cloud.core.policy import Action, Decision
from health_cloud.followup.models import Appointment, Slot, Visit
from health_cloud.followup.service import giving, holding, queueing, rows
from health_cloud.followup.service.allowing import allow, line
from health_cloud.followup.service.booking import found_for
from health_cloud.followup.service.checking import Place, check_moved
from health_cloud.followup.service.times import times_of
from health_cloud.followup.views import AppointmentCard, MovePage


def move_page(session: Session, actor: Actor, appointment_id: str, day: str = "") -> MovePage:
    """Return an appointment of the actor's own with the times to which it can go; see `times.times_page`.

    Raises:
        Denied: not a patient, nor a guardian who books.
        NotFound: absent or somebody else's.
        Conflict: over, called off, or too near to be moved.
    """
    allow(session, actor, Action.MOVE_APPOINTMENT)
    appointment, slot = movable(session, actor, appointment_id)
    place = Place(slot.organization_id, slot.department_id, slot.physician_account_id)
    times, zone = times_of(session, actor, place, day, appointment.kind), rows.zone_of(session, slot.organization_id)
    if times.kind != appointment.kind:  # none is left to meet in this way
        times = replace(times, days=(), morning=(), afternoon=(), day="", next="", next_at="", held="", held_until="")
    times = replace(times, kind=appointment.kind, kinds=(appointment.kind,))
    return MovePage(
        id=appointment.id,
        starts_at=rows.local(slot.starts_at, zone),
        state=appointment.state,
        times=times,
        topic=f"followup:{slot.department_id}",
    )


def movable(session: Session, actor: Actor, appointment_id: str) -> tuple[Appointment, Slot]:
    """Return an appointment of the actor's own that its patient may still move, locked.

    Raises:
        NotFound: absent or somebody else's.
        Conflict: over, called off, or accepted and nearer than the hospital's limit.
    """
    appointment, slot = found_for(session, actor, appointment_id, Action.MOVE_APPOINTMENT)
    require_coming(session, appointment, slot)
    if hours := rows.too_late(session, appointment, slot):
        raise Conflict("followup.rule.too_late_to_move", hours=hours)
    return appointment, slot


def require_coming(session: Session, appointment: Appointment, slot: Slot) -> None:
    """Let a living appointment pass whose time has not come.

    Raises:
        Conflict: it is over or called off, or its visit has begun.
    """
    if appointment.state not in rows.LIVE or slot.starts_at <= clock.now() or rows.has_begun(session, appointment):
        raise Conflict("followup.error.over")


def hold_to_move(session: Session, actor: Actor, appointment_id: str, slot_id: object) -> str:
    """Hold a free time of the same physician for an appointment that may go there; see `holding.hold`.

    Raises:
        Denied: not a patient, nor a guardian who books.
        NotFound: no such appointment of theirs, or no such time there.
        Conflict: it may not be moved, or the time is somebody's.
    """
    allow(session, actor, Action.MOVE_APPOINTMENT)
    appointment, before = movable(session, actor, appointment_id)
    return holding.keep(session, appointment.person_id, _there(session, appointment, before, slot_id))


def _there(session: Session, appointment: Appointment, before: Slot, slot_id: object) -> Slot:
    """Return another time of the same physician and department to meet in the same way, locked."""
    slot = holding.time_of(session, slot_id, appointment.kind)
    if (slot.physician_account_id, slot.department_id) != (before.physician_account_id, before.department_id):
        raise NotFound("followup.error.no_slot")
    return slot


def move_appointment(session: Session, actor: Actor, appointment_id: str, slot_id: object) -> AppointmentCard:
    """Move an appointment of the actor's own to a free time of the same physician; an acceptance stands.

    Raises:
        Denied: not a patient, nor a guardian who books; the rules say no by now; or what was granted would last
            longer, and that is not theirs to decide.
        NotFound: no such appointment of theirs, or no such time there.
        Conflict: it may not be moved (any more), or somebody was faster.
        Unproved: it would last longer, no second factor was shown just now, and the hospital asks for one.
    """
    decision = allow(session, actor, Action.MOVE_APPOINTMENT)
    appointment, before = movable(session, actor, appointment_id)
    holding.lock(session, before.id, str(slot_id))
    slot = _there(session, appointment, before, slot_id)
    if slot.state != "open" or slot.starts_at <= clock.now():
        raise Conflict("followup.error.taken")
    _asked_again(session, actor, appointment, slot)
    if holding.is_kept_from(session, actor.subject_id, slot) or rows.live_of(session, [slot.id]):
        raise Conflict("followup.error.taken")
    giving.move(session, actor, appointment, before, slot)
    _go(session, actor, decision, appointment, slot)
    facts.emit(session, "followup.appointment_moved", appointment=appointment.id)
    rows.tell(session, slot, appointment.person_id)
    return rows.card(session, appointment, slot)


def _asked_again(session: Session, actor: Actor, appointment: Appointment, slot: Slot) -> None:
    """Ask the rules of online care again; for a visit in person they were never asked."""
    if appointment.kind in rows.ONLINE:
        check_moved(session, actor, slot, appointment.id)


def _go(session: Session, actor: Actor, decision: Decision, appointment: Appointment, slot: Slot) -> None:
    before_id, appointment.slot_id = appointment.slot_id, slot.id
    appointment.changed_at, appointment.moved = clock.now(), appointment.moved + 1
    session.add(appointment)
    try:
        session.flush()
    except IntegrityError:  # the index saw somebody else's claim first
        raise Conflict("followup.error.taken") from None
    visit = session.get(Visit, appointment.id)
    if visit is not None:  # who came early to the old time comes anew
        session.delete(visit)
    line(session, actor, Action.MOVE_APPOINTMENT, appointment, decision, before=before_id, slot=slot.id)
    queueing.took(session, appointment.person_id, slot, appointment.kind)
    queueing.offer_freed(session, [session.get_one(Slot, before_id)], but=appointment.person_id)
    holding.let_go(session, appointment.person_id)
    holding.drop_proposal(session, appointment.id)


def take_proposed(session: Session, actor: Actor, appointment_id: str) -> AppointmentCard:
    """Take the time that the physician proposes: the appointment goes there, and is accepted by both.

    Raises:
        Denied: see `move_appointment`.
        NotFound: absent or somebody else's.
        Conflict: nothing is proposed (any more), or the appointment is over.
        Unproved: see `move_appointment`.
    """
    decision = allow(session, actor, Action.MOVE_APPOINTMENT)
    appointment, before = found_for(session, actor, appointment_id, Action.MOVE_APPOINTMENT)
    require_coming(session, appointment, before)
    proposed = holding.proposal_for(session, appointment.id)
    if proposed is None:
        raise Conflict("followup.propose.error.over")
    holding.lock(session, before.id, proposed[1].id)
    slot = holding.time_of(session, proposed[1].id, appointment.kind)
    _asked_again(session, actor, appointment, slot)
    if slot.state != "open" or slot.starts_at <= clock.now() or rows.live_of(session, [slot.id]):
        raise Conflict("followup.error.taken")
    if proposed[0].until_at <= clock.now():  # it ran out while one waited for a lock
        raise Conflict("followup.propose.error.over")
    giving.move(session, actor, appointment, before, slot)
    appointment.state = "accepted"
    _go(session, actor, decision, appointment, slot)
    facts.emit(session, "followup.proposal_taken", appointment=appointment.id)
    rows.tell(session, slot, appointment.person_id)
    return rows.card(session, appointment, slot)


def refuse_proposed(session: Session, actor: Actor, appointment_id: str) -> None:
    """Say that the proposed time does not suit; the appointment stays as it was, for its physician to answer.

    Raises:
        Denied: not a patient, nor a guardian who books.
        NotFound: absent or somebody else's.
        Conflict: nothing is proposed (any more).
    """
    decision = allow(session, actor, Action.REFUSE_TIME)
    appointment, slot = found_for(session, actor, appointment_id, Action.REFUSE_TIME)
    if holding.proposal_for(session, appointment.id) is None:
        raise Conflict("followup.propose.error.over")
    holding.drop_proposal(session, appointment.id)
    line(session, actor, Action.REFUSE_TIME, appointment, decision)
    facts.emit(session, "followup.proposal_refused", appointment=appointment.id)
    rows.tell(session, slot, appointment.person_id)
