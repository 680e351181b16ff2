"""A life of three thousand entries: the list goes on by itself, stays light, and back leads to the same line."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from health_cloud.core import changes, db
from tests.browsers import until
from tests.journeys.cast import Cast, say
from tests.journeys.conftest import Opened

pytestmark = pytest.mark.browser

LINES = "main [data-line]"
DEEP = 12_000
FEW = 150
"""So many lines stand in the page, however many have passed."""
ON = "deep => { scrollTo(0, document.body.scrollHeight); return scrollY > deep; }"
HIGH = "document.documentElement.scrollHeight"
AT = """() => {
  const line = [...document.querySelectorAll("main [data-line]")].find((one) => one.getBoundingClientRect().top > 300);
  return [line.dataset.line, line.getBoundingClientRect().top];
}"""
NOTED = """() => {
  const { line, top } = Object.values(JSON.parse(sessionStorage.getItem("hc-stood") ?? "{}")).at(-1) ?? {};
  const now = document.querySelector(`[data-line="${line}"]`)?.getBoundingClientRect().top;
  return Math.abs((now ?? -99) - top) < 1;
}"""
"""Whether it is known where one stands: a moment after the last movement."""
SAME = """([line, top]) => {
  const now = document.querySelector(`[data-line="${line}"]`)?.getBoundingClientRect().top;
  return Math.abs((now ?? -99) - top) < 4;
}"""


def test_deep_in_a_long_list_every_way_back_leads_to_the_same_line(opened: Opened) -> None:
    page = opened("ren", "/records/laboratory")
    expect(page.locator(LINES).first).to_be_visible()
    until(page, ON, DEEP)
    assert page.locator(LINES).count() < FEW, "what is far away stands in the page no more"
    expect(page.locator(".stretches [role=status]")).not_to_be_empty()
    until(page, "() => new URL(location.href).searchParams.has('from')")
    place = page.evaluate(AT)
    _open(page, place[0])
    page.go_back()
    until(page, SAME, place)
    page.reload()
    until(page, SAME, place)
    _open(page, place[0])
    page.get_by_role("link", name=say("ui.class.laboratory", "zh"), exact=True).click()
    until(page, SAME, place)
    until(
        page, "() => { scrollTo(0, 0); return scrollY === 0 && !document.querySelector('.stretches .older ~ section') }"
    )
    expect(page).to_have_url(re.compile(r"/records/laboratory$"))


def test_whoever_uses_the_keys_goes_on_by_the_button_and_stands_at_the_first_new_line(opened: Opened) -> None:
    page = opened("ren", "/records/prescriptions")
    lines = page.locator(LINES)
    expect(lines.first).to_be_visible()
    last = lines.last.get_attribute("data-line")
    more = page.get_by_role("button", name=say("ui.list.show_older", "zh"))
    more.press("Enter")
    until(
        page,
        "last => document.activeElement.closest('[data-line]')?.dataset.line !== undefined"
        " && document.activeElement.closest('[data-line]').dataset.line !== last",
        last,
    )


def test_back_from_what_a_search_found_leads_to_the_search(opened: Opened) -> None:
    page = opened("lin", "/search")
    page.get_by_label(say("records.search.label", "zh")).fill("血常规")
    page.get_by_role("button", name=say("records.search.find", "zh")).click()
    line = page.locator(LINES).nth(15)
    line.evaluate("line => line.scrollIntoView({block: 'center'})")
    place = page.evaluate(AT)
    _open(page, str(place[0]))
    page.get_by_role("link", name=say("records.search.title", "zh"), exact=True).click()
    expect(page).to_have_url(re.compile(r"/search$"))
    expect(page.get_by_label(say("records.search.label", "zh"))).to_have_value("血常规")
    until(page, SAME, place)
    _open(page, str(place[0]))
    page.go_back()
    until(page, SAME, place)
    page.reload()
    until(page, SAME, place)
    expect(page.get_by_label(say("records.search.label", "zh"))).to_have_value("血常规")


def test_any_year_is_gone_to_at_once_and_back_leads_to_the_visit_one_came_from(opened: Opened, demo: Cast) -> None:
    page = opened("ren", "/visits")
    expect(page.locator(LINES).first).to_be_visible()
    page.get_by_label(say("records.filter.kind", "zh")).select_option(label=say("records.visit.outpatient", "zh"))
    expect(page.locator(".chip.pick.on")).to_have_count(1)
    expect(page).to_have_url(re.compile(r"/visits\?kind=outpatient$"))
    page.get_by_label(say("records.visits.jump", "zh")).select_option(label="2015年")
    expect(page.get_by_role("heading", name="2015年")).to_be_visible()
    href = page.locator("main [data-line] .told-line").first.get_attribute("href") or ""
    page.locator(f"main .told-line[href='{href}']").click()  # by then newer ones may stand above it
    expect(page).to_have_url(re.compile(re.escape(href)))
    page.get_by_role("link", name=say("records.visits.title", "zh"), exact=True).click()
    expect(page).to_have_url(re.compile(r"/visits\?kind=outpatient&.*from=201[56]"))
    expect(page.locator(f"main .told-line[href='{href}']")).to_be_in_viewport()
    page.goto("/visits")
    _stays_though_something_comes(page, demo)


def _stays_though_something_comes(page: Page, demo: Cast) -> None:
    """Deep in a year all is read anew: what was let go of goes, and the line that is read stays where it is."""
    until(page, ON, DEEP // 2)
    until(page, NOTED)
    place, high = page.evaluate(AT), page.evaluate(HIGH)
    actor = demo.actor("ren")
    with db.writing() as session:
        changes.note(session, f"person:{actor.person_id}")
    until(page, f"high => {HIGH} < high", high)
    until(page, SAME, place)


def _open(page: Page, line: str) -> None:
    page.locator(f"[data-line='{line}'] a").click()
    expect(page).to_have_url(re.compile(rf"/records/[a-z_]+/{line}$"))
    expect(page.locator("main .sheet, main .facts").first).to_be_visible()
