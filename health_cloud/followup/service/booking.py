"""A patient books a time where they were seen before; two patients never get the same one."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, func, literal, union_all
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from health_cloud.chart.service import departments_visited
from health_cloud.consent.service.decisions import may_decide
from health_cloud.consent.service.ending import end_of_visit
from health_cloud.consent.service.giving import given_until
from health_cloud.core import clock, facts
from health_cloud.core.actors import Actor
from health_cloud.core.crypto import seal_text
from health_cloud.core.errors import Conflict, Denied, Invalid, NotFound
from health_cloud.core.ids import is_id, new_id
from health_cloud.core.policy import Action, Role, decide
from health_cloud.followup.models import Appointment, Slot
from health_cloud.followup.service import rows
from health_cloud.followup.service.allowing import allow, hospitals_of, line, reasons_read
from health_cloud.followup.service.checking import check_again, steps_before
from health_cloud.followup.service.giving import give
from health_cloud.followup.service.holding import drop_proposal, held_by_others, is_kept_from, let_go, lock, next_end
from health_cloud.followup.service.queueing import offer_freed, took
from health_cloud.followup.views import AppointmentCard, InPersonPage, Offer, OfferPage, RefusedRow
from health_cloud.identity.service.faces import account_card, departments_in, hospital_of_department
from health_cloud.identity.service.people import department_name, organization_names

LONGEST_REASON = 300
LIVING_AT_MOST = 3
_AHEAD = timedelta(days=60)
_LISTED = 50


def offers(session: Session, actor: Actor) -> OfferPage:
    """Return with whom a patient can book and their next free time, and where they cannot, having no visit there.

    Raises:
        Denied: not a patient.
    """
    allow(session, actor, Action.BOOK_APPOINTMENT)
    visited = departments_visited(session, actor, actor.subject_id)
    known = hospitals_of(session, actor)
    found = _next_free(session, actor.subject_id, known, visited)
    there = [each for hospital in known for each, _ in departments_in(session, hospital)]
    refused = _with_times(session, actor.subject_id, [each for each in there if each not in visited])
    steps = steps_before(session, actor)
    in_person = in_person_at(session, actor.subject_id, known, there)
    meet = {each.department_id for each in in_person}
    made = [
        Offer(
            physician=account_card(session, physician),
            department=department_name(session, department),
            last_visit=rows.local(visited[department], rows.zone_of(session, hospital)),
            times=f"/followup/book/{department}/{physician}",
            next_at=rows.local(next_at, rows.zone_of(session, hospital)),
            check=_next(steps.get((department, physician), "check"), department, physician),
        )
        for department, physician, hospital, next_at in found
    ]
    return OfferPage(
        offers=tuple(made),
        refused=tuple(
            RefusedRow(department_name(session, each), f"/followup/in-person/{each}" if each in meet else "")
            for each in refused
        ),
        departments=tuple({*visited, *there}),
        opens=next_end(session, [*visited, *there]),
        may_give=may_decide(session, actor),
        in_person=tuple(_shown_in_person(session, each) for each in in_person),
    )


def offers_in_person(session: Session, actor: Actor, department_id: object) -> InPersonPage:
    """Return with whom one can meet at the hospital in a department, and their next free times, the first first.

    Raises:
        Denied: not a patient, nor a guardian who books.
        NotFound: no such department of a hospital of which one is a patient.
    """
    allow(session, actor, Action.BOOK_APPOINTMENT)
    known = hospitals_of(session, actor)
    if not isinstance(department_id, str) or not is_id(department_id):
        raise NotFound("followup.in_person.none")
    hospital = hospital_of_department(session, department_id)
    if hospital not in known:
        raise NotFound("followup.in_person.none")
    found = in_person_at(session, actor.subject_id, (hospital,), [department_id])
    return InPersonPage(
        hospital=organization_names(session, (hospital,))[hospital],
        department=department_name(session, department_id),
        offers=tuple(_shown_in_person(session, each) for each in found),
        topic=f"followup:{department_id}",
        opens=next_end(session, [department_id]),
    )


def in_person_at(
    session: Session, person_id: str, hospitals: Collection[str], departments: Collection[str]
) -> list[Slot]:
    """Return the next free time in person of each physician in these departments, the first first."""
    if not departments:
        return []
    later = aliased(Slot)
    free = (
        select(Slot.department_id, Slot.physician_account_id, func.min(Slot.starts_at).label("at"))
        .where(
            col(Slot.department_id).in_(departments),
            col(Slot.organization_id).in_(hospitals),
            *_free_to(person_id, (rows.IN_PERSON,)),
        )
        .group_by(col(Slot.department_id), col(Slot.physician_account_id))
        .subquery()
    )
    first = and_(col(later.physician_account_id) == free.c.physician_account_id, col(later.starts_at) == free.c.at)
    return list(
        session.exec(select(later).join(free, first).order_by(col(later.starts_at), col(later.id)).limit(_LISTED)).all()
    )


def _shown_in_person(session: Session, slot: Slot) -> Offer:
    return Offer(
        physician=account_card(session, slot.physician_account_id),
        department=department_name(session, slot.department_id),
        last_visit="",
        times=f"/followup/in-person/{slot.department_id}/{slot.physician_account_id}",
        next_at=rows.local(slot.starts_at, rows.zone_of(session, slot.organization_id)),
        place=slot.room,
    )


def _next_free(
    session: Session, person_id: str, hospitals: Collection[str], departments: Collection[str]
) -> list[tuple[str, str, str, datetime]]:
    """Return (department, physician, hospital, next free time) of all who have one, the first first; one query."""
    place = aliased(Slot)
    places = (
        select(place.department_id, place.physician_account_id, place.organization_id)
        .where(col(place.department_id).in_(departments), col(place.organization_id).in_(hospitals))
        .distinct()
        .subquery()
    )
    next_at = (
        select(Slot.starts_at)
        .where(
            Slot.department_id == places.c.department_id,
            Slot.physician_account_id == places.c.physician_account_id,
            *_free_to(person_id),
        )
        .order_by(col(Slot.starts_at))
        .limit(1)
        .scalar_subquery()
    )
    rows_found = session.exec(
        select(places.c.department_id, places.c.physician_account_id, places.c.organization_id, next_at)
    ).all()
    free = [(department, physician, hospital, at) for department, physician, hospital, at in rows_found if at]
    return sorted(free, key=lambda each: (each[3], each[1]))


def _with_times(session: Session, person_id: str, departments: Sequence[str]) -> list[str]:
    """Return which of these departments have a time that is free; one query."""
    if not departments:
        return []
    each = [
        select(literal(department)).where(
            select(Slot.id).where(Slot.department_id == department, *_free_to(person_id)).exists()
        )
        for department in departments
    ]
    return list(session.scalars(union_all(*each)).all())


def _free_to(person_id: str, kinds: Sequence[str] = rows.ONLINE) -> tuple[ColumnElement[bool], ...]:
    """Return the conditions of a time that this person can book now, to meet in one of these ways."""
    now = clock.now()
    taken = select(Appointment.slot_id).where(Appointment.slot_id == Slot.id, rows.is_live())
    return (
        col(Slot.state) == "open",
        rows.meets(*kinds),
        col(Slot.starts_at) > now,
        col(Slot.starts_at) < now + _AHEAD,
        ~taken.exists(),
        ~held_by_others(person_id, now),
    )


def _next(step: str, department_id: str, physician_account_id: str) -> str:
    return f"/followup/{step}/{department_id}/{physician_account_id}" if step else ""


def book(session: Session, actor: Actor, slot_id: str, reason: object, kind: str = "") -> AppointmentCard:
    """Ask for a time, with a reason for the physician.

    In person the rules of online care are not asked and nothing is agreed to; one has to be a patient of that hospital.

    Args:
        session: the transaction.
        actor: the patient, or a guardian who books.
        slot_id: the time.
        reason: why the patient comes, up to 300 characters.
        kind: how the two meet; else online, in the first way there is at that time.

    Raises:
        Denied: not a patient, or the rules were not asked within a day, or say no by now (the rule is named), or the
            physician was not let read.
        NotFound: no such time is on offer.
        Invalid: no reason, too long, or as many appointments as one may have.
        Conflict: somebody was faster, or the time has come.
    """
    decision = allow(session, actor, Action.BOOK_APPOINTMENT)
    text = _reason(reason)
    slot = session.get(Slot, slot_id, with_for_update=True) if is_id(slot_id) else None
    chosen = rows.kind_at(slot, kind) if slot else ""
    if slot is None or not chosen or slot.organization_id not in hospitals_of(session, actor):
        raise NotFound("followup.error.no_slot")
    now = clock.now()
    if slot.state != "open" or slot.starts_at <= now:
        raise Conflict("followup.error.taken")
    appointment_id = new_id()
    appointment = Appointment(
        id=appointment_id,
        slot_id=slot.id,
        person_id=actor.subject_id,
        reason=seal_text(text, "followup_appointment.reason", appointment_id),
        kind=chosen,
        created_at=now,
        changed_at=now,
    )
    # a line in the person's chain locks it: two requests of one person come one after the other
    agreed = check_again(session, actor, slot, appointment_id) if chosen in rows.ONLINE else None
    line(session, actor, Action.BOOK_APPOINTMENT, appointment, decision, slot=slot.id)
    if rows.live_of(session, [slot.id]) or is_kept_from(session, actor.subject_id, slot):
        raise Conflict("followup.error.taken")
    if _living(session, actor.subject_id) >= LIVING_AT_MOST:
        raise Invalid("followup.rule.too_many", most=LIVING_AT_MOST)
    session.add(appointment)
    try:
        session.flush()
    except IntegrityError:  # the index saw somebody else's claim first
        raise Conflict("followup.error.taken") from None
    took(session, actor.subject_id, slot, chosen)
    let_go(session, actor.subject_id)
    if agreed is not None:
        give(session, actor, *agreed, slot)
    facts.emit(session, "followup.appointment_requested", appointment=appointment.id)
    rows.tell(session, slot, actor.subject_id)
    card = rows.card(session, appointment, slot)
    return card if may_decide(session, actor) else replace(card, may_let="")


def _reason(reason: object) -> str:
    text = reason.strip() if isinstance(reason, str) else ""
    if not text:
        raise Invalid("followup.error.reason", field="reason")
    if len(text) > LONGEST_REASON:
        raise Invalid("followup.error.too_long", field="reason", longest=LONGEST_REASON)
    return text


def _living(session: Session, person_id: str) -> int:
    found = session.exec(
        select(Appointment.id)
        .join(Slot, col(Slot.id) == Appointment.slot_id)
        .where(
            Appointment.person_id == person_id,
            col(Appointment.state).in_(rows.LIVE),
            col(Slot.starts_at) > clock.now(),
        )
    ).all()
    return len(found)


def my_appointments(session: Session, actor: Actor, known: Collection[str] = ()) -> list[AppointmentCard]:
    """Return the actor's own appointments, the next or newest first.

    Args:
        session: the transaction.
        actor: the patient, or a guardian who books: why the patient comes is read with a line for each appointment.
        known: ids of those that are before them already.

    Raises:
        Denied: not a patient.
    """
    decision = allow(session, actor, Action.BOOK_APPOINTMENT)
    found = session.exec(
        select(Appointment, Slot)
        .join(Slot, col(Slot.id) == Appointment.slot_id)
        .where(Appointment.person_id == actor.subject_id)
        .order_by(col(Slot.starts_at).desc(), col(Appointment.id).desc())
        .limit(_LISTED)
    ).all()
    if actor.for_person_id:
        reasons_read(session, actor, decision, (appointment for appointment, _ in found), known)
    until = given_until(session, actor, [appointment.id for appointment, _ in found if appointment.state in rows.LIVE])
    lets = may_decide(session, actor)
    cards = [(rows.card(session, appointment, slot), slot) for appointment, slot in found]
    return [
        replace(card, reads_until=_at(session, slot, until.get(card.id)), may_let=card.may_let if lets else "")
        for card, slot in cards
    ]


def _at(session: Session, slot: Slot, at: datetime | None) -> str:
    return rows.local(at, rows.zone_of(session, slot.organization_id)) if at else ""


def cancel_appointment(session: Session, actor: Actor, appointment_id: str) -> None:
    """Cancel an appointment before it begins, as its patient or its physician.

    A patient's time becomes free for others; a physician's is closed, since they are not there.

    Raises:
        NotFound: absent or somebody else's.
        Conflict: over, or already ended; or accepted and, for its patient, nearer than the hospital's limit.
    """
    if actor.role is Role.PATIENT:
        decision = allow(session, actor, Action.CANCEL_APPOINTMENT)
    else:
        decision = decide(actor, Action.CANCEL_APPOINTMENT)
    if not decision.allowed:
        raise Denied(action=Action.CANCEL_APPOINTMENT.value)
    appointment, slot = found_for(session, actor, appointment_id, Action.CANCEL_APPOINTMENT)
    lock(session, slot.id)
    if appointment.state not in rows.LIVE or slot.starts_at <= clock.now() or rows.has_begun(session, appointment):
        raise Conflict("followup.error.over")
    if actor.role is Role.PATIENT and (hours := rows.too_late(session, appointment, slot)):
        raise Conflict("followup.rule.too_late", hours=hours)
    appointment.state, appointment.changed_at = "cancelled", clock.now()
    appointment.ended_by = "patient" if actor.role is Role.PATIENT else "physician"
    if actor.role is Role.PHYSICIAN:
        slot.state = "closed"
    session.add(appointment)
    session.add(slot)
    session.flush()
    end_of_visit(session, appointment.id)
    line(session, actor, Action.CANCEL_APPOINTMENT, appointment, decision, slot=slot.id)
    offer_freed(session, [slot], but=appointment.person_id)
    drop_proposal(session, appointment.id)
    facts.emit(session, "followup.appointment_cancelled", appointment=appointment.id)
    rows.tell(session, slot, appointment.person_id)


def found_for(session: Session, actor: Actor, appointment_id: str, action: Action) -> tuple[Appointment, Slot]:
    """Return an appointment of which the actor is the patient or the physician, locked.

    Raises:
        NotFound: absent or somebody else's; the attempt is in the ledger.
    """
    appointment = (
        session.exec(select(Appointment).where(Appointment.id == appointment_id).with_for_update()).first()
        if is_id(appointment_id)
        else None
    )
    slot = session.get(Slot, appointment.slot_id) if appointment else None
    if appointment is None or slot is None:
        raise NotFound(action=action.value)
    theirs = (
        appointment.person_id == actor.subject_id
        if actor.role is Role.PATIENT
        else actor.role is Role.PHYSICIAN and slot.physician_account_id == actor.account_id
    )
    if not theirs:
        raise NotFound(action=action.value, person_id=appointment.person_id)
    return appointment, slot
