"""A physician's weekly hours, a day off, and the desk's rule of opening: what one changes the others see."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browsers import axe, screenshot
from tests.journeys.cast import PHYSICIAN, STAFF, say
from tests.journeys.conftest import Opened

pytestmark = pytest.mark.browser

DESK = {"width": 1440, "height": 900}


def test_hours_are_added_changed_and_ended_and_the_desk_closes_a_day(opened: Opened) -> None:
    physician = opened(PHYSICIAN, "/physician/slots/week", viewport=DESK)
    day = physician.get_by_role("heading", name="星期日")
    expect(physician.get_by_role("heading", name=say("followup.week.off", "zh"))).to_be_visible()
    expect(day).to_have_count(0)
    physician.get_by_role("button", name=say("followup.week.add", "zh")).click()
    sheet = physician.get_by_role("dialog")
    sheet.get_by_label(say("followup.week.weekday", "zh")).select_option("6")
    sheet.get_by_label(say("followup.slots.end", "zh"), exact=True).fill("08:00")
    sheet.get_by_role("button", name=say("followup.week.save", "zh")).click()
    expect(sheet.get_by_text(say("followup.error.end", "zh"))).to_be_visible()
    sheet.get_by_label(say("followup.slots.end", "zh"), exact=True).fill("10:00")
    screenshot(physician, "followup-hours-sheet")
    sheet.get_by_role("button", name=say("followup.week.save", "zh")).click()
    expect(day).to_be_visible()
    hours = physician.locator(".answers li").filter(has_text="09:00–10:00")
    expect(hours).to_contain_text(say("followup.kind.text", "zh"))
    screenshot(physician, "followup-hours")
    assert not axe(physician)

    staff = opened(STAFF, "/desk/times", viewport=DESK)
    staff.get_by_label(say("followup.opening.name", "zh")).fill("院庆")
    staff.get_by_label(say("followup.opening.day", "zh")).fill("2020-01-01")
    staff.get_by_role("button", name=say("followup.opening.add", "zh"), exact=True).click()
    expect(staff.get_by_text(say("followup.error.coming_day", "zh"))).to_be_visible()
    staff.get_by_label(say("followup.opening.day", "zh")).fill(
        staff.evaluate("new Date(Date.now()+864e6).toISOString().slice(0,10)")
    )
    staff.get_by_role("button", name=say("followup.opening.add", "zh"), exact=True).click()
    expect(staff.get_by_text("院庆", exact=True)).to_be_visible()
    screenshot(staff, "followup-opening")
    assert not axe(staff)
    expect(physician.get_by_text("院庆")).to_be_visible()  # without a reload
    staff.get_by_role("button", name=say("followup.opening.remove_this", "zh", name="院庆")).click()
    expect(physician.get_by_text("院庆")).to_have_count(0)

    hours.get_by_role("button", name=say("followup.week.end", "zh")).click()
    physician.get_by_role("dialog").get_by_role("button", name=say("followup.week.end_act", "zh")).click()
    expect(day).to_have_count(0)
