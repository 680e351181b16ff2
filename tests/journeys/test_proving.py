"""A stranger with the demo's cards proves to be a patient, sets up signing in, leaves and comes back."""

from __future__ import annotations

import re
import time

import pyotp
import pytest
from playwright.sync_api import Page, expect

from health_cloud.core import clock, db
from health_cloud.core.actors import NOBODY
from health_cloud.demo.views import DemoPerson
from health_cloud.notify.service import sending
from tests import people
from tests.browsers import agree_to_notice
from tests.journeys import cast
from tests.journeys.cast import Language, say
from tests.journeys.conftest import Opened

pytestmark = pytest.mark.browser

TWO_MINUTES = 120
_SIX = r"(?<!\d)\d{6}(?!\d)"


@pytest.mark.parametrize(("language", "key"), [("zh", "zhang"), ("en", "carter")])
def test_verified_and_set_up_within_two_minutes(opened: Opened, language: Language, key: str) -> None:
    began = time.monotonic()
    page, who = opened(path="/welcome", language=language), cast.newcomer(key)
    page.get_by_role("link", name=say("identity.welcome.first", language)).click()
    _give_numbers(page, who, language)
    _answer(page, [cast.shown(each, language) for each in cast.answers(key)], language)
    page.get_by_label(say("identity.verify.code", language)).fill(_code_sent(page, who, language))
    page.get_by_role("button", name=say("identity.verify.prove", language)).click()
    secret = _set_up(page, language)
    expect(page.locator(".classes a")).to_have_count(6)
    assert time.monotonic() - began < TWO_MINUTES
    _leave_and_return(page, who, secret, language)


def test_wrong_answers_end_in_one_text_that_tells_nothing(opened: Opened) -> None:
    who, right = cast.person("wu"), {cast.shown(each, "zh") for each in cast.answers("wu")}
    told = []
    for wrong in ({0, 1}, {1, 2}, {0, 1, 2}):
        people.forget_attempts()
        before = len(db.perform(sending.outbox, NOBODY))
        page = opened(path="/verify")
        _give_numbers(page, who, "zh")
        _answer(page, right, "zh", wrong=wrong)
        page.get_by_role("button", name=say("identity.verify.send", "zh")).click()
        expect(page.get_by_text(say("identity.verify.on_its_way", "zh"))).to_be_visible()
        sending.deliver()
        assert len(db.perform(sending.outbox, NOBODY)) == before
        for left in (4, 3, 2, 1, 0):
            page.get_by_label(say("identity.verify.code", "zh")).fill("123456")
            page.get_by_role("button", name=say("identity.verify.prove", "zh")).click()
            if left:
                expect(page.get_by_text(say("identity.error.unproved", "zh", count=left))).to_be_visible()
        expect(page.get_by_role("heading", name=say("identity.verify.failed", "zh"))).to_be_visible()
        told.append(page.locator("main").inner_text())
    assert told[0] == told[1] == told[2]


def _give_numbers(page: Page, who: DemoPerson, language: Language) -> None:
    document = "passport" if who.document == "passport" else "national_id"
    page.get_by_label(say("identity.verify.document_kind", language)).select_option(document)
    page.get_by_label(say(f"identity.verify.{document}_number", language), exact=True).fill(who.national_id)
    page.get_by_role("button", name=say("identity.verify.onward", language)).click()
    page.get_by_role("radio", name=say("identity.verify.visit_card", language)).click()
    page.get_by_label(say("identity.verify.visit_number", language)).fill(who.visit_card)
    page.get_by_role("button", name=say("identity.verify.onward", language)).click()


def _answer(page: Page, right: set[str] | list[str], language: Language, wrong: set[int] = frozenset()) -> None:  # type: ignore[assignment]
    for place in range(3):
        expect(page.get_by_text(say("identity.verify.which", language, number=place + 1, total=3))).to_be_visible()
        options = [text.strip() for text in page.locator("fieldset label").all_inner_texts()]
        fits = [text for text in options if (text in right) != (place in wrong)]
        page.get_by_text(fits[0], exact=True).click()
        page.get_by_role("button", name=say("identity.verify.onward", language)).click()


def _code_sent(page: Page, who: DemoPerson, language: Language) -> str:
    page.get_by_role("button", name=say("identity.verify.send", language)).click()
    expect(page.get_by_label(say("identity.verify.code", language))).to_be_focused()
    sending.deliver()
    outbox = page.context.new_page()
    outbox.goto("/demo/outbox")
    theirs = outbox.locator("li").filter(has_text=re.compile(f"{re.escape(who.phone)}|{re.escape(who.email)}"))
    row = theirs.filter(has_text=re.compile(_SIX)).first  # other news of theirs stands there, too
    expect(row).to_be_visible()
    code = re.search(_SIX, row.inner_text())
    assert code, row.inner_text()
    outbox.close()
    return code.group()


def _set_up(page: Page, language: Language) -> str:
    page.get_by_label(say("identity.activate.new_password", language), exact=True).fill(people.PASSWORD)
    page.get_by_role("button", name=say("identity.verify.onward", language)).click()
    secret = page.locator(".secret").inner_text().replace(" ", "")
    page.get_by_label(say("identity.activate.first_code", language)).fill(pyotp.TOTP(secret).at(clock.now()))
    page.get_by_role("button", name=say("identity.activate.confirm", language)).click()
    expect(page.locator(".recovery li")).to_have_count(10)
    page.get_by_role("button", name=say("identity.activate.kept", language)).click()
    agree_to_notice(page, language)
    return str(secret)


def _leave_and_return(page: Page, who: DemoPerson, secret: str, language: Language) -> None:
    cookie = _session(page)
    assert cookie["httpOnly"]
    assert cookie["sameSite"] == "Strict"
    page.goto("/me")
    page.get_by_role("button", name=say("identity.me.sign_out", language)).click()
    page.wait_for_url(re.compile("/welcome"))
    assert not _session(page)
    page.context.add_cookies([{"name": "session", "value": cookie["value"], "url": page.url}])
    page.goto("/")
    page.wait_for_url(re.compile("/sign-in"))
    clock.clock.advance(seconds=30)
    people.forget_attempts()  # what other tests got wrong from this address is not this person's
    for password in ("not this one at all", people.PASSWORD):
        page.get_by_label(say("identity.sign_in.identifier", language)).fill(who.phone)
        page.get_by_label(say("identity.sign_in.password", language), exact=True).fill(password)
        page.get_by_label(say("identity.sign_in.code", language), exact=True).fill(pyotp.TOTP(secret).at(clock.now()))
        page.get_by_role("button", name=say("identity.sign_in.enter", language)).click()
        if password != people.PASSWORD:
            expect(page.get_by_text(say("identity.error.sign_in", language))).to_be_visible()
            expect(page.get_by_label(say("identity.sign_in.identifier", language))).to_be_focused()
    page.wait_for_url(re.compile(r"/$"))
    assert _session(page)["value"] != cookie["value"]


def _session(page: Page) -> dict[str, object]:
    return next((dict(each) for each in page.context.cookies() if each["name"] == "session"), {})
