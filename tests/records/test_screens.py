"""Reading on a phone: from home to an entry and its reason, in both languages, while new entries arrive."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from health_cloud.core import changes, clock, db
from health_cloud.core.actors import Actor, Visitor
from health_cloud.core.cookies import device_cookie, session_cookie
from health_cloud.core.words import Words
from health_cloud.identity.models import Account
from health_cloud.identity.service import sessions
from health_cloud.records.views.content import Coding, EntryContent, Measured
from tests import charts, people
from tests.browsers import axe

pytestmark = pytest.mark.browser
VISITOR = Visitor(address="127.0.0.1", device="records-device")
REPORT = EntryContent(
    record_class="laboratory",
    title=Words("糖化血红蛋白", "HbA1c"),
    results=(
        Measured(
            name=Words("糖化血红蛋白", "Glycated haemoglobin"),
            codes=(Coding("http://loinc.org", "4548-4"),),
            kind="quantity",
            value="7.4",
            unit="%",
            low="4.0",
            high="6.0",
            flag="high",
        ),
        Measured(name=Words("血糖", "Glucose"), kind="quantity", value="5.1", unit="mmol/L", flag="normal"),
    ),
)

LEADING_DOTS = """() => [...document.querySelectorAll(".sep")].filter((dot) => {
  const box = dot.parentElement.getBoundingClientRect();
  const first = dot.getClientRects()[0];
  return first && box.width && first.left < box.left + 12;
}).map((dot) => dot.parentElement.textContent)"""
"""Separators that begin a line."""


@pytest.fixture(scope="module")
def town(served: Any) -> people.Town:
    """The served product's own database, with people in it."""
    assert served
    return people.found_town(code="reading")


@pytest.fixture
def lin(town: people.Town) -> Actor:
    """The patient."""
    return charts.reader(town.lin)


@pytest.fixture
def open_phone(lin: Actor, new_context: Callable[..., BrowserContext], app_url: str) -> Callable[..., Page]:
    """Open a phone on which she is signed in."""

    def open_one(**options: Any) -> Page:
        code = db.perform(_begin, charts.WRITER, lin.account_id)
        secret = db.perform(sessions.enter, charts.WRITER, code, VISITOR).secret
        context = new_context(**options)
        context.add_cookies(
            [
                {"name": session_cookie(), "value": secret, "url": app_url},
                {"name": device_cookie(), "value": VISITOR.device, "url": app_url},
            ]
        )
        return context.new_page()

    return open_one


def _begin(session: Any, actor: Actor, account_id: str) -> str:
    return sessions.begin(session, session.get(Account, account_id), VISITOR, "password")


def _put(town: people.Town, title: str, **given: Any) -> str:
    return charts.put(
        town,
        town.lin,
        occurred=clock.now() - timedelta(hours=3),
        content=REPORT,
        title_zh=title,
        title_en=f"{title} in English",
        flag="high",
        flagged=1,
        **given,
    )


def test_from_home_to_the_reason(town: people.Town, open_phone: Callable[..., Page]) -> None:
    report = _put(town, "糖化血红蛋白", original=(b"%PDF-1.7", "application/pdf"))
    page = open_phone()
    page.goto("/")
    expect(page.get_by_role("heading", name="新到")).to_be_visible()
    assert not axe(page)
    page.locator(".classes a").first.click()
    expect(page.get_by_role("heading", name="检验", level=1)).to_be_visible()
    page.get_by_role("link", name="糖化血红蛋白").first.click()
    expect(page.get_by_text("2 项中 1 项偏高，其余正常")).to_be_visible()
    assert report in page.url
    title = page.title()
    assert title.startswith("检验 20")
    assert "糖化" not in title
    assert "7.4" not in title, "titles stay in the browser's history"
    expect(page.get_by_text("医院没有给")).to_be_visible()
    assert not axe(page)
    page.get_by_role("link", name="看原件").click()
    expect(page.get_by_role("heading", name="这份文件打不开")).to_be_visible()
    page.get_by_role("link", name="这份记录").click()
    page.get_by_role("button", name="为什么").click()
    expect(page.get_by_text("医院怎么定的")).to_be_visible()
    assert not axe(page)
    page.get_by_role("link", name="看谁看过我的记录").click()
    expect(page.get_by_role("heading", name="谁看过我的记录")).to_be_visible()
    expect(page.get_by_text("您看了检验").first).to_be_visible()
    assert not axe(page)


