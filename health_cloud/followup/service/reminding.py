"""What the clock does for an agreed visit: it reminds its patient, and notes honestly why it did not take place."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from sqlmodel import Session, col, select

from health_cloud.core import clock, facts, jobs, ledger
from health_cloud.core.actors import system
from health_cloud.core.policy import Action
from health_cloud.core.words import Words
from health_cloud.followup.models import Appointment, Reminder, Slot, Visit
from health_cloud.followup.service import rows
from health_cloud.identity.service import family
from health_cloud.identity.service.faces import account_card
from health_cloud.identity.service.people import department_name
from health_cloud.notify.views import Kind

JOB = "reminders of visits"
HOURS = (1, 24)
"""So long before a visit its patient is reminded; the nearest first: of two that are due at once, one is said."""
BOOKING = ("decide", "book")
"""Guardians who see to visits: who decides, and who was given to book."""
_SECONDS = 10
_HOW = {"text": "", "video": "_video", rows.IN_PERSON: "_in_person"}
"""What is said beside the hours, by how the two meet."""
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_WEEKDAYS = tuple(map(Words, ("周一", "周二", "周三", "周四", "周五", "周六", "周日"), _DAYS))
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
NOTED = "followup.visit_missed"


def remind_due() -> int:
    """Remind patients of accepted visits that are near, each once a time; returns how many were due."""
    now, done = clock.now(), 0
    for hours in HOURS:
        said = select(Reminder.appointment_id).where(
            Reminder.appointment_id == Appointment.id,
            col(Reminder.hours) <= hours,
            Reminder.starts_at == Slot.starts_at,
        )
        due = (
            select(Appointment)
            .join(Slot, col(Slot.id) == Appointment.slot_id)
            .where(
                Appointment.state == "accepted",
                col(Slot.starts_at) > now,
                col(Slot.starts_at) <= now + timedelta(hours=hours),
                ~said.exists(),
            )
            .order_by(col(Slot.starts_at))
        )
        done += jobs.work_off(due, partial(_remind, hours=hours))
    return done


def _remind(session: Session, appointment: Appointment, hours: int) -> None:
    slot = session.get_one(Slot, appointment.slot_id)
    session.add(Reminder(appointment_id=appointment.id, hours=hours, starts_at=slot.starts_at, at=clock.now()))
    if appointment.changed_at > slot.starts_at - timedelta(hours=hours):
        return  # it was agreed on later than that: they have just been told
    key = f"followup.news.in_{hours}{_HOW[appointment.kind]}"
    physician = account_card(session, slot.physician_account_id)
    family.tell(
        session,
        appointment.person_id,
        key,
        f"{key}_of",
        kind=Kind.APPOINTMENT,
        link=f"/followup/visit/{appointment.id}" if hours == 1 or appointment.kind == rows.IN_PERSON else "/followup",
        levels=BOOKING,
        at=said_at(slot.starts_at, rows.zone_of(session, slot.organization_id)),
        physician=physician.name,
        **({"place": _place(session, slot, physician.organization)} if appointment.kind == rows.IN_PERSON else {}),
    )


def _place(session: Session, slot: Slot, hospital: Words) -> Words:
    """Return where one comes to in person: hospital, department, and what the physician says."""
    department = department_name(session, slot.department_id)
    parts = [(hospital.zh, department.zh, slot.room), (hospital.en, department.en, slot.room)]
    zh, en = (tuple(filter(None, each)) for each in parts)
    return Words(" ".join(zh), ", ".join(en))


def said_at(at: datetime, zone: str) -> Words:
    """Return an instant as people say it, on the hospital's clock, in both languages."""
    here = at.astimezone(ZoneInfo(zone))
    weekday = _WEEKDAYS[here.weekday()]
    return Words(
        f"{here.month}月{here.day}日 {weekday.zh} {here.hour}:{here.minute:02}",
        f"{weekday.en} {here.day} {_MONTHS[here.month - 1]}, {here.hour:02}:{here.minute:02}",
    )


def note_missed() -> int:
    """Note of accepted visits whose time is over why they did not take place; returns how many."""
    noted = select(Visit.appointment_id).where(
        Visit.appointment_id == Appointment.id, (col(Visit.absent) != "") | (col(Visit.state) != "waiting")
    )
    over = (
        select(Appointment)
        .join(Slot, col(Slot.id) == Appointment.slot_id)
        .where(
            Appointment.state == "accepted",
            col(Appointment.kind).in_(rows.ONLINE),
            col(Slot.ends_at) <= clock.now() - rows.LATEST,
            ~noted.exists(),
        )
        .order_by(col(Slot.starts_at))
    )
    return jobs.work_off(over, _note)


def _note(session: Session, appointment: Appointment) -> None:
    slot = session.get_one(Slot, appointment.slot_id)
    visit = session.get(Visit, appointment.id) or Visit(
        appointment_id=appointment.id, physician_account_id=slot.physician_account_id
    )
    visit.absent = _absent(visit, slot)
    session.add(visit)
    session.flush()
    detail: dict[str, str | int] = {"appointment": appointment.id, "absent": visit.absent}
    person_id = appointment.person_id
    ledger.write(session, system(JOB), Action.NOTE_ABSENCE, ledger.DONE, person_id=person_id, detail=detail)
    facts.emit(session, NOTED, appointment=appointment.id)
    rows.tell(session, slot, person_id)


def _absent(visit: Visit, slot: Slot) -> str:
    """Say who was not there; a patient who came only after its time, to a physician who had been there, was late."""
    if visit.patient_came_at is None:
        return "patient" if visit.physician_came_at else "both"
    came_first = visit.physician_came_at is not None and visit.physician_came_at <= slot.ends_at
    return "late" if came_first and visit.patient_came_at > slot.ends_at else "physician"


async def run() -> None:
    """Remind and note in one worker, until the server stops."""
    await jobs.attend(JOB, _SECONDS, remind_due, note_missed)


TASKS = (run,)
