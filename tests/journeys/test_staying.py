"""The end of a session is said before it comes; a screen that was left locks; another device is ended from here."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from health_cloud.core import clock, db
from health_cloud.identity.service import own_sessions
from tests.browsers import axe, screenshot
from tests.journeys import cast
from tests.journeys.cast import STAFF, Cast, Language, say
from tests.journeys.conftest import Opened
from tests.people import PASSWORD

pytestmark = pytest.mark.browser
_LOOK = "document.dispatchEvent(new Event('visibilitychange'))"


@pytest.mark.parametrize(("language", "who"), [("zh", "lin"), ("en", "huang")])
def test_the_end_is_said_and_staying_is_a_touch(opened: Opened, language: Language, who: str) -> None:
    page = opened(who, "/me", language)
    expect(page.get_by_text(cast.person(who).name.pick(language)).first).to_be_visible()  # connected
    page.wait_for_load_state("networkidle")  # what the page loads late is a sign of life, too
    page.wait_for_timeout(1000)
    clock.clock.advance(minutes=58, seconds=30)
    page.evaluate(_LOOK)
    said = page.get_by_role("alertdialog", name=say("identity.staying.title", language))
    expect(said).to_be_visible(timeout=15_000)
    screenshot(page, f"identity-staying-{language}")
    assert not axe(page)
    said.get_by_role("button", name=say("identity.staying.stay", language)).click()
    expect(said).to_have_count(0)
    clock.clock.advance(minutes=5)
    page.reload()
    expect(page.get_by_role("heading", level=1, name=say("identity.me.title", language))).to_be_visible()


@pytest.mark.parametrize(("language", "who"), [("zh", "wu"), ("en", "sun")])
def test_a_screen_that_was_left_locks_and_opens_where_it_was(
    opened: Opened, demo: Cast, language: Language, who: str
) -> None:
    page = opened(who, "/records/laboratory", language)
    row = page.locator("main a.row").first
    expect(row).to_be_visible()
    what = max(row.inner_text().splitlines(), key=len)
    _set_lock(demo, who, 5)
    try:
        clock.clock.advance(minutes=5, seconds=1)
        expect(page.get_by_role("heading", name=say("identity.unlock.title", language))).to_be_visible(timeout=10_000)
        assert what not in page.content()
        screenshot(page, f"identity-locked-{language}")
        assert not axe(page)
        page.goto("/records/laboratory")
        expect(page.get_by_role("heading", name=say("identity.unlock.title", language))).to_be_visible()
        page.get_by_label(say("identity.unlock.secret", language)).fill("nothing like it")
        page.get_by_role("button", name=say("identity.unlock.open", language)).click()
        expect(page.get_by_text(say("identity.error.unlock", language))).to_be_visible()
        page.get_by_label(say("identity.unlock.secret", language)).fill(PASSWORD)
        page.get_by_role("button", name=say("identity.unlock.open", language)).click()
        expect(page.locator("main a.row").first).to_be_visible()
        assert page.url.endswith("/records/laboratory")
    finally:
        _set_lock(demo, who, 0)


def _set_lock(demo: Cast, who: str, minutes: int) -> None:
    actor = demo.actor(who)
    db.perform(own_sessions.set_lock, actor, minutes)


def test_both_pages_of_signing_in(opened: Opened, demo: Cast) -> None:
    for language in ("zh", "en"):
        page = opened("lin", "/me/sessions", language)
        expect(page.locator("main .row").first).to_be_visible()
        screenshot(page, f"identity-sessions-{language}")
        assert not axe(page)
        page.goto("/me/security")
        expect(page.get_by_text(say("identity.security.password", language), exact=True)).to_be_visible()
        screenshot(page, f"identity-security-{language}")
        assert not axe(page)
        clock.clock.advance(minutes=11)
        page.get_by_text(say("identity.security.authenticator", language), exact=True).click()
        dialog = page.get_by_role("dialog", name=say("identity.proof.title", language))
        expect(dialog).to_be_visible()
        dialog.get_by_label(say("identity.proof.code", language)).fill(demo.account("lin").key.code())
        dialog.get_by_role("button", name=say("identity.proof.confirm", language)).click()
        expect(page.locator(".qr")).to_be_visible()
        screenshot(page, f"identity-authenticator-{language}")
        assert not axe(page)
        page.get_by_role("button", name=say("ui.cancel", language)).click()
        expect(page.get_by_text(say("identity.security.password", language), exact=True)).to_be_visible()
    desk = opened(STAFF, "/me/security", viewport={"width": 1440, "height": 900})
    expect(desk.get_by_text(say("identity.security.password", "zh"), exact=True)).to_be_visible()
    screenshot(desk, "identity-security-desk")
