"""Without the hospital's server the app opens, says so, shows nothing of the record, and comes back by itself."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import Literal
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Page, expect

from health_cloud.core import clock, db
from health_cloud.followup import service as followup
from tests import sharing
from tests.browsers import axe, until
from tests.cable import Cable
from tests.followup.eligibility import may_book_all
from tests.journeys import cast
from tests.journeys.cast import LANGUAGES, PHYSICIAN, Cast, Language, say
from tests.journeys.conftest import Opened
from tests.journeys.test_long_lists import AT, DEEP, NOTED, ON, SAME

pytestmark = pytest.mark.browser

_ACTIVE = "navigator.serviceWorker.getRegistration().then(worker => worker?.active?.state === 'activated')"
_AWAY = {"zh": "现在连不上医院", "en": "The hospital cannot be reached now"}
_HIDDEN_WITHIN = 8_000  # ms: asked every four seconds, three to wait for the answer
_SAID_WITHIN = 14_000  # ms: the shell asks every ten seconds, and waits as long
_AT_ONCE = 1_000  # ms, on the page's own clock
_WATCH_IT_EMPTY = """() => {
  addEventListener("offline", () => (window.cut = performance.now()), { capture: true });
  new MutationObserver(() => {
    if (!window.emptied && !document.querySelector(".pane-list .row")) window.emptied = performance.now();
  }).observe(document, { subtree: true, childList: true });
}"""
_BACK_WITHIN = 30_000
REASON = "脚有些麻，想问要不要换药"
DESK = {"width": 1440, "height": 900}


def _installed(page: Page) -> None:
    until(page, _ACTIVE)
    page.reload()
    until(page, "navigator.serviceWorker.controller !== null")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_offline_the_app_opens_says_so_and_comes_back(
    opened: Opened, cable: Cable, language: Language, scheme: Literal["light", "dark"]
) -> None:
    page = opened("lin", "/", language, service_workers="allow", color_scheme=scheme, proxy={"server": cable.url})
    _installed(page)
    cable.cut()  # the browser's own switch may come after a worker that wakes just then
    for path in ("/", "/records/laboratory"):  # the icon, and a page deep inside
        page.goto(path)
        expect(page.get_by_role("heading", level=1)).to_have_text([_AWAY[language]])
        expect(page).to_have_title(_AWAY[language])
        expect(page.get_by_text(_AWAY["en" if language == "zh" else "zh"])).to_have_count(0)
        assert page.evaluate("getComputedStyle(document.body).visibility") == "visible"
        assert page.locator("a[href*='/records/']").count() == 0
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == _paper(page)
    assert not axe(page)
    cable.mend()
    expect(page.locator("main .row[href*='/records/']").first).to_be_visible(timeout=_BACK_WITHIN)
    assert page.url.endswith("/records/laboratory")


def _paper(page: Page) -> str:
    """Return the colour of paper in the present scheme, which the page has only if its styles were kept."""
    dark = page.evaluate("matchMedia('(prefers-color-scheme: dark)').matches")
    return "rgb(22, 22, 19)" if dark else "rgb(247, 246, 243)"


def test_offline_in_the_chosen_language(opened: Opened, cable: Cable) -> None:
    page = opened("lin", "/me", "zh", service_workers="allow", proxy={"server": cable.url})
    page.get_by_role("radio", name="English").click()
    _installed(page)
    cable.cut()
    page.goto("/")
    expect(page.get_by_role("heading", level=1)).to_have_text([_AWAY["en"]])


def test_a_server_that_is_down_looks_no_different(opened: Opened, cable: Cable) -> None:
    page = opened("lin", "/", service_workers="allow", proxy={"server": cable.url})
    _installed(page)
    cable.cut()
    page.goto("/access")
    expect(page.get_by_role("heading", level=1)).to_have_text([_AWAY["zh"]])
    cable.mend()
    expect(page.get_by_role("heading", level=1)).not_to_have_text([_AWAY["zh"]], timeout=_BACK_WITHIN)
    assert page.url.endswith("/access")


def test_a_chart_is_hidden_when_the_network_falls_silent(opened: Opened, demo: Cast, cable: Cable) -> None:
    who = cast.person("sun")
    grant = _given(demo, "sun")
    page = opened(PHYSICIAN, f"/physician/chart/{grant}?class=laboratory", viewport=DESK, proxy={"server": cable.url})
    expect(page.get_by_role("heading", level=1, name=who.name.zh)).to_be_visible()
    shown = page.locator(".pane-list .row").first
    expect(shown).to_be_visible()
    title = shown.locator(".ttl").inner_text()
    page.wait_for_timeout(5_000)
    expect(shown).to_be_visible()  # a living connection hides nothing
    cable.silence()
    began = time.monotonic()
    expect(page.get_by_text(title, exact=True)).to_have_count(0, timeout=_HIDDEN_WITHIN)
    expect(page.get_by_text(who.name.zh)).to_have_count(0, timeout=1_000)
    assert time.monotonic() - began < _HIDDEN_WITHIN / 1000 + 1
    expect(page.get_by_text(say("ui.lease.away", "zh"))).to_be_visible()
    expect(page.locator(".connection")).to_have_text(say("web.lost", "zh"), timeout=1_000)
    cable.mend()
    expect(page.get_by_text(title, exact=True).first).to_be_visible(timeout=_BACK_WITHIN)
    expect(page.get_by_role("heading", level=1, name=who.name.zh)).to_be_visible()
    expect(page.locator(".connection")).to_have_text("", timeout=_BACK_WITHIN)


def test_offline_hides_a_chart_at_once(opened: Opened, demo: Cast) -> None:
    page = opened(PHYSICIAN, f"/physician/chart/{_given(demo, 'ren')}?class=laboratory", viewport=DESK)
    expect(page.locator(".pane-list .row").first).to_be_visible()
    until(page, ON, DEEP)
    until(page, NOTED)
    place = page.evaluate(AT)
    page.evaluate(_WATCH_IT_EMPTY)
    page.context.set_offline(True)
    expect(page.locator(".pane-list .row")).to_have_count(0)
    expect(page.locator(".connection")).to_have_text(say("web.offline", "zh"))
    assert page.evaluate("window.emptied - window.cut") < _AT_ONCE
    page.context.set_offline(False)
    expect(page.locator(".pane-list .row").first).to_be_visible(timeout=_BACK_WITHIN)
    until(page, SAME, place)


def test_what_was_typed_outlives_a_silent_network(opened: Opened, demo: Cast, cable: Cable) -> None:
    _times_are_offered(demo)
    page = opened("lin", "/followup/book", proxy={"server": cable.url})
    page.get_by_role("link", name=say("followup.times.see", "zh")).first.click()
    page.locator(".times button").last.click()
    reason = page.locator("textarea[name=reason]")
    reason.press_sequentially(REASON)
    picked = page.locator(".times [aria-pressed=true]").inner_text()
    cable.silence()
    expect(page.locator(".connection")).to_have_text(say("web.lost", "zh"), timeout=_SAID_WITHIN)
    expect(reason).to_have_value(REASON)
    cable.mend()
    expect(page.locator(".connection")).to_have_text("", timeout=_BACK_WITHIN)
    _reconnected(page)
    expect(reason).to_have_value(REASON)
    expect(page.locator(".times [aria-pressed=true]")).to_have_text(picked)
    page.locator(".times button").first.click()  # the page lives
    expect(page.locator(".times button").first).to_have_attribute("aria-pressed", "true", timeout=_BACK_WITHIN)
    expect(reason).to_have_value(REASON)


def test_what_was_narrowed_does_not_widen_by_itself(opened: Opened, demo: Cast, cable: Cable) -> None:
    request = sharing.ask(demo.actor(PHYSICIAN), cast.person("wu").visit_card)
    page = opened("wu", f"/access/request/{request}", proxy={"server": cable.url})
    first = page.get_by_role("checkbox").first
    first.click()
    expect(first).not_to_be_checked()
    expect(page.get_by_text(say("access.agree", "zh"), exact=True)).to_be_visible()
    _lose(page, cable)
    expect(first).not_to_be_checked()


def test_fields_that_vanish_with_the_state_return_filled(opened: Opened, cable: Cable) -> None:
    """The form for offering times is there only once the server's State has come."""
    page = opened(PHYSICIAN, "/physician/slots", viewport=DESK, proxy={"server": cable.url})
    begin = page.locator("input[name=begin]")
    begin.fill("09:30")
    begin.evaluate("field => { field.dataset.before = 'yes' }")
    _lose(page, cable)
    assert begin.get_attribute("data-before") is None  # another field stands there now
    expect(begin).to_have_value("09:30")
    expect(page.locator("input[name=end]")).to_have_value("")


