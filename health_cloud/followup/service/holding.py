"""A time that somebody has chosen is theirs for some minutes, so that nobody takes it while they say what it is about.

A hold ends at its instant by the clock alone: whoever reads after it finds the time free, on every screen.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, or_
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from health_cloud.core import clock
from health_cloud.core.actors import Actor
from health_cloud.core.errors import Conflict, Denied, NotFound
from health_cloud.core.ids import is_id
from health_cloud.core.policy import Action
from health_cloud.followup.models import Appointment, Hold, Slot
from health_cloud.followup.service import rows
from health_cloud.followup.service.allowing import allow, hospitals_of
from health_cloud.followup.service.checking import steps_before

MINUTES = 5
JUST = timedelta(minutes=10)
"""So long what was let go is offered to who waits, should the clock's job be late."""
IN_A_ROW = 2
"""So often the same person may choose the same time; then it is free for others for as long as it was kept."""
CHOSEN, PROPOSED, OFFERED, LEFT = "chosen", "proposed", "offered", "left"
_OWN = (CHOSEN, OFFERED)
"""What its person may book by choosing it; a proposed time is taken as what it is."""
_PASSES_ON = timedelta(minutes=2)
"""So long an offered time is nobody's after its end: it goes to the next who waits, unless that is not done by then."""


def hold(session: Session, actor: Actor, slot_id: object, kind: str = "") -> str:
    """Hold a free time for the actor's subject, instead of any they held before; held again, it lasts no longer.

    Args:
        session: the transaction.
        actor: the patient, or a guardian who books.
        slot_id: the time.
        kind: how one would meet; else online, in the first way there is. In person nothing comes before.

    Returns:
        The first instant at which it is over, ISO text.

    Raises:
        Denied: not a patient, nor a guardian who books; or the rules were not asked, or nothing given, before.
        NotFound: there is no such time.
        Conflict: somebody has booked it, holds it, or it is over; or the actor has kept it twice in a row.
    """
    allow(session, actor, Action.BOOK_APPOINTMENT)
    slot = time_of(session, slot_id, kind)
    asked = kind != rows.IN_PERSON
    if slot.organization_id not in hospitals_of(session, actor):
        raise NotFound("followup.error.no_slot")
    if asked and steps_before(session, actor).get((slot.department_id, slot.physician_account_id), "check"):
        raise Denied("followup.rule.unchecked", action=Action.BOOK_APPOINTMENT.value, person_id=actor.subject_id)
    return keep(session, actor.subject_id, slot)


def time_of(session: Session, slot_id: object, kind: str = "") -> Slot:
    """Return a time, locked, at which one can meet in this way, or online where none is named.

    Raises:
        NotFound: there is no such time.
    """
    slot = session.get(Slot, slot_id, with_for_update=True) if isinstance(slot_id, str) and is_id(slot_id) else None
    if slot is None or not rows.kind_at(slot, kind):
        raise NotFound("followup.error.no_slot")
    return slot


def lock(session: Session, *slot_ids: str) -> None:
    """Lock times, in one order, before anything of a person: who offers one later needs it then."""
    found = select(Slot).where(col(Slot.id).in_(slot_ids)).order_by(col(Slot.id)).with_for_update()
    session.exec(found.execution_options(populate_existing=True)).all()


def keep(session: Session, person_id: str, slot: Slot) -> str:
    """Hold a time for somebody who may have it; it is locked. See `hold`."""
    now = clock.now()
    if slot.state != "open" or slot.starts_at <= now or rows.live_of(session, [slot.id]):
        raise Conflict("followup.error.taken")
    mine = and_(col(Hold.person_id) == person_id, col(Hold.kind) == CHOSEN)
    known, times = _locked(session, or_(col(Hold.slot_id) == slot.id, mine)), 1
    there = known.pop(slot.id, None)
    if there is not None and there.until_at > now:
        if there.person_id != person_id or there.kind not in _OWN:
            raise Conflict("followup.error.taken")
        return there.until_at.isoformat()
    if there is not None and there.kind == OFFERED and now < there.until_at + _PASSES_ON:
        raise Conflict("followup.error.taken")
    if there is not None and there.person_id == person_id and now < there.until_at + timedelta(minutes=MINUTES):
        if there.times >= IN_A_ROW:
            raise Conflict("followup.error.held_twice", minutes=MINUTES)
        times = there.times + 1
    for each in known.values():  # how often in a row is not forgotten with it
        each.kind, each.until_at = LEFT, min(each.until_at, now)
        session.add(each)
    if there is not None:
        session.delete(there)
    session.flush()
    _tell(session, [*known])
    made = Hold(slot_id=slot.id, person_id=person_id, until_at=now + timedelta(minutes=MINUTES), times=times)
    session.add(made)
    try:
        session.flush()
    except IntegrityError:  # the same person, on another screen
        raise Conflict("followup.error.holding") from None
    rows.tell(session, slot)
    return made.until_at.isoformat()


def _locked(session: Session, which: ColumnElement[bool]) -> dict[str, Hold]:
    # in one order: two who free what the other holds do not wait for each other
    found = select(Hold).where(which).order_by(col(Hold.slot_id)).with_for_update()
    return {each.slot_id: each for each in session.exec(found).all()}


