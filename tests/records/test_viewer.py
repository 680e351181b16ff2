"""What is no PDF on the page of an original: scans, texts, web pages and clinical documents in a real browser."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from health_cloud.core import db
from health_cloud.core.actors import Actor, Visitor
from health_cloud.core.cookies import device_cookie, session_cookie
from health_cloud.identity.models import Account
from health_cloud.identity.service import sessions
from tests import charts, people
from tests.browsers import Watched, axe, until
from tests.records.test_cda import document
from tests.records.test_pictures import directories, saved, sheet

pytestmark = pytest.mark.browser
VISITOR = Visitor(address="127.0.0.1", device="originals-device")
HOSTILE = (
    "<h1>心电图</h1><p id=w>窦性心律</p><script>document.getElementById('w').textContent='ran'</script>"
    "<img src='/_health' onerror=\"document.getElementById('w').textContent='ran'\">"
    "<meta http-equiv=refresh content='0;url=/'>"
)


@pytest.fixture(scope="module")
def town(served: Any) -> people.Town:
    """The served product's own database, with people in it."""
    assert served
    return people.found_town(code="originals")


@pytest.fixture
def show(town: people.Town, new_context: Callable[..., BrowserContext], app_url: str) -> Callable[..., Page]:
    """Put an original into an entry and open its page as the patient."""
    lin = charts.reader(town.lin)
    code = db.perform(_begin, charts.WRITER, lin.account_id)
    secret = db.perform(sessions.enter, charts.WRITER, code, VISITOR).secret
    context = new_context()
    for name, value in ((session_cookie(), secret), (device_cookie(), VISITOR.device)):
        context.add_cookies([{"name": name, "value": value, "url": app_url}])

    def show_one(content: bytes, content_type: str) -> Page:
        entry_id = charts.put(town, town.lin, original=(content, content_type))
        page = context.new_page()
        page.goto(f"/records/laboratory/{entry_id}/original/{charts.document_of(entry_id)}")
        expect(page.locator(".leaf").first).to_be_visible()
        return page

    return show_one


def _begin(session: Any, actor: Actor, account_id: str) -> str:
    return sessions.begin(session, session.get(Account, account_id), VISITOR, "password")


def test_a_scan_shows_every_page(show: Callable[..., Page]) -> None:
    tiff = saved([sheet(number) for number in range(3)])
    page = show(tiff, "image/tiff")
    expect(page.locator(".leaf-page")).to_have_count(directories(tiff))
    for number in range(3):
        page.locator(".leaf-page").nth(number).scroll_into_view_if_needed()
        expect(page.locator(".leaf-page").nth(number)).to_have_attribute("data-drawn", "true")
        box = page.locator(".leaf-page img").nth(number).bounding_box()
        assert box
        assert box["width"] / box["height"] == pytest.approx(0.75, abs=0.01)
    expect(page.locator(".viewer-place")).to_contain_text("3 / 3")
    assert not axe(page)


def test_a_text_is_read_in_its_own_encoding(show: Callable[..., Page]) -> None:
    page = show("血红蛋白 132 g/L".encode("gb18030"), "text/plain; charset=utf-8")
    expect(page.locator(".leaf-text")).to_have_text("血红蛋白 132 g/L")
    assert not axe(page)


def test_a_web_page_keeps_its_layout_and_has_no_power(show: Callable[..., Page], complaints: Watched) -> None:
    complaints.allow.append('"img-src data:"')  # the picture that it would fetch
    page = show(HOSTILE.encode(), "text/html")
    until(page, "document.querySelector('.viewer > [role=status]').className === 'sr'")
    inside = page.frame_locator(".leaf-frame iframe")
    expect(inside.get_by_role("heading", name="心电图")).to_be_visible()
    expect(inside.locator("#w")).to_have_text("窦性心律")
    assert page.locator(".leaf-frame iframe").get_attribute("sandbox") == ""
    assert "/original/" in page.url
    assert not axe(page)


def test_a_clinical_document_is_laid_out(show: Callable[..., Page]) -> None:
    page = show(document("<table><tbody><tr><td>糖化血红蛋白</td><td>7.1</td></tr></tbody></table>"), "text/xml")
    inside = page.frame_locator(".leaf-frame iframe")
    expect(inside.get_by_role("heading", name="出院小结")).to_be_visible()
    expect(inside.get_by_role("cell", name="糖化血红蛋白")).to_be_visible()
    grounds = inside.locator("td").first.evaluate("cell => getComputedStyle(cell).borderTopStyle")
    assert grounds == "solid", "its own style counts"
