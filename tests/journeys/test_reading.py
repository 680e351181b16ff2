"""From home through the six classes to the original, and what the ledger says of it afterwards."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browsers import until
from tests.journeys.cast import CLASSES, LANGUAGES, Language, say
from tests.journeys.conftest import Opened

pytestmark = pytest.mark.browser

SOME = 9
"""So many lines are looked for; of a long list few stand in the page."""
DOWN_TO = """title => {
  scrollTo(0, document.body.scrollHeight);
  return [...document.querySelectorAll("main .row")].some((row) => row.textContent.includes(title));
}"""


@pytest.mark.parametrize("language", LANGUAGES)
def test_home_six_classes_an_entry_of_each(opened: Opened, language: Language) -> None:
    page = opened("lin", "/", language)
    expect(page.locator(".classes a")).to_have_count(6)
    for name in CLASSES:
        title = say(f"ui.class.{name}", language)
        tile = page.locator(f".classes a[href$='/records/{name}'], .classes a[href$='/records/{name}/']")
        count = int(re.sub(r"\D", "", tile.inner_text()))
        assert count > 0, name
        tile.click()
        expect(page.get_by_role("heading", level=1, name=title)).to_be_visible()
        entries = page.locator("main .row[href*='/records/']")
        expect(entries.first).to_be_visible()
        expect(entries.nth(min(count, SOME) - 1)).to_be_attached()
        listed = entries.first.locator(".ttl").evaluate("title => title.firstChild.textContent")
        entries.first.click()
        expect(page.get_by_role("heading", level=1, name=listed)).to_be_visible()
        _why(page, language)
        page.goto("/")
        expect(page.locator(".classes a")).to_have_count(6)


def _why(page: Page, language: Language) -> None:
    page.locator("button.why").click()
    sheet = page.get_by_role("dialog")
    expect(sheet.get_by_role("heading", name=say("records.why.title", language))).to_be_visible()
    for key in ("records.why.who", "records.why.rule", "records.why.when"):
        expect(sheet.get_by_text(say(key, language), exact=True)).to_be_visible()
    page.keyboard.press("Escape")
    expect(sheet).to_be_hidden()


def test_an_original_opens_with_its_own_layout(opened: Opened) -> None:
    page = opened("lin", "/records/examinations")
    page.locator("main .row[href*='/records/examinations/']").first.click()
    page.get_by_role("link", name=say("records.original.open", "zh")).click()
    keep = page.locator(".viewer-bar a[href^='/documents/']")
    expect(keep).to_be_visible()
    href = keep.get_attribute("href") or ""
    answer = page.request.get(href)
    assert answer.ok
    assert answer.body()
    assert answer.headers["content-type"].startswith(("application/pdf", "image/", "text/html"))
    nobody = opened()
    assert nobody.request.get(href, max_redirects=0).status in {401, 403, 404}
    stranger = opened("huang")
    assert stranger.request.get(href, max_redirects=0).status == 404


def test_a_stay_reads_as_a_story_and_its_pathology_opens_in_four_taps(opened: Opened) -> None:
    page = opened("xie", "/")
    page.locator(".classes a[href*='/records/medical_records']").click()
    until(page, DOWN_TO, "普通外科住院")
    page.locator("main .row", has_text="普通外科住院").first.click()
    expect(page.get_by_role("heading", level=1, name="普通外科住院")).to_be_visible()
    expect(page.locator(".sheet").first).to_contain_text("住院经过")
    story = page.locator("ol.told").first
    told = [say(f"records.story.{name}", "zh") for name in ("why", "found", "done", "next")]
    expect(story.get_by_role("heading", level=3)).to_have_text(told)
    for knot, said in enumerate(("乙状结肠癌手术", "结肠切除标本病理", "腹腔镜乙状结肠癌根治术", "肿瘤内科门诊")):
        expect(story.locator("> li").nth(knot)).to_contain_text(said)
    days = page.locator("ol.told").nth(1)
    expect(days.locator("> li", has_text=say("records.story.day", "zh", number="4"))).to_contain_text("普通外科一病区")
    story.get_by_role("link", name="结肠切除标本病理").click()
    expect(page.get_by_role("heading", level=1, name="结肠切除标本病理")).to_be_visible()
    page.get_by_role("link", name=say("records.original.open", "zh")).click()
    expect(page.locator(".leaf").first).to_be_visible()


def test_own_reads_stand_in_the_ledger(opened: Opened) -> None:
    page = opened("lin", "/records/imaging")
    page.locator("main .row[href*='/records/imaging/']").first.click()
    expect(page.locator("button.why")).to_be_visible()
    page.locator("main a[href*='/original/']").first.click()
    expect(page.locator(".viewer .leaf").first).to_be_visible()
    page.goto("/ledger")
    imaging = say("ui.class.imaging", "zh")
    expect(page.get_by_text(say("access.ledger.you.entry_read", "zh", what=imaging)).first).to_be_visible()
    expect(page.get_by_text(say("access.ledger.you.document_read", "zh", what=imaging)).first).to_be_visible()


def test_somebody_elses_entry_is_as_good_as_none(opened: Opened) -> None:
    page = opened("lin", "/records/laboratory")
    href = page.locator("main .row[href*='/records/laboratory/']").first.get_attribute("href") or ""
    other = opened("huang", href)
    expect(other.get_by_text(say("records.missing.text", "zh"))).to_be_visible()
    absent = opened("huang", "/records/laboratory/01a1fc81-0000-7000-8000-000000000000")
    expect(absent.get_by_text(say("records.missing.text", "zh"))).to_be_visible()
    assert other.locator("main").inner_text() == absent.locator("main").inner_text()


def test_language_text_and_theme_are_chosen_and_remembered(opened: Opened) -> None:
    page = opened("lin", "/me")
    size = _letters(page)
    page.get_by_role("radio", name="English").click()
    expect(page.get_by_role("button", name=say("identity.me.sign_out", "en"))).to_be_visible()
    page.get_by_role("radio", name=say("ui.text.large", "en")).click()
    page.get_by_role("radio", name=say("ui.theme.dark", "en")).click()
    assert _letters(page) >= 1.4 * size
    page.goto("/")
    expect(page.locator(".classes").get_by_text(say("ui.class.laboratory", "en"))).to_be_visible()
    assert page.evaluate("document.documentElement.lang") == "en"
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    assert page.evaluate("document.documentElement.dataset.text") == "large"
    assert _light(page) < 80
    page.goto("/me")
    page.get_by_role("radio", name=say("ui.theme.light", "en")).click()
    assert _light(page) > 180
    other = page.context.new_page()
    other.goto("/records/laboratory")
    expect(other.get_by_role("heading", level=1, name=say("ui.class.laboratory", "en"))).to_be_visible()


def _letters(page: Page) -> float:
    return float(page.evaluate("parseFloat(getComputedStyle(document.querySelector('main button')).fontSize)"))


def _light(page: Page) -> float:
    """Return how light the paper is, 0 to 255."""
    colour = page.evaluate("getComputedStyle(document.body).backgroundColor")
    return sum(float(part) for part in re.findall(r"[\d.]+", colour)[:3]) / 3