def let_go(session: Session, person_id: str) -> None:
    """Free what a person has chosen, and forget what they had before; screens of those who look there follow.

    What they let go just now, and nobody has booked, is kept as left: whoever waits for it is offered it.
    """
    found = _locked(session, and_(col(Hold.person_id) == person_id, col(Hold.kind).in_((CHOSEN, LEFT))))
    booked, now = rows.live_of(session, [*found]), clock.now()
    for slot_id, each in found.items():
        if slot_id in booked or each.until_at <= now - JUST:
            session.delete(each)
        else:
            each.kind, each.until_at, each.times = LEFT, min(each.until_at, now), 0
            session.add(each)
    session.flush()
    _tell(session, [*found])


def ended(session: Session) -> list[tuple[str, str]]:
    """Return (time, person) of what somebody had chosen, or was proposed to them, and let go just now or let end."""
    now = clock.now()
    found = select(Hold.slot_id, Hold.person_id).where(
        col(Hold.kind).in_((CHOSEN, LEFT, PROPOSED)), col(Hold.until_at) <= now, col(Hold.until_at) > now - JUST
    )
    return [(slot_id, person_id) for slot_id, person_id in session.exec(found.order_by(col(Hold.until_at))).all()]


def _free(session: Session, which: ColumnElement[bool]) -> None:
    found = _locked(session, which)
    for each in found.values():
        session.delete(each)
    session.flush()
    _tell(session, [*found])


def _tell(session: Session, slot_ids: Sequence[str]) -> None:
    if not slot_ids:  # SQLite would walk all times to find none
        return
    for slot in session.exec(select(Slot).where(col(Slot.id).in_(slot_ids))).all():
        rows.tell(session, slot)


def is_kept_from(session: Session, person_id: str, slot: Slot) -> bool:
    """Tell whether a time is kept for somebody else, or for another purpose, now."""
    there, now = session.get(Hold, slot.id), clock.now()
    if there is None:
        return False
    if there.until_at > now:
        return there.person_id != person_id or there.kind not in _OWN
    return there.kind == OFFERED and now < there.until_at + _PASSES_ON


def held_by_others(person_id: str, now: datetime) -> ColumnElement[bool]:
    """Say in a query of slots that the time is not for this person to choose now: somebody else's, or proposed."""
    return (
        select(Hold.slot_id)
        .where(
            Hold.slot_id == Slot.id,
            or_(
                and_(
                    col(Hold.until_at) > now,
                    or_(col(Hold.person_id) != person_id, col(Hold.kind).not_in(_OWN)),
                ),
                and_(col(Hold.kind) == OFFERED, col(Hold.until_at) <= now, col(Hold.until_at) > now - _PASSES_ON),
            ),
        )
        .exists()
    )


def own_holds(session: Session, person_id: str) -> dict[str, Hold]:
    """Return the times that are kept for a person to book now, by id; what they have chosen comes first."""
    found = select(Hold).where(Hold.person_id == person_id, col(Hold.kind).in_(_OWN), col(Hold.until_at) > clock.now())
    return {each.slot_id: each for each in session.exec(found.order_by(col(Hold.kind), col(Hold.slot_id))).all()}


def offer(session: Session, slot: Slot, person_id: str, until: datetime) -> bool:
    """Keep a freed time for somebody who waits; returns whether it was free to be kept."""
    there = session.get(Hold, slot.id, with_for_update=True)
    if there is not None and there.until_at > clock.now():
        return False
    if there is not None:
        session.delete(there)
        session.flush()
    session.add(Hold(slot_id=slot.id, person_id=person_id, until_at=until, kind=OFFERED))
    session.flush()
    return True


def release(session: Session, slot_id: str, person_id: str) -> None:
    """Free what was offered to somebody."""
    _free(
        session,
        and_(col(Hold.slot_id) == slot_id, col(Hold.person_id) == person_id, col(Hold.kind) == OFFERED),
    )


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


def propose(session: Session, slot: Slot, appointment: Appointment, until: datetime) -> None:
    """Keep a free time, locked, for the patient of an appointment, instead of any proposed for it before.

    Raises:
        Conflict: somebody holds it.
    """
    before = and_(col(Hold.appointment_id) == appointment.id, col(Hold.kind) == PROPOSED)
    known = _locked(session, or_(col(Hold.slot_id) == slot.id, before))
    there = known.get(slot.id)
    if there is not None and there.until_at > clock.now() and there.appointment_id != appointment.id:
        raise Conflict("followup.error.taken")
    for each in known.values():
        session.delete(each)
    session.flush()
    _tell(session, [*known])
    session.add(
        Hold(
            slot_id=slot.id,
            person_id=appointment.person_id,
            until_at=until,
            kind=PROPOSED,
            appointment_id=appointment.id,
        )
    )
    session.flush()


def proposal_for(session: Session, appointment_id: str) -> tuple[Hold, Slot] | None:
    """Return the time that is proposed for an appointment now."""
    found = session.exec(
        select(Hold, Slot)
        .join(Slot, col(Slot.id) == Hold.slot_id)
        .where(Hold.appointment_id == appointment_id, Hold.kind == PROPOSED, col(Hold.until_at) > clock.now())
    ).first()
    return (found[0], found[1]) if found else None


def drop_proposal(session: Session, appointment_id: str) -> None:
    """Free the time that was proposed for an appointment, if there is one."""
    _free(session, and_(col(Hold.appointment_id) == appointment_id, col(Hold.kind) == PROPOSED))


def promised(session: Session, slot_ids: Sequence[str]) -> dict[str, Hold]:
    """Return which of these times are proposed or offered to somebody now."""
    found = select(Hold).where(
        col(Hold.slot_id).in_(slot_ids), col(Hold.kind).in_((PROPOSED, OFFERED)), col(Hold.until_at) > clock.now()
    )
    return {each.slot_id: each for each in session.exec(found).all()}
