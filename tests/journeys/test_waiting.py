"""Where no time suits one waits; a time that becomes free appears by itself and is taken with one press."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import expect

from health_cloud.core import clock
from tests.journeys.cast import PHYSICIAN, say
from tests.journeys.conftest import Opened
from tests.journeys.test_followup import _offer, may_book

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("nothing_ahead")]

REASON = "想问能不能少打一次针"
DESK = {"width": 1440, "height": 900}


def test_who_waits_takes_a_freed_time_with_one_press(opened: Opened) -> None:
    physician = opened(PHYSICIAN, "/physician/slots", viewport=DESK)
    _offer(physician, 7)
    patient = opened("lin", "/followup")
    may_book(patient)
    patient.get_by_role("button", name=say("followup.wait.start", "zh")).click()
    sheet = patient.get_by_role("dialog")
    until = (clock.now().astimezone(ZoneInfo("Asia/Shanghai")) + timedelta(days=20)).date()
    sheet.get_by_label(say("followup.wait.until", "zh")).fill(f"{until:%Y-%m-%d}")
    sheet.get_by_role("button", name=say("followup.wait.act", "zh")).click()
    expect(sheet).to_contain_text(say("followup.error.reason", "zh"))  # and what was typed stays
    expect(sheet.get_by_label(say("followup.wait.until", "zh"))).to_have_value(f"{until:%Y-%m-%d}")
    sheet.get_by_label(say("followup.book.reason", "zh")).fill(REASON)
    sheet.get_by_role("button", name=say("followup.wait.act", "zh")).click()
    expect(patient.get_by_text(say("followup.wait.joined", "zh"))).to_be_visible()
    patient.get_by_role("link", name=say("followup.wait.joined_text", "zh")).click()
    place = patient.locator(".waiting li")
    expect(place).to_contain_text(say("followup.wait.first", "zh"))

    _offer(physician, 8)
    take = place.get_by_role("button", name=say("followup.wait.take", "zh"))
    expect(take).to_be_visible()  # without a reload
    expect(physician.locator(".times .taken", has_text=say("followup.wait.being_offered", "zh"))).to_be_visible()
    take.click()
    expect(patient.locator(".answers li").filter(has_text=REASON)).to_contain_text(
        say("followup.state.requested", "zh")
    )
    expect(place).to_have_count(0)
    expect(physician.locator(".answers li").filter(has_text=REASON)).to_be_visible()
