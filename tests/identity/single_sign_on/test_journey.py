"""A physician comes by the hospital's sign-in, with two factors there or the second one here, and leaves both."""

from __future__ import annotations

from collections.abc import Callable, Generator
from pathlib import Path
from typing import Any

import oidc_provider_mock
import pytest
from playwright.sync_api import BrowserContext, Page, expect

from health_cloud.core import db
from health_cloud.core.actors import NOBODY
from health_cloud.core.clock import clock, now
from health_cloud.core.policy import Role
from health_cloud.core.settings import settings
from health_cloud.identity.service import activation
from health_cloud.identity.service.single_sign_on import linking
from tests.authenticator import Device
from tests.browsers import axe, screenshot
from tests.identity.test_passkeys import added
from tests.people import COMMAND_LINE, Town, at, employee, enter, forget_attempts, found_town

pytestmark = pytest.mark.browser

WANG: dict[str, Any] = {"name": "王敏", "groups": ["hc"], "amr": ["pwd", "mfa"]}


@pytest.fixture(scope="module")
def hospital(served: Any) -> Town:
    """The one hospital whose employees these are."""
    assert served
    return found_town(code="songyun")


@pytest.fixture
def issuer(served: Any) -> Generator[str]:
    """The mock of a provider, with 王敏."""
    assert served
    clock.reset()
    users = [oidc_provider_mock.User(sub="wang", claims=WANG)]
    with oidc_provider_mock.run_server_in_thread(user_claims=users) as server:
        yield f"http://localhost:{server.server_port}"


@pytest.fixture
def come(
    issuer: str, configure: Callable[..., None], new_context: Callable[..., BrowserContext], tmp_path: Path
) -> Callable[..., Page]:
    """Return a way to open a page in an installation with these settings."""

    def opened(language: str, **values: object) -> Page:
        secret = tmp_path / "secret"
        secret.write_text("of the mock's liking\n")
        configure(issuer=issuer, client_id="health-cloud", client_secret_file=str(secret), **values)
        page = new_context(base_url=f"http://localhost:{settings().port}", locale=language).new_page()
        page.goto("/sign-in")
        return page

    return opened


def test_two_factors_there(come: Callable[..., Page]) -> None:
    found_town(code="sso")
    rule = {"claim": "groups", "value": "hc", "role": "physician", "organization": "sso"}
    page = come("zh-CN", second_factor="provider", create="true", mapping=[rule])
    way = page.get_by_role("link", name="用医院统一账号登录")
    expect(way).to_be_visible()
    assert not axe(page)
    screenshot(page, "single-sign-on-sign-in")
    way.click()
    page.get_by_role("button", name="Deny").click()
    expect(page.get_by_text("医院统一登录没有通过")).to_be_visible()
    assert not axe(page)
    screenshot(page, "single-sign-on-declined")
    page.get_by_role("link", name="再试一次").click()
    page.get_by_role("button", name="wang", exact=True).click()
    page.wait_for_url("**/physician")
    page.goto("/me")
    expect(page.locator("main").get_by_text("王敏")).to_be_visible()
    page.get_by_role("button", name="退出登录").click()
    page.wait_for_url("**/oauth2/end_session**")
    page.get_by_role("button").first.click()
    page.wait_for_url("**/welcome")
    page.goto("/me")
    page.wait_for_url("**/sign-in")


def test_the_second_factor_here(come: Callable[..., Page], hospital: Town) -> None:
    page = come("en-GB", second_factor="here")
    assert hospital
    key = employee(Role.STAFF, "sso.staff", at("sso"))
    db.perform(linking.link, COMMAND_LINE, "sso.staff", settings().oidc_issuer, "wang")
    forget_attempts()
    page.get_by_role("link", name="Sign in with your hospital account").click()
    page.get_by_role("button", name="wang", exact=True).click()
    expect(page.get_by_text("One more step")).to_be_visible()
    assert not axe(page)
    screenshot(page, "single-sign-on-code")
    page.get_by_label("Code").fill("000000")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert").filter(has_text="not right").first).to_be_visible()
    clock.advance(seconds=30)
    page.get_by_label("Code").fill(key.code())
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/desk")
    clock.reset()


def test_a_passkey_as_the_second_factor_here(come: Callable[..., Page], hospital: Town) -> None:
    page = come("zh-CN", second_factor="here")
    assert hospital
    employee(Role.STAFF, "sso.passkey", at("sso-passkey"))
    device = Device()
    added(enter(at("sso-passkey"), db.perform(activation.enter, NOBODY, at("sso-passkey"))), at("sso-passkey"), device)
    db.perform(linking.link, COMMAND_LINE, "sso.passkey", settings().oidc_issuer, "wang")
    forget_attempts()
    page.get_by_role("link", name="用医院统一账号登录").click()
    page.get_by_role("button", name="wang", exact=True).click()
    way = page.get_by_role("button", name="用通行密钥确认")
    expect(way).to_be_visible()
    assert not axe(page)
    screenshot(page, "single-sign-on-passkey")
    device.plug_into(page)
    way.click()
    page.wait_for_url("**/desk")


def test_fresh_proof_at_the_provider(come: Callable[..., Page], monkeypatch: pytest.MonkeyPatch) -> None:
    """Who has no second factor here is seen anew there, comes back to the same page, and then may add a passkey."""
    found_town(code="sso-proof")
    rule = {"claim": "groups", "value": "hc", "role": "physician", "organization": "sso-proof"}
    page = come("zh-CN", second_factor="provider", create="true", mapping=[rule])
    page.get_by_role("link", name="用医院统一账号登录").click()
    page.get_by_role("button", name="wang", exact=True).click()
    page.wait_for_url("**/physician")
    page.goto("/me/passkeys")
    page.get_by_role("button", name="添加通行密钥").click()
    way = page.get_by_role("dialog").get_by_role("link", name="到医院统一登录确认")
    expect(way).to_be_visible()
    assert not axe(page)
    screenshot(page, "single-sign-on-proof")
    way.click()
    page.get_by_role("button", name="Deny").click()
    expect(page.get_by_text("您还在登录状态")).to_be_visible()
    assert not axe(page)
    screenshot(page, "single-sign-on-not-proved")
    page.get_by_role("link", name="回到应用").click()
    page.wait_for_url("**/physician")
    page.goto("/me/passkeys")
    page.get_by_role("button", name="添加通行密钥").click()
    way.click()
    monkeypatch.setitem(WANG, "auth_time", int(now().timestamp()))
    page.get_by_role("button", name="wang", exact=True).click()
    page.wait_for_url("**/me/passkeys")
    expect(page.get_by_role("dialog")).to_have_count(0)
    Device().plug_into(page)
    page.get_by_role("button", name="添加通行密钥").click()
    expect(page.get_by_role("dialog")).to_contain_text("名")
    screenshot(page, "single-sign-on-passkey-added")