@pytest.mark.parametrize(("locale", "scheme"), [("en-GB", "light"), ("en-GB", "dark"), ("zh-CN", "dark")])
def test_every_screen_in_both_languages_and_schemes(
    town: people.Town, open_phone: Callable[..., Page], locale: str, scheme: str
) -> None:
    entry_id = _put(town, "血脂")
    page = open_phone(locale=locale, color_scheme=scheme, viewport={"width": 320, "height": 700})
    for path in (
        "/",
        "/records/laboratory",
        f"/records/laboratory/{entry_id}",
        "/visits",
        "/ledger",
        "/records/imaging",
    ):
        page.goto(path)
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        expect(page.locator(".loading")).to_have_count(0)
        assert not axe(page), path
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, path
        for width in range(320, 240, -7):
            page.set_viewport_size({"width": width, "height": 700})
            assert page.evaluate(LEADING_DOTS) == [], (path, width)
        page.set_viewport_size({"width": 320, "height": 700})
        assert page.title().endswith(" · 健康云" if locale == "zh-CN" else " · Health Cloud"), path


def test_a_new_entry_appears_and_a_closed_class_goes_without_reload(
    town: people.Town, open_phone: Callable[..., Page]
) -> None:
    page = open_phone()
    page.goto("/records/laboratory")
    expect(page.locator(".row").first).to_be_visible()
    _put(town, "刚刚到的报告")
    changes.publish(frozenset({f"person:{town.lin.person_id}"}))
    expect(page.get_by_text("刚刚到的报告")).to_be_visible(timeout=5000)
    charts.policy(town, 2, laboratory={"open": False})
    changes.publish(frozenset({f"organization:{town.organization_id}"}))
    expect(page.get_by_text("刚刚到的报告")).to_have_count(0, timeout=5000)
    charts.policy(town, 3, laboratory={"open": True})


def test_somebody_elses_entry_is_not_there(town: people.Town, open_phone: Callable[..., Page]) -> None:
    theirs = charts.put(town, town.wang, title_zh="别人的报告")
    page = open_phone()
    page.goto(f"/records/laboratory/{theirs}")
    expect(page.get_by_role("heading", name="没有这份记录").first).to_be_visible()
    assert "别人的报告" not in page.content()


def test_what_the_clock_opens_appears_by_itself_at_its_second(
    town: people.Town, open_phone: Callable[..., Page]
) -> None:
    charts.policy(town, 4, examinations={"open": True, "delay_hours": 1})
    opens = clock.now() + timedelta(seconds=8)
    charts.put(
        town,
        town.lin,
        "examinations",
        occurred=clock.now() - timedelta(hours=2),
        outcome=opens - timedelta(hours=1),
        title_zh="胃镜报告",
    )
    pages = {path: open_phone() for path in ("/", "/records/examinations")}
    for path, page in pages.items():
        frames: list[str] = []
        page.on("websocket", lambda ws, kept=frames: ws.on("framereceived", lambda frame: kept.append(str(frame))))
        page.goto(path)
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        expect(page.locator(".loading")).to_have_count(0)
        if clock.now() < opens - timedelta(seconds=1):
            expect(page.get_by_text("胃镜报告")).to_have_count(0)
            told = "".join(frames)
            assert "胃镜报告" not in told
            assert opens.isoformat()[:19] not in told, "that something waits is told to nobody"
            assert town.lin.person_id not in told
    for page in pages.values():
        expect(page.get_by_text("胃镜报告")).to_be_visible(timeout=15000)
    assert clock.now() - opens < timedelta(seconds=5)
