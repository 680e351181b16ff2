"""A physician offers times; a patient seen there books, both see the answer, and either calls it off."""

from __future__ import annotations

import re
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar
from playwright.sync_api import Locator, Page, expect

from health_cloud.core import clock
from tests.journeys import cast
from tests.journeys.cast import PHYSICIAN, say
from tests.journeys.conftest import Opened

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("nothing_ahead")]

REASON, WORD = "脚有些麻，想问要不要换药", "请先来门诊抽血"
DESK = {"width": 1440, "height": 900}


def test_booked_accepted_cancelled_and_declined(opened: Opened) -> None:
    name = cast.person("lin").name.zh
    physician = opened(PHYSICIAN, "/physician/slots", viewport=DESK)
    _offer(physician)
    asked = physician.locator(".answers li").filter(has_text=REASON)
    patient = opened("lin", "/followup")
    mine = patient.locator(".answers li").filter(has_text=REASON)
    may_book(patient)
    other = opened("lin", "/followup/book")  # the same times on a second screen
    other.get_by_role("link", name=say("followup.times.see", "zh")).first.click()
    other.locator(".day-chip:enabled").last.click()
    expect(other.locator(".day-chip:enabled").last).to_have_attribute("aria-pressed", "true")
    free = other.locator(".times button")
    expect(free.first).to_be_visible()
    before = free.count()
    _book(patient)
    expect(asked).to_contain_text(name)  # without a reload
    expect(free).to_have_count(0)  # what was agreed to has served
    may_book(other)
    other.locator(".day-chip:enabled").last.click()
    expect(free).to_have_count(before - 1)
    asked.get_by_role("button", name=say("followup.accept", "zh")).click()
    expect(mine.first).to_contain_text(say("followup.state.accepted", "zh"))
    href = _into_the_calendar(patient, mine.first)
    _call_off(patient, mine.first)
    assert patient.request.get(href).status == 404
    expect(mine).to_contain_text([say("followup.state.cancelled", "zh")])
    expect(asked).to_have_count(0)
    expect(free).to_have_count(before)

    _book(patient)
    asked.get_by_role("button", name=say("followup.decline", "zh")).click()
    dialog = physician.get_by_role("dialog")
    dialog.get_by_label(say("followup.word", "zh")).fill(WORD)
    dialog.get_by_role("button", name=say("followup.decline", "zh")).click()
    expect(mine.filter(has_text=say("followup.state.declined", "zh"))).to_contain_text(
        say("followup.word_said", "zh", text=WORD)
    )

    _book(patient)
    asked.get_by_role("button", name=say("followup.accept", "zh")).click()
    accepted = mine.filter(has_text=say("followup.state.accepted", "zh"))
    expect(accepted).to_have_count(1)
    _call_off(physician, asked)
    expect(accepted).to_have_count(0)


def _into_the_calendar(page: Page, visit: Locator) -> str:
    """Take a visit as a file; returns its address."""
    link = visit.get_by_role("link", name=say("followup.calendar.add", "zh"))
    with page.expect_download() as download:
        link.click()
    assert download.value.suggested_filename == "follow-up.ics"
    (event,) = Calendar.from_ical(download.value.path().read_bytes()).events
    assert str(event["summary"]) == say("followup.calendar.what", "zh", how=say("followup.kind.text", "zh"))
    return link.get_attribute("href") or ""


def _call_off(page: Page, visit: Locator) -> None:
    """Cancel a visit, after what will happen has been said; whoever has second thoughts keeps it."""
    for answer in ("followup.cancel_not", "followup.cancel_act"):
        visit.get_by_role("button", name=say("followup.cancel", "zh"), exact=True).click()
        page.get_by_role("dialog").get_by_role("button", name=say(answer, "zh")).click()
        expect(page.get_by_role("dialog")).to_have_count(0)


def _offer(page: Page, ahead: int = 2) -> None:
    """Offer four times on a day `ahead`; journeys share the physician, so each has a day of its own."""
    day = (clock.now().astimezone(ZoneInfo("Asia/Shanghai")) + timedelta(days=ahead)).date()
    page.get_by_label(say("followup.slots.day", "zh")).fill(f"{day:%Y-%m-%d}")
    page.get_by_label(say("followup.slots.begin", "zh"), exact=True).fill("09:00")
    page.get_by_label(say("followup.slots.end", "zh"), exact=True).fill("10:00")
    page.get_by_role("button", name=say("followup.slots.open", "zh")).click()
    expect(page.get_by_text(say("followup.slots.opened", "zh", count=4))).to_be_visible()


def may_book(page: Page) -> None:
    """Answer what is asked before booking, unless that was done within a day."""
    page.goto("/followup/book")
    ask = page.get_by_role("link", name=say("followup.book.check", "zh"))
    see = page.get_by_role("link", name=say("followup.times.see", "zh"))
    give = page.get_by_role("link", name=say("followup.book.give", "zh"))
    expect(ask.or_(see).or_(give).first).to_be_visible()
    if give.count():  # a yes of today, and what was agreed to has served a booking
        give.first.click()
        _agree(page)
        return
    if not ask.count():
        see.first.click()
        expect(page.locator(".times button").first).to_be_visible()
        return
    ask.first.click()
    page.get_by_role("radio", name="糖尿病").check()
    page.get_by_role("button", name=say("followup.check.next", "zh")).click()
    page.get_by_role("checkbox", name=say("followup.check.none", "zh")).check()
    page.get_by_role("radio", name=say("followup.check.controlled_no", "zh")).check()
    page.get_by_role("button", name=say("followup.check.ask", "zh")).click()
    expect(page.get_by_role("heading", name=say("followup.check.may", "zh"))).to_be_visible()
    page.get_by_role("link", name=say("followup.check.times", "zh")).click()
    _agree(page)


def _agree(page: Page) -> None:
    page.get_by_role("checkbox", name=say("followup.give.online_agree", "zh")).check()
    page.get_by_role("button", name=say("followup.give.agree", "zh")).click()
    expect(page.locator(".times button").first).to_be_visible()


def _book(page: Page) -> None:
    may_book(page)
    page.locator(".day-chip:enabled").last.click()
    expect(page.locator(".day-chip:enabled").last).to_have_attribute("aria-pressed", "true")
    page.locator(".times button").last.click()  # far enough ahead to be called off again
    page.get_by_label(say("followup.book.reason", "zh")).fill(REASON)
    page.get_by_role("button", name=re.compile(r"^约 ")).click()
    expect(page.get_by_text(say("followup.book.done", "zh"))).to_be_visible()
    page.get_by_role("link", name=say("followup.book.to_list", "zh")).click()
    expect(page.get_by_text(say("followup.state.requested", "zh")).first).to_be_visible()
