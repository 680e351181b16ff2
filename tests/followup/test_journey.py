"""Book and accept: both see it without reloading."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from health_cloud.core import clock
from tests.browsers import axe, screenshot

pytestmark = pytest.mark.browser


def test_open_book_accept_cancel(ward, signed_in):
    patient, physician = signed_in(ward.patient), signed_in(ward.physician)
    patient.goto("/followup/book")
    expect(patient.get_by_text("现在没有可以约的时间")).to_be_visible()
    physician.goto("/physician/slots")
    physician.get_by_label("哪天").fill((clock.now() + timedelta(days=2)).date().isoformat())
    physician.get_by_label("从", exact=True).fill("09:00")
    physician.get_by_label("到", exact=True).fill("10:30")
    physician.get_by_role("button", name="开放这些时间").click()
    expect(physician.get_by_text("已开放 6 个时间")).to_be_visible()

    patient.get_by_role("button", name="9:15").click()
    patient.get_by_label("想看什么").fill("血糖最近偏高，想调一下药")
    screenshot(patient, "followup-book")
    assert not axe(patient)
    patient.get_by_role("button", name="约 ").click()
    expect(patient.get_by_text("已经告诉医生了")).to_be_visible()

    expect(physician.get_by_text("血糖最近偏高")).to_be_visible()
    screenshot(physician, "followup-slots")
    assert not axe(physician)
    patient.get_by_role("link", name="看我的复诊").click()
    expect(patient.get_by_text("等医生回复")).to_be_visible()
    physician.get_by_role("button", name="接诊").click()
    expect(patient.get_by_text("已约好")).to_be_visible()
    screenshot(patient, "followup-accepted")
    assert not axe(patient)
    patient.get_by_role("button", name="取消").click()
    patient.get_by_role("button", name="取消这次复诊").click()
    expect(patient.get_by_text("已取消")).to_be_visible()
    expect(physician.get_by_text("血糖最近偏高")).to_have_count(0)