def test_nobody_proves_who_they_are_twice(opened: Opened, cable: Cable) -> None:
    """A phone that locks loses its connection."""
    page = opened("", "/verify", proxy={"server": cable.url})
    page.locator("input[name=number]").fill(cast.person("lin").national_id)
    page.get_by_role("button", name=say("identity.verify.onward", "zh")).click()
    card = page.locator("input[name=card]")
    card.press_sequentially("V10")
    _lose(page, cable)
    expect(card).to_have_value("V10")


def _lose(page: Page, cable: Cable) -> None:
    """Lose the connection and get it back."""
    cable.cut()
    expect(page.locator(".connection")).to_have_text(say("web.lost", "zh"), timeout=_SAID_WITHIN)
    cable.mend()
    expect(page.locator(".connection")).to_have_text("", timeout=_BACK_WITHIN)
    _reconnected(page)


def _reconnected(page: Page) -> None:
    """Wait until the page has been built anew by the server."""
    page.wait_for_timeout(2_500)
    expect(page.locator("main .sk")).to_have_count(0)


def _given(demo: Cast, who: str) -> str:
    physician, patient = demo.actor(PHYSICIAN), demo.actor(who)
    return sharing.give(patient, sharing.ask(physician, cast.person(who).visit_card), hours=24)


def _times_are_offered(demo: Cast) -> None:
    day = (clock.now().astimezone(ZoneInfo("Asia/Shanghai")) + timedelta(days=5)).date().isoformat()
    db.perform(followup.open_slots, demo.actor(PHYSICIAN), day, "14:00", "16:00", "30")
    may_book_all(demo.actor("lin"))
