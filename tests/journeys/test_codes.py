"""A patient shows a code: one physician types it, another scans it; the request comes up on the phone by itself."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from health_cloud.consent.service import codes
from tests.journeys import cast
from tests.journeys.cast import PHYSICIAN, say
from tests.journeys.conftest import Opened

pytestmark = pytest.mark.browser

AT_ONCE = 5_000  # ms
DESK = {"width": 1440, "height": 900}
TOKEN = "the-token-that-the-picture-shows"


def test_typed_at_the_desk_and_scanned_by_a_phone(opened: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    patient = opened("huang", "/access/code")
    name = cast.person("huang").name.zh
    digits = patient.locator(".code-digits").inner_text()
    physician = opened(PHYSICIAN, "/physician/ask", viewport=DESK)
    physician.get_by_role("radio", name=say("access.ask.by.qr", "zh")).or_(
        physician.get_by_role("button", name=say("access.ask.by.qr", "zh"))
    ).first.click()
    physician.get_by_label(say("access.ask.code", "zh")).fill(digits)
    _send(physician)
    look = patient.get_by_role("link", name=say("access.code.look", "zh"))
    expect(look).to_be_visible(timeout=AT_ONCE)  # without a reload
    expect(patient.locator(".code-digits")).to_have_count(0)
    look.click()
    expect(patient.get_by_role("heading", level=1)).to_contain_text("陈")

    monkeypatch.setattr(codes.secrets, "token_urlsafe", lambda _bytes: TOKEN)
    patient.goto("/access/code")
    expect(patient.locator(".code-digits")).to_be_visible()
    phone = opened(PHYSICIAN, f"/physician/ask/{TOKEN}")
    expect(phone.get_by_text(say("access.ask.by_code", "zh"))).to_be_visible()
    assert phone.get_by_text(name).count() == 0
    expect(patient.get_by_text(say("access.code.read_text", "zh"))).to_be_visible(timeout=AT_ONCE)
    _send(phone)
    assert phone.get_by_text(name).count() == 0
    expect(patient.get_by_role("link", name=say("access.code.look", "zh"))).to_be_visible(timeout=AT_ONCE)
    other = opened(PHYSICIAN, f"/physician/ask/{TOKEN}")
    expect(other.get_by_text(say("consent.error.code", "zh"))).to_be_visible()


def _send(physician: Page) -> None:
    physician.get_by_role("button", name=say("access.ask.send", "zh")).click()
    expect(physician.get_by_text(say("access.ask.sent", "zh")).first).to_be_visible()
