"""R6 and R7 over the wire: the cookie, fixation, sign-out, and nothing without them."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

import httpx
import pytest
from sqlmodel import select

from health_cloud.core import db
from health_cloud.core.clock import clock
from health_cloud.core.cookies import device_cookie, session_cookie
from health_cloud.identity.models import SignInSession
from health_cloud.identity.service import sessions
from health_cloud.identity.service.sign_in import sign_in
from tests import people
from tests.people import COMMAND_LINE, PASSWORD, Key, Town, at, forget_attempts, signed_up

DEVICE = "a-browser-of-the-http-tests"


@pytest.fixture(scope="module")
def account(served: Any) -> Generator[tuple[Town, Key]]:
    """林秀兰's account in the served product."""
    assert served
    town = people.found_town(code="http")
    yield town, signed_up(at(DEVICE), town.lin)
    clock.reset()


@pytest.fixture
def browser_client(app_url: str) -> Generator[httpx.Client]:
    """A client that keeps cookies and names its origin."""
    with httpx.Client(base_url=app_url, headers={"Origin": app_url}, cookies={device_cookie(): DEVICE}) as client:
        yield client


def _entry(account: tuple[Town, Key], device: str = DEVICE) -> str:
    town, key = account
    forget_attempts()
    clock.advance(seconds=30)
    return sign_in(at(device), town.lin.national_id, PASSWORD, key.code())


def _entered(client: httpx.Client, account: tuple[Town, Key]) -> str:
    answer = client.get("/auth/enter", params={"code": _entry(account)})
    assert answer.status_code == 303
    return answer.headers["location"]


def test_the_cookie_is_what_it_should_be(browser_client: httpx.Client, account: tuple[Town, Key]) -> None:
    answer = browser_client.get("/auth/enter", params={"code": _entry(account)})
    assert answer.headers["location"] == "/"
    assert answer.headers["cache-control"] == "no-store"
    (cookie,) = [each for each in answer.headers.get_list("set-cookie") if each.startswith(session_cookie())]
    parts = {part.strip().lower() for part in cookie.split(";")[1:]}
    assert {"httponly", "samesite=strict", "path=/"} <= parts
    assert not any(part.startswith("domain") for part in parts)
    assert len(cookie.split(";")[0].partition("=")[2]) >= 43


def test_a_cookie_or_row_of_ones_own_making_is_nobodys(browser_client: httpx.Client, account: tuple[Town, Key]) -> None:
    """Fixation: what was in the browser before is neither accepted nor taken over."""
    town, _ = account
    with db.reading() as session:
        row = session.exec(select(SignInSession.id)).first()
    browser_client.cookies.set(session_cookie(), "planted-by-somebody-else-0123456789")
    assert browser_client.get("/lease", headers={"X-Session": row or ""}).status_code == 401
    browser_client.cookies.delete(session_cookie())
    _entered(browser_client, account)
    assert browser_client.cookies[session_cookie()] != "planted-by-somebody-else-0123456789"
    assert browser_client.get("/lease").status_code == 204
    assert town


def test_a_new_sign_in_ends_the_session_before_it(browser_client: httpx.Client, account: tuple[Town, Key]) -> None:
    _entered(browser_client, account)
    first = browser_client.cookies[session_cookie()]
    _entered(browser_client, account)
    assert browser_client.cookies[session_cookie()] != first
    assert sessions.row_of_secret(first) == ""


def test_an_entry_code_from_elsewhere_signs_nobody_in(app_url: str, account: tuple[Town, Key]) -> None:
    """Someone else tries: a link sent to a victim, or stolen from one."""
    code = _entry(account)
    with httpx.Client(base_url=app_url, cookies={device_cookie(): "another browser"}) as stranger:
        answer = stranger.get("/auth/enter", params={"code": code})
        assert answer.headers["location"] == "/sign-in"
        assert session_cookie() not in stranger.cookies


def test_signing_out_holds_for_the_next_request(browser_client: httpx.Client, account: tuple[Town, Key]) -> None:
    _entered(browser_client, account)
    secret = browser_client.cookies[session_cookie()]
    answer = browser_client.post("/auth/sign-out")
    assert (answer.status_code, answer.headers["location"]) == (303, "/welcome")
    assert session_cookie() not in browser_client.cookies
    browser_client.cookies.set(session_cookie(), secret)
    assert browser_client.get("/lease").status_code == 401


@pytest.mark.parametrize("origin", ["https://evil.example", "null", None])
def test_others_do_not_sign_one_out(
    browser_client: httpx.Client, account: tuple[Town, Key], origin: str | None
) -> None:
    _entered(browser_client, account)
    secret = browser_client.cookies[session_cookie()]
    headers = {} if origin is None else {"Origin": origin}
    with httpx.Client(base_url=browser_client.base_url, cookies={session_cookie(): secret}) as other:
        assert other.post("/auth/sign-out", headers=headers).status_code == 403
    assert browser_client.get("/lease").status_code == 204


def test_disabling_holds_for_the_next_request(browser_client: httpx.Client, account: tuple[Town, Key]) -> None:
    from health_cloud.identity.service import accounts

    town, _ = account
    _entered(browser_client, account)
    named = accounts.Named(visit_card=town.lin.visit_card, organization="http")
    db.perform(accounts.disable, COMMAND_LINE, named)
    assert browser_client.get("/lease").status_code == 401
    db.perform(accounts.unlock, COMMAND_LINE, named)


def test_time_travel(browser_client: httpx.Client, account: tuple[Town, Key]) -> None:
    _entered(browser_client, account)
    clock.advance(minutes=59)
    assert browser_client.get("/lease").status_code == 204
    clock.advance(minutes=1)
    assert browser_client.get("/lease").status_code == 401, "asking for the lease is no sign of life"


def test_an_entry_code_needs_a_cookie(app_url: str, account: tuple[Town, Key]) -> None:
    del account
    for code in ("", "nonsense", "x" * 5000):
        answer = httpx.get(f"{app_url}/auth/enter", params={"code": code})
        assert answer.headers["location"] == "/sign-in"
