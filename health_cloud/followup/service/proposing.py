"""A physician who cannot come at a time proposes another: it is kept for the patient until a stated hour."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from sqlmodel import Session, col, select

from health_cloud.core import clock, facts
from health_cloud.core.actors import Actor
from health_cloud.core.crypto import seal_text
from health_cloud.core.errors import Conflict, Denied, Invalid, NotFound
from health_cloud.core.policy import Action, Decision, decide
from health_cloud.followup.models import Appointment, Hold, Slot
from health_cloud.followup.service import holding, rows
from health_cloud.followup.service.allowing import line
from health_cloud.followup.service.booking import found_for
from health_cloud.followup.service.moving import require_coming
from health_cloud.followup.service.slots import LONGEST_WORD
from health_cloud.followup.views import AppointmentCard, ProposePage

KEPT = timedelta(hours=24)
"""So long a proposed time is kept at most; the old and the new time end it before."""
SHORTEST = timedelta(minutes=30)
_SHOWN = 100


def propose_page(session: Session, actor: Actor, appointment_id: str) -> ProposePage:
    """Return an appointment with its physician's own free times in the same department.

    Raises:
        Denied: not a physician.
        NotFound: absent or another physician's.
        Conflict: over, called off, or too near for an answer.
    """
    _allow(actor)
    appointment, slot = _coming(session, actor, appointment_id)
    now, zone = clock.now(), rows.zone_of(session, slot.organization_id)
    kept = select(Hold.slot_id).where(
        Hold.slot_id == Slot.id, col(Hold.until_at) > now, Hold.appointment_id != appointment.id
    )
    taken = select(Appointment.slot_id).where(Appointment.slot_id == Slot.id, rows.is_live())
    free = session.exec(
        select(Slot)
        .where(
            Slot.physician_account_id == actor.account_id,
            Slot.department_id == slot.department_id,
            Slot.state == "open",
            rows.meets(appointment.kind),
            col(Slot.starts_at) > now + SHORTEST,
            ~taken.exists(),
            ~kept.exists(),
        )
        .order_by(col(Slot.starts_at))
        .limit(_SHOWN)
    ).all()
    times = tuple(rows.slot_row(each, zone) for each in free)
    card = replace(rows.card(session, appointment, slot), reason="")  # why they come is read where a line says so
    return ProposePage(card=card, times=times)


def propose_time(
    session: Session, actor: Actor, appointment_id: str, slot_id: object, word: object = ""
) -> AppointmentCard:
    """Propose another of one's own times for an appointment, with a word; it is kept for the patient until then.

    The appointment stays as it is, and may be answered or called off meanwhile; a second proposal replaces the first.

    Raises:
        Denied: not a physician.
        NotFound: no such appointment of theirs, or no such time of theirs there.
        Invalid: no time, or the word is too long.
        Conflict: the appointment is over, the time is somebody's, or either is too near for an answer.
    """
    decision = _allow(actor)
    appointment, before = _coming(session, actor, appointment_id)
    if not slot_id:
        raise Invalid("followup.propose.error.none", field="time")
    slot = holding.time_of(session, slot_id, appointment.kind)
    if (slot.physician_account_id, slot.department_id) != (actor.account_id, before.department_id):
        raise NotFound("followup.error.no_slot")
    text = word.strip() if isinstance(word, str) else ""
    if len(text) > LONGEST_WORD:
        raise Invalid("followup.error.too_long", field="word", longest=LONGEST_WORD)
    now = clock.now()
    until = min(now + KEPT, before.starts_at, slot.starts_at)
    if slot.state != "open" or rows.live_of(session, [slot.id]):
        raise Conflict("followup.error.taken")
    if until < now + SHORTEST:
        raise Conflict("followup.propose.error.near")
    holding.propose(session, slot, appointment, until)
    appointment.answered_at = appointment.answered_at or now
    if text:
        appointment.word = seal_text(text, "followup_appointment.word", appointment.id)
    session.add(appointment)
    session.flush()
    line(session, actor, Action.PROPOSE_TIME, appointment, decision, slot=slot.id, until=until.isoformat())
    facts.emit(session, "followup.time_proposed", appointment=appointment.id)
    rows.tell(session, slot, appointment.person_id)
    return rows.card(session, appointment, before)


def _allow(actor: Actor) -> Decision:
    decision = decide(actor, Action.PROPOSE_TIME)
    if not decision.allowed:
        raise Denied(action=Action.PROPOSE_TIME.value)
    return decision


def _coming(session: Session, actor: Actor, appointment_id: str) -> tuple[Appointment, Slot]:
    appointment, slot = found_for(session, actor, appointment_id, Action.PROPOSE_TIME)
    require_coming(session, appointment, slot)
    if slot.starts_at < clock.now() + SHORTEST:
        raise Conflict("followup.propose.error.near")
    return appointment, slot
