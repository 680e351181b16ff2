"""From table rows to what people see, and what both sides must be told of."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, literal_column
from sqlmodel import Session, col, or_, select

from health_cloud.core import changes, clock
from health_cloud.core.crypto import unseal_text
from health_cloud.core.i18n import say
from health_cloud.core.words import Words
from health_cloud.followup.models import Appointment, Hold, Opening, Slot, Visit
from health_cloud.followup.views import AppointmentCard, OpeningRule, SlotDay, SlotRow
from health_cloud.identity.service.faces import account_card
from health_cloud.identity.service.people import department_name, organization_zones, person_name

LIVE = ("requested", "accepted")
EARLY = timedelta(minutes=15)
"""So long before its time a visit's room opens."""
LATEST = timedelta(hours=2)
"""So long after its time a visit can still begin; a physician may be that late."""
SHIPPED = OpeningRule(days_ahead=14, opens_at="07:00", cancel_hours=24)


ONLINE = ("text", "video")
"""The kinds for which the rules of online care are asked."""
IN_PERSON = "in_person"
NOTED_WITHIN = timedelta(days=7)
"""So long after a visit in person its physician can still note that it took place, or that nobody came."""


def meets(*kinds: str) -> ColumnElement[bool]:
    """Return the condition of a time at which one can meet in one of these ways."""
    return or_(*(col(Slot.kinds).contains(kind) for kind in kinds))


def kind_at(slot: Slot, wanted: str = "") -> str:
    """Return how one meets at a time: as is wanted, or online in the first way there is; empty where that is none."""
    there = slot.kinds.split(",")
    if wanted:
        return wanted if wanted in there else ""
    return next((kind for kind in ONLINE if kind in there), "")


def how(kind: str) -> Words:
    """Return what a way to meet is called."""
    return Words(say(f"followup.kind.{kind}", "zh"), say(f"followup.kind.{kind}", "en"))


def local(at: datetime, zone: str) -> str:
    """Return a time as the hospital's clock shows it."""
    return at.astimezone(ZoneInfo(zone)).isoformat()


def zone_of(session: Session, organization_id: str) -> str:
    """Return a hospital's time zone."""
    return organization_zones(session, (organization_id,)).get(organization_id, "UTC")


def zone(session: Session, organization_id: str) -> ZoneInfo:
    """Return a hospital's time zone as the calendar needs it."""
    return ZoneInfo(zone_of(session, organization_id))


def today(session: Session, organization_id: str) -> str:
    """Return the day it is on a hospital's calendar, ISO text."""
    return local(clock.now(), zone_of(session, organization_id))[:10]


def rule_of(session: Session, organization_id: str) -> OpeningRule:
    """Return how a hospital opens its times; what is shipped until it has decided."""
    row = session.get(Opening, organization_id)
    return OpeningRule(row.days_ahead, row.opens_at, row.cancel_hours, row.offer_minutes) if row else SHIPPED


def is_live() -> ColumnElement[bool]:
    """Return the condition of a living appointment in the very words of its index, which SQLite uses for no others."""
    return literal_column("followup_appointment.state").in_([literal_column(f"'{state}'") for state in LIVE])


def live_of(session: Session, slot_ids: list[str]) -> dict[str, Appointment]:
    """Return the living appointment of each of these slots."""
    rows = session.exec(select(Appointment).where(col(Appointment.slot_id).in_(slot_ids), is_live())).all()
    return {row.slot_id: row for row in rows}


def has_begun(session: Session, appointment: Appointment) -> bool:
    """Tell whether the visit has begun; a physician may begin it before its time."""
    visit = session.get(Visit, appointment.id)
    return visit is not None and visit.state != "waiting"


def absent_at(session: Session, appointment: Appointment) -> str:
    """Return why an accepted visit did not take place, once that is noted; see `models.Visit`."""
    visit = session.get(Visit, appointment.id)
    return visit.absent if visit is not None else ""


def _is_over(session: Session, appointment: Appointment) -> bool:
    visit = session.get(Visit, appointment.id)
    return visit is not None and visit.state == "ended"


