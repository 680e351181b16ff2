"""Light and dark: what the person chose holds from the first paint on, over reloads and over what the device thinks."""

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


def _shown(page: Page) -> list[str]:
    return page.evaluate(
        "[getComputedStyle(document.documentElement).colorScheme, getComputedStyle(document.body).backgroundColor]"
    )
