"""Somebody changes the phone number on a phone; the old number stops it; the bell tells of it without a reload."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from health_cloud.core import db
from health_cloud.core.actors import NOBODY
from health_cloud.notify.service import sending
from tests.browsers import axe
from tests.journeys import cast
from tests.journeys.cast import Language, say
from tests.journeys.conftest import Opened

pytestmark = pytest.mark.browser

NEW = {"zh": "13900000039", "en": "13900000040"}


def _arrived(pattern: str) -> str:
    """Read a code in the demo's outbox, the newest first."""
    sending.deliver()
    rows = db.perform(sending.outbox, NOBODY)
    return next(found[0] for row in rows if (found := re.search(pattern, row.text)))


@pytest.mark.parametrize(("language", "key"), [("zh", "wu"), ("en", "zhang")])
def test_change_of_phone_stopped_by_the_old_one(opened: Opened, language: Language, key: str) -> None:
    page = opened(key, "/me", language)
    other = opened(key, "/", language)
    page.get_by_role("link", name=say("identity.me.contacts", language)).click()
    what = say("identity.contacts.change_what", language, what=say("identity.contacts.phone", language))
    page.get_by_role("button", name=what).click()
    expect(page.locator("#value")).to_be_focused()
    page.locator("#value").fill("123")
    page.get_by_role("button", name=say("identity.contacts.send", language)).click()
    expect(page.get_by_text(say("identity.contacts.error.phone", language))).to_be_visible()
    page.locator("#value").fill(NEW[language])
    page.get_by_role("button", name=say("identity.contacts.send", language)).click()
    expect(page.locator("#code")).to_be_focused()
    assert axe(page) == []
    page.locator("#code").fill(_arrived(r"^\d{6}\b"))
    page.get_by_role("button", name=say("identity.contacts.confirm", language)).click()
    expect(page.get_by_text(f"139****{NEW[language][-4:]}")).to_be_visible()
    assert axe(page) == []
    expect(other.locator(".bell .badge")).to_be_visible(timeout=5_000)

    _stop(other, language)
    expect(page.get_by_text(f"139****{NEW[language][-4:]}")).to_have_count(0, timeout=5_000)
    page.goto("/notifications")
    expect(page.get_by_text(say("identity.alert.contact_stopped", language)).first).to_be_visible()
    expect(page.locator(".bell .badge")).to_have_count(0)
    assert axe(page) == []


def _stop(page: Page, language: Language) -> None:
    """Open the page that the message to the old number names."""
    page.goto(f"/stop#{_arrived(r'[2-9A-Z]{5}-[2-9A-Z]{5}')}")
    expect(page.locator("#stop_code")).not_to_have_value("")
    page.get_by_role("button", name=say("identity.contacts.stop", language)).click()
    expect(page.get_by_text(say("identity.contacts.stopped", language))).to_be_visible()


def test_choices_are_kept_and_the_last_way_stays(opened: Opened) -> None:
    page = opened("wu", "/me/notifications")
    boxes = page.get_by_role("group", name=say("identity.notifications.security", "zh")).get_by_role("checkbox")
    expect(boxes.first).to_be_checked()
    ways = [box for box in boxes.all() if box.is_enabled()]
    for box in ways:
        box.click()
    expect(page.get_by_text(say("notify.error.last_channel", "zh"))).to_be_visible()
    page.locator("#begins").fill("22:00")
    page.locator("#ends").fill("07:00")
    page.get_by_role("button", name=say("identity.notifications.keep_quiet", "zh")).click()
    expect(page.get_by_text(say("identity.notifications.kept", "zh")).first).to_be_visible()
    page.reload()
    expect(page.locator("#begins")).to_have_value("22:00")
    assert len([box for box in boxes.all() if box.is_checked()]) == 1
    assert axe(page) == []
    assert cast.person("wu").phone
