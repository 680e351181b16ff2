"""From home to the summary, from a medicine of it to all its prescriptions, and to the prescription itself."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.journeys.cast import LANGUAGES, Language, say
from tests.journeys.conftest import Opened

pytestmark = pytest.mark.browser

PENICILLIN = {"zh": "青霉素", "en": "Penicillin"}
METFORMIN = {"zh": "二甲双胍", "en": "Metformin"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_from_home_to_a_medicine_and_every_prescription_of_it(opened: Opened, language: Language) -> None:
    page = opened("lin", "/", language)
    page.locator("main a[href='/summary']").click()
    expect(page.get_by_role("heading", level=1, name=say("records.summary.title", language))).to_be_visible()
    expect(page.locator("main .rows > li", has_text=PENICILLIN[language])).to_contain_text(
        say("records.status.active", language)
    )
    expect(page.get_by_text(say("records.summary.nothing", language)).first).to_be_visible()
    page.locator("main a[href*='/medicines/']", has_text=METFORMIN[language]).first.click()
    expect(page.get_by_role("heading", level=1, name=re.compile(METFORMIN[language]))).to_be_visible()
    rows = page.locator(".medicine-table tbody tr:not(.parted)")
    expect(rows.nth(1)).to_be_visible()
    expect(page.locator(".bars :is(rect, circle)")).to_have_count(rows.count())
    href = rows.last.get_by_role("link").get_attribute("href") or ""
    rows.last.get_by_role("link").click()
    expect(page).to_have_url(re.compile(re.escape(href)))
    through = page.locator("main a.through", has_text=METFORMIN[language])
    expect(through).to_have_attribute("href", re.compile(r"^/medicines/"))
    page.goto("/records/prescriptions")
    page.locator("a.through[href='/medicines']").click()
    expect(
        page.get_by_role("heading", level=2, name=say("records.medicines.now", language), exact=True)
    ).to_be_visible()
    expect(page.locator("main a[href*='/medicines/']", has_text=METFORMIN[language]).first).to_be_visible()


def test_a_thing_said_often_names_its_records_by_keyboard_alone(opened: Opened) -> None:
    page = opened("lin", "/summary")
    line = page.locator("main .rows > li", has=page.locator("details.opens")).first
    line.locator("summary").focus()
    page.keyboard.press("Enter")
    record = line.locator("details a").first
    expect(record).to_be_visible()
    href = record.get_attribute("href") or ""
    record.focus()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(re.escape(href)))


def test_somebody_elses_medicine_is_as_good_as_none(opened: Opened) -> None:
    page = opened("lin", "/medicines")
    href = page.locator("main a[href*='/medicines/']").first.get_attribute("href") or ""
    other = opened("huang", href)
    expect(other.get_by_text(say("records.missing.text", "zh"))).to_be_visible()
    absent = opened("huang", "/medicines/01a1fc81-0000-7000-8000-000000000000/0")
    expect(absent.get_by_text(say("records.missing.text", "zh"))).to_be_visible()
    assert other.locator("main").inner_text() == absent.locator("main").inner_text()
