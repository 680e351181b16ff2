"""Originals as their hospital made them: opened from their entry, drawn like a reference draws them, page by page."""

from __future__ import annotations

import base64
import re

import pytest
from playwright.sync_api import Page, Route, expect

from health_cloud.demo import paper
from tests import rendering
from tests.browsers import axe, until
from tests.journeys.cast import LANGUAGES, Language, say
from tests.journeys.conftest import Opened

pytestmark = pytest.mark.browser

DIFFERENCE, BEYOND = 0.03, 0.15
"""How far a page may be from the reference: a font that is not embedded is another font here and there, and puts its
full stops elsewhere in their squares (9 % of the ink of a page full of colons)."""
LOCKED = (
    b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n2 0 obj\n<< /Type /Pages /Kids [] /Count 0 >>\n"
    b"endobj\n3 0 obj\n<< /Filter /Standard /V 1 /R 2 /P -4 /O <" + b"31" * 32 + b"> /U <" + b"32" * 32 + b"> >>\n"
    b"endobj\ntrailer\n<< /Root 1 0 R /Encrypt 3 0 R /ID [<61><61>] /Size 4 >>\n%%EOF\n"
)


def to_pathology(page: Page, language: Language) -> str:
    """Open the original of a pathology report from home; returns the address of its report."""
    page.locator(".classes a[href*='/records/examinations']").click()
    named = {"zh": "胃黏膜活检病理", "en": "Gastric biopsy pathology"}[language]
    page.locator("main .row", has_text=named).first.click()
    expect(page.get_by_role("heading", level=1, name=named)).to_be_visible()
    report = page.url
    page.get_by_role("link", name=say("records.original.open", language)).click()
    expect(page.locator(".leaf").first).to_be_visible()
    return report


def drawn(page: Page, number: int) -> bytes:
    """Return a page of the original, from 0, as it was drawn: scrolled to, since it is drawn when it comes near."""
    leaf = page.locator(".leaf-page").nth(number)
    leaf.scroll_into_view_if_needed()
    expect(leaf).to_have_attribute("data-drawn", "true")
    return base64.b64decode(leaf.locator("canvas").evaluate("canvas => canvas.toDataURL()").partition(",")[2])


def like_the_reference(page: Page, pdf: bytes) -> None:
    """Compare every page with PDFium's."""
    count = rendering.count_of(pdf)
    expect(page.locator(".leaf-page")).to_have_count(count)
    for number in range(count):
        difference, missing, much = rendering.apart(drawn(page, number), pdf, number)
        assert (difference < DIFFERENCE, missing < BEYOND, much < BEYOND) == (True,) * 3, (number, missing, much)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_original_of_the_pathology_in_three_taps_and_back(opened: Opened, language: Language) -> None:
    page = opened("sun", "/", language)
    report = to_pathology(page, language)
    source = page.locator(f"a[aria-label='{say('records.original.keep', language)}']").get_attribute("href") or ""
    pdf = page.request.get(source).body()
    like_the_reference(page, pdf)
    count = rendering.count_of(pdf)
    expect(page.locator(".viewer-place")).to_contain_text(f"/ {count}")
    expect(page.locator(".letters").first).to_contain_text({"zh": "病理", "en": "病理"}[language])
    assert not axe(page)
    page.get_by_role("link", name=say("records.original.back", language)).click()
    expect(page).to_have_url(re.compile(re.escape(report)))
    expect(page.get_by_role("link", name=say("records.original.open", language))).to_be_visible()


def with_bytes(page: Page, content: bytes, content_type: str, status: int = 200) -> None:
    """Let the original that is open be another one."""

    def answer(route: Route) -> None:
        route.fulfill(body=content, content_type=content_type, status=status)

    page.route("**/documents/*", answer)
    page.reload()


def test_two_hundred_pages_scroll_and_only_those_near_are_drawn(opened: Opened) -> None:
    page = opened("sun", "/")
    to_pathology(page, "zh")
    lines = [paper.line(f"第 {number} 行：血红蛋白 {100 + number % 60} g/L", size=12) for number in range(200 * 36)]
    pdf = paper.pdf(lines[: 34 * 199 + 5])
    count = rendering.count_of(pdf)
    assert count > 190
    with_bytes(page, pdf, "application/pdf")
    expect(page.locator(".leaf-page")).to_have_count(count)
    for number in (0, count // 2, count - 1):
        difference, missing, much = rendering.apart(drawn(page, number), pdf, number)
        assert (difference < DIFFERENCE, missing < BEYOND, much < BEYOND) == (True,) * 3, (number, missing, much)
    expect(page.locator(".viewer-place")).to_contain_text(f"{count} / {count}")
    until(page, "document.querySelectorAll('.leaf-page canvas').length < 12")
    page.locator(".leaf-page").first.scroll_into_view_if_needed()
    expect(page.locator(".viewer-place")).to_contain_text(f"1 / {count}")


def test_an_original_grows_and_fits_again(opened: Opened) -> None:
    page = opened("sun", "/")
    to_pathology(page, "zh")
    before = page.locator(".leaf-page").first.bounding_box()
    page.get_by_role("button", name=say("records.original.larger", "zh")).press("Enter")
    expect(page.get_by_role("button", name=say("records.original.fit", "zh", percent=125))).to_be_visible()
    larger = page.locator(".leaf-page").first.bounding_box()
    assert before
    assert larger
    assert larger["width"] == pytest.approx(1.25 * before["width"], abs=1)
    assert page.evaluate("document.documentElement.scrollWidth") <= page.evaluate("innerWidth")
    drawn(page, 0)
    page.get_by_role("button", name=say("records.original.fit", "zh", percent=125)).click()
    expect(page.get_by_role("button", name=say("records.original.fit", "zh", percent=100))).to_be_visible()
    page.locator(".viewer-pad").focus()
    assert not axe(page)


@pytest.mark.parametrize(
    ("content", "status", "said"),
    [(LOCKED, 200, "locked"), (b"no pdf at all", 200, "broken"), (b"", 404, "gone"), (b"", 503, "away")],
)
def test_what_cannot_be_shown_says_why(opened: Opened, content: bytes, status: int, said: str) -> None:
    page = opened("sun", "/")
    to_pathology(page, "zh")
    with_bytes(page, content, "application/pdf", status)
    expect(page.get_by_role("heading", name=say(f"records.original.{said}", "zh"))).to_be_visible()
    keep = page.get_by_role("link", name=say("records.original.keep", "zh"), exact=True)
    expect(keep).to_have_count(0 if said == "gone" else 1)
    assert not axe(page)
    if said == "away":
        page.unroute("**/documents/*")
        page.get_by_role("button", name=say("ui.retry", "zh")).click()
        drawn(page, 0)
