"""Reading results: what is abnormal first, what a test is, and two check-ups side by side."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browsers import axe
from tests.journeys.cast import LANGUAGES, Language, say
from tests.journeys.conftest import Opened

pytestmark = pytest.mark.browser

KIDNEY = {"zh": "肾功能、电解质", "en": "Renal function and electrolytes"}
EGFR = {"zh": "估算肾小球滤过率", "en": "Estimated GFR"}


def _open(page: Page, title: str) -> Locator:
    """Open the newest report of a title; its results come with it."""
    page.locator("main .row[href*='/records/laboratory/']", has_text=title).first.click()
    expect(page.get_by_role("heading", level=1, name=title)).to_be_visible()
    return page.locator("main .result")


@pytest.mark.parametrize("language", LANGUAGES)
def test_abnormal_first_by_choice_and_what_a_test_is(opened: Opened, language: Language) -> None:
    page = opened("lin", "/records/laboratory", language)
    found = _open(page, KIDNEY[language])
    last = found.last
    expect(last).to_contain_text(EGFR[language])
    given = found.locator(".name").all_inner_texts()
    page.get_by_role("radio", name=say("ui.order.abnormal", language)).click()
    expect(found.first).to_contain_text(EGFR[language])
    moved = found.locator(".name").all_inner_texts()
    assert moved == [given[-1], *given[:-1]], "what is equally abnormal stays in its order"
    _explained(page, found, language)
    page.reload()
    expect(found.first).to_contain_text(EGFR[language])
    page.get_by_role("radio", name=say("ui.order.given", language)).click()
    expect(found.last).to_contain_text(EGFR[language])


def _explained(page: Page, found: Locator, language: Language) -> None:
    """The first is open; any other opens by the keyboard, and says that it is no diagnosis and whose word it is."""
    expect(page.locator(".meaning[open]")).to_have_count(1)
    expect(found.first.locator(".meaning > p").first).to_be_visible()
    other = found.nth(1).locator(".meaning")
    expect(other).not_to_have_attribute("open", re.compile(""))
    other.locator("summary").press("Enter")
    source = other.locator(".meaning-source")
    expect(source).to_contain_text("MedlinePlus")
    expect(source).to_contain_text("不是诊断" if language == "zh" else "not a diagnosis")
    assert axe(page) == []
    said = other.locator("p").first.inner_text()
    found.nth(1).get_by_role("link").click()
    expect(page.locator(".meaning-note")).to_contain_text(said)
    page.go_back()
    expect(found.first).to_contain_text(EGFR[language])


@pytest.mark.parametrize("language", LANGUAGES)
def test_compare_two_check_ups(opened: Opened, language: Language) -> None:
    page = opened("lin", "/records/check_ups", language)
    page.locator("main .row[href*='/records/check_ups/']").first.click()
    expect(page.locator("main .result").first).to_be_visible()
    address = urlsplit(page.url).path.rstrip("/")
    expect(page.locator(f"main .result a[href^='{address}/']").first).to_be_visible()  # each measure has its course
    now = page.locator("main .result:not(.panel) .val").first.inner_text().split()[0]
    page.get_by_role("link", name=say("records.compare.link", language)).click()
    table = page.get_by_role("table", name=say("records.part.measures", language))
    first = table.get_by_role("row").nth(1)
    expect(first.get_by_role("cell").nth(1)).to_contain_text(now)
    heads = table.get_by_role("columnheader")
    expect(heads.nth(2).get_by_role("link")).to_have_attribute("href", re.compile(re.escape(address)))
    assert axe(page) == []
    before = first.get_by_role("cell").first.inner_text()
    page.get_by_role("heading", name=say("records.compare.others", language)).scroll_into_view_if_needed()
    page.locator(f"main .row[href^='{address}/compare/']").last.click()
    expect(first.get_by_role("cell").first).not_to_have_text(before)
    expect(first.get_by_role("cell").nth(1)).to_contain_text(now)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_corrected_report_says_what_was_changed_and_where_it_comes_from(opened: Opened, language: Language) -> None:
    page = opened("wu", "/records/laboratory", language)
    title = {"zh": "血培养与药敏", "en": "Blood culture and susceptibility"}[language]
    cultures = page.locator("main .row[href*='/records/laboratory/']", has_text=title)
    expect(cultures).to_have_count(2)
    cultures.last.click()  # the one of the day of admission
    change = page.locator(".changes").first
    expect(change.locator("dl")).to_be_hidden()
    change.locator("summary").press("Enter")
    name = page.locator("dt", has_text={"zh": "头孢曲松", "en": "Ceftriaxone"}[language])
    drug = change.locator("dl > div", has=name)
    expect(drug.locator("p").first).to_contain_text(say("records.flag.susceptible", language))
    expect(drug.locator("p").last).to_contain_text(say("records.flag.resistant", language))
    assert axe(page) == []
    page.get_by_role("button", name=say("records.source.title", language)).click()
    sheet = page.get_by_role("dialog")
    expect(sheet.locator("dt").first).to_have_text(say("records.source.hospital", language))
    sheet.locator(".changes > summary").press("Enter")
    expect(sheet.locator(".changes dd").first).to_be_visible()
    assert axe(page) == []
    sheet.get_by_role("button", name=say("ui.close", language)).click()
    _isolates(page, language)


def _isolates(page: Page, language: Language) -> None:
    """Two isolates of one organism have a column each, told apart by name to whoever hears them; one was corrected."""
    page.goto("/records/laboratory")
    page.locator("main .row", has_text={"zh": "痰培养", "en": "Sputum culture"}[language]).first.click()
    grid = page.get_by_role("region", name=say("records.culture.table", language)).get_by_role("table")
    heads = grid.get_by_role("columnheader")
    organism = {"zh": "肺炎克雷伯菌", "en": "Klebsiella pneumoniae"}[language]
    for place in (1, 2):
        isolate = say("records.culture.isolate", language, number=place)
        expect(heads.nth(place)).to_have_accessible_name(re.compile(rf"^{organism}\s+{isolate}\s*$"))
    drug = grid.get_by_role("row", name={"zh": "头孢曲松", "en": "Ceftriaxone"}[language])
    first, second = drug.get_by_role("cell").all()
    before = say("records.flag.susceptible", language)
    expect(first).to_contain_text(say("records.flag.resistant", language))
    expect(first).not_to_contain_text(before)
    expect(second).to_contain_text(say("records.flag.resistant", language))
    expect(second.locator(".corrected")).to_contain_text(before)
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]
    assert axe(page) == []
