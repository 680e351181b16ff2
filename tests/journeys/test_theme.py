"""Light, dark and the size of letters: what was chosen holds from the first paint on, whatever the device thinks."""

from __future__ import annotations

from typing import Literal

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.cast import say
from tests.journeys.conftest import Opened

pytestmark = pytest.mark.browser

_PAPER = {"light": "rgb(247, 246, 243)", "dark": "rgb(22, 22, 19)"}
_NOTE_FIRST_PAINT = """() => {
  const look = () => {
    if (!document.body || performance.getEntriesByType('paint').length === 0) return requestAnimationFrame(look);
    const html = getComputedStyle(document.documentElement);
    (window.painted ??= []).push([html.colorScheme, getComputedStyle(document.body).backgroundColor]);
    if (window.painted.length < 40) requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}"""
_PAINTED = """() => new Promise((done) => {
  const wait = setInterval(() => window.painted?.length >= 40 && (clearInterval(wait), done(window.painted)), 50);
})"""
_OTHER: dict[str, Literal["light", "dark"]] = {"light": "dark", "dark": "light"}


@pytest.mark.parametrize("chosen", ["light", "dark"])
def test_a_choice_holds_from_the_first_paint(opened: Opened, chosen: str) -> None:
    page = opened("lin", "/me", color_scheme=_OTHER[chosen])
    expect(page.get_by_role("radio", name=say("ui.theme.auto", "zh"))).to_be_checked()
    page.get_by_role("radio", name=say(f"ui.theme.{chosen}", "zh")).click()
    page.add_init_script(f"({_NOTE_FIRST_PAINT})()")
    page.reload()
    expect(page.get_by_role("radio", name=say(f"ui.theme.{chosen}", "zh"))).to_be_checked()
    seen = {tuple(each) for each in page.evaluate(_PAINTED)}
    assert seen == {(chosen, _PAPER[chosen])}
    page.emulate_media(color_scheme=_OTHER[_OTHER[chosen]])  # the evening comes
    page.emulate_media(color_scheme=_OTHER[chosen])
    page.wait_for_timeout(300)
    assert _shown(page) == [chosen, _PAPER[chosen]]
    paper = {"light": "#f7f6f3", "dark": "#161613"}[chosen]
    expect(page.locator("meta[name=theme-color]")).to_have_attribute("content", paper)


def test_without_a_choice_the_device_decides(opened: Opened) -> None:
    page = opened("lin", "/me", color_scheme="dark")
    assert _shown(page) == ["dark", _PAPER["dark"]]
    page.get_by_role("radio", name=say("ui.theme.light", "zh")).click()
    assert _shown(page) == ["light", _PAPER["light"]]
    page.get_by_role("radio", name=say("ui.theme.auto", "zh")).click()
    assert _shown(page) == ["dark", _PAPER["dark"]]
    page.emulate_media(color_scheme="light")
    page.wait_for_timeout(300)
    assert _shown(page) == ["light", _PAPER["light"]]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_browser_with_large_letters_has_the_layout_of_large_text(opened: Opened, language: str) -> None:
    page = opened("lin", "", language, viewport={"width": 390, "height": 844})
    page.context.new_cdp_session(page).send("Page.setFontSizes", {"fontSizes": {"standard": 32}})
    for path in ("/", "/records/laboratory", "/visits", "/summary", "/access", "/followup", "/me"):
        page.goto(path)
        expect(page.locator("html")).to_have_attribute("data-text", "large")
        expect(page.get_by_role("heading", level=1).first).to_be_visible()
        expect(page.locator("main .sk")).to_have_count(0)
        assert page.evaluate(_WIDER) <= 0, path
        assert page.evaluate("parseFloat(getComputedStyle(document.querySelector('main')).fontSize)") == 32, path
    large, normal = (page.get_by_role("radio", name=say(f"ui.text.{each}", language)) for each in ("large", "normal"))
    expect(large).to_be_checked()
    normal.click()
    page.reload()
    expect(normal).to_be_checked()  # who chooses small letters in spite of it gets the browser's own size
    expect(page.locator("html")).to_have_attribute("data-text", "normal")
    assert page.evaluate("document.documentElement.style.fontSize") == ""


_WIDER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


def _shown(page: Page) -> list[str]:
    return page.evaluate(
        "[getComputedStyle(document.documentElement).colorScheme, getComputedStyle(document.body).backgroundColor]"
    )
