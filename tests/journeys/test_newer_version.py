"""An open page whose server has moved on: it is told, it offers, and it takes nothing that is being typed."""

from __future__ import annotations

import json
from collections.abc import Callable, Generator

import pytest
from playwright.sync_api import Page, Route, expect
from reflex.state import State

from tests.browsers import until
from tests.cable import Cable
from tests.journeys.cast import LANGUAGES, Language, say
from tests.journeys.conftest import Opened
from tests.served import Served

pytestmark = pytest.mark.browser

_SOON = 15_000
_TYPED = "110101195903"


@pytest.fixture
def rebuild(served: Served) -> Generator[Callable[[], None]]:
    """Let the server serve another build when asked to: its id, and a service worker that keeps a newer shell."""
    client = served.client
    files = {path: path.read_bytes() for name in ("build.json*", "sw.js*") for path in client.glob(name)}

    def now() -> None:
        (client / "build.json").write_text(json.dumps({"version": "another"}))
        worker = client / "sw.js"
        for packed in (*client.glob("sw.js.*"), *client.glob("build.json.*")):
            packed.unlink()  # or the server would send these
        worker.write_text(worker.read_text().replace('"version": "', '"version": "another-', 1))

    yield now
    for path, content in files.items():
        path.write_bytes(content)


def _mark(page: Page) -> None:
    page.evaluate("window.same = true")


def _is_same(page: Page) -> bool:
    return bool(page.evaluate("window.same === true"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_rebuilt_server_is_offered_on_reconnect(
    opened: Opened, cable: Cable, rebuild: Callable[[], None], language: Language
) -> None:
    page = opened("", "/sign-in", language, proxy={"server": cable.url})
    page.wait_for_load_state("networkidle")
    page.locator("input[name=identifier]").press_sequentially(_TYPED)
    _mark(page)
    expect(page.locator(".connection")).to_have_text("")
    cable.cut()
    expect(page.locator(".connection")).to_have_text(say("web.lost", language), timeout=_SOON)
    rebuild()
    cable.mend()
    banner = page.locator(".connection")
    expect(banner).to_contain_text(say("web.update", language), timeout=_SOON)
    page.wait_for_timeout(1_000)
    assert _is_same(page)
    expect(page.locator("input[name=identifier]")).to_have_value(_TYPED)
    banner.get_by_role("button", name=say("web.reload", language)).click()
    until(page, "window.same === undefined")
    expect(page.get_by_role("heading", level=1)).to_be_visible()


def test_the_newer_worker_takes_over_when_asked_to(opened: Opened, rebuild: Callable[[], None]) -> None:
    page = opened("", "/welcome", service_workers="allow")
    until(page, "navigator.serviceWorker.getRegistration().then(worker => worker?.active?.state === 'activated')")
    page.reload()
    until(page, "navigator.serviceWorker.controller !== null")
    before = page.evaluate("caches.keys()")
    _mark(page)
    rebuild()
    expect(page.locator(".connection")).to_contain_text(say("web.update", "zh"), timeout=_SOON)
    until(page, "navigator.serviceWorker.getRegistration().then(worker => worker.waiting !== null)")
    assert page.evaluate("caches.match('/offline.html').then(found => found !== undefined)")
    assert _is_same(page)
    page.locator(".connection").get_by_role("button").click()
    until(page, "window.same === undefined")
    until(page, "before => caches.keys().then(kept => kept.length === 1 && kept[0] !== before)", before[0])
    expect(page.get_by_role("heading", level=1)).to_be_visible()


def test_a_page_whose_script_is_gone_offers_to_reload(opened: Opened) -> None:
    page = opened("", "/welcome")
    heading = page.get_by_role("heading", level=1).inner_text()
    _mark(page)
    gone = "**/assets/_sign-in_*"
    page.route(gone, _not_found)
    page.locator("main a[href='/sign-in'], main a[href='/sign-in/']").first.click()
    banner = page.locator(".connection")
    expect(banner).to_contain_text(say("web.missing", "zh"))
    assert _is_same(page)
    expect(page.get_by_role("heading", level=1)).to_have_text(heading)  # no white page
    page.unroute(gone)
    banner.get_by_role("button", name=say("web.reload", "zh")).click()
    page.wait_for_url("**/sign-in")
    expect(page.locator("input[name=identifier]")).to_be_visible()


def _not_found(route: Route) -> None:
    route.fulfill(status=404, body="")


def test_another_state_on_the_server_does_not_reload_the_page(
    opened: Opened, cable: Cable, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = opened("", "/sign-in", proxy={"server": cable.url})
    page.wait_for_load_state("networkidle")
    page.locator("input[name=identifier]").press_sequentially(_TYPED)
    _mark(page)
    monkeypatch.setattr(State, "_to_frontend_schema", classmethod(lambda _: "another"))
    cable.cut()
    expect(page.locator(".connection")).to_have_text(say("web.lost", "zh"), timeout=_SOON)
    cable.mend()
    expect(page.locator(".connection")).not_to_have_text(say("web.lost", "zh"), timeout=_SOON)
    page.wait_for_timeout(2_000)
    assert _is_same(page)
    expect(page.locator("input[name=identifier]")).to_have_value(_TYPED)
    expect(page.locator("#reflex-new-version-banner")).to_be_hidden()
