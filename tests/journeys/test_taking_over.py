"""The page that the build drew is taken over by its scripts, not drawn anew."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect

from tests.journeys.cast import say

pytestmark = pytest.mark.browser

SHEETS = "[...document.head.querySelectorAll('link[rel=stylesheet]')].map(link => link.href)"
Opened = Callable[..., Page]


@pytest.mark.parametrize("path", ["/", "/summary"])
def test_what_stands_in_the_page_stays(opened: Opened, path: str) -> None:
    page = opened("lin")
    held: list[Route] = []
    page.route("**/assets/entry.client-*.js", lambda route: held.append(route))  # noqa: PLW0108 - Playwright marks what it is given
    page.goto(path, wait_until="commit")
    expect(page.locator("#content .sk").first).to_be_attached()
    page.evaluate("document.querySelector('.app').drawnByTheBuild = true")
    sheets, title = page.evaluate(SHEETS), page.title()
    assert sheets
    page.unroute("**/assets/entry.client-*.js")
    expect(page.locator("#content .sk")).to_have_count(0)
    assert page.evaluate("document.querySelector('.app').drawnByTheBuild")
    expect(page.locator("h1")).to_have_count(1)
    assert (page.evaluate(SHEETS), page.title()) == (sheets, title)
    assert page.locator("title").count() == 1
    page.get_by_role("link", name=say("ui.nav.access", "zh")).first.click()
    page.wait_for_url("**/access")
    expect(page).not_to_have_title(title)
    assert page.evaluate(SHEETS) == sheets
