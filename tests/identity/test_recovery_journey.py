"""Somebody who lost everything waits in one browser; the owner sees it in another, stops it, or lets it be."""

from __future__ import annotations

import re
from collections.abc import Generator
from typing import Any

import pyotp
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from health_cloud.core import clock, db
from health_cloud.core.actors import NOBODY
from health_cloud.core.cookies import device_cookie, session_cookie
from health_cloud.core.settings import settings
from health_cloud.identity.service import recovery, sessions
from health_cloud.identity.service.sign_in import sign_in
from health_cloud.notify.service import sending
from tests import people
from tests.browsers import axe, screenshot

pytestmark = pytest.mark.browser

LOST, OWN = "the-browser-of-somebody-without-anything", "the-owners-own-browser"
NEW = "the long way round the lake"


@pytest.fixture(scope="module")
def owned(served: Any) -> Generator[tuple[people.Town, people.Key]]:
    """An account in use in the served product."""
    assert served
    town = people.found_town(code="recovery")
    people.forget_attempts()
    yield town, people.signed_up(people.at(OWN), town.lin)
    clock.clock.reset()


def _cookie(context: BrowserContext, name: str, value: str, url: str) -> None:
    context.add_cookies([{"name": name, "value": value, "url": url}])


@pytest.fixture
def owner(browser: Browser, app_url: str, owned: tuple[people.Town, people.Key]) -> Generator[Page]:
    """The owner's browser, signed in."""
    town, key = owned
    clock.clock.advance(seconds=60)
    people.forget_attempts()
    code = sign_in(people.at(OWN), town.lin.national_id, people.PASSWORD, key.code())
    secret = db.perform(sessions.enter, NOBODY, code, people.at(OWN)).secret
    context = browser.new_context(base_url=app_url, locale="zh-CN", viewport={"width": 390, "height": 844})
    _cookie(context, device_cookie(), OWN, app_url)
    _cookie(context, session_cookie(), secret, app_url)
    yield context.new_page()
    context.close()


def _proved(town: people.Town) -> None:
    people.forget_attempts()
    assert people.prove(people.at(LOST), town.lin).state == "proved"


def test_lost_waiting_stopped_and_after_the_wait(
    page: Page, owner: Page, owned: tuple[people.Town, people.Key], app_url: str
) -> None:
    town, key = owned
    for each in (page, owner):
        each.set_default_timeout(20_000)
    _cookie(page.context, device_cookie(), LOST, app_url)
    _ways(page)
    _proved(town)
    _begins(page)
    _stopped_by(owner)
    _ended(page, "账户的主人停止了找回")
    _only_the_desk(page, town)
    with_code = db.perform(recovery.current, NOBODY, people.at(LOST))
    assert with_code.state == "closed"
    _shows_the_authenticator(page, key)


def test_nobody_objects(page: Page, app_url: str, served: Any) -> None:
    """All factors are new at the end."""
    assert served
    town = people.found_town(code="nobody-objects")
    page.set_default_timeout(20_000)
    people.forget_attempts()
    people.signed_up(people.at("gone"), town.lin)
    _cookie(page.context, device_cookie(), LOST, app_url)
    _proved(town)
    _begins(page)
    clock.clock.advance(seconds=settings().recovery_delay.total_seconds())
    page.reload()
    expect(page.get_by_role("heading", name="等待结束了")).to_be_visible()
    screenshot(page, "identity-recover-ready")
    assert not axe(page)
    people.forget_attempts()
    page.get_by_role("button", name="继续，收验证码").click()
    page.get_by_role("button", name="发送验证码").click()
    expect(page.get_by_label("验证码")).to_be_focused()
    sending.deliver()
    page.get_by_label("验证码").fill(db.perform(sending.outbox, NOBODY)[0].text[:6])
    page.get_by_role("button", name="核实").click()
    page.get_by_label("新密码", exact=True).fill(NEW)
    page.get_by_role("button", name="继续").click()
    secret = page.locator(".secret").inner_text().replace(" ", "")
    page.get_by_label("验证器现在显示的 6 位数").fill(pyotp.TOTP(secret).at(clock.now()))
    page.get_by_role("button", name="确认").click()
    expect(page.locator(".recovery li")).to_have_count(10)
    page.get_by_role("button", name="我收好了，进入").click()
    page.wait_for_url(re.compile(r"/$"))
    clock.clock.reset()


def _ways(page: Page) -> None:
    page.goto("/sign-in")
    page.get_by_role("link", name="登录不了，怎么办").click()
    expect(page.get_by_role("heading", name="登录不了，怎么办")).to_be_visible()
    screenshot(page, "identity-recover-ways")
    assert not axe(page)


def _begins(page: Page) -> None:
    page.goto("/activate")
    page.wait_for_url(re.compile("/recover"))
    expect(page.get_by_role("heading", name="您已经有账户了")).to_be_visible()
    screenshot(page, "identity-recover-choose")
    assert not axe(page)
    page.get_by_role("button", name="都丢了，开始等待").click()
    expect(page.get_by_role("heading", name="请等一等")).to_be_focused()
    screenshot(page, "identity-recover-waiting")
    assert not axe(page)


def _stopped_by(owner: Page) -> None:
    owner.goto("/")
    expect(owner.get_by_text("有人正在找回您的账户")).to_be_visible()
    screenshot(owner, "identity-recover-own")
    assert not axe(owner)
    owner.goto("/me")
    owner.get_by_role("button", name="不是我，停止").click()
    expect(owner.get_by_text("已经停止")).to_be_visible()
    screenshot(owner, "identity-recover-stopped-by-owner")
    assert not axe(owner)
    owner.get_by_role("button", name="知道了").click()
    expect(owner.get_by_text("已经停止")).to_have_count(0)


def _ended(page: Page, heading: str) -> None:
    page.reload()
    expect(page.get_by_role("heading", name=heading)).to_be_visible()
    screenshot(page, "identity-recover-ended")
    assert not axe(page)
    page.get_by_role("button", name="知道了").click()
    expect(page.get_by_role("heading", name="登录不了，怎么办")).to_be_visible()


def _only_the_desk(page: Page, town: people.Town) -> None:
    _proved(town)
    page.goto("/recover")
    expect(page.get_by_role("heading", name="现在只能到服务台办理")).to_be_visible()
    screenshot(page, "identity-recover-closed")
    assert not axe(page)


def _shows_the_authenticator(page: Page, key: people.Key) -> None:
    clock.clock.advance(seconds=60)
    people.forget_attempts()
    page.get_by_label("验证码或恢复码").fill("AAAAA-AAAAA")
    page.get_by_role("button", name="继续").click()
    expect(page.get_by_text("这个码不对，或已经用过")).to_be_visible()
    page.get_by_label("验证码或恢复码").fill(key.code())
    page.get_by_role("button", name="继续").click()
    expect(page.get_by_text("只换密码")).to_be_visible()
    page.get_by_label("新密码", exact=True).fill(NEW)
    page.get_by_role("button", name="继续").click()
    expect(page.get_by_role("heading", name="已经设置好了")).to_be_visible()
    page.get_by_role("button", name="进入").click()
    page.wait_for_url(re.compile(r"/$"))
