"""A visit at the hospital: offered with its place, booked without questions, read if one lets, and noted on the day."""

from __future__ import annotations

import re
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Page, expect

from health_cloud.core import clock, db
from health_cloud.core.actors import Actor, Visitor
from health_cloud.followup import service
from health_cloud.identity.service import sessions
from tests.journeys.cast import PHYSICIAN, Cast, person, say
from tests.journeys.conftest import Opened
from tests.visiting import agreed

pytestmark = pytest.mark.browser

DESK = {"width": 1440, "height": 900}
REASON, ROOM = "伤口不好，想当面看", "门诊楼 3 层 12 诊室"
IN_PERSON = say("followup.kind.in_person", "zh")


def test_offered_booked_read_and_seen(opened: Opened, demo: Cast) -> None:
    lin, chen = (_actor(demo, who) for who in ("lin", PHYSICIAN))
    physician = opened(PHYSICIAN, "/physician/slots", viewport=DESK)
    _offer(physician)
    asked = physician.locator(".answers li").filter(has_text=REASON)
    patient = opened("lin", "/followup/book")
    patient.get_by_role("link", name=re.compile("^看.+到院的时间$")).first.click()
    patient.locator(".day-chip:enabled").last.click()
    expect(patient.locator(".day-chip:enabled").last).to_have_attribute("aria-pressed", "true")
    patient.locator(".times button").last.click()
    expect(patient.get_by_text(ROOM)).to_be_visible()
    patient.get_by_label(say("followup.book.reason", "zh")).fill(REASON)
    patient.get_by_role("button", name=re.compile(r"^约 ")).click()
    expect(patient.get_by_text(say("followup.book.done", "zh"))).to_be_visible()
    expect(asked).to_contain_text(ROOM)  # without a reload

    patient.get_by_role("link", name=re.compile("提前看您的记录$")).click()
    expect(patient.get_by_text(say("followup.let.optional", "zh"))).to_be_visible()
    patient.get_by_role("button", name=say("followup.let.agree", "zh")).click()
    mine = patient.locator(".answers li").filter(has_text=REASON)
    expect(mine).to_contain_text("医生能看病历到看诊结束")
    asked.get_by_role("button", name=say("followup.accept", "zh")).click()
    mine.get_by_role("link", name=say("followup.in_person.details", "zh")).click()
    expect(patient.get_by_text(ROOM)).to_be_visible()
    db.perform(service.cancel_appointment, chen, _newest(lin))

    name = person("lin").name.zh
    today = agreed(chen, lin, -1, REASON, "in_person")
    patient.goto(f"/followup/visit/{today}")
    physician.goto("/physician/visits")
    here = physician.locator(".queue li").filter(has=physician.locator(f'a[href$="{today}"]'))
    expect(here).to_contain_text(IN_PERSON)
    here.get_by_role("link").click()
    physician.get_by_role("button", name=say("followup.in_person.not_come", "zh")).click()
    physician.get_by_role("dialog").get_by_role("button", name=say("followup.in_person.not_come", "zh")).click()
    expect(patient.get_by_text(say("followup.absent.patient_sees.patient", "zh"))).to_be_visible()
    physician.get_by_role("button", name=say("followup.in_person.came_after_all", "zh")).click()
    expect(patient.get_by_text(say("followup.in_person.now", "zh"))).to_be_visible()
    expect(physician.locator("#situation")).to_be_visible()
    expect(physician.locator(".composer, .talk")).to_have_count(0)
    physician.get_by_role("button", name=say("followup.in_person.seen", "zh")).click()
    physician.get_by_role("dialog").get_by_role("button").filter(has_text=say("followup.visit.end", "zh")).click()
    expect(patient.get_by_text(re.compile("看完了$"))).to_be_visible()
    expect(physician.get_by_role("heading", name=name)).to_be_visible()
    physician.get_by_role("link", name=say("followup.visit.queue", "zh")).first.click()
    owed = physician.get_by_role("link").filter(has_text=say("followup.day.task.note", "zh", name=name))
    expect(owed.first).to_be_visible()
    assert today in [each.get_attribute("href").rpartition("/")[2] for each in owed.all()]  # type: ignore[union-attr]
    expect(physician.get_by_text(say("followup.day.wait.begun", "zh"))).to_be_visible()


def _offer(page: Page) -> None:
    day = (clock.now().astimezone(ZoneInfo("Asia/Shanghai")) + timedelta(days=9)).date().isoformat()
    page.get_by_label(say("followup.slots.day", "zh")).fill(day)
    page.get_by_label(say("followup.slots.begin", "zh"), exact=True).fill("06:00")
    page.get_by_label(say("followup.slots.end", "zh"), exact=True).fill("07:00")
    page.get_by_label(IN_PERSON, exact=True).check()
    page.get_by_label(say("followup.slots.room", "zh")).fill(ROOM)
    page.get_by_role("button", name=say("followup.slots.open", "zh")).click()
    expect(page.get_by_text(say("followup.slots.opened", "zh", count=4))).to_be_visible()


def _newest(patient: Actor) -> str:
    return next(card.id for card in db.perform(service.my_appointments, patient) if card.reason == REASON)


def _actor(demo: Cast, who: str) -> Actor:
    actor = sessions.actor_of_row(sessions.row_of_secret(demo.account(who).secret), Visitor())
    assert actor is not None
    return actor
