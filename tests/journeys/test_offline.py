"""Without a network the app opens, says so, and shows nothing of the record."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.journeys.cast import say
from tests.journeys.conftest import Opened

pytestmark = pytest.mark.browser


def test_offline_the_shell_opens_and_says_so(opened: Opened) -> None:
    page = opened("lin", "/", service_workers="allow")
    expect(page.locator(".classes a")).to_have_count(6)
    page.wait_for_function("navigator.serviceWorker.ready.then(worker => worker.active.state === 'activated')")
    page.reload()
    expect(page.locator(".classes a")).to_have_count(6)
    page.wait_for_function("navigator.serviceWorker.controller !== null")
    page.context.set_offline(True)
    page.goto("/")
    expect(page.get_by_text(say("web.offline", "zh"))).to_be_visible()
    assert page.locator(".classes a, .thread li, a[href*='/records/'].row").count() == 0  # nothing was kept
    page.goto("/records/laboratory")
    expect(page.get_by_role("heading", name="没有网络")).to_be_visible()
    page.context.set_offline(False)
    page.goto("/")
    expect(page.locator(".classes a")).to_have_count(6)
