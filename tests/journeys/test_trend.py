"""From home to the trend of a result in three taps; the plot and the table say the same."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.journeys.cast import LANGUAGES, Language, say
from tests.journeys.conftest import Opened

pytestmark = pytest.mark.browser

NAMES = {"zh": "糖化血红蛋白", "en": "Hemoglobin A1c"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_last_hba1c_and_its_trend_in_three_taps(opened: Opened, language: Language) -> None:
    page = opened("lin", "/", language)
    name = NAMES[language]
    page.locator(".classes a[href*='/records/laboratory']").click()
    page.locator("main .row[href*='/records/laboratory/']", has_text=name).first.click()
    report = page.locator("main .result", has=page.get_by_role("link", name=name)).first
    value = report.locator(".val").inner_text()
    address = urlsplit(page.url).path.rstrip("/")
    report.get_by_role("link", name=name).click()
    expect(page.get_by_role("heading", level=1, name=name, exact=True)).to_be_visible()
    tapped = page.locator(".trend-table tbody tr", has=page.locator(f"a[href^='{address}']"))
    expect(tapped.locator("b")).to_have_text(value.split()[0])
    page.get_by_role("radio", name=say("ui.plot.all", language)).click()
    rows, marks = page.locator(".trend-table tbody tr:not(.parted)"), page.locator(".plot a")
    assert rows.count() > 20
    expect(page.locator(".trend-newest .val")).to_contain_text(rows.first.locator("b").inner_text())
    expect(marks).to_have_count(rows.count())
    _parted_and_censored(page, rows)
    _shorter(page, marks, language)
    href = rows.last.get_by_role("link").get_attribute("href") or ""
    rows.last.click()
    expect(page).to_have_url(re.compile(re.escape(href)))
    expect(page.locator("main .result", has_text="> 14.0")).to_be_visible()


def _parted_and_censored(page: Page, rows: Locator) -> None:
    """The method changed once: two lines, one dashed line, one sentence; the first value is known to be above only."""
    expect(page.locator(".trend-table .parted")).to_have_count(1)
    expect(page.locator(".plot .brk")).to_have_count(1)
    expect(page.locator(".plot polyline")).to_have_count(2)
    expect(rows.last).to_contain_text("> 14.0")
    expect(page.locator(".plot .told")).to_have_text("> 14.0")
    joined = page.locator(".plot polyline").evaluate_all(
        "lines => lines.flatMap(line => line.getAttribute('points').split(' ')).length"
    )
    assert joined == rows.count() - 1


def _shorter(page: Page, marks: Locator, language: Language) -> None:
    """A shorter period draws less; the table stays whole."""
    every = marks.count()
    page.get_by_role("radio", name=say("ui.plot.years", language, count=1), exact=True).click()
    expect(page.locator(".plot .brk")).to_have_count(0)
    assert 1 < marks.count() < every
    expect(page.locator(".trend-table tbody tr:not(.parted)")).to_have_count(every)


def test_a_blood_pressure_is_one_plot_of_two_lines(opened: Opened) -> None:
    page = opened("lin", "/records/check_ups")
    page.locator("main .row[href*='/records/check_ups/']").first.click()
    page.locator("main .result a", has_text="舒张压").first.click()
    expect(page.get_by_role("heading", level=1, name=say("records.trend.pressure", "zh"))).to_be_visible()
    page.get_by_role("radio", name=say("ui.plot.all", "zh")).click()
    rows = page.locator(".trend-table tbody tr:not(.parted)")
    expect(rows.first.locator("b")).to_have_text(re.compile(r"^\d{2,3}/\d{2,3}$"))
    expect(page.locator(".plot a")).to_have_count(2 * rows.count())
    expect(page.locator(".legend .lines")).to_have_text(say("ui.plot.lines", "zh", upper="收缩压", lower="舒张压"))
    assert page.locator(".trend-table a[href*='/medical_records/']").count() > 0
    rows.locator("a[href*='/medical_records/']").first.click()
    expect(page.locator("main .result a", has_text="收缩压").first).to_be_visible()


def test_a_single_result_says_so(opened: Opened) -> None:
    page = opened("lin", "/records/laboratory")
    page.locator("main .row[href*='/records/laboratory/']").last.click()
    page.locator("main .result a").first.click()
    expect(page.locator(".trend-newest")).to_be_visible()
    single = page.locator(".trend-table tbody tr").count() == 1
    expect(page.get_by_text(say("records.trend.one", "zh"))).to_have_count(int(single))
    expect(page.locator(".plot")).to_have_count(int(not single))


def test_somebody_elses_trend_is_as_good_as_none(opened: Opened) -> None:
    page = opened("lin", "/records/laboratory")
    href = page.locator("main .row[href*='/records/laboratory/']").first.get_attribute("href") or ""
    other = opened("huang", f"{href}/0")
    expect(other.get_by_text(say("records.missing.text", "zh"))).to_be_visible()
    absent = opened("huang", "/records/laboratory/01a1fc81-0000-7000-8000-000000000000/0")
    expect(absent.get_by_text(say("records.missing.text", "zh"))).to_be_visible()
    assert other.locator("main").inner_text() == absent.locator("main").inner_text()
