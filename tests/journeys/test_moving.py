"""A visit goes to another time: in one press to the times, and by one press where the physician proposes one."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.journeys.cast import PHYSICIAN, say
from tests.journeys.conftest import Opened
from tests.journeys.test_followup import _offer, may_book

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("nothing_ahead")]

REASON, WORD = "想把药换成一天一次", "那天上午我在手术"
DESK = {"width": 1440, "height": 900}


def test_moved_by_its_patient_and_then_as_its_physician_proposes(opened: Opened) -> None:
    physician = opened(PHYSICIAN, "/physician/slots", viewport=DESK)
    _offer(physician, 5)
    asked = physician.locator(".answers li").filter(has_text=REASON)
    patient = opened("lin", "/followup")
    mine = patient.locator(".answers li").filter(has_text=REASON)
    _book(patient)
    expect(mine).to_contain_text("医生能看病历到看诊结束")
    before = mine.locator("b").first.inner_text()

    mine.get_by_role("link", name=say("followup.move.start", "zh")).click()  # one press to the times
    expect(patient.get_by_role("heading", name=say("followup.move.title_of", "zh", at=before))).to_be_visible()
    patient.locator(".times button").last.click()
    act = patient.get_by_role("button", name=re.compile("^改到 "))
    expect(act).to_be_visible()
    wanted = act.inner_text().removeprefix("改到 ")
    assert wanted != before
    act.click()
    expect(patient.get_by_text(say("followup.move.done", "zh", at=wanted))).to_be_visible()
    patient.get_by_role("link", name=say("followup.book.to_list", "zh")).click()
    expect(mine.locator("b").first).to_have_text(wanted)
    expect(asked).to_contain_text(wanted)  # without a reload

    proposed = _propose(physician, asked)
    offer = mine.locator(".proposed")
    expect(offer).to_contain_text(proposed)
    expect(mine).to_contain_text(WORD)
    offer.get_by_role("button", name=say("followup.propose.take", "zh")).click()
    expect(mine).to_contain_text(say("followup.state.accepted", "zh"))
    expect(mine.locator("b").first).to_have_text(proposed)
    expect(offer).to_have_count(0)

    other = _propose(physician, asked)
    expect(offer).to_contain_text(other)
    offer.get_by_role("button", name=say("followup.propose.refuse", "zh")).click()
    expect(offer).to_have_count(0)
    expect(mine.locator("b").first).to_have_text(proposed)


def _book(page: Page) -> None:
    may_book(page)
    page.locator(".day-chip:enabled").last.click()
    expect(page.locator(".day-chip:enabled").last).to_have_attribute("aria-pressed", "true")
    page.locator(".times button").first.click()
    page.get_by_label(say("followup.book.reason", "zh")).fill(REASON)
    page.get_by_role("button", name=re.compile(r"^约 ")).click()
    expect(page.get_by_text(say("followup.book.done", "zh"))).to_be_visible()
    page.get_by_role("link", name=say("followup.book.to_list", "zh")).click()


def _propose(page: Page, asked: Locator) -> str:
    """Propose the last of the free times; returns how it is said."""
    asked.get_by_role("button", name=say("followup.propose.start", "zh")).click()
    sheet = page.get_by_role("dialog")
    times = sheet.get_by_label(say("followup.propose.time", "zh")).locator("option")
    expect(times.last).to_be_attached()
    chosen = times.last.inner_text()
    sheet.get_by_label(say("followup.propose.time", "zh")).select_option(label=chosen)
    sheet.get_by_label(say("followup.word", "zh")).fill(WORD)
    sheet.get_by_role("button", name=say("followup.propose.send", "zh")).click()
    expect(sheet).to_have_count(0)
    return chosen
