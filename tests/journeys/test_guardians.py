"""A mother invites her son; he reads and decides for her under his own name, until she ends it with one word."""

from __future__ import annotations

import re
import time

import pytest
from playwright.sync_api import Page, expect

from tests.journeys import cast
from tests.journeys.cast import PHYSICIAN, Cast, say
from tests.journeys.conftest import Opened
from tests.journeys.test_access import DESK, MESSAGE, _agree, _ask
from tests.journeys.test_followup import REASON, _book, _offer

pytestmark = pytest.mark.browser

EMPTIED = 5_000  # ms; a second is the promise, a busy machine of tests gets more
WU, HUANG = "wu", "huang"
WARD = "呼吸与危重症"  # where she was, and he never


def test_invited_reads_decides_and_is_ended(opened: Opened, demo: Cast) -> None:
    wu, huang = cast.person(WU).name.zh, cast.person(HUANG).name.zh
    mother, son = opened(WU, "/me/guardians"), opened(HUANG, "/me/guardians")
    code = _invite(mother, demo)
    son.get_by_label(say("identity.guardians.given_code", "zh")).fill(code)
    son.get_by_role("button", name=say("identity.guardians.take_up", "zh"), exact=True).click()
    expect(son.get_by_text(wu)).to_be_visible()
    assert son.get_by_role("button", name=say("identity.guardians.act_whom", "zh", name=wu)).count() == 0

    expect(mother.get_by_text(huang)).to_be_visible(timeout=EMPTIED)  # without a reload
    mother.get_by_role("button", name=say("identity.guardians.agree", "zh"), exact=True).click()
    dialog = mother.get_by_role("dialog")
    dialog.get_by_role("button", name=say("identity.guardians.agree", "zh"), exact=True).click()
    _prove_if_asked(mother, demo, WU)
    expect(mother.get_by_role("button", name=say("identity.guardians.renew_whom", "zh", name=huang))).to_be_visible()

    son.get_by_role("button", name=say("identity.guardians.act_whom", "zh", name=wu)).click()
    banner = son.get_by_text(say("identity.acting.banner", "zh", name=wu))
    expect(banner).to_be_visible(timeout=15_000)
    expect(son.get_by_text(re.compile(WARD)).first).to_be_visible()
    son.goto("/records/laboratory")
    read = son.locator("main a[href*='/records/laboratory/']").first
    expect(read).to_be_visible()
    title = read.locator(".ttl").evaluate("title => title.firstChild.textContent")
    expect(banner).to_be_visible()

    physician = opened(PHYSICIAN, viewport=DESK)
    _ask(physician, cast.person(WU).visit_card, "zh")
    son.goto("/access")
    _agree(son, "zh", keep=("laboratory", "prescriptions"))
    physician.goto("/physician")
    expect(physician.locator("a[href*='/physician/chart/']").filter(has_text=wu)).to_be_visible()
    expect(physician.get_by_text(MESSAGE).or_(physician.get_by_text(wu)).first).to_be_visible()

    son.goto("/records/laboratory")
    expect(son.locator(".ttl", has_text=str(title)).first).to_be_visible()
    mother.get_by_role("button", name=say("identity.guardians.end_whom", "zh", name=huang)).click()
    began = time.monotonic()
    expect(banner).to_have_count(0, timeout=EMPTIED)
    assert time.monotonic() - began < EMPTIED / 1000
    expect(son).to_have_url(re.compile("/me/guardians"))
    expect(son.get_by_text(say("identity.guardians.by.patient", "zh"))).to_be_visible()
    son.goto("/")
    expect(son.get_by_text(say("home.visits", "zh"))).to_be_visible()
    expect(son.get_by_text(re.compile(WARD))).to_have_count(0)

    mother.goto("/ledger")
    kin = say("access.ledger.by.kin", "zh", kin=say("identity.kin.child_male", "zh"), name=huang)
    expect(mother.get_by_text(re.compile(f"^{kin}看了")).first).to_be_visible()
    expect(mother.get_by_text(re.compile(f"^{kin}回复了")).first).to_be_visible()


