"""Between visits: a patient asks about a past one and is answered, and finds what was said."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING
from urllib.parse import unquote

import pytest
from playwright.sync_api import expect

from health_cloud.core import db, facts
from health_cloud.followup import service
from tests.browsers import axe, screenshot
from tests.journeys.cast import PHYSICIAN, Cast, say
from tests.journeys.test_visits import DESK
from tests.visiting import agreed

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.journeys.conftest import Opened

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("nothing_ahead")]

ASKED, ANSWER, MORE = "药饭前吃还是饭后吃？", "饭后半小时吃", "忘了一次怎么办？"


def test_asked_answered_and_asked_once_more(opened: Opened, demo: Cast) -> None:
    lin, chen = (demo.actor(who) for who in ("lin", PHYSICIAN))
    visit = agreed(chen, lin, 5)
    db.perform(service.enter_visit, lin, visit)
    db.perform(service.begin_visit, chen, visit)
    db.perform(service.say_in_visit, lin, visit, "0b9f3a9e-6a0e-4a53-9d4a-5a6d0f3a7c22", "早上血糖 7.5")
    patient = opened("lin", f"/followup/visit/{visit}")
    expect(patient.get_by_role("log")).to_be_visible()
    expect(patient.get_by_text(say("followup.ask.title", "zh"))).to_have_count(0)
    db.perform(service.end_visit, chen, visit)
    field = patient.locator("#ask-team textarea")
    expect(field).to_be_visible()  # without a reload
    field.fill("药？")
    send = patient.get_by_role("button", name=say("followup.ask.send", "zh"), exact=True)
    send.click()
    expect(patient.get_by_text(say("followup.ask.error.short", "zh"))).to_be_visible()
    field.scroll_into_view_if_needed()
    screenshot(patient, "followup-ask")
    assert not axe(patient)
    field.fill(ASKED)
    queue = opened(PHYSICIAN, "/physician/visits", "en", viewport=DESK, color_scheme="dark")
    expect(queue.get_by_text(say("followup.visit.queue", "en")).first).to_be_visible()
    send.click()
    expect(patient.get_by_text(say("followup.ask.sent", "zh"))).to_be_visible()

    link = queue.locator("a[href*='/physician/question/']")
    expect(link).to_be_visible()  # without a reload
    screenshot(queue, "followup-owed")
    assert not axe(queue)
    link.click()
    expect(queue.get_by_text(ASKED)).to_be_visible()
    expect(queue.get_by_text("早上血糖 7.5")).to_be_visible()
    queue.get_by_role("button", name=say("followup.ask.take", "en")).click()
    expect(patient.locator(".question-stand")).to_contain_text("医生在看了")
    answer = queue.locator("#answer-question textarea")
    answer.fill(ANSWER)
    screenshot(queue, "followup-answer")
    assert not axe(queue)
    queue.get_by_role("button", name=say("followup.ask.send_answer", "en")).click()
    expect(queue.get_by_text(say("followup.ask.answered", "en"))).to_be_visible()
    expect(answer).to_have_count(0)

    expect(patient.get_by_text(ANSWER)).to_be_visible()  # without a reload
    facts.deliver()
    patient.get_by_role("button", name=say("followup.ask.once_more", "zh")).click()
    patient.locator("#ask-further textarea").fill(MORE)
    patient.locator("#ask-further").get_by_role("button", name=say("followup.ask.send", "zh"), exact=True).click()
    expect(patient.get_by_text(MORE)).to_be_visible()
    screenshot(patient, "followup-asked-again")
    assert not axe(patient)

    _asked_to_come(queue, patient)


def _asked_to_come(queue: Page, patient: Page) -> None:
    """Answer what was asked once more by asking the patient to come."""
    queue.goto("/physician/visits")
    queue.locator("a[href*='/physician/question/']").click()
    expect(queue.get_by_text(ANSWER)).to_be_visible()
    queue.locator("summary", has_text=say("followup.ask.ask_to_come", "en")).click()
    queue.get_by_role("button", name=say("followup.ask.send_to_come", "en")).click()
    expect(patient.get_by_role("link", name=say("followup.ask.book", "zh"), exact=True)).to_be_visible()


def test_the_desk_says_for_how_long_one_may_ask(opened: Opened) -> None:
    desk = opened("records", "/desk/times", "en", viewport=DESK)
    days = desk.locator("#asking-rule input").first
    expect(days).to_have_value("14")
    days.fill("x")
    desk.locator("#asking-rule button").click()
    expect(desk.get_by_text("Enter a number from 0 to 90")).to_be_visible()
    days.fill("21")
    desk.locator("#asking-rule button").click()
    expect(desk.get_by_text(say("followup.opening.saved", "en"))).to_be_visible()
    screenshot(desk, "followup-asking-rule")
    assert not axe(desk)


def test_words_are_found_in_this_visit_and_in_an_earlier_one(opened: Opened, demo: Cast) -> None:
    lin, chen = (demo.actor(who) for who in ("lin", PHYSICIAN))
    visits = []
    for text in ("脚有点肿，早上轻", "脚不肿了，早上血压 132"):
        visits.append(agreed(chen, lin, 5))
        db.perform(service.enter_visit, lin, visits[-1])
        db.perform(service.begin_visit, chen, visits[-1])
        db.perform(service.say_in_visit, lin, visits[-1], str(uuid.uuid4()), text)
        db.perform(service.end_visit, chen, visits[-1])
    patient = opened("lin", f"/followup/visit/{visits[1]}")
    patient.locator("summary", has_text=say("followup.find.title", "zh")).click()
    patient.locator("#find-in-talk input[name=words]").fill("脚")
    find = patient.get_by_role("button", name=say("followup.find.find", "zh"), exact=True)
    find.click()
    expect(patient.locator(".found mark")).to_have_text(["脚"])
    patient.locator("#find-in-talk input[name=everywhere]").check()
    find.click()
    expect(patient.locator(".found mark")).to_have_text(["脚", "脚"])
    screenshot(patient, "followup-found")
    assert not axe(patient)
    patient.locator(".found a").first.click()
    expect(patient.locator(".said[data-found]")).to_contain_text("132")
    patient.locator(".found a").last.click()
    patient.wait_for_url(f"**/followup/visit/{visits[0]}#said-*")
    expect(patient.locator(".said[data-found]")).to_contain_text("脚有点肿")
    assert "脚" not in unquote(patient.url)
    expect(patient.locator(".found mark")).to_have_count(0)
