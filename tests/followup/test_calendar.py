"""A follow-up visit in one's own calendar: when and where, in the hospital's zone, and nothing of what it is about."""

from __future__ import annotations

from datetime import timedelta

import pytest
from icalendar import Calendar, Event
from sqlmodel import col, select

from health_cloud.core import clock, db
from health_cloud.core.actors import Actor
from health_cloud.core.errors import Denied, NotFound
from health_cloud.core.words import Language
from health_cloud.followup import service
from health_cloud.followup.models import Appointment, Slot
from health_cloud.followup.views import AppointmentCard
from health_cloud.identity.models import Organization
from tests.databases import Database
from tests.followup.eligibility import free_times, may_book
from tests.sharing import Cast, found_cast
from tests.visiting import agreed

REASON, WORD = "血糖最近偏高，想调一下药", "请带上血糖记录"


def _asked(cast: Cast) -> AppointmentCard:
    day = (clock.now() + timedelta(days=3, hours=8)).date().isoformat()
    db.perform(service.open_slots, cast.chen, day, "09:00", "10:00", 15)
    may_book(cast.town, cast.lin, cast.chen)
    return db.perform(service.book, cast.lin, free_times(cast.lin)[0], REASON)


def _accepted(cast: Cast) -> str:
    asked = _asked(cast)
    db.perform(service.answer_appointment, cast.chen, asked.id, True, WORD)
    return asked.id


def _file(actor: Actor, appointment: str, language: Language = "zh") -> bytes:
    return db.perform(service.calendar_of, actor, appointment, language)


def _event(file: bytes) -> Event:
    (event,) = Calendar.from_ical(file).events
    return event


def test_it_says_when_and_where_and_nothing_else(database: Database) -> None:
    cast = found_cast()
    appointment = _accepted(cast)
    (card,) = db.perform(service.my_appointments, cast.lin)
    file = _file(cast.lin, appointment)
    event = _event(file)
    assert event.start.isoformat() == card.starts_at
    assert event.end.isoformat() == card.ends_at
    assert event["dtstart"].params["TZID"] == "Asia/Shanghai"
    with db.reading() as session:
        hospital = session.exec(
            select(Organization.name_zh).where(col(Organization.id) == cast.chen.organization_id)
        ).one()
    assert str(event["summary"]) == "复诊（图文）"
    assert str(event["location"]) == f"线上，不用到医院：{hospital} {card.department.zh}"
    assert str(_event(_file(cast.lin, appointment, "en"))["summary"]) == "Follow-up (by text)"
    assert set(event) == {"UID", "DTSTAMP", "DTSTART", "DTEND", "SUMMARY", "LOCATION", "CLASS", "STATUS", "SEQUENCE"}
    said = file.decode()
    assert not any(each in said for each in (REASON, WORD, card.patient.zh, card.physician.name.zh))


def test_its_zone_is_the_hospitals_and_told_in_the_file(database: Database) -> None:
    cast = found_cast()
    with db.writing() as session:
        organization = session.get_one(Organization, cast.chen.organization_id)
        organization.timezone = "America/New_York"
        session.add(organization)
    calendar = Calendar.from_ical(_file(cast.lin, _accepted(cast)))
    assert [str(each["tzid"]) for each in calendar.timezones] == ["America/New_York"]
    assert f"{calendar.events[0].start:%H:%M}" == "09:00"


def test_the_same_visit_keeps_its_name_so_that_a_second_file_changes_the_first(database: Database) -> None:
    cast = found_cast()
    appointment = _accepted(cast)
    names = {str(_event(_file(cast.lin, appointment, language))["uid"]) for language in ("zh", "en")}
    assert names == {f"{appointment}@health-cloud"}


def test_only_an_accepted_visit_to_come_has_a_file(database: Database) -> None:
    cast = found_cast()
    asked = _asked(cast)
    assert asked.calendar == ""
    with pytest.raises(NotFound):
        _file(cast.lin, asked.id)
    db.perform(service.answer_appointment, cast.chen, asked.id, True)
    (card,) = db.perform(service.my_appointments, cast.lin)
    assert card.calendar == f"/calendar/{asked.id}"
    clock.clock.offset = timedelta(days=5)
    (card,) = db.perform(service.my_appointments, cast.lin)
    assert card.calendar == ""
    with pytest.raises(NotFound):
        _file(cast.lin, asked.id)
    clock.clock.offset = timedelta(0)
    db.perform(service.cancel_appointment, cast.lin, asked.id)
    (card,) = db.perform(service.my_appointments, cast.lin)
    assert card.calendar == ""
    with pytest.raises(NotFound):
        _file(cast.lin, asked.id)


def test_somebody_elses_visit_is_as_good_as_none(database: Database) -> None:
    cast = found_cast()
    appointment = _accepted(cast)
    with pytest.raises(NotFound):
        _file(cast.wang, appointment)
    with pytest.raises(NotFound):
        _file(cast.lin, "01a1fc81-0000-7000-8000-000000000000")
    with pytest.raises(Denied):
        _file(cast.chen, appointment)


def test_in_person_it_says_where_to_come(database: Database) -> None:
    cast = found_cast()
    visit = agreed(cast.chen, cast.lin, 60, kind="in_person")
    with db.writing() as session:
        slot = session.get_one(Slot, session.get_one(Appointment, visit).slot_id)
        slot.room = "门诊楼 3 层"
        session.add(slot)
    (card,) = db.perform(service.my_appointments, cast.lin)
    event = _event(_file(cast.lin, visit))
    assert str(event["summary"]) == "复诊（到院）"
    assert str(event["location"]) == f"{card.physician.organization.zh} {card.department.zh} 门诊楼 3 层"
    assert str(_event(_file(cast.lin, visit, "en"))["summary"]) == "Follow-up (in person)"
