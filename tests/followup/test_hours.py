"""Weekly hours become times, each once; a changed week takes the free ones along and never a booked one."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlmodel import col, select

from health_cloud.core import clock, db
from health_cloud.core.errors import Conflict, Denied, Invalid, NotFound
from health_cloud.followup import service
from health_cloud.followup.models import Clinic, Slot
from health_cloud.followup.service import WantedHours, laying, rows
from health_cloud.followup.service.demonstration import hold_hours
from health_cloud.followup.views import Laid
from tests.databases import Database
from tests.followup.eligibility import free_times, may_book
from tests.sharing import Cast, found_cast

REASON = "血糖最近偏高，想调一下药"
SHANGHAI = ZoneInfo("Asia/Shanghai")


def _today() -> date:
    return clock.now().astimezone(SHANGHAI).date()


def _hours(ahead: int = 2, **parts: object) -> WantedHours:
    """Four times on the weekday that comes in so many days."""
    return replace(
        WantedHours((_today() + timedelta(days=ahead)).weekday(), "09:00", "10:00", "15", ["text", "video"]), **parts
    )


def _open_slots() -> list[Slot]:
    with db.reading() as session:
        found = list(session.exec(select(Slot).where(Slot.state == "open").order_by(col(Slot.starts_at))).all())
        session.expunge_all()
        return found


def _days() -> list[int]:
    return sorted({(slot.starts_at.astimezone(SHANGHAI).date() - _today()).days for slot in _open_slots()})


def test_hours_are_laid_out_at_once_as_far_as_the_hospital_has_opened(database: Database):
    cast = found_cast()
    done = db.perform(service.add_hours, cast.chen, _hours())
    slots = _open_slots()
    assert done == Laid(added=8)
    assert len(slots) == 8
    assert _days() == [2, 9]
    first = slots[0].starts_at.astimezone(SHANGHAI)
    assert (first.hour, first.minute, slots[0].kinds) == (9, 0, "text,video")
    page = db.perform(service.week_page, cast.chen)
    assert [(row.begins, row.ends, row.minutes) for day in page.days for row in day.hours] == [("09:00", "10:00", 15)]
    assert free_times(cast.lin) == [slot.id for slot in slots]


def test_the_clock_opens_each_day_once_at_its_hour(database: Database):
    cast = found_cast()
    db.perform(service.add_hours, cast.chen, _hours())
    assert laying.open_due() == 0
    clock.clock.advance(days=7)
    crowd = [threading.Thread(target=laying.open_due) for _ in range(4)]
    for each in crowd:
        each.start()
    for each in crowd:
        each.join()
    with db.reading() as session:
        assert len(session.exec(select(Slot)).all()) == 12
        assert session.get_one(Clinic, cast.chen.account_id).laid_until in {
            (_today() + timedelta(days=ahead)).isoformat() for ahead in (13, 14)
        }


def test_a_changed_week_takes_free_times_along_and_names_booked_ones(database: Database):
    cast = found_cast()
    db.perform(service.add_hours, cast.chen, _hours())
    first = _open_slots()[0]
    may_book(cast.town, cast.lin, cast.chen)
    asked = db.perform(service.book, cast.lin, first.id, REASON)
    (row,) = db.perform(service.week_page, cast.chen).days[0].hours
    done = db.perform(service.change_hours, cast.chen, row.id, _hours(begins="14:00", ends="15:00"))
    assert done == Laid(added=8, withdrawn=7, standing=1)
    page = db.perform(service.week_page, cast.chen)
    assert [card.id for card in page.standing] == [asked.id]
    assert {slot.starts_at.astimezone(SHANGHAI).hour for slot in _open_slots()} == {9, 14}
    (row,) = page.days[0].hours
    back = db.perform(service.change_hours, cast.chen, row.id, _hours())
    assert (back.added, back.withdrawn) == (7, 8)  # the booked one is there already
    (row,) = db.perform(service.week_page, cast.chen).days[0].hours
    assert db.perform(service.end_hours, cast.chen, row.id) == Laid(withdrawn=7, standing=1)
    assert [slot.id for slot in _open_slots()] == [first.id]
    with pytest.raises(NotFound):
        db.perform(service.end_hours, cast.chen, row.id)


def test_quota_validity_and_what_was_done_by_hand(database: Database):
    cast = found_cast()
    day = (_today() + timedelta(days=2)).isoformat()
    db.perform(service.open_slots, cast.chen, day, "09:20", "09:30", 10)
    done = db.perform(service.add_hours, cast.chen, _hours(quota="3", valid_until=day))
    assert done == Laid(added=2)  # 9:00 and 9:30; 9:15 overlaps the one by hand
    nine = _open_slots()[0]
    db.perform(service.close_slot, cast.chen, nine.id)
    (row,) = db.perform(service.week_page, cast.chen).days[0].hours
    db.perform(service.change_hours, cast.chen, row.id, _hours(quota="2", valid_until=day))
    assert nine.id not in {slot.id for slot in _open_slots()}, "what was closed by hand came back"
    assert len(_open_slots()) == 1


def test_a_day_off_and_a_holiday(database: Database):
    cast = found_cast()
    db.perform(service.add_hours, cast.chen, _hours())
    soon, later = (_today() + timedelta(days=ahead) for ahead in (2, 9))
    db.perform(service.open_slots, cast.chen, soon.isoformat(), "15:00", "15:30", 15)
    booked = _open_slots()[0]
    may_book(cast.town, cast.lin, cast.chen)
    db.perform(service.book, cast.lin, booked.id, REASON)
    assert db.perform(service.take_day_off, cast.chen, soon.isoformat()) == Laid(withdrawn=5, standing=1)
    with pytest.raises(Conflict):
        db.perform(service.take_day_off, cast.chen, soon.isoformat())
    page = db.perform(service.week_page, cast.chen)
    assert [(each.day, len(page.standing)) for each in page.off] == [(soon.isoformat(), 1)]
    assert db.perform(service.add_holiday, cast.staff, later.isoformat(), "元旦") == 0
    assert [slot.id for slot in _open_slots()] == [booked.id]
    assert [each.name for each in db.perform(service.week_page, cast.chen).holidays] == ["元旦"]
    assert db.perform(service.work_after_all, cast.chen, page.off[0].id).added == 3
    (holiday,) = db.perform(service.opening_page, cast.staff).holidays
    db.perform(service.remove_holiday, cast.staff, holiday.id)
    assert len(_open_slots()) == 8


def test_the_rule_of_a_hospital_holds_at_once(database: Database):
    cast = found_cast()
    db.perform(service.add_hours, cast.chen, _hours())
    db.perform(service.set_opening, cast.staff, "30", "00:00", "12")
    assert _days() == [2, 9, 16, 23, 30]
    page = db.perform(service.opening_page, cast.staff)
    assert (page.rule.days_ahead, page.rule.opens_at, page.rule.cancel_hours) == (30, "00:00", 12)
    assert db.perform(service.opening_page, cast.other_staff).rule == rows.SHIPPED
    for wrong in (
        ("0", "07:00", "24"),
        ("61", "07:00", "24"),
        ("x", "07:00", "24"),
        ("9", "7", "24"),
        ("9", "07:00", "-1"),
    ):
        with pytest.raises(Invalid):
            db.perform(service.set_opening, cast.staff, *wrong)


@pytest.mark.parametrize(
    "wrong",
    [
        {"weekday": 7},
        {"weekday": "x"},
        {"begins": "25:00"},
        {"ends": "08:00"},
        {"ends": "09:10"},
        {"minutes": 1},
        {"kinds": []},
        {"kinds": "text"},
        {"kinds": ["telepathy"]},
        {"quota": "-1"},
        {"quota": "999"},
        {"valid_from": "soon"},
        {"valid_until": "2020-01-01"},
        {"department_id": "elsewhere"},
    ],
)
def test_hours_that_make_no_sense(database: Database, wrong: dict[str, object]):
    cast = found_cast()
    with pytest.raises(Invalid):
        db.perform(service.add_hours, cast.chen, _hours(**wrong))


def test_hours_do_not_overlap(database: Database):
    cast = found_cast()
    db.perform(service.add_hours, cast.chen, _hours())
    with pytest.raises(Conflict):
        db.perform(service.add_hours, cast.chen, _hours(begins="09:45", ends="11:00"))
    db.perform(service.add_hours, cast.chen, _hours(begins="10:00", ends="11:00"))


def test_somebody_else_tries(database: Database):
    cast = found_cast()
    db.perform(service.add_hours, cast.chen, _hours())
    day = (_today() + timedelta(days=5)).isoformat()
    db.perform(service.take_day_off, cast.chen, day)
    db.perform(service.add_holiday, cast.staff, day, "元旦")
    page = db.perform(service.week_page, cast.chen)
    (row,), (off,), (holiday,) = page.days[0].hours, page.off, page.holidays
    _others_are_refused(cast, row.id, off.id, holiday.id)
    assert db.perform(service.week_page, cast.chen) == page


def _others_are_refused(cast: Cast, row: str, off: str, holiday: str) -> None:
    for somebody in (cast.sun, cast.gao):
        for act in (service.end_hours, service.work_after_all):
            for each in (row, off, holiday):
                with pytest.raises(NotFound):
                    db.perform(act, somebody, each)
        with pytest.raises(NotFound):
            db.perform(service.change_hours, somebody, row, _hours())
        assert db.perform(service.week_page, somebody).days == ()
    for act, *arguments in (
        (service.add_hours, _hours()),
        (service.end_hours, row),
        (service.take_day_off, "2030-01-01"),
        (service.work_after_all, off),
        (service.week_page,),
    ):
        for somebody in (cast.lin, cast.staff):
            with pytest.raises(Denied):
                db.perform(act, somebody, *arguments)
    for somebody in (cast.lin, cast.chen):
        with pytest.raises(Denied):
            db.perform(service.add_holiday, somebody, "2030-01-01", "x")
        with pytest.raises(Denied):
            db.perform(service.set_opening, somebody, "3", "07:00", "3")
        with pytest.raises(Denied):
            db.perform(service.opening_page, somebody)
    for each in (holiday, off):
        with pytest.raises(NotFound):
            db.perform(service.remove_holiday, cast.other_staff, each)
    with pytest.raises(NotFound):
        db.perform(service.remove_holiday, cast.staff, off)


def test_a_physician_of_the_demo_begins_with_a_usual_week(database: Database):
    cast = found_cast()
    for somebody in (cast.chen, cast.staff, cast.lin):
        with db.writing() as session:
            hold_hours(session, {"account": somebody.account_id})
    assert [len(day.hours) for day in db.perform(service.week_page, cast.chen).days] == [1, 2, 1, 1, 1]
    assert _open_slots()
