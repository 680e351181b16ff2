"""A stranger proves to be 林秀兰 on a phone, sets up signing in, signs out and in again."""

from __future__ import annotations

import re
from datetime import UTC, timedelta
from typing import Any

import pyotp
import pytest
from playwright.sync_api import Locator, Page, expect

from health_cloud.core import clock, db
from health_cloud.core.actors import NOBODY
from health_cloud.notify.service import sending
from tests import people
from tests.browsers import agree_to_notice, axe, screenshot

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def town(served: Any) -> people.Town:
    """The served product's own database, with people in it."""
    assert served
    return people.found_town(code="journey")


def _answer(page: Page, right: str) -> None:
    page.get_by_text(right, exact=True).click()
    page.get_by_role("button", name="继续").click()


def _month() -> str:
    at = (clock.now() - timedelta(days=people.TRUE[1])).astimezone(UTC)
    return f"{at.year}年{at.month}月"


def test_verify_set_up_sign_out_and_in(page: Page, town: people.Town) -> None:
    _verify(page, town)
    secret = _set_up(page)
    _sign_out(page)
    _sign_in(page, town, secret)


def _fits(page: Page) -> None:
    """Nothing reaches over an edge, not even a sheet that bleeds into the gutter."""
    for width in (320, 390):
        page.set_viewport_size({"width": width, "height": 844})
        beyond = "[...document.querySelectorAll('main *')].filter(each => each.getBoundingClientRect().left < 0).length"
        assert page.evaluate(beyond) == 0
        assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0


def _apart(one: Locator, other: Locator) -> None:
    """What is said does not lie over what can be done."""
    expect(one).to_be_visible()
    expect(other).to_be_visible()
    above, below = sorted((one.bounding_box() or {}, other.bounding_box() or {}), key=lambda box: box["y"])
    assert above["y"] + above["height"] <= below["y"]


def _verify(page: Page, town: people.Town) -> None:
    page.set_default_timeout(20_000)
    page.goto("/welcome")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    screenshot(page, "identity-welcome")
    assert not axe(page)
    page.get_by_role("link", name="第一次来：核实身份").click()
    page.get_by_label("身份证号", exact=True).fill("110101195903070001")
    page.get_by_role("button", name="继续").click()
    expect(page.get_by_text("位数或校验码不对")).to_be_visible()
    assert not axe(page)
    page.get_by_label("身份证号", exact=True).fill(town.lin.national_id)
    page.get_by_role("button", name="继续").click()
    expect(page.get_by_role("heading", name="填一张卡的号码")).to_be_focused()
    screenshot(page, "identity-verify-card")
    assert not axe(page)
    page.get_by_role("radio", name="就诊卡").click()
    page.get_by_label("就诊卡号").fill(town.lin.visit_card)
    page.get_by_role("button", name="继续").click()
    expect(page.get_by_text("问题 1，共 3 个")).to_be_visible()
    screenshot(page, "identity-verify-question")
    _fits(page)
    assert not axe(page)
    _answer(page, people.TRUE[0])
    expect(page.get_by_text("问题 2，共 3 个")).to_be_visible()
    page.reload()
    expect(page.get_by_text("问题 2，共 3 个")).to_be_visible()
    _answer(page, _month())
    expect(page.get_by_text("问题 3，共 3 个")).to_be_visible()
    _answer(page, people.TRUE[2])
    expect(page.get_by_role("heading", name="最后，收一个验证码")).to_be_visible()
    page.get_by_role("button", name="发送验证码").click()
    expect(page.get_by_label("验证码")).to_be_focused()
    screenshot(page, "identity-verify-code")
    assert not axe(page)
    sending.deliver()
    code = db.perform(sending.outbox, NOBODY)[0].text[:6]
    page.get_by_label("验证码").fill("000000" if code != "000000" else "111111")
    page.get_by_role("button", name="核实").click()
    expect(page.get_by_text("还可以试 4 次")).to_be_visible()
    page.get_by_label("验证码").fill(code)
    page.get_by_role("button", name="核实").click()


def _set_up(page: Page) -> str:
    expect(page.get_by_role("heading", name="设一个密码")).to_be_visible()
    screenshot(page, "identity-activate-password")
    assert not axe(page)
    page.get_by_label("新密码", exact=True).fill("password")
    page.get_by_role("button", name="继续").click()
    expect(page.get_by_text("太多人用")).to_be_visible()
    page.get_by_label("新密码", exact=True).fill(people.PASSWORD)
    page.get_by_role("button", name="继续").click()
    expect(page.get_by_role("heading", name="添加手机验证器")).to_be_visible()
    screenshot(page, "identity-activate-authenticator")
    assert not axe(page)
    secret = page.locator(".secret").inner_text().replace(" ", "")
    page.get_by_label("验证器现在显示的 6 位数").fill(pyotp.TOTP(secret).at(clock.now()))
    page.get_by_role("button", name="确认").click()
    expect(page.locator(".recovery li")).to_have_count(10)
    screenshot(page, "identity-activate-recovery")
    assert not axe(page)
    page.get_by_role("button", name="我收好了，进入").click()
    agree_to_notice(page, "zh")
    cookie = next(each for each in page.context.cookies() if each["name"] == "session")
    assert cookie["httpOnly"]
    assert cookie["sameSite"] == "Strict"
    return str(secret)


def _sign_out(page: Page) -> None:
    page.goto("/me")
    expect(page.get_by_text("林秀兰").first).to_be_visible()
    screenshot(page, "identity-me")
    assert not axe(page)
    page.get_by_role("button", name="退出登录").click()
    page.wait_for_url(re.compile("/welcome"))
    assert not [each for each in page.context.cookies() if each["name"] == "session"]
    page.goto("/me")
    page.wait_for_url(re.compile("/sign-in"))
    act = page.get_by_role("button", name="登录")
    expect(act).to_be_visible()
    page.evaluate("document.querySelector('.toasts').innerHTML = '<div class=toast>…</div>'")
    _apart(page.locator(".toast"), act)
    page.reload()


def _sign_in(page: Page, town: people.Town, secret: str) -> None:
    screenshot(page, "identity-sign-in")
    assert not axe(page)
    page.get_by_label("身份证号、手机号或用户名").fill(town.lin.phone)
    page.get_by_label("密码", exact=True).fill("something else")
    page.get_by_label("验证码").fill("123456")
    page.get_by_role("button", name="登录").click()
    expect(page.get_by_text("没能登录")).to_be_visible()
    page.get_by_label("密码", exact=True).fill(people.PASSWORD)
    clock.clock.advance(seconds=30)
    page.get_by_label("验证码").fill(pyotp.TOTP(secret).at(clock.now()))
    page.get_by_role("button", name="登录").click()
    page.wait_for_url(re.compile(r"/$"))
    clock.clock.reset()
