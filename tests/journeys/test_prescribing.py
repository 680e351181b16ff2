"""A prescription in three browsers: written and signed, returned once, approved, paid, among the patient's records."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect
from sqlmodel import Session

from health_cloud.consent.models import Grant
from health_cloud.core import clock, db
from health_cloud.core.actors import Actor
from health_cloud.followup import service as followup
from tests.browsers import axe, screenshot
from tests.journeys.cast import PHARMACIST, PHYSICIAN, Cast, say
from tests.journeys.conftest import Opened
from tests.journeys.test_visits import DESK
from tests.people import COMMAND_LINE
from tests.visiting import agreed

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("nothing_ahead")]

WORD = "目前血糖不高，请改成每天 1 次"


def test_written_returned_approved_and_paid(opened: Opened, demo: Cast) -> None:
    lin, chen = (demo.actor(who) for who in ("lin", PHYSICIAN))
    visit = agreed(chen, lin, 5)
    db.perform(_granted, COMMAND_LINE, lin, chen)
    patient = opened("lin", f"/followup/visit/{visit}")
    desk = opened(PHYSICIAN, f"/physician/visit/{visit}", viewport=DESK)
    pharmacy = opened(PHARMACIST, "/pharmacist")
    expect(pharmacy.get_by_text(say("prescribing.queue.none", "zh"))).to_be_visible()
    screenshot(pharmacy, "prescribing-queue-empty")
    assert not axe(pharmacy)
    desk.get_by_role("button", name=say("followup.visit.begin", "zh")).click()
    pane = desk.locator(".rx-pane")
    _add(desk, pane)
    _renew(desk)
    screenshot(desk, "prescribing-desk")
    assert not axe(desk)
    _sign(desk, demo)
    expect(patient.get_by_text(say("prescribing.own.signed_text", "zh"))).to_be_visible()  # without a reload
    screenshot(patient, "prescribing-own-signed")

    pharmacy.get_by_role("link", name=re.compile("林秀兰")).click()
    expect(pharmacy.get_by_text("二甲双胍缓释片 0.5 g").first).to_be_visible()
    screenshot(pharmacy, "prescribing-review")
    assert not axe(pharmacy)
    pharmacy.get_by_role("button", name=say("prescribing.review.give_back", "zh")).click()
    dialog = pharmacy.get_by_role("dialog")
    dialog.get_by_role("button", name=say("prescribing.review.give_back", "zh")).click()
    expect(dialog.get_by_text(say("prescribing.error.no_word", "zh"))).to_be_visible()
    dialog.get_by_label(say("prescribing.review.word", "zh")).fill(WORD)
    dialog.get_by_role("button", name=say("prescribing.review.give_back", "zh")).click()
    expect(pharmacy.get_by_text(say("prescribing.review.returned", "zh"))).to_be_visible()

    expect(pane.get_by_text(WORD)).to_be_visible()
    expect(patient.get_by_text(say("prescribing.own.returned_text", "zh"))).to_be_visible()
    screenshot(desk, "prescribing-returned")
    pane.get_by_role("button", name=say("prescribing.pane.edit", "zh")).click()
    pane.locator("#often").select_option("1/1")
    pane.locator("#quantity").fill("30")
    pane.get_by_role("button", name=say("prescribing.pane.keep", "zh"), exact=True).click()
    _sign(desk, demo)

    _approve(pharmacy, demo)
    expect(patient.get_by_text(say("prescribing.own.where", "zh"))).to_be_visible()
    screenshot(patient, "prescribing-own-approved")
    assert not axe(patient)
    patient.get_by_role("button", name=say("prescribing.own.demo_pay", "zh")).click()
    expect(pane.get_by_text(say("prescribing.pane.paid", "zh"))).to_be_visible()
    screenshot(patient, "prescribing-own-paid")
    assert not axe(patient)
    patient.get_by_role("link", name=say("prescribing.own.read", "zh")).click()
    patient.get_by_role("link", name=re.compile("二甲双胍缓释片")).first.click()
    expect(patient.get_by_text("每次 1 片，每天 1 次").first).to_be_visible()
    screenshot(patient, "prescribing-record")
    db.perform(followup.end_visit, chen, visit)  # whoever waits for the same physician is the next one


def _approve(pharmacy: Page, demo: Cast) -> None:
    """Review what was sent again, and approve it."""
    pharmacy.goto("/pharmacist")
    pharmacy.get_by_role("link", name=re.compile("林秀兰")).click()
    expect(pharmacy.get_by_text(WORD)).to_be_visible()
    pharmacy.get_by_role("button", name=say("prescribing.review.approve", "zh")).click()
    pharmacy.get_by_role("dialog").get_by_role("button", name=say("prescribing.review.approve", "zh")).click()
    _prove(pharmacy, demo, PHARMACIST)
    expect(pharmacy.get_by_text(say("prescribing.review.approved", "zh"))).to_be_visible(timeout=15_000)


def _add(desk: Page, pane: object) -> None:
    """Add a medicine by its initials, write its dose, and one that is refused."""
    desk.get_by_role("button", name=say("prescribing.pane.add", "zh"), exact=True).click()
    search = desk.get_by_label(say("prescribing.pane.search", "zh"))
    search.fill("oxy")
    search.press("Enter")
    expect(desk.get_by_text("第十九条")).to_be_visible()
    screenshot(desk, "prescribing-search")
    assert not axe(desk)
    search.fill("ejsg")
    search.press("Enter")
    desk.get_by_role("button", name=re.compile("二甲双胍缓释片")).click()
    desk.locator("#single").fill("一片")
    desk.get_by_role("button", name=say("prescribing.pane.keep", "zh"), exact=True).click()
    expect(desk.get_by_text(say("prescribing.error.single", "zh"))).to_be_visible()
    desk.locator("#single").fill("1")
    desk.locator("#often").select_option("2/1")
    desk.locator("#route").select_option("oral")
    desk.locator("#days").fill("30")
    desk.locator("#quantity").fill("60")
    screenshot(desk, "prescribing-editor")
    assert not axe(desk)
    desk.get_by_role("button", name=say("prescribing.pane.keep", "zh"), exact=True).click()
    while (give := desk.get_by_role("button", name=say("prescribing.pane.give_reason", "zh"))).count():
        left = give.count()
        give.first.click()
        desk.get_by_label(say("prescribing.pane.reason", "zh")).fill("停用旧的，改用这个")
        desk.get_by_role("button", name=say("prescribing.pane.keep_reason", "zh")).click()
        expect(give).to_have_count(left - 1)


def _renew(desk: Page) -> None:
    """Renew an earlier medicine by one press, and take it off again."""
    desk.locator(".rx-pane summary").click()
    screenshot(desk, "prescribing-earlier")
    assert not axe(desk)
    desk.get_by_role("button", name=re.compile(f"{say('prescribing.pane.renew', 'zh')}.*缬沙坦胶囊")).first.click()
    renewed = desk.locator(".rx-items > li").nth(1)
    expect(renewed.get_by_text("每次 1 粒，每天 1 次，早上")).to_be_visible()
    renewed.get_by_role("button", name=say("prescribing.pane.drop", "zh")).click()
    expect(desk.locator(".rx-items > li")).to_have_count(1)


def _granted(session: Session, actor: Actor, lin: Actor, chen: Actor) -> None:
    """Let the physician read for the visit."""
    session.add(
        Grant(
            person_id=lin.person_id,
            grantee_account_id=chen.account_id,
            organization_id=chen.organization_id,
            classes="prescriptions,medical_records,laboratory",
            purpose="visit",
            from_at=clock.now(),
            until_at=clock.now() + timedelta(days=1),
        )
    )


def _sign(desk: Page, demo: Cast) -> None:
    clock.clock.advance(minutes=11)
    desk.get_by_role("button", name=say("prescribing.pane.sign", "zh")).click()
    _prove(desk, demo, PHYSICIAN)
    expect(desk.locator(".rx-pane").get_by_text("等药师审核")).to_be_visible(timeout=15_000)


def _prove(page: Page, demo: Cast, who: str) -> None:
    dialog = page.get_by_role("dialog", name=say("identity.proof.title", "zh"))
    code = dialog.get_by_label(say("identity.proof.code", "zh"))
    code.fill(demo.account(who).key.code())
    code.press("Enter")


def test_a_formulary_is_loaded_on_the_desk(opened: Opened, demo: Cast) -> None:
    assert demo
    desk = opened("records", "/desk/formulary", viewport=DESK)
    expect(desk.get_by_text(say("prescribing.formulary.version", "zh", number=1))).to_be_visible()
    file = {"name": "formulary.csv", "mimeType": "text/csv"}
    head = "kind,code,name_zh,control,antibacterial,strength,unit_zh,pack,price\n"
    desk.locator("#formulary-file").set_input_files({**file, "buffer": f"{head}medicine,x,药,,,g,片,30,1\n".encode()})
    desk.get_by_role("button", name=say("prescribing.formulary.send", "zh"), exact=True).click()
    expect(desk.get_by_text(say("prescribing.formulary.error.strength", "zh"))).to_be_visible()
    screenshot(desk, "prescribing-formulary-wrong")
    assert not axe(desk)
    desk.locator("#formulary-file").set_input_files({**file, "buffer": f"{head}medicine,x,药,,,1 g,片,30,1\n".encode()})
    desk.get_by_role("button", name=say("prescribing.formulary.send", "zh"), exact=True).click()
    expect(desk.get_by_text(say("prescribing.formulary.offered", "zh"))).to_be_visible()
    desk.get_by_text(say("prescribing.formulary.differences", "zh"), exact=True).click()
    screenshot(desk, "prescribing-formulary-offered")
    assert not axe(desk)
    desk.get_by_role("button", name=say("prescribing.formulary.leave", "zh"), exact=True).click()
    expect(desk.get_by_text(say("prescribing.formulary.now_left", "zh"))).to_be_visible()
