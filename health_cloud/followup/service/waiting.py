"""A visit as both sides see it, and how long one honestly waits for it: by who is there, in the order agreed on."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlmodel import Session, col, or_, select

from health_cloud.consent.service.grants import grants_between
from health_cloud.core import clock
from health_cloud.core.actors import Actor
from health_cloud.core.crypto import unseal_text
from health_cloud.core.errors import Denied
from health_cloud.core.policy import Action, Role, decide
from health_cloud.core.words import Words
from health_cloud.followup.models import Appointment, Message, Slot, Visit
from health_cloud.followup.service import rows
from health_cloud.followup.service.allowing import reasons_read
from health_cloud.followup.service.attaching import attached_to
from health_cloud.followup.service.video.seats import seconds_of
from health_cloud.followup.views import Queue, QueueRow, TalkLine, VisitRoom
from health_cloud.identity.service.faces import account_card
from health_cloud.identity.service.people import department_name, person_name

_A_DAY = timedelta(days=1)
_A_MINUTE = timedelta(minutes=1)
_SIXTY = 60

Stand = tuple[Appointment, Slot, Visit | None]


def room_of(session: Session, actor: Actor, appointment: Appointment, slot: Slot, visit: Visit | None) -> VisitRoom:
    """Show a visit to its patient or its physician; the caller has checked that it is theirs."""
    zone, now = rows.zone_of(session, slot.organization_id), clock.now()
    phase, online = phase_of(appointment, slot, visit, now), appointment.kind in rows.ONLINE
    ahead, due = _ahead(session, slot, now) if phase == "waiting" and online else (0, slot.starts_at)
    again = {"early": slot.starts_at - rows.EARLY, "waiting": now + _A_MINUTE}.get(phase)
    opened = visit.opened_at if visit else None
    return VisitRoom(
        id=appointment.id,
        phase=phase,
        starts_at=rows.local(slot.starts_at, zone),
        ends_at=rows.local(slot.ends_at, zone),
        opens_at=rows.local(slot.starts_at - rows.EARLY, zone),
        physician=account_card(session, slot.physician_account_id),
        department=department_name(session, slot.department_id),
        patient=person_name(session, appointment.person_id),
        reason=unseal_text(appointment.reason, "followup_appointment.reason", appointment.id),
        patient_came=_local(visit.patient_came_at if visit else None, zone),
        physician_came=_local(visit.physician_came_at if visit else None, zone),
        opened_at=_local(opened, zone),
        due_at=_local(opened + (slot.ends_at - slot.starts_at) if opened else None, zone),
        ended_at=_local(visit.ended_at if visit else None, zone),
        ahead=ahead,
        late=-1 if due is None else int((due - slot.starts_at).total_seconds() // _SIXTY),
        talk=_talk(session, actor, appointment, slot, visit),
        absent=visit.absent if visit else "",
        looks_again=again.isoformat() if again else "",
        kind=appointment.kind,
        place="" if online else slot.room,
        seen=_seen(session, appointment) if phase == "ended" else -1,
    )


def _seen(session: Session, appointment: Appointment) -> int:
    seconds = seconds_of(session, appointment.id)
    return -1 if seconds is None else seconds // _SIXTY


def phase_of(appointment: Appointment, slot: Slot, visit: Visit | None, now: datetime) -> str:
    """Return how far a visit is; see `views.VisitRoom`. Whether somebody came in person is noted by its physician."""
    if visit is not None and visit.state != "waiting":
        return visit.state
    if now < slot.starts_at - rows.EARLY:
        return "early"
    if appointment.kind == rows.IN_PERSON:
        noted = "missed" if visit is not None and visit.absent else ""
        return noted or ("waiting" if now < slot.ends_at + rows.NOTED_WITHIN else "over")
    return "waiting" if now < slot.ends_at + rows.LATEST else "missed"


def _ahead(session: Session, slot: Slot, now: datetime) -> tuple[int, datetime | None]:
    """Return how many come before this time, and when it begins as things stand; nothing where nobody can say.

    Only those count who are there. Each is taken to last as long as agreed; an open visit that already lasts longer
    is taken to end now, and the screen looks again in a minute. Nobody can say while the physician has not come.
    """
    queue = _stands(session, slot.physician_account_id, now)
    at, count, here = now, 0, False
    for _, other, visit in queue:
        here = here or (visit is not None and visit.physician_came_at is not None and visit.state != "ended")
        here = here or (visit is not None and visit.ended_at is not None and visit.ended_at > now - timedelta(hours=1))
        if visit is None or other.id == slot.id:
            continue
        lasts = other.ends_at - other.starts_at
        if visit.state == "open" and visit.opened_at:
            count, at = count + 1, at + max(visit.opened_at + lasts - now, timedelta())
        elif visit.state == "waiting" and visit.patient_came_at and other.starts_at < slot.starts_at:
            count, at = count + 1, at + lasts
    if not here and now > slot.starts_at:
        return count, None
    return count, max(at, slot.starts_at)


def _stands(session: Session, physician_account_id: str, now: datetime) -> list[Stand]:
    """Return a physician's accepted appointments around now in their order, and any visit that is still open."""
    found = session.exec(
        select(Appointment, Slot, Visit)
        .join(Slot, col(Slot.id) == Appointment.slot_id)
        .join(Visit, col(Visit.appointment_id) == Appointment.id, isouter=True)
        .where(
            Slot.physician_account_id == physician_account_id,
            Appointment.state == "accepted",
            or_(
                col(Visit.state) == "open",
                (col(Slot.starts_at) > now - _A_DAY) & (col(Slot.starts_at) < now + _A_DAY),
            ),
        )
        .order_by(col(Slot.starts_at))
    ).all()
    return [(appointment, slot, visit) for appointment, slot, visit in found]


