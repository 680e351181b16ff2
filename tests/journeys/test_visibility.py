"""The desk closes a class: it is gone for the patient at the very next read, counts included; then it opens again."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.cast import STAFF, say
from tests.journeys.conftest import Opened

pytestmark = pytest.mark.browser

DESK = {"width": 1440, "height": 900}


def test_a_class_closed_and_opened_again(opened: Opened) -> None:
    desk = opened(STAFF, "/desk", viewport=DESK)
    patient = opened("lin", "/")
    before = _count(patient)
    assert before > 0
    patient.goto("/records/laboratory")
    href = patient.locator("main .row[href*='/records/laboratory/']").first.get_attribute("href") or ""
    _turn(desk)
    try:
        expect(patient.get_by_text(_nothing())).to_be_visible()  # the open screen follows by itself
        patient.goto(href)
        expect(patient.get_by_text(say("records.missing.text", "zh"))).to_be_visible()
        patient.goto("/records/laboratory")
        expect(patient.get_by_text(_nothing())).to_be_visible()
        patient.goto("/visits")
        expect(patient.locator(".thread").first).to_be_visible()
        expect(patient.locator(".thread a[href*='/records/laboratory/']")).to_have_count(0)
        patient.goto("/")
        assert _count(patient) == 0
    finally:
        _turn(desk)
    patient.goto("/")
    assert _count(patient) == before
    patient.goto(href)
    expect(patient.locator("button.why")).to_be_visible()


def _nothing() -> str:
    return say("records.empty.title", "zh", name=say("ui.class.laboratory", "zh"))


def _turn(desk: Page) -> None:
    desk.get_by_role("checkbox", name=say("ui.class.laboratory", "zh")).click()
    desk.get_by_role("button", name=say("desk.publish", "zh")).click()
    dialog = desk.get_by_role("alertdialog").or_(desk.get_by_role("dialog"))
    dialog.get_by_role("button", name=say("desk.publish", "zh")).click()
    expect(dialog).to_be_hidden()
    expect(desk.get_by_text(say("desk.nothing_changed", "zh"))).to_be_visible()


def _count(page: Page) -> int:
    tile = page.locator(".classes a").first
    expect(tile).to_be_visible()
    return int(re.sub(r"\D", "", tile.inner_text()) or 0)