def card(session: Session, appointment: Appointment, slot: Slot) -> AppointmentCard:
    """Show an appointment to its patient or its physician; the caller has checked that it is theirs."""
    zone = zone_of(session, slot.organization_id)
    now = clock.now()
    live = appointment.state in LIVE
    coming = live and slot.starts_at > now and not has_begun(session, appointment)
    late = too_late(session, appointment, slot) if live and slot.starts_at > now else 0
    proposed = _proposed(session, appointment) if coming else None
    agreed = appointment.state == "accepted"
    return AppointmentCard(
        id=appointment.id,
        slot_id=slot.id,
        starts_at=local(slot.starts_at, zone),
        ends_at=local(slot.ends_at, zone),
        physician=account_card(session, slot.physician_account_id),
        department=department_name(session, slot.department_id),
        patient=person_name(session, appointment.person_id),
        reason=unseal_text(appointment.reason, "followup_appointment.reason", appointment.id),
        word=unseal_text(appointment.word, "followup_appointment.word", appointment.id),
        state=_state(session, appointment, slot),
        kind=appointment.kind,
        ended_by=appointment.ended_by,
        absent=absent_at(session, appointment),
        can_cancel=coming,
        too_late_hours=late,
        can_answer=appointment.state == "requested" and slot.starts_at > now,
        can_come=agreed and slot.ends_at + LATEST > now and not _is_over(session, appointment),
        room=f"/followup/visit/{appointment.id}" if agreed else "",
        place=slot.room if appointment.kind == IN_PERSON else "",
        may_let=f"/followup/let-read/{appointment.id}" if live and may_let(session, appointment, slot) else "",
        calendar=f"/calendar/{appointment.id}" if appointment.state == "accepted" and slot.starts_at > now else "",
        can_move=coming and not late,
        proposed_at=local(proposed[0], zone) if proposed else "",
        proposed_until=local(proposed[1], zone) if proposed else "",
        proposed_reads=local(proposed[2] + LATEST, zone) if proposed else "",
    )


def _proposed(session: Session, appointment: Appointment) -> tuple[datetime, datetime, datetime] | None:
    """Return the time that is proposed for an appointment now, until when it is kept, and when it would end."""
    found = session.exec(
        select(Slot.starts_at, Hold.until_at, Slot.ends_at)
        .join(Hold, col(Hold.slot_id) == Slot.id)
        .where(Hold.appointment_id == appointment.id, Hold.kind == "proposed", col(Hold.until_at) > clock.now())
    ).first()
    return (found[0], found[1], found[2]) if found else None


def _state(session: Session, appointment: Appointment, slot: Slot) -> str:
    """Say how an appointment stands by now, also where nobody did anything."""
    now = clock.now()
    if appointment.state == "requested" and slot.starts_at <= now:
        return "past"
    if appointment.state == "accepted" and _is_over(session, appointment):
        return "ended"
    if appointment.state == "accepted" and slot.ends_at + LATEST <= now and not has_begun(session, appointment):
        in_person = appointment.kind == IN_PERSON and not absent_at(session, appointment)
        return "over" if in_person else "missed"  # whether somebody came in person its physician alone can say
    return appointment.state


def may_let(session: Session, appointment: Appointment, slot: Slot) -> bool:
    """Tell whether its patient can still let the physician read for a visit in person; online it comes before."""
    in_person = appointment.kind == IN_PERSON and appointment.state in LIVE and appointment.given is None
    return in_person and slot.ends_at > clock.now() and not _is_over(session, appointment)


def too_late(session: Session, appointment: Appointment, slot: Slot) -> int:
    """Return the hospital's limit in hours where an accepted visit is too near for its patient to cancel, else 0."""
    if appointment.state != "accepted":
        return 0
    hours = rule_of(session, slot.organization_id).cancel_hours
    return hours if slot.starts_at - clock.now() < timedelta(hours=hours) else 0


def by_day(rows: list[SlotRow]) -> tuple[SlotDay, ...]:
    """Group times, already in order, by the day on the hospital's calendar."""
    days: dict[str, list[SlotRow]] = {}
    for row in rows:
        days.setdefault(row.starts_at[:10], []).append(row)
    return tuple(SlotDay(day, tuple(slots)) for day, slots in days.items())


def slot_row(slot: Slot, zone: str, *, patient: Words | None = None, appointment: Appointment | None = None) -> SlotRow:
    """Show a time."""
    return SlotRow(
        id=slot.id,
        starts_at=local(slot.starts_at, zone),
        ends_at=local(slot.ends_at, zone),
        taken=appointment is not None,
        patient=patient or Words(),
        appointment_id=appointment.id if appointment else "",
        state=appointment.state if appointment else "free",
        kinds=tuple(slot.kinds.split(",")),
        place=slot.room,
    )


def tell(session: Session, slot: Slot, person_id: str = "") -> None:
    """Have the screens of both sides, and of those who look for a time there, look again."""
    changes.note(session, f"account:{slot.physician_account_id}", f"followup:{slot.department_id}")
    if person_id:
        changes.note(session, f"person:{person_id}")
