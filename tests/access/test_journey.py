"""Ask, approve, read, revoke: a physician's and a patient's browser side by side, nobody reloads."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from health_cloud.consent.service import decisions
from health_cloud.core import db
from tests.browsers import axe, screenshot
from tests.journeys.presses import count_presses, pressed

pytestmark = pytest.mark.browser
DESK = {"viewport": {"width": 1440, "height": 900}}


def test_ask_approve_read_revoke(ward, signed_in):
    patient, physician = signed_in(ward.patient), signed_in(ward.physician, **DESK)
    count_presses(patient)
    _ask(patient, physician, ward.card)
    giving = _approve(patient)
    _read(physician)
    withdrawing = _revoke(patient, physician)
    assert (giving, withdrawing) == (3, 1)  # R15, each from "who can see me"
    assert db.perform(decisions.living_grants, ward.patient) == []


def _ask(patient: Page, physician: Page, card: str) -> None:
    patient.goto("/access")
    expect(patient.get_by_text("现在没有别人能看")).to_be_visible()
    assert not axe(patient)

    physician.goto("/physician/ask")
    physician.get_by_label("就诊卡号").fill(card)
    physician.get_by_label("对患者说一句").fill("复诊前，想看看近两年的血糖和用药。")
    screenshot(physician, "access-ask")
    assert not axe(physician)
    physician.get_by_role("button", name="发出申请").click()
    expect(physician.get_by_text("申请已发出")).to_be_visible()
    physician.get_by_role("link", name="看今日").click()
    expect(physician.get_by_text(f"就诊卡 {card}")).to_be_visible()
    screenshot(physician, "access-today-sent")


def _approve(patient: Page) -> int:
    """Agree to a little less than was asked; returns how many presses agreeing to all of it takes."""
    badge = patient.locator(".tabbar .badge")
    expect(badge).to_contain_text("1")
    pressed(patient)
    patient.get_by_role("tab", name="请求").click()
    patient.get_by_role("link", name="陈立言医生想看您的记录").click()
    expect(patient.get_by_role("button", name="同意", exact=True)).to_be_enabled()
    presses = pressed(patient)
    patient.get_by_label("体检").click()
    expect(patient.get_by_text("不给")).to_be_visible()
    screenshot(patient, "access-request")
    assert not axe(patient)
    pressed(patient)
    patient.get_by_role("button", name="同意", exact=True).click()
    expect(patient.get_by_text("陈立言医生现在能看了")).to_be_visible()
    presses += pressed(patient)
    screenshot(patient, "access-agreed")
    return presses


def _read(physician: Page) -> None:
    chart = physician.get_by_role("link", name="林秀兰")
    expect(chart).to_be_visible()
    screenshot(physician, "access-today-open")
    assert not axe(physician)
    chart.click()
    expect(physician.get_by_text("林秀兰同意您看")).to_be_visible()
    expect(physician.locator(".glance")).to_be_visible()
    screenshot(physician, "access-overview")
    assert not axe(physician)
    physician.locator(".class-tabs button").nth(1).click()
    rows = physician.locator(".pane-list .row")
    expect(rows.first).to_be_visible()
    screenshot(physician, "access-chart")
    assert not axe(physician)
    rows.first.click()
    expect(physician.locator(".pane-entry h2").first).to_be_visible()
    screenshot(physician, "access-chart-entry")
    assert not axe(physician)


def _revoke(patient: Page, physician: Page) -> int:
    """Take it back, undo that, and take it back again; returns how many presses the first took."""
    patient.goto("/access")
    expect(patient.get_by_role("button", name="收回陈立言医生的授权")).to_be_visible()
    screenshot(patient, "access-now")
    assert not axe(patient)
    pressed(patient)
    patient.get_by_role("button", name="收回陈立言医生的授权").click()
    presses = pressed(patient)
    expect(physician.get_by_text("授权已经结束")).to_be_visible(timeout=5000)
    expect(physician.locator(".row")).to_have_count(0)
    assert "林秀兰" not in physician.content()
    screenshot(physician, "access-over")
    expect(patient.locator(".toast")).to_be_visible()
    screenshot(patient, "access-revoked")
    physician.reload()
    expect(physician.get_by_text("授权已经结束")).to_be_visible()
    assert "林秀兰" not in physician.content()

    patient.get_by_role("button", name="撤销").click()
    expect(patient.get_by_role("button", name="收回陈立言医生的授权")).to_be_visible()
    patient.get_by_role("button", name="收回陈立言医生的授权").click()
    expect(patient.get_by_text("现在没有别人能看")).to_be_visible()
    return presses
