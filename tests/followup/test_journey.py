"""Book and accept: both see it without reloading."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

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

    _refused_and_well(patient)
    patient.get_by_role("button", name="9:15").click()
    patient.get_by_label("想看什么").fill("血糖最近偏高，想调一下药")
    screenshot(patient, "followup-book")
    assert not axe(patient)
    patient.get_by_role("button", name=re.compile("^约 ")).click()
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
    _prepare(patient, physician)
    patient.get_by_role("button", name="取消").click()
    patient.get_by_role("button", name="取消这次复诊").click()
    expect(patient.get_by_text("已取消")).to_be_visible()
    expect(physician.get_by_text("血糖最近偏高")).to_have_count(0)


def _refused_and_well(patient: Page) -> None:
    """Have chest pain first, which is refused with its rule and a number to call; then not."""
    patient.get_by_role("link", name="先看能不能线上复诊").click()
    patient.get_by_role("button", name="下一步").click()
    expect(patient.get_by_text("请选一个")).to_be_visible()
    patient.get_by_role("radio", name="糖尿病").check()
    screenshot(patient, "followup-check-about")
    assert not axe(patient)
    patient.get_by_role("button", name="下一步").click()
    patient.get_by_role("checkbox", name="胸口疼").check()
    patient.get_by_role("radio", name="不用").check()
    screenshot(patient, "followup-check-how")
    assert not axe(patient)
    patient.get_by_role("button", name="看能不能线上复诊").click()
    expect(patient.get_by_role("heading", name="您说的情况要马上当面看")).to_be_visible()
    expect(patient.get_by_role("link", name="拨打 120")).to_have_attribute("href", "tel:120")
    screenshot(patient, "followup-check-refused")
    assert not axe(patient)
    patient.get_by_role("button", name="看原文").click()
    expect(patient.get_by_role("dialog")).to_contain_text("规则第 3 条")
    patient.keyboard.press("Escape")
    patient.get_by_role("button", name="我选错了，回去改").click()
    patient.get_by_role("checkbox", name="都没有").check()
    patient.get_by_role("button", name="看能不能线上复诊").click()
    expect(patient.get_by_role("heading", name="可以线上复诊")).to_be_visible()
    screenshot(patient, "followup-check-may")
    assert not axe(patient)
    patient.get_by_role("link", name="下一步").click()
    expect(patient.get_by_text("陈立言医生会看到什么？")).to_be_visible()
    patient.get_by_role("button", name="同意，去选时间").click()
    expect(patient.get_by_text("请先点“同意线上看诊”")).to_be_visible()
    patient.get_by_role("checkbox", name="我知道了").check()
    screenshot(patient, "followup-give")
    assert not axe(patient)
    patient.get_by_role("button", name="同意，去选时间").click()


def _prepare(patient: Page, physician: Page) -> None:
    """Write to the physician of the visit, who reads it; a slip of the pen is said at its field."""
    patient.get_by_role("link", name="写给医生").click()
    patient.get_by_label("最近怎么样").fill("晚上口干，早上空腹七点多")
    patient.get_by_label("血糖").fill("74")
    patient.get_by_role("button", name="存好").click()
    expect(patient.get_by_text("请再看一眼")).to_be_visible()
    patient.get_by_label("血糖").fill("17.4")
    patient.get_by_role("button", name="存好").click()
    expect(patient.get_by_text("有的数不能等")).to_be_visible()
    expect(patient.get_by_label("血糖")).to_have_value("17.4")
    screenshot(patient, "followup-prepare")
    assert not axe(patient)
    physician.get_by_role("link", name="看患者写的").click()
    expect(physician.get_by_text("17.4 mmol/L")).to_be_visible()
    expect(physician.get_by_text("晚上口干")).to_be_visible()
    screenshot(physician, "followup-prepared")
    assert not axe(physician)
    physician.goto("/physician/slots")
    patient.goto("/followup")