def _talk(
    session: Session, actor: Actor, appointment: Appointment, slot: Slot, visit: Visit | None
) -> tuple[TalkLine, ...]:
    """Return what was said and sent, in the order in which it arrived, and who came when between it."""
    zone = rows.zone_of(session, slot.organization_id)
    said = session.exec(
        select(Message).where(Message.appointment_id == appointment.id).order_by(col(Message.number))
    ).all()
    speakers = {message.speaker_id for message in said} - {""}
    names = {speaker: person_name(session, speaker) for speaker in speakers}
    lines = [
        (
            message.at,
            TalkLine(
                id=message.id,
                kind="said",
                side=message.side,
                at=rows.local(message.at, zone),
                text=unseal_text(message.text, "followup_message.text", message.id),
                by=names.get(message.speaker_id, Words()),
                key=message.key if message.account_id == actor.account_id else "",
            ),
        )
        for message in said
    ]
    lines += [
        (row.at, TalkLine(id=row.id, kind="file", side=row.side, at=file.at, by=file.by, file=file))
        for row, file in attached_to(session, actor, appointment, slot)
    ]
    happened = (
        ("came", "patient", visit.patient_came_at if visit else None),
        ("begun", "physician", visit.opened_at if visit else None),
        ("ended", "physician", visit.ended_at if visit else None),
    )
    lines += [
        (at, TalkLine(id=f"{kind}-{side}", kind=kind, side=side, at=rows.local(at, zone)))
        for kind, side, at in happened
        if at is not None
    ]
    return tuple(line for _, line in sorted(lines, key=lambda each: each[0]))


def _local(at: datetime | None, zone: str) -> str:
    return rows.local(at, zone) if at else ""


def todays_queue(session: Session, actor: Actor, known: Collection[str] = ()) -> Queue:
    """Return a physician's visits of today on the hospital's calendar, with who is there and since when.

    Args:
        session: the transaction.
        actor: the physician.
        known: ids of the visits that are before them already: why each patient comes is read with a line.

    Raises:
        Denied: not a physician.
    """
    decision = decide(actor, Action.ENTER_VISIT)
    if not decision.allowed or actor.role is not Role.PHYSICIAN:
        raise Denied(action=Action.ENTER_VISIT.value)
    now = clock.now()
    shown: list[QueueRow] = []
    read: list[Appointment] = []
    for appointment, slot, visit in _stands(session, actor.account_id, now):
        zone = rows.zone_of(session, slot.organization_id)
        starts_at = rows.local(slot.starts_at, zone)
        is_open = visit is not None and visit.state == "open"
        if starts_at[:10] != rows.local(now, zone)[:10] and not is_open:
            continue
        came = visit.patient_came_at if visit else None
        read.append(appointment)
        shown.append(
            QueueRow(
                id=appointment.id,
                starts_at=starts_at,
                patient=person_name(session, appointment.person_id),
                reason=unseal_text(appointment.reason, "followup_appointment.reason", appointment.id),
                phase=phase_of(appointment, slot, visit, now),
                came_at=_local(came, zone),
                waits=int((now - came).total_seconds() // _SIXTY) if came else 0,
                granted=bool(grants_between(session, appointment.person_id, actor, now)),
                kind=appointment.kind,
                place=slot.room if appointment.kind == rows.IN_PERSON else "",
            )
        )
    reasons_read(session, actor, decision, read, known)
    return Queue(tuple(shown), (now + _A_MINUTE).isoformat())


def visit_ground(session: Session, actor: Actor, appointment_id: str) -> str:
    """Return the grant by which a physician may read the chart beside a visit of theirs, or nothing."""
    if actor.role is not Role.PHYSICIAN:
        return ""
    found = session.exec(
        select(Appointment.person_id)
        .join(Slot, col(Slot.id) == Appointment.slot_id)
        .where(
            Appointment.id == appointment_id,
            Appointment.state == "accepted",
            Slot.physician_account_id == actor.account_id,
        )
    ).first()
    grants = grants_between(session, found, actor, clock.now()) if found else ()
    return grants[0].id if grants else ""
