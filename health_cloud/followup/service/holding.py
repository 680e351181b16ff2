"""A time that somebody has chosen is theirs for some minutes, so that nobody takes it while they say what it is about.

A hold ends at its instant by the clock alone: whoever reads after it finds the time free, on every screen.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, or_
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, delete, select

from health_cloud.core import clock
from health_cloud.core.actors import Actor
from health_cloud.core.errors import Conflict, Denied, NotFound
from health_cloud.core.ids import is_id
from health_cloud.core.policy import Action
from health_cloud.followup.models import Hold, Slot
from health_cloud.followup.service import rows
from health_cloud.followup.service.allowing import allow
from health_cloud.followup.service.checking import steps_before

MINUTES = 5


def hold(session: Session, actor: Actor, slot_id: object) -> str:
    """Hold a free time for the actor's subject, instead of any they held before; held again, it lasts no longer.

    Returns:
        The first instant at which it is over, ISO text.

    Raises:
        Denied: not a patient, nor a guardian who books; or the rules were not asked, or nothing given, before.
        NotFound: there is no such time.
        Conflict: somebody has booked it, holds it, or it is over.
    """
    allow(session, actor, Action.BOOK_APPOINTMENT)
    slot = session.get(Slot, slot_id, with_for_update=True) if isinstance(slot_id, str) and is_id(slot_id) else None
    if slot is None or not rows.is_in_writing(slot):
        raise NotFound("followup.error.no_slot")
    if steps_before(session, actor).get((slot.department_id, slot.physician_account_id), "check"):
        raise Denied("followup.rule.unchecked", action=Action.BOOK_APPOINTMENT.value, person_id=actor.subject_id)
    now = clock.now()
    if slot.state != "open" or slot.starts_at <= now or rows.live_of(session, [slot.id]):
        raise Conflict("followup.error.taken")
    there = session.get(Hold, slot.id)
    if there is not None and there.until_at > now:
        if there.person_id != actor.subject_id:
            raise Conflict("followup.error.taken")
        return there.until_at.isoformat()
    _free(session, or_(col(Hold.person_id) == actor.subject_id, col(Hold.slot_id) == slot.id))
    made = Hold(slot_id=slot.id, person_id=actor.subject_id, until_at=now + timedelta(minutes=MINUTES))
    session.add(made)
    try:
        session.flush()
    except IntegrityError:  # the same person, on another screen
        raise Conflict("followup.error.holding") from None
    rows.tell(session, slot)
    return made.until_at.isoformat()


def let_go(session: Session, person_id: str) -> None:
    """Free what a person holds; the screens of those who look for a time there follow."""
    _free(session, col(Hold.person_id) == person_id)


def _free(session: Session, which: ColumnElement[bool]) -> None:
    # locked in one order: two who free what the other holds do not wait for each other
    found = session.exec(select(Hold.slot_id).where(which).order_by(col(Hold.slot_id)).with_for_update()).all()
    session.exec(delete(Hold).where(col(Hold.slot_id).in_(found), which))
    for slot in session.exec(select(Slot).where(col(Slot.id).in_(found))).all():
        rows.tell(session, slot)


def held_by_others(person_id: str, now: datetime) -> ColumnElement[bool]:
    """Say in a query of slots that somebody else holds the time now."""
    return (
        select(Hold.slot_id)
        .where(Hold.slot_id == Slot.id, col(Hold.until_at) > now, Hold.person_id != person_id)
        .exists()
    )


def own_hold(session: Session, person_id: str) -> Hold | None:
    """Return what a person holds now."""
    found = select(Hold).where(Hold.person_id == person_id, col(Hold.until_at) > clock.now())
    return session.exec(found).first()


def next_end(session: Session, department_ids: list[str]) -> str:
    """Return the next instant at which a hold in these departments is over, ISO text; empty where there is none."""
    ends = session.exec(
        select(Hold.until_at)
        .join(Slot, col(Slot.id) == Hold.slot_id)
        .where(col(Slot.department_id).in_(department_ids), col(Hold.until_at) > clock.now())
        .order_by(col(Hold.until_at))
        .limit(1)
    ).first()
    return ends.isoformat() if ends else ""
