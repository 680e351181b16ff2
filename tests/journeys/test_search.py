"""From home to a result's trend by searching: the words are never in an address, and coming back finds them there."""

from __future__ import annotations

import re
from urllib.parse import unquote

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.cast import LANGUAGES, Language, say
from tests.journeys.conftest import Opened

pytestmark = pytest.mark.browser

MISTYPED = {"zh": "糖化血红旦白", "en": "hemoglobn a1c"}
NAMES = {"zh": "糖化血红蛋白", "en": "Hemoglobin A1c"}
SEEN = 5
"""So many rows are on the first screen at any size: what lies below is drawn as it nears."""


def ask(page: Page, words: str, language: Language = "zh") -> None:
    field = page.get_by_label(say("records.search.label", language))
    field.fill(words)
    field.press("Enter")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_last_hba1c_and_its_trend_by_searching(opened: Opened, language: Language) -> None:
    page = opened("lin", "/", language)
    addresses: list[str] = []
    page.on("request", lambda request: addresses.append(unquote(request.url)))
    page.get_by_role("link", name=say("records.search.title", language), exact=True).click()
    ask(page, MISTYPED[language], language)
    rows = page.locator("main .row[href*='/records/laboratory/']")
    expect(rows.first).to_be_visible()
    expect(page.get_by_role("heading", name=say("records.search.similar", language))).to_be_visible()
    expect(rows.first.locator(".hit")).to_have_text(say("records.search.in_analyte", language, name=NAMES[language]))
    found = [each.get_attribute("href") for each in rows.all()[:SEEN]]
    rows.first.click()
    page.locator("main .result", has=page.get_by_role("link", name=NAMES[language])).first.click()
    expect(page.get_by_role("heading", level=1, name=NAMES[language], exact=True)).to_be_visible()
    page.go_back()
    page.go_back()
    expect(page).to_have_url(re.compile(r"/search$"))
    expect(page.get_by_label(say("records.search.label", language))).to_have_value(MISTYPED[language])
    expect(rows.first).to_be_visible()
    assert [each.get_attribute("href") for each in rows.all()[:SEEN]] == found
    assert not [each for each in addresses if MISTYPED[language] in each]


def test_nothing_found_and_nothing_asked_say_what_they_are(opened: Opened) -> None:
    page = opened("lin", "/records/laboratory")
    page.get_by_role("link", name=say("records.search.title", "zh"), exact=True).click()
    ask(page, "恐龙骨头")
    expect(page.get_by_role("heading", name=say("records.search.none", "zh", asked="恐龙骨头"))).to_be_visible()
    expect(page.get_by_text(say("records.empty.text", "zh"))).to_have_count(0)
    ask(page, "，")
    expect(page.get_by_text(say("records.search.empty", "zh"))).to_be_visible()
    expect(page.get_by_role("heading", name=say("records.search.none", "zh", asked="恐龙骨头"))).to_have_count(0)
