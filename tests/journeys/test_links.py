"""Showing records by a QR code: made on a phone, opened by somebody without an account, seen at once, ended."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browsers import axe
from tests.journeys import cast
from tests.journeys.cast import say
from tests.journeys.conftest import Opened

pytestmark = pytest.mark.browser

WHO = "sun"
RECIPIENT = "李医生，市一院"


def _ask(page: Page, passcode: str) -> None:
    page.locator("#recipient").fill(RECIPIENT)
    page.locator("#passcode").fill(passcode)
    page.locator("#open").click()


def test_one_record_from_its_own_page(opened: Opened) -> None:
    patient = opened(WHO, "/records/prescriptions")
    patient.locator("main a[href^='/records/prescriptions/']").first.click()
    show = patient.get_by_role("link", name=say("records.entry.show", "zh"))
    expect(show).to_be_visible()
    title = patient.get_by_role("heading", level=1).inner_text()
    show.click()
    expect(patient.get_by_role("heading", level=1)).to_have_text(say("links.new", "zh"))
    expect(patient.locator("main .sheet").first).to_have_text(title)
    expect(patient.get_by_role("checkbox", name=re.compile(say("ui.class.laboratory", "zh")))).to_have_count(0)


def test_made_opened_seen_and_ended(opened: Opened) -> None:
    patient = opened(WHO, "/access/links/new")
    patient.get_by_role("checkbox", name=re.compile(f"^{say('ui.class.laboratory', 'zh')}")).click()
    patient.get_by_label(say("links.label", "zh")).fill("给李医生看")
    patient.get_by_role("button", name=say("links.make", "zh")).click()
    expect(patient.get_by_role("img", name=say("links.qr", "zh"))).to_be_visible()
    passcode = patient.locator("[data-passcode]").get_attribute("data-passcode") or ""
    link = patient.get_by_role("link", name=say("links.look", "zh")).get_attribute("href") or ""
    assert not axe(patient)
    patient.get_by_role("link", name=say("links.own", "zh")).click()
    card = patient.locator(".links-card").first
    expect(card).to_contain_text(say("links.not_opened", "zh"))

    stranger = opened("", link, "en")
    sent: list[str] = []
    stranger.on("request", lambda request: sent.append(f"{request.url} {request.post_data or ''}"))
    expect(stranger.locator("#label")).to_have_text("给李医生看")
    _ask(stranger, f"{(int(passcode) + 1) % 1_000_000:06}")
    expect(stranger.locator("#problem")).to_contain_text("4")
    expect(stranger.locator("#passcode")).to_be_focused()
    _ask(stranger, passcode)
    expect(stranger.locator(".view-whom h2")).to_have_text(cast.person(WHO).name.en)
    expect(stranger.locator(".view-part").first).to_be_visible()
    assert not axe(stranger)
    assert not [each for each in sent if link.partition("shlink:/")[2] in each]

    expect(card).to_contain_text(RECIPIENT)  # without a reload
    card.get_by_role("button", name=say("links.end", "zh")).click()
    expect(card.get_by_role("button")).to_have_count(0)
    stranger.reload()
    _ask(stranger, passcode)
    expect(stranger.locator("#message")).to_contain_text("run out")
    expect(stranger.locator(".view-whom")).to_have_count(0)
