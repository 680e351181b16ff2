"""A class is closed and opened again; the patient's open screen follows."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browsers import axe, screenshot

pytestmark = pytest.mark.browser
DESK = {"viewport": {"width": 1440, "height": 900}}


def _publish(staff):
    staff.get_by_role("button", name="发布", exact=True).first.click()
    staff.get_by_role("dialog").get_by_role("button", name="发布", exact=True).click()


def test_close_and_open_a_class(ward, signed_in):
    patient, staff = signed_in(ward.patient), signed_in(ward.staff, **DESK)
    patient.goto("/records/prescriptions")
    expect(patient.locator(".row").first).to_be_visible()
    staff.goto("/desk")
    staff.get_by_label("处方").click()
    expect(staff.get_by_role("table")).to_contain_text("处方")
    screenshot(staff, "desk-draft")
    assert not axe(staff)
    _publish(staff)
    expect(staff.get_by_text("第 2 版已生效")).to_be_visible()
    expect(patient.locator(".row")).to_have_count(0)
    screenshot(staff, "desk-published")
    assert not axe(staff)
    staff.get_by_label("处方").click()
    _publish(staff)
    expect(staff.get_by_text("第 3 版已生效")).to_be_visible()
    expect(patient.locator(".row").first).to_be_visible()
