"""A far-reaching act long after signing in: the code is asked for first, then the act is done; nothing is lost."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from health_cloud.core import clock
from tests.browsers import axe, screenshot
from tests.journeys import cast
from tests.journeys.cast import PHYSICIAN, Cast, Language, say
from tests.journeys.conftest import Opened
from tests.journeys.test_access import _ask, _open_request

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(("language", "key"), [("zh", "huang"), ("en", "carter")])
def test_agreeing_late_asks_for_the_code(opened: Opened, demo: Cast, language: Language, key: str) -> None:
    _ask(opened(PHYSICIAN, language=language), cast.person(key).visit_card, language)
    patient = opened(key, "/access", language)
    _open_request(patient, language)
    kept_back = patient.get_by_role("checkbox", name=say("ui.class.imaging", language))
    kept_back.click()
    expect(kept_back).not_to_be_checked()
    clock.clock.advance(minutes=11)
    patient.get_by_role("button", name=say("access.agree", language), exact=True).click()
    dialog = patient.get_by_role("dialog", name=say("identity.proof.title", language))
    expect(dialog).to_be_visible()
    screenshot(patient, f"identity-proof-{language}")
    assert not axe(patient)
    code = dialog.get_by_label(say("identity.proof.code", language))
    expect(code).to_be_focused()
    code.fill("000000")
    code.press("Enter")
    expect(dialog.get_by_text(say("identity.error.proof", language))).to_be_visible()
    code.fill(demo.account(key).key.code())
    code.press("Enter")
    chen = say("access.done.agreed", language, name="@").partition("@")[2]
    expect(patient.get_by_text(chen)).to_be_visible(timeout=15_000)
    expect(dialog).to_have_count(0)
    patient.goto("/access")
    expect(patient.locator(".grant-head")).to_have_count(1)
    expect(patient.locator("main")).not_to_contain_text(say("ui.class.imaging", language))
