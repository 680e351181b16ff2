"""Where somebody goes on after a fresh proof: a page of ours, whatever the link said."""

from __future__ import annotations

import pytest

from health_cloud.identity.service.single_sign_on import anew


@pytest.mark.parametrize(
    "page",
    [
        *("https://evil.example", "//evil.example", "/\\evil.example", "\\\\evil.example", "javascript:alert(1)", ""),
        *("/a//b", "/../auth/enter", "/./auth/enter", "/auth/enter?code=x", "/auth/sign-out", "/a\n", "/a\r\nb", " /a"),
        *("/a@evil.example", "/%2f/evil.example", "/a#b", "/a?b#c", "/a?x='>", "/a;url=b", "/" + "a" * 300, "/医"),
    ],
)
def test_a_page_that_is_not_ours(page: str) -> None:
    assert anew.page_of(page) == "/"
    assert anew.way(page) == "/auth/oidc/start?again=1&to=%2F"


@pytest.mark.parametrize(
    "page", ["/", "/me", "/me/passkeys", "/physician/chart/7c9e6679", "/records/laboratory?from=2026-01&x=%E5%8C%BB"]
)
def test_a_page_of_ours(page: str) -> None:
    assert anew.page_of(page) == page