def test_the_demo_has_a_daughter_who_acts(opened: Opened) -> None:
    lin = cast.person("lin").name
    daughter = opened("zhang", "/", "en")
    daughter.get_by_role("button", name=re.compile(lin.en)).click()
    expect(daughter.get_by_text(say("identity.acting.banner", "en", name=lin.en))).to_be_visible(timeout=15_000)
    other = opened("zhang", "/records/laboratory", "en", viewport=DESK)
    expect(other.get_by_text(say("identity.acting.banner", "en", name=lin.en))).to_be_visible()
    daughter.get_by_role("button", name=say("identity.acting.back", "en")).click()
    expect(daughter.get_by_role("button", name=re.compile(lin.en))).to_be_visible(timeout=15_000)
    # the other tab of the same session is emptied, and says what happened
    expect(other.get_by_text(say("identity.acting.banner", "en", name=lin.en))).to_have_count(0, timeout=EMPTIED)
    expect(other).to_have_url(re.compile("/me/guardians"))


def test_a_daughter_books_for_her_mother(opened: Opened) -> None:
    lin, zhang = cast.person("lin").name.zh, cast.person("zhang").name.zh
    physician = opened(PHYSICIAN, "/physician/slots", viewport=DESK)
    _offer(physician, ahead=9)
    daughter = opened("zhang", "/")
    daughter.get_by_role("button", name=re.compile(lin)).click()
    banner = daughter.get_by_text(say("identity.acting.banner", "zh", name=lin))
    expect(banner).to_be_visible(timeout=15_000)
    _book(daughter)
    expect(banner).to_be_visible()
    asked = physician.locator(".answers li").filter(has_text=REASON).filter(has_text=lin)
    expect(asked.first).to_be_visible()
    mother = opened("lin", "/followup")
    expect(mother.locator(".answers li").filter(has_text=REASON).first).to_be_visible()
    mother.goto("/ledger")
    kin = say("access.ledger.by.kin", "zh", kin=say("identity.kin.child_female", "zh"), name=zhang)
    expect(mother.get_by_text(re.compile(f"^{kin}预约")).first).to_be_visible()
    daughter.get_by_role("button", name=say("identity.acting.back", "zh")).click()
    expect(banner).to_have_count(0, timeout=15_000)
    daughter.goto("/followup")
    expect(daughter.get_by_role("heading", level=1)).to_be_visible()
    expect(daughter.get_by_text(REASON)).to_have_count(0)  # the booking is the mother's


def _invite(page: Page, demo: Cast) -> str:
    page.get_by_role("button", name=say("identity.guardians.invite", "zh")).click()
    page.get_by_role("radio", name=say("identity.guardians.is.child", "zh")).click()
    for level in ("decide", "book"):
        page.get_by_role("checkbox", name=say(f"identity.guardians.level.{level}", "zh")).click()
        expect(page.get_by_role("checkbox", name=say(f"identity.guardians.level.{level}", "zh"))).to_be_checked()
    page.get_by_role("button", name=say("identity.guardians.days", "zh", count=90), exact=True).click()
    page.get_by_role("button", name=say("identity.guardians.make_code", "zh")).click()
    _prove_if_asked(page, demo, WU)
    code = page.locator(".secret")
    expect(code).to_be_visible()
    return code.inner_text()


def _prove_if_asked(page: Page, demo: Cast, who: str) -> None:
    """The session of a journey may be older than a far-reaching act allows."""
    page.wait_for_timeout(500)
    title = page.get_by_role("dialog", name=say("identity.proof.title", "zh"))
    if title.count():
        page.get_by_label(say("identity.proof.code", "zh")).fill(demo.account(who).key.code(1))
        page.get_by_role("button", name=say("identity.proof.confirm", "zh"), exact=True).click()
