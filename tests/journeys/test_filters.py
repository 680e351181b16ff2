"""A filtered list: its address keeps the filter and how far it was read; every way back leads to the same place."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browsers import until
from tests.journeys.cast import say
from tests.journeys.conftest import Opened

pytestmark = pytest.mark.browser

ROWS = "main .row[href*='/records/laboratory/']"
NARROWED = re.compile(r"/records/laboratory\?only=abnormal(&shown=\d+)?(&from=[^&]+)?$")


def test_a_filter_and_the_place_in_it_are_there_on_every_way_back(opened: Opened) -> None:
    page = opened("lin", "/records/laboratory")
    expect(page.locator(ROWS).first).to_be_visible()
    page.get_by_role("link", name=say("records.filter.abnormal", "zh"), exact=True).click()
    chosen = page.locator(".chip[aria-current='true']")
    expect(chosen).to_have_text(say("records.filter.abnormal", "zh"))
    expect(page.locator(f"{ROWS}:not(:has(.end))")).to_have_count(0)
    href = page.locator(ROWS).nth(18).get_attribute("href") or ""
    row = page.locator(f"main .row[href='{href}']")
    row.evaluate("row => row.scrollIntoView({block: 'center'})")
    place = _top(page, href)
    row.click()
    expect(page).to_have_url(re.compile(re.escape(href)))
    page.get_by_role("link", name=say("ui.class.laboratory", "zh"), exact=True).click()
    _same_place(page, href, place)
    page.locator(f"main .row[href='{href}']").click()
    expect(page).to_have_url(re.compile(re.escape(href)))
    page.go_back()
    _same_place(page, href, place)
    page.reload()
    _same_place(page, href, place)
    page.get_by_role("link", name=say("records.filter.all", "zh"), exact=True).click()
    expect(page).to_have_url(re.compile(r"/records/laboratory$"))
    expect(page.locator(ROWS).first).to_be_visible()
    page.go_back()
    expect(page).to_have_url(NARROWED)
    expect(chosen).to_have_text(say("records.filter.abnormal", "zh"))
    expect(row).to_have_count(1)


def _top(page: Page, href: str) -> float:
    return page.locator(f"main .row[href='{href}']").evaluate("row => row.getBoundingClientRect().top")


def _same_place(page: Page, href: str, place: float) -> None:
    expect(page).to_have_url(NARROWED)
    row = f"main .row[href='{href}']"
    expect(page.locator(row)).to_have_count(1)
    until(
        page,
        "([row, place]) => Math.abs((document.querySelector(row)?.getBoundingClientRect().top ?? -9) - place) < 4",
        [row, place],
    )


def test_a_list_that_was_left_begins_at_its_top_again(opened: Opened) -> None:
    page = opened("lin", "/records/laboratory?only=abnormal")
    page.locator(ROWS).nth(18).click()
    expect(page.locator("main .result").first).to_be_visible()
    page.get_by_role("link", name=say("ui.nav.records", "zh"), exact=True).click()
    page.locator(".classes a[href*='/records/laboratory']").click()
    expect(page).to_have_url(re.compile(r"/records/laboratory$"))
    expect(page.locator(ROWS).first).to_be_visible()
    assert page.evaluate("scrollY") == 0


def test_nothing_fits_is_not_no_records_and_one_tap_shows_all(opened: Opened) -> None:
    page = opened("lin", "/records/laboratory?period=1931")
    expect(page.get_by_role("heading", name=say("records.filter.none", "zh"))).to_be_visible()
    expect(page.get_by_text(say("records.empty.text", "zh"))).to_have_count(0)
    expect(page.get_by_label(say("records.filter.period", "zh"))).to_contain_text("1931年")
    page.get_by_role("link", name=say("records.filter.clear", "zh"), exact=True).click()
    expect(page.locator(ROWS).first).to_be_visible()
    page.get_by_label(say("records.filter.period", "zh")).select_option(label=say("records.filter.period_12m", "zh"))
    expect(page).to_have_url(re.compile(r"\?period=12m$"))
    expect(page.locator(".chip.pick.on")).to_have_count(1)
    page.get_by_label(say("records.filter.kind", "zh")).select_option(label=say("records.kind.urine", "zh"))
    expect(page).to_have_url(re.compile(r"\?kind=urine&period=12m$"))
    expect(page.locator(".chip.pick.on")).to_have_count(2)
