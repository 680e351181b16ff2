"""Taking a record away on paper: what the screen shows, without what only a screen needs."""

from __future__ import annotations

import pypdfium2
import pytest
from playwright.sync_api import Page, expect

from tests.journeys import cast
from tests.journeys.cast import CLASSES, LANGUAGES, Language, say
from tests.journeys.conftest import Opened

pytestmark = pytest.mark.browser

KIDNEY = {"zh": "肾功能、电解质", "en": "Renal function and electrolytes"}
PAPER = {"width": 688, "height": 970}
"""A sheet of A4 without its margins, in CSS pixels."""
A4 = (595, 842)
QUESTION = "晚上头晕，药要不要换？"
LOST = """() => [...document.querySelectorAll("body *")].filter((each) => each.checkVisibility())
  .filter((each) => !each.closest(".sr, svg") && each.getBoundingClientRect().right > innerWidth + 1)
  .map((each) => each.className)"""
"""What reaches beyond the paper."""
COLOURS = """() => [...document.querySelectorAll("main *")].map((each) => getComputedStyle(each))
  .map((style) => [style.color, style.backgroundColor, style.borderColor, style.fill])"""
ASKS = "button:visible, nav:visible, header:visible, summary:visible, a.btn:visible, .loading:visible"


def _on_paper(page: Page) -> None:
    page.emulate_media(media="print")
    page.set_viewport_size(PAPER)
    expect(page.locator(".print-facts")).to_be_visible()
    expect(page.locator(ASKS)).to_have_count(0)
    assert page.evaluate(LOST) == []


def _leaves(pdf: bytes) -> list[str]:
    """Return the words of each page, all of A4."""
    with pypdfium2.PdfDocument(pdf) as document:
        for leaf in document:
            assert tuple(round(each) for each in leaf.get_size()) == A4
        return ["".join(leaf.get_textpage().get_text_bounded().split()) for leaf in document]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_report_is_printed_as_it_is_shown_light_and_whole(opened: Opened, language: Language) -> None:
    page = opened("lin", "/records/laboratory", language)
    page.locator("main .row[href*='/records/laboratory/']", has_text=KIDNEY[language]).first.click()
    shown = page.locator("main .result .val, main .result .flag, main .result .lim")
    expect(shown.first).to_be_visible()
    before = shown.all_inner_texts()
    page.evaluate("document.documentElement.dataset.theme = 'dark'")
    page.evaluate("void (window.print = () => { document.body.dataset.printed = 'yes'; })")
    page.get_by_role("button", name=say("records.print.act", language)).click()
    expect(page.locator("body")).to_have_attribute("data-printed", "yes")
    _on_paper(page)
    assert shown.all_inner_texts() == before
    colours = "each => [getComputedStyle(each).backgroundColor, getComputedStyle(each.querySelector('h1')).color]"
    assert page.locator("body").evaluate(colours) == ["rgb(255, 255, 255)", "rgb(0, 0, 0)"]
    dark = page.evaluate(COLOURS)
    page.evaluate("document.documentElement.dataset.theme = 'light'")
    assert page.evaluate(COLOURS) == dark
    (leaf,) = _leaves(page.pdf(prefer_css_page_size=True))
    for each in (cast.person("lin").name.pick(language), say("records.print.on", language), KIDNEY[language], *before):
        assert "".join(each.split()) in leaf, each


def test_what_the_story_of_a_stay_folds_is_printed(opened: Opened) -> None:
    page = opened("wu", "/records/medical_records")
    page.locator("main .row", has_text="住院").first.click()
    folded = page.locator(".told .further li")
    expect(folded.first).to_be_attached()
    expect(folded.first).to_be_hidden()
    said = folded.all_text_contents()
    _on_paper(page)
    paper = "".join(_leaves(page.pdf(prefer_css_page_size=True)))
    assert [each for each in said if "".join(each.split()) not in paper] == []


def test_an_entry_of_each_class_fits_on_paper_in_large_text_too(opened: Opened) -> None:
    page = opened("lin", "/")
    for name in CLASSES:
        page.emulate_media(media="screen")
        page.goto(f"/records/{name}")
        page.evaluate("document.documentElement.dataset.text = 'large'")
        page.locator(f"main .row[href*='/records/{name}/']").first.click()
        expect(page.get_by_role("button", name=say("records.print.act", "zh"))).to_be_visible()
        _on_paper(page)
        kept = "each => getComputedStyle(each).breakInside"
        for row in page.locator("main .result, main .row, main .facts > div, main tr").all():
            assert row.evaluate(kept) == "avoid", row.inner_text()
        leaves = _leaves(page.pdf(prefer_css_page_size=True))
        for number, leaf in enumerate(leaves, 1):
            said = leaf.removeprefix(f"{number}/{len(leaves)}")
            assert said not in {"", leaf}, f"{name}: an empty page, or one without its number"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_visit_sheet_is_one_page_of_what_was_chosen(opened: Opened, language: Language) -> None:
    page = opened("lin", "/summary", language)
    page.get_by_role("link", name=say("records.sheet.open", language)).click()
    expect(page.get_by_role("heading", level=1, name=say("records.sheet.title", language))).to_be_visible()
    lines = page.locator(".sheet-lines .result")
    expect(lines).to_have_count(6)
    choice = page.get_by_role("group", name=say("records.sheet.choose", language)).get_by_role("button")
    choice.first.click()
    expect(lines).to_have_count(5)
    for number in range(6, 13):
        choice.nth(number).click()
        expect(lines).to_have_count(number)
    expect(choice.nth(13)).to_be_disabled()
    sent: list[str] = []
    page.on("websocket", lambda socket: socket.on("framesent", lambda frame: sent.append(str(frame))))
    page.on("request", lambda request: sent.append(f"{request.url} {request.post_data}"))
    page.get_by_label(say("records.sheet.ask", language)).fill(QUESTION)
    shown = page.locator(".sheet-lines .val, .sheet-lines .flag, .sheet-before b, .sheet-said li > b")
    before = shown.all_inner_texts()
    _on_paper(page)
    (leaf,) = _leaves(page.pdf(prefer_css_page_size=True))
    for each in (cast.person("lin").name.pick(language), QUESTION, *before):
        assert "".join(each.split()) in leaf, each
    assert not any(QUESTION in each for each in sent)
    kept = "JSON.stringify([{...localStorage}, {...sessionStorage}])"
    assert QUESTION not in page.evaluate(kept)


def test_a_visit_sheet_fits_a_small_screen_in_large_text(opened: Opened) -> None:
    page = opened("lin", "/visit-sheet", viewport={"width": 320, "height": 700})
    page.evaluate("document.documentElement.dataset.text = 'large'")
    expect(page.locator(".sheet-lines .result").first).to_be_visible()
    assert page.evaluate(LOST) == []
