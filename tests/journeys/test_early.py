"""A page asks for its content while its scripts are still on their way, and uses it only if they ask the same."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, Route, WebSocket, expect

from health_cloud.web.tool_chain import CLIENT
from tests.journeys.cast import say

pytestmark = pytest.mark.browser

LIST = "/records/laboratory"
CONNECT = "40/_event,"
ROW = f"a[href^='{LIST}/']"
Opened = Callable[..., Page]


class Lines:
    """What goes over each connection of a page, in order."""

    def __init__(self, page: Page) -> None:
        self.asked: list[list[str]] = []
        self.answered: list[list[str]] = []
        page.on("websocket", self._watch)

    def _watch(self, socket: WebSocket) -> None:
        asked: list[str] = []
        answered: list[str] = []
        self.asked.append(asked)
        self.answered.append(answered)
        socket.on("framesent", lambda frame: asked.append(str(frame)))
        socket.on("framereceived", lambda frame: answered.append(str(frame)))

    def connects(self) -> list[int]:
        """How often each connection asks for the page's States."""
        return [sum(frame.startswith(CONNECT) for frame in frames) for frames in self.asked]

    def told(self, part: str) -> bool:
        """Whether the server has said this."""
        return any(part in frame for frames in self.answered for frame in frames)


def comes(page: Page, what: Callable[[], Any], seconds: float = 20) -> None:
    latest = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < latest
        page.wait_for_timeout(20)


def test_content_is_there_before_the_scripts_and_asked_for_once(opened: Opened) -> None:
    page = opened("lin")
    lines, held, asked = Lines(page), list[Route](), list[str]()
    page.on("request", lambda request: asked.append(request.url))
    page.route("**/assets/entry.client-*.js", lambda route: held.append(route))  # noqa: PLW0108 - Playwright marks what it is given
    page.goto(LIST, wait_until="commit")
    comes(page, lambda: held and lines.told('"months_rx_state_":[{'))
    assert lines.connects() == [1]
    assert any("/assets/_records_.__cls_._index-" in url for url in asked), "its own script is not waited for either"
    assert page.locator(ROW).count() == 0
    # lets all that wait go on
    page.unroute("**/assets/entry.client-*.js")
    expect(page.locator(ROW).first).to_be_visible()
    page.get_by_role("link", name=say("ui.nav.access", "zh")).first.click()  # the connection goes on being the page's
    page.wait_for_url("**/access")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    assert lines.connects() == [1]


def test_where_the_scripts_ask_otherwise_they_are_answered(opened: Opened) -> None:
    page = opened("lin")
    lines = Lines(page)

    known = re.search(r'"hashes":\["(\w+)"', (CLIENT / "boot.js").read_text())

    def otherwise(route: Route) -> None:
        answer = route.fetch()
        text = answer.text()
        assert known
        assert text.count(known[1]) == 1
        route.fulfill(response=answer, body=text.replace(known[1], f"0{known[1]}"))

    page.route("**/assets/context-*.js", otherwise)
    page.goto(LIST)
    expect(page.locator(ROW).first).to_be_visible()
    assert lines.connects() == [1, 1]
    page.get_by_role("link", name=say("ui.nav.access", "zh")).first.click()
    page.wait_for_url("**/access")


def test_what_is_pressed_before_the_scripts_listen_is_done_once_they_do(opened: Opened) -> None:
    page = opened()
    held, asked = list[Route](), list[str]()
    page.on("request", lambda request: asked.append(f"{request.url} {request.post_data or ''}"))
    page.route("**/assets/entry.client-*.js", lambda route: held.append(route))  # noqa: PLW0108 - Playwright marks what it is given
    page.goto("/sign-in", wait_until="commit")
    secret = "seven-green-kettles"
    page.locator("input[name=identifier]").fill("lin")
    page.locator("input[name=password]").fill(secret)
    page.locator("input[name=code]").fill("123456")
    page.locator("input[name=code]").press("Enter")
    comes(page, lambda: held)
    page.wait_for_timeout(300)
    assert page.url.endswith("/sign-in")
    page.unroute("**/assets/entry.client-*.js")
    expect(page.get_by_role("alert")).to_be_visible()  # the hospital has answered
    assert page.url.endswith("/sign-in")
    assert not [each for each in asked if secret in each]


def test_without_scripts_no_address_takes_what_was_typed(new_context: Callable[..., Any]) -> None:
    page = new_context(java_script_enabled=False).new_page()
    page.goto("/sign-in")
    page.locator("input[name=password]").fill("secret")
    page.locator("input[name=code]").press("Enter")
    page.wait_for_load_state()
    assert "secret" not in page.url
