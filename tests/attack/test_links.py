"""The addresses of links: any origin may ask there and nowhere else, nobody is anybody there, nothing tells apart."""

from __future__ import annotations

import httpx
import pytest

from tests.attack.world import MARK, World

EVIL = "https://evil.example"
UNKNOWN = f"/shl/{'A' * 43}"
BODY = {"recipient": "x", "passcode": "123456"}


@pytest.mark.parametrize("name", ["visitor", "victim", "staff"])
def test_whoever_asks_from_wherever_gets_the_same_nothing(name: str, world: World, app_url: str) -> None:
    headers = {"cookie": world.callers[name].cookie, "origin": EVIL, "sec-fetch-site": "cross-site"}
    with httpx.Client(base_url=app_url) as nobody, httpx.Client(base_url=app_url, headers=headers) as somebody:
        for path in (UNKNOWN, "/shl/x", "/shl/files/x", f"/shl/files/{'0' * 36}.99999999999.{'A' * 43}"):
            method = "GET" if "/files/" in path else "POST"
            given = [each.request(method, path, json=BODY if method == "POST" else None) for each in (nobody, somebody)]
            assert {(each.status_code, each.content) for each in given} == {(404, b"")}
            assert all(each.headers["access-control-allow-origin"] == "*" for each in given)
            assert not [each for each in given if "set-cookie" in each.headers or MARK in each.text]
            assert all("access-control-allow-credentials" not in each.headers for each in given)


def test_a_browser_may_ask_there_and_nowhere_else(world: World, app_url: str) -> None:
    asks = {"origin": EVIL, "access-control-request-method": "POST", "access-control-request-headers": "content-type"}
    with httpx.Client(base_url=app_url, headers=asks) as browser:
        there = browser.options(UNKNOWN)
        assert (there.status_code, there.headers["access-control-allow-headers"]) == (204, "content-type")
        for path in ("/lease", "/documents/x", "/shl", "/shlx/y", "/emergency-card/holds", "/shl/../lease", "/"):
            answer = browser.options(path)
            assert answer.status_code in (400, 403, 404)
            assert "access-control-allow-origin" not in answer.headers


def test_a_session_is_no_sign_of_life_there(world: World, app_url: str) -> None:
    """With a cookie of somebody signed in the route acts for nobody."""
    with httpx.Client(base_url=app_url, headers={"cookie": world.callers["victim"].cookie}) as browser:
        answer = browser.post(UNKNOWN, json=BODY)
        assert (answer.status_code, answer.content) == (404, b"")
        assert browser.post("/emergency-card/keep?parts=name").status_code == 403  # no origin: refused everywhere else
