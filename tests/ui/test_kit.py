"""The kit in a real browser: nothing sticks out, axe finds nothing, the keyboard goes everywhere."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from health_cloud.ui import kit
from tests.browsers import axe, until

pytestmark = pytest.mark.browser

ROUTES = [page.route for page in kit.PAGES]
MODES = [
    ("zh-CN", "light", "normal"),
    ("en-GB", "dark", "normal"),
    ("en-GB", "light", "large"),
    ("zh-CN", "dark", "large"),
]
_STICKS_OUT = """() => [...document.querySelectorAll('body *')]
  .filter(e => e.getBoundingClientRect().right > innerWidth + 1 && !e.closest('.chips, .tabs, .sr'))
  .map(e => e.outerHTML.slice(0, 120))"""
_TOO_SMALL = """() => [...document.querySelectorAll('button, a[href], input')].filter(e => {
  const box = e.getBoundingClientRect();
  return box.width && !e.closest('.skip, .chips') && (box.height < 44 || box.width < 24);
}).map(e => e.outerHTML.slice(0, 100))"""

Opened = Callable[..., Page]


@pytest.fixture
def opened(new_context: Callable[..., BrowserContext], app_url: str) -> Opened:
    """Open a kit page in a mode."""

    def go(route: str, language: str = "zh-CN", theme: str = "light", text: str = "normal", **options: Any) -> Page:
        kept = {"origin": app_url, "localStorage": [{"name": "hc-text", "value": text}]}
        context = new_context(
            locale=language,
            color_scheme=theme,
            reduced_motion="reduce",
            storage_state={"cookies": [], "origins": [kept]},
            **options,
        )
        page = context.new_page()
        page.goto(route)
        until(page, "() => !('waiting' in document.documentElement.dataset) && document.querySelector('h1')")
        return page

    return go


@pytest.mark.parametrize("mode", MODES, ids=" ".join)
@pytest.mark.parametrize("route", ROUTES)
def test_nothing_sticks_out_and_axe_finds_nothing(opened: Opened, route: str, mode: tuple[str, str, str]) -> None:
    page = opened(route, *mode, viewport={"width": 320, "height": 640})
    for width, height in ((320, 640), (390, 844), (820, 1180), (1440, 900)):
        page.set_viewport_size({"width": width, "height": height})
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= width, f"{width}: {page.evaluate(_STICKS_OUT)}"
        if width == 390 and "large" in mode:  # the rest is judged with every other screen
            findings = axe(page)
            assert not findings, "\n".join(findings)


def test_targets_on_a_phone_are_large_enough(opened: Opened) -> None:
    page = opened("/kit/list")
    small = page.evaluate(_TOO_SMALL)
    assert not small, "\n".join(small)


def test_the_language_follows_the_browser_and_a_choice_is_remembered(opened: Opened) -> None:
    page = opened("/kit", "en-GB")
    expect(page.locator("h1")).to_have_text("Interface parts")
    expect(page).to_have_title("Interface parts · Health Cloud")
    assert page.evaluate("document.documentElement.lang") == "en"
    page.get_by_role("radio", name="中文").click()
    expect(page.locator("h1")).to_have_text("界面组件")
    expect(page).to_have_title("界面组件 · 健康云")
    assert page.evaluate("document.documentElement.lang") == "zh-CN"
    page.reload()
    expect(page.locator("h1")).to_have_text("界面组件")


def test_theme_and_large_text_are_remembered_before_the_first_paint(opened: Opened) -> None:
    page = opened("/kit")
    page.get_by_role("radio", name="深色").click()
    page.get_by_role("radio", name="大字").click()
    page.reload(wait_until="commit")
    until(page, "() => document.body")
    assert page.evaluate("[document.documentElement.dataset.theme, document.documentElement.dataset.text]") == [
        "dark",
        "large",
    ]


def test_segments_move_by_arrow_keys(opened: Opened) -> None:
    page = opened("/kit")
    page.get_by_role("radio", name="浅色").focus()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("radio", name="深色")).to_be_focused()
    expect(page.get_by_role("radio", name="深色")).to_have_attribute("aria-checked", "true")


def test_a_change_of_route_takes_the_focus_to_the_heading(opened: Opened) -> None:
    page = opened("/kit/home")
    page.get_by_role("link", name="糖化血红蛋白").click()
    page.wait_for_url("**/kit/report")
    expect(page.locator("h1")).to_be_focused()


def test_the_skip_link_comes_first(opened: Opened) -> None:
    page = opened("/kit/list")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="跳到正文")).to_be_focused()


def test_a_sheet_keeps_the_focus_and_gives_it_back(opened: Opened) -> None:
    page = opened("/kit")
    trigger = page.locator("#open-sheet")
    trigger.click()
    dialog = page.get_by_role("dialog", name="为什么能看到这份报告")
    expect(dialog).to_be_visible()
    assert page.evaluate("document.querySelector('dialog').contains(document.activeElement)")
    assert not axe(page)
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(trigger).to_be_focused()


def test_a_dialog_offers_the_safe_way_first(opened: Opened) -> None:
    page = opened("/kit")
    page.locator("#open-dialog").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("button", name="取消")).to_be_focused()
    assert not axe(page)
    dialog.get_by_role("button", name="取消").click()
    expect(dialog).to_have_count(0)


def test_a_password_can_be_shown(opened: Opened) -> None:
    page = opened("/kit")
    field = page.get_by_label("密码", exact=True)
    field.fill("secret")
    page.get_by_role("button", name="显示密码").click()
    expect(field).to_have_attribute("type", "text")


@pytest.mark.parametrize(
    ("iso", "day", "moment"),
    [
        ("2016", "2016年", "2016年"),
        ("2016-03", "2016年3月", "2016年3月"),
        ("2016-03-01", "2016年3月1日", "2016年3月1日"),
        ("2016-03-01T23:30:00-05:00", "2016年3月1日", "2016年3月1日 23:30"),
        ("2016-03-01T20:00:00Z", "2016年3月2日", "2016年3月2日 4:00"),
        ("2016-03-01T20:00:00.123456+00:00", "2016年3月2日", "2016年3月2日 4:00"),
        ("2016-03-01T08:05:00", "2016年3月1日", "2016年3月1日 8:05"),
        ("nonsense", "nonsense", "nonsense"),
    ],
)
def test_a_partial_date_never_shifts_by_zone(opened: Opened, iso: str, day: str, moment: str) -> None:
    page = opened("/kit/home", timezone_id="Asia/Shanghai")
    module = page.evaluate(
        """async ([iso]) => {
          const { formats } = await import('/external/health_cloud/ui/scripts/dates.js');
          const f = formats('zh', (key) => key);
          return [f.day(iso), f.moment(iso)];
        }""",
        [iso],
    )
    assert module == [day, moment]
