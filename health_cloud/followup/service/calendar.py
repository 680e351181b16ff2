# pyright: reportUnknownMemberType=false
# icalendar leaves the type of a property's value open.
"""A follow-up visit for the calendar of a phone: when and where, and nothing of what it is about."""

from __future__ import annotations

from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event
from sqlmodel import Session

from health_cloud.core import clock
from health_cloud.core.actors import Actor
from health_cloud.core.errors import NotFound
from health_cloud.core.i18n import say
from health_cloud.core.policy import Action
from health_cloud.core.words import Language
from health_cloud.followup.service import rows
from health_cloud.followup.service.allowing import allow
from health_cloud.followup.service.booking import found_for
from health_cloud.identity.service.people import department_name, organization_names

_MAKER: Final = "-//Health Cloud//Follow-up//EN"


def calendar_of(session: Session, actor: Actor, appointment_id: str, language: Language) -> bytes:
    """Return an accepted visit to come as an iCalendar file (RFC 5545), in the hospital's time zone.

    A calendar is seen by whoever sees the phone: it says that there is a visit, how the two meet, at which hospital and
    department, and where in it one comes to in person, as the list of visits does; neither the reason nor the patient's
    or the physician's name.

    Raises:
        Denied: not a patient, nor a guardian who may book.
        NotFound: absent, somebody else's, not accepted, cancelled, or over.
    """
    allow(session, actor, Action.BOOK_APPOINTMENT)
    appointment, slot = found_for(session, actor, appointment_id, Action.BOOK_APPOINTMENT)
    if appointment.state != "accepted" or slot.starts_at <= clock.now():
        raise NotFound
    zone = ZoneInfo(rows.zone_of(session, slot.organization_id))
    hospital = organization_names(session, (slot.organization_id,))[slot.organization_id].pick(language)
    department = department_name(session, slot.department_id).pick(language)
    begin = slot.starts_at.astimezone(zone)
    event = Event()
    event.add("uid", f"{appointment.id}@health-cloud")
    event.add("dtstamp", appointment.changed_at)
    event.add("sequence", appointment.moved)
    event.add("dtstart", begin)
    event.add("dtend", slot.ends_at.astimezone(zone))
    event.add("summary", say("followup.calendar.what", language, how=rows.how(appointment.kind).pick(language).lower()))
    where = f"followup.calendar.where.{'in_person' if appointment.kind == rows.IN_PERSON else 'online'}"
    place = say(where, language, hospital=hospital, department=department)
    room = slot.room if appointment.kind == rows.IN_PERSON else ""
    event.add("location", f"{place} {room}".strip())
    event.add("class", "PRIVATE")
    event.add("status", "CONFIRMED")
    return _file(event, begin)


def _file(event: Event, begin: datetime) -> bytes:
    calendar = Calendar()
    calendar.add("prodid", _MAKER)
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add_component(event)
    calendar.add_missing_timezones(begin.date().replace(month=1, day=1), begin.date().replace(month=12, day=31))
    return calendar.to_ical()
