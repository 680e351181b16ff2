"""The words of the other language are fetched: what a reader sees when that fails, and after."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect

from tests.browsers import PHONE
from tests.journeys.cast import say

pytestmark = pytest.mark.browser


def test_words_that_do_not_come_leave_the_page_readable_and_come_at_the_next_choice(
    browser: Browser, app_url: str
) -> None:
    context = browser.new_context(viewport=PHONE, locale="en-GB", base_url=app_url, service_workers="block")
    context.route("**/assets/catalogues-en-*", lambda route: route.abort())
    page = context.new_page()
    page.goto("/sign-in")
    heading = page.get_by_role("heading", level=1)
    expect(heading).to_have_text(say("identity.sign_in.title", "zh"))
    expect(heading).to_be_visible()
    expect(page.locator("html")).to_have_attribute("lang", "zh-CN")
    context.unroute_all()
    page.reload()
    expect(heading).to_have_text(say("identity.sign_in.title", "en"))
    expect(page.locator("html")).to_have_attribute("lang", "en")
    context.close()


def test_a_reader_of_chinese_does_not_fetch_english(browser: Browser, app_url: str) -> None:
    context = browser.new_context(viewport=PHONE, locale="zh-CN", base_url=app_url, service_workers="block")
    page = context.new_page()
    fetched: list[str] = []
    page.on("request", lambda request: fetched.append(request.url))
    page.goto("/sign-in")
    expect(page.get_by_role("heading", level=1)).to_have_text(say("identity.sign_in.title", "zh"))
    page.wait_for_load_state("networkidle")
    assert any("/assets/frame-" in url for url in fetched)
    assert not any("/assets/catalogues-en-" in url for url in fetched)
    context.close()
