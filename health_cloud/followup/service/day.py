"""A physician's day: requests to answer, what is owed on past visits, and how long patients have waited.

Everything is the physician's own: their visits, and what they have done or left in them. It says whose visit it was and
nothing of what was said or written in it; whom it names learns once a day that they stood in it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from statistics import median

from sqlmodel import Session, col, func, or_, select

from health_cloud.core import clock, ledger
from health_cloud.core.actors import Actor
from health_cloud.core.errors import Denied
from health_cloud.core.policy import Action, Role, decide
from health_cloud.followup.models import Appointment, Note, Slot, Visit
from health_cloud.followup.service import rows
from health_cloud.followup.service.noting.drafts import WRITES
from health_cloud.followup.service.visits import queue_topic
from health_cloud.followup.views import DayPage, OwedTask, Waited
from health_cloud.identity.service.people import person_name
from health_cloud.prescribing.service.owed import owed_of

LOOKED_AT = timedelta(days=30)
_MOST = 50
_A_MINUTE = timedelta(minutes=1)
_AHEAD = timedelta(days=61)
"""No time is offered farther ahead than this."""
Pair = tuple[datetime, datetime]


def day_page(session: Session, actor: Actor) -> tuple[DayPage, tuple[str, ...], str]:
    """Return a physician's day, the topics on which it depends, and when the clock changes it, ISO text.

    Raises:
        Denied: not a physician of a hospital.
    """
    decision = decide(actor, Action.ENTER_VISIT)
    if actor.role is not Role.PHYSICIAN or not decision.allowed:
        raise Denied(action=Action.ENTER_VISIT.value)
    zone, now = rows.zone_of(session, actor.organization_id), clock.now()
    requests, first = _requests(session, actor, now)
    prescriptions, turns = _prescriptions(session, actor, zone)
    tasks = [*_unsigned(session, actor, zone, now), *_unnoted(session, actor, zone, now), *prescriptions]
    ledger.note_listed(session, actor, Action.ENTER_VISIT, decision, _named(session, tasks))
    page = DayPage(
        requests=requests,
        request_at=rows.local(first, zone) if first else "",
        tasks=tuple(sorted(tasks, key=lambda each: each.until)),
        begun=waited(_begun(session, actor, now), zone),
        answered=waited(_answered(session, actor, now), zone),
    )
    ends = [datetime.fromisoformat(each.until) for each in tasks]
    coming = [at for at in (first, turns, *ends) if at is not None and at > now]
    return (
        page,
        (f"account:{actor.account_id}", queue_topic(actor.account_id)),
        min(coming, default=now + LOOKED_AT).isoformat(),
    )


def _named(session: Session, tasks: Sequence[OwedTask]) -> dict[str, dict[str, str]]:
    visits = {each.href.rpartition("/")[2] for each in tasks}
    query = (
        select(Appointment.person_id, Appointment.id).where(col(Appointment.id).in_(visits)).order_by(Appointment.id)
    )
    return {person: {"appointment": visit} for person, visit in (session.exec(query).all() if visits else ())}


def _requests(session: Session, actor: Actor, now: datetime) -> tuple[int, datetime | None]:
    asked = select(func.count(), func.min(Slot.starts_at)).where(
        Slot.physician_account_id == actor.account_id,
        col(Slot.starts_at) > now,
        Appointment.slot_id == Slot.id,
        Appointment.state == "requested",
    )
    count, first = session.exec(asked).one()
    return count, first


def _unsigned(session: Session, actor: Actor, zone: str, now: datetime) -> list[OwedTask]:
    """Return visits that are over and whose note was never signed, as long as it can be."""
    found = session.exec(
        select(Appointment, Slot, Visit.ended_at)
        .join(Slot, col(Slot.id) == Appointment.slot_id)
        .join(Visit, col(Visit.appointment_id) == Appointment.id)
        .join(Note, col(Note.appointment_id) == Appointment.id, isouter=True)
        .where(
            Slot.physician_account_id == actor.account_id,
            rows.is_live(),
            Visit.state == "ended",
            col(Visit.opened_at).is_not(None),
            col(Visit.ended_at) > now - WRITES,
            or_(col(Note.state).is_(None), col(Note.state) == "draft"),
        )
        .order_by(col(Visit.ended_at))
        .limit(_MOST)
    ).all()
    return [
        _task(session, "note", appointment, slot, zone, ended + WRITES)
        for appointment, slot, ended in found
        if ended is not None
    ]


def _unnoted(session: Session, actor: Actor, zone: str, now: datetime) -> list[OwedTask]:
    """Return visits in person of which nobody has noted whether the patient came, from two hours after."""
    found = session.exec(
        select(Appointment, Slot)
        .join(Slot, col(Slot.id) == Appointment.slot_id)
        .join(Visit, col(Visit.appointment_id) == Appointment.id, isouter=True)
        .where(
            Slot.physician_account_id == actor.account_id,
            col(Slot.starts_at) > now - rows.NOTED_WITHIN - rows.LATEST,
            col(Slot.ends_at) <= now - rows.LATEST,
            col(Slot.ends_at) > now - rows.NOTED_WITHIN,
            rows.is_live(),
            Appointment.state == "accepted",
            Appointment.kind == rows.IN_PERSON,
            or_(col(Visit.state).is_(None), (col(Visit.state) == "waiting") & (col(Visit.absent) == "")),
        )
        .order_by(col(Slot.starts_at))
        .limit(_MOST)
    ).all()
    return [
        _task(session, "seen", appointment, slot, zone, slot.ends_at + rows.NOTED_WITHIN) for appointment, slot in found
    ]


def _prescriptions(session: Session, actor: Actor, zone: str) -> tuple[list[OwedTask], datetime | None]:
    owed, turns = owed_of(session, actor)
    made: list[OwedTask] = []
    for each in owed:
        appointment = session.get(Appointment, each.visit_id)
        slot = session.get(Slot, appointment.slot_id) if appointment else None
        if appointment is not None and slot is not None and slot.physician_account_id == actor.account_id:
            made.append(_task(session, each.kind, appointment, slot, zone, each.until))
    return made, turns


def _task(session: Session, kind: str, appointment: Appointment, slot: Slot, zone: str, until: datetime) -> OwedTask:
    return OwedTask(
        id=f"{kind}-{appointment.id}",
        kind=kind,
        patient=person_name(session, appointment.person_id),
        at=rows.local(slot.starts_at, zone),
        until=rows.local(until, zone),
        href=f"/physician/visit/{appointment.id}",
    )


def _begun(session: Session, actor: Actor, now: datetime) -> list[Pair]:
    found = session.exec(
        select(Slot.starts_at, Visit.opened_at)
        .join(Appointment, col(Appointment.slot_id) == Slot.id)
        .join(Visit, col(Visit.appointment_id) == Appointment.id)
        .where(
            Slot.physician_account_id == actor.account_id,
            col(Slot.starts_at) > now - LOOKED_AT - timedelta(days=1),
            col(Slot.starts_at) <= now + timedelta(days=1),
            rows.is_live(),
            col(Visit.opened_at) > now - LOOKED_AT,
        )
    ).all()
    return [(starts, opened) for starts, opened in found if opened is not None]


def _answered(session: Session, actor: Actor, now: datetime) -> list[Pair]:
    found = session.exec(
        select(Appointment.created_at, Appointment.answered_at)
        .join(Slot, col(Slot.id) == Appointment.slot_id)
        .where(
            Slot.physician_account_id == actor.account_id,
            col(Slot.starts_at) > now - LOOKED_AT,
            col(Slot.starts_at) < now + _AHEAD,
            col(Appointment.answered_at) > now - LOOKED_AT,
        )
    ).all()
    return [(asked, answered) for asked, answered in found if answered is not None]


def waited(pairs: Sequence[Pair], zone: str) -> Waited:
    """Return the median wait of all pairs of (from, to), and of each day of `to` on the hospital's calendar."""
    if not pairs:
        return Waited()
    days: dict[str, list[float]] = defaultdict(list)
    for begin, end in pairs:
        days[rows.local(end, zone)[:10]].append(_minutes(begin, end))
    whole = [each for day in days.values() for each in day]
    points = tuple(
        {"at": day, "value": str(int(median(days[day]))), "kind": "none", "gap": False} for day in sorted(days)
    )
    return Waited(len(whole), int(median(whole)), points)


def _minutes(begin: datetime, end: datetime) -> float:
    """Return the wait in minutes; who was seen before their time has not waited."""
    return max(0.0, (end - begin) / _A_MINUTE)
