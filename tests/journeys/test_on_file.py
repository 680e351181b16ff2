"""What hospitals have on file: a patient says what is wrong, sees that it was said, and takes it back."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browsers import axe
from tests.journeys.cast import LANGUAGES, Language, say
from tests.journeys.conftest import Opened

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("language", LANGUAGES)
def test_from_me_to_the_hospital_and_back(opened: Opened, language: Language) -> None:
    page = opened("lin", "/me", language)
    page.get_by_role("link", name=say("identity.me.profile", language)).click()
    expect(page.get_by_role("heading", level=1, name=say("identity.profile.title", language))).to_be_visible()
    address = say("identity.profile.datum.address", language)
    page.get_by_role("button", name=address).click()
    sheet = page.get_by_role("dialog")
    expect(sheet).to_be_visible()
    assert not axe(page)
    _send(page, language)
    expect(sheet.get_by_text(say("identity.profile.error.reason", language))).to_be_visible()
    sheet.get_by_role("radio", name=say("identity.profile.reason.outdated", language)).check()
    sheet.get_by_label(say("identity.profile.words", language)).fill("3 Lake Road")
    _send(page, language)
    expect(sheet).to_be_hidden()
    back = page.get_by_role("button", name=say("identity.profile.withdraw_name", language, what=address))
    expect(back).to_be_visible()
    assert not axe(page)
    page.reload()
    back.click()
    expect(page.get_by_role("button", name=address)).to_be_visible()
    expect(back).to_have_count(0)


def _send(page: Page, language: Language) -> None:
    page.get_by_role("button", name=say("identity.profile.send", language)).click()
