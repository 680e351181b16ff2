"""With Chromium's own virtual authenticator: set up with a passkey, sign in with it, on a second device, remove it."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, CDPSession, Page, expect
from sqlalchemy import update

from health_cloud.core import clock, db
from health_cloud.identity.models import SignInSession
from tests import people
from tests.browsers import agree_to_notice, axe, screenshot

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def town(served: Any) -> people.Town:
    """The served product's own database, with people in it."""
    assert served
    return people.found_town(code="passkeys")


class Phone:
    """A browser with a device that keeps passkeys."""

    def __init__(self, context: BrowserContext) -> None:
        self.page: Page = context.new_page()
        self.page.set_default_timeout(20_000)
        self.page.goto("/welcome")
        self._plug([])

    def _plug(self, keys: list[dict[str, Any]]) -> None:
        self.wire: CDPSession = self.page.context.new_cdp_session(self.page)
        self.wire.send("WebAuthn.enable")
        options = {
            "protocol": "ctap2",
            "transport": "internal",
            "hasResidentKey": True,
            "hasUserVerification": True,
            "isUserVerified": True,
            "automaticPresenceSimulation": True,
        }
        self.id = self.wire.send("WebAuthn.addVirtualAuthenticator", {"options": options})["authenticatorId"]
        for key in keys:
            self.wire.send("WebAuthn.addCredential", {"authenticatorId": self.id, "credential": key})

    def look(self, name: str) -> None:
        """Keep a picture and have the page judged; the judge unplugs the device, which is plugged in again."""
        keys = self._keys()
        self.wire.detach()
        screenshot(self.page, name)
        assert not axe(self.page)
        self._plug(keys)

    def _keys(self) -> list[dict[str, Any]]:
        return self.wire.send("WebAuthn.getCredentials", {"authenticatorId": self.id})["credentials"]

    def verifying(self, *, right: bool) -> None:
        """Have the person's finger fit from now on, or not."""
        self.wire.send("WebAuthn.setUserVerified", {"authenticatorId": self.id, "isUserVerified": right})

    def keys(self) -> int:
        """Return how many passkeys the device holds."""
        return len(self._keys())


def _cookies(page: Page) -> int:
    return len([each for each in page.context.cookies() if each["name"] == "session"])


def _signed_out(page: Page) -> None:
    page.goto("/me")
    page.get_by_role("button", name="退出登录").click()
    expect(page).to_have_url(re.compile("/welcome"))


def _sign_in(page: Page) -> None:
    page.goto("/sign-in")
    page.get_by_role("button", name="用通行密钥登录").click()


def test_activate_sign_in_second_device_remove(
    new_context: Callable[..., BrowserContext], town: people.Town, app_url: str
) -> None:
    named = app_url.replace("127.0.0.1", "localhost")  # a key is bound to a name, never to a bare address
    phone = Phone(new_context(base_url=named))
    laptop = Phone(new_context(base_url=named, viewport={"width": 1440, "height": 900}))
    codes = _activate(phone, town)
    _signed_out(phone.page)
    _sign_in(phone.page)
    expect(phone.page).to_have_url(re.compile(r"/$"))
    assert _cookies(phone.page) == 1
    _second_device(laptop, town, codes)
    _signed_out(laptop.page)
    _sign_in(laptop.page)
    expect(laptop.page).to_have_url(re.compile(r"/$"))
    _remove(phone, laptop)


def _activate(phone: Phone, town: people.Town) -> list[str]:
    page = phone.page
    device = next(each["value"] for each in page.context.cookies() if each["name"] == "device")
    assert people.prove(people.at(device), town.lin).state == "proved"
    page.goto("/activate")
    page.get_by_label("新密码", exact=True).fill(people.PASSWORD)
    page.get_by_role("button", name="继续").click()
    expect(page.get_by_role("heading", name="再加一道锁")).to_be_visible()
    make = page.get_by_role("button", name="用这台设备的通行密钥")
    expect(make).to_be_visible()
    phone.look("passkey-activate")
    phone.verifying(right=False)
    make.click()
    expect(page.get_by_text("没有完成：您取消了")).to_be_visible()
    phone.verifying(right=True)
    make.click()
    expect(page.locator(".recovery li")).to_have_count(10)
    assert phone.keys() == 1
    codes = page.locator(".recovery li").all_inner_texts()
    page.get_by_role("button", name="我收好了，进入").click()
    agree_to_notice(page, "zh")
    return codes


def _second_device(laptop: Phone, town: people.Town, codes: list[str]) -> None:
    """A device that holds no passkey says so; one made on it, once signed in by other means, signs in there."""
    page = laptop.page
    _sign_in(page)
    expect(page.get_by_text("没有完成：您取消了")).to_be_visible()
    laptop.look("passkey-sign-in-desk")
    assert _cookies(page) == 0
    page.get_by_role("button", name="用恢复码").click()
    page.get_by_label("身份证号、手机号或用户名").fill(town.lin.phone)
    page.get_by_label("密码", exact=True).fill(people.PASSWORD)
    page.get_by_label("恢复码").fill(codes[0])
    page.get_by_role("button", name="登录", exact=True).click()
    expect(page).to_have_url(re.compile(r"/$"))
    page.goto("/me")
    page.get_by_role("link", name="通行密钥").click()
    expect(page.locator("main .rows > li")).to_have_count(1)
    page.get_by_role("button", name="添加通行密钥").click()
    page.get_by_label("恢复码").fill(codes[1])
    laptop.look("passkey-proof")
    page.get_by_role("button", name="确认", exact=True).click()
    page.get_by_label("名字").fill("家里的电脑")
    laptop.look("passkey-name")
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_role("button", name="家里的电脑")).to_be_visible()
    assert laptop.keys() == 1
    page.get_by_role("button", name="添加通行密钥").click()
    expect(page.get_by_text("这台设备里已经有您的通行密钥")).to_be_visible()


def _remove(phone: Phone, laptop: Phone) -> None:
    """Removing asks for a fresh proof once the last is old; then the other device is out within a second."""
    page = phone.page
    with db.writing() as session:  # the clock is everybody's, and other journeys look at the outbox by time
        session.exec(update(SignInSession).values(proved_at=clock.now() - timedelta(minutes=11)))
    page.goto("/me/passkeys")
    page.get_by_role("button", name="家里的电脑").click()
    page.get_by_role("button", name="移除").click()
    phone.look("passkey-remove")
    page.get_by_role("button", name="移除", exact=True).click()
    page.get_by_role("button", name="用通行密钥确认").click()
    expect(page.get_by_role("button", name="家里的电脑")).to_have_count(0)
    expect(page.get_by_text("已移除，其他地方的登录都已结束。")).to_be_visible()
    phone.look("passkey-list")
    expect(laptop.page).to_have_url(re.compile("/(sign-in|welcome)"))
    _sign_in(laptop.page)
    expect(laptop.page.get_by_text("这个通行密钥没有通过")).to_be_visible()
    page.locator("main .rows > li button").click()
    page.get_by_role("button", name="移除").click()
    page.get_by_role("button", name="移除", exact=True).click()
    expect(page.get_by_text("这是您最后的登录方式")).to_be_visible()
