"""A real Chromium: one browser a session, one context a test, the size of a phone."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Generator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Error, Page, expect, sync_playwright

from environment import CHROMIUM, SHELL, system_browser
from health_cloud.core.i18n import say
from health_cloud.core.words import Language

PHONE = {"width": 390, "height": 844}
_SCREENS = Path(__file__).parent / "screens"
_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


expect.set_options(timeout=10_000)  # the machine does other things, too: what must come may take its time
_AT_REST = """() => Promise.race([
  Promise.all(document.getAnimations()
    .filter((each) => each.effect.getComputedTiming().iterations !== Infinity)
    .map((each) => each.finished.catch(() => {}))),
  new Promise((done) => setTimeout(done, 2000)),
])"""
"""Colours are judged when what moves has arrived; a skeleton never does."""
_JUDGE = "only => axe.run(document, {runOnly: only, resultTypes: ['violations']})"
_LOWER = "document.documentElement.scrollHeight > innerHeight"
"""Whether the window is lower than the page."""
_GOES_ON = "document.querySelector('.stretches > .older:not(:has([role=alert])) button') !== null"
"""Whether a long list has more, which comes by itself as its edge is seen."""


def until(page: Page, script: str, argument: Any = None, *, seconds: float = 30) -> None:
    """Wait until a script answers with something true, across reloads.

    Playwright's own waiting evaluates a text again inside the page, which our content policy refuses from the second
    time on; an evaluation from outside is not the page's.
    """
    latest = time.monotonic() + seconds
    while time.monotonic() < latest:
        with suppress(Error):  # the page is being loaded anew
            if page.evaluate(script, argument):
                return
        page.wait_for_timeout(50)
    raise AssertionError(f"still not so: {script}")


class Watched:
    """Collects what a page complains about; the test fails on any of it.

    `allow` takes parts of messages that a test brings about on purpose.

    Args:
        errors: whether any error in the console counts, a file that is missing too.
    """

    def __init__(self, *, errors: bool = False) -> None:
        self.errors = errors
        self.complaints: list[str] = []
        self.allow: list[str] = []

    def watch(self, page: Page) -> None:
        """Listen to a page."""
        page.on("pageerror", lambda error: self.complaints.append(f"page error: {error}"))
        page.on("console", self._console)

    def _console(self, message: ConsoleMessage) -> None:
        text = message.text
        if self.errors and message.type in {"error", "assert"}:
            self.complaints.append(f"{text} ({message.location.get('url', '')})")
        elif "Content Security Policy" in text or "Content-Security-Policy" in text or "Minified React error" in text:
            self.complaints.append(text)

    def verdict(self) -> None:
        """Fail if there was any complaint that the test does not allow."""
        left = [text for text in self.complaints if not any(part in text for part in self.allow)]
        assert not left, "\n".join(left)


ARGUMENTS = ["--no-sandbox", "--disable-background-networking", "--disable-dev-shm-usage", "--font-render-hinting=none"]
"""The last makes the Chromium without windows draw letters as the other does."""


def chromium() -> str | None:
    """Return the system's fastest Chromium; None for the one that Playwright installed."""
    return system_browser((SHELL, *CHROMIUM))


@pytest.fixture(scope="session")
def browser() -> Generator[Browser]:
    """Start Chromium."""
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium(), args=ARGUMENTS)
        yield started
        started.close()


@pytest.fixture
def complaints() -> Generator[Watched]:
    """What the pages of this test complained about."""
    watched = Watched()
    yield watched
    watched.verdict()


@pytest.fixture
def new_context(browser: Browser, app_url: str, complaints: Watched) -> Generator[Callable[..., BrowserContext]]:
    """Open browser contexts, one for each person of the journey."""
    made: list[BrowserContext] = []

    def make(**options: Any) -> BrowserContext:
        settings = {"viewport": PHONE, "locale": "zh-CN", "base_url": app_url, "service_workers": "block", **options}
        context = browser.new_context(**settings)
        context.set_default_timeout(30_000)
        context.on("page", complaints.watch)
        made.append(context)
        return context

    yield make
    for context in made:
        context.close()


@pytest.fixture
def page(new_context: Callable[..., BrowserContext]) -> Page:
    """Open a page of phone size in Chinese."""
    return new_context().new_page()


def axe(page: Page, *, colours_only: bool = False) -> list[str]:
    """Return what axe-core finds on the page as it is now, one line a finding.

    axe goes in through the debugger, which the page's own policy does not hold back. The window is made as high as
    the page, so that nothing counts as hidden because it happens to lie under a bar that sticks.

    Args:
        page: what to look at.
        colours_only: judge contrast alone: all that a colour scheme can change.
    """
    import axe_playwright_python

    before = page.viewport_size or PHONE
    _as_high_as_it_is(page, before)
    if page.evaluate("typeof axe") == "undefined":
        source = next(Path(axe_playwright_python.__file__).parent.rglob("axe.min.js")).read_text()
        session = page.context.new_cdp_session(page)
        session.send("Runtime.evaluate", {"expression": source})
        session.detach()
    page.evaluate(_AT_REST)
    only = {"type": "rule", "values": ["color-contrast"]} if colours_only else {"type": "tag", "values": _TAGS}
    result = page.evaluate(_JUDGE, only)
    while page.evaluate(_LOWER):  # a part of the page came while it was looked at
        _as_high_as_it_is(page, before)
        result = page.evaluate(_JUDGE, only)
    page.set_viewport_size(before)
    return [
        f"{violation['id']}: {node['html'][:160]} ({node['failureSummary'].splitlines()[-1].strip()})"
        for violation in result["violations"]
        for node in violation["nodes"]
    ]


def _as_high_as_it_is(page: Page, before: dict[str, int]) -> None:
    for _ in range(40):  # pictures that load as soon as there is room for them make it higher still
        height = max(before["height"], page.evaluate("document.documentElement.scrollHeight"))
        page.set_viewport_size({"width": before["width"], "height": height})
        until(page, "[...document.images].every(each => each.complete)")
        if not page.evaluate(_LOWER) and not _grows(page):
            return
    raise AssertionError("the page grows and grows")


def _grows(page: Page) -> bool:
    """Wait for what a long list brings next: whoever judges before that judges the whole page once for each part."""
    latest = time.monotonic() + 3
    while page.evaluate(_GOES_ON) and time.monotonic() < latest:
        if page.evaluate(_LOWER):
            return True
        page.wait_for_timeout(20)
    return bool(page.evaluate(_LOWER))


def screenshot(page: Page, name: str) -> Path:
    """Keep a picture of the page for the eye; not committed."""
    _SCREENS.mkdir(exist_ok=True)
    path = _SCREENS / f"{name}.png"
    page.screenshot(path=path, full_page=True)
    return path


def agree_to_notice(page: Page, language: Language) -> None:
    """Read the notice that stands before the records, and agree to its needed purposes; nothing is ticked before."""
    page.wait_for_url(re.compile("/me/notice"))
    boxes = page.get_by_role("checkbox")
    expect(boxes).to_have_count(3)
    agree = page.get_by_role("button", name=say("identity.notice.agree", language))
    boxes.nth(0).check()
    agree.click()
    expect(page.get_by_text(say("identity.error.notice_needed", language))).to_be_visible()
    boxes.nth(1).check()
    expect(boxes.nth(2)).not_to_be_checked()
    agree.click()
    page.wait_for_url(re.compile(r"/$"))
