"""The note beside a visit: typed, kept, found again in another window, signed, read by the patient."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from health_cloud.consent.service.decisions import revoke_grant
from health_cloud.core import clock, db
from health_cloud.followup import service
from tests.browsers import axe, screenshot
from tests.journeys.cast import PHYSICIAN, Cast, person, say
from tests.journeys.conftest import Opened
from tests.journeys.test_visits import DESK
from tests.sharing import ask, give
from tests.visiting import agreed

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("nothing_ahead")]

SITUATION, JUDGEMENT, PLAN = "空腹血糖 7.5 到 8，膝痛后活动减少", "2 型糖尿病，血糖未达标", "二甲双胍加到每日 3 次"


def test_written_kept_signed_and_read(opened: Opened, demo: Cast) -> None:
    lin, chen = (demo.actor(who) for who in ("lin", PHYSICIAN))
    visit = agreed(chen, lin, 5)
    patient = opened("lin", f"/followup/visit/{visit}")
    desk = opened(PHYSICIAN, f"/physician/visit/{visit}", viewport=DESK)
    expect(desk.get_by_text(say("followup.note.early", "zh"))).to_be_visible()
    desk.get_by_role("button", name=say("followup.visit.begin", "zh")).click()
    situation, plan = desk.locator("#situation"), desk.locator("#plan")
    expect(situation).to_be_visible()
    desk.keyboard.press("n")
    expect(situation).to_be_focused()
    desk.keyboard.type(f"{SITUATION} jnk")  # keys of the queue are letters while one types
    expect(desk).to_have_url(f"{desk.url.split('/physician')[0]}/physician/visit/{visit}")
    situation.fill(SITUATION)
    desk.locator("#judgement").fill(JUDGEMENT)
    kept = desk.locator(".note-state")
    expect(kept).to_contain_text("草稿")

    desk.context.set_offline(True)  # what is typed without a connection is kept when it is back
    plan.fill(PLAN)
    expect(kept).to_have_text(say("followup.note.unsaved", "zh"), timeout=15_000)
    desk.context.set_offline(False)
    expect(kept).to_contain_text("草稿", timeout=60_000)
    expect(plan).to_have_value(PLAN)

    other = opened(PHYSICIAN, f"/physician/visit/{visit}", viewport=DESK)
    expect(other.locator("#plan")).to_have_value(PLAN)
    other.locator("#plan").fill("另一个窗口写的")
    expect(plan).to_have_value("另一个窗口写的")  # nothing typed here: it follows
    _both_at_once(desk, other)
    screenshot(desk, "followup-note")
    assert not axe(desk)

    desk.locator("#weeks").fill("4")
    desk.locator("#referral").select_option("in_person")
    desk.locator("#why").fill("要做眼底检查")
    _sign(desk, demo)
    expect(desk.get_by_text(say("followup.note.in_records", "zh"))).to_be_visible(timeout=15_000)
    screenshot(desk, "followup-note-signed")
    assert not axe(desk)

    expect(patient.get_by_text(say("followup.after.title", "zh"))).to_be_visible()  # without a reload
    expect(patient.get_by_role("link", name=say("followup.after.book", "zh"))).to_be_visible()
    screenshot(patient, "followup-after")
    assert not axe(patient)
    patient.get_by_role("link", name=say("followup.after.read", "zh")).click()
    expect(patient.get_by_text(PLAN)).to_be_visible()
    expect(patient.get_by_text(JUDGEMENT)).to_be_visible()
    screenshot(patient, "followup-note-read")
    assert not axe(patient)
    db.perform(service.end_visit, chen, visit)  # whoever waits for the same physician is the next one


def _sign(desk: Page, demo: Cast) -> None:
    """Sign long after signing in: the code is asked for first."""
    clock.clock.advance(minutes=11)
    desk.get_by_role("button", name=say("followup.note.sign", "zh"), exact=True).click()
    dialog = desk.get_by_role("dialog", name=say("identity.proof.title", "zh"))
    code = dialog.get_by_label(say("identity.proof.code", "zh"))
    code.fill(demo.account(PHYSICIAN).key.code())
    code.press("Enter")


def _both_at_once(desk: Page, other: Page) -> None:
    """Write in two windows; the later one is told, sees both, and keeps its own."""
    desk.context.set_offline(True)
    desk.locator("#plan").fill(PLAN)
    other.locator("#judgement").fill(f"{JUDGEMENT}。")
    expect(other.locator(".note-state")).to_contain_text("草稿")
    desk.context.set_offline(False)
    expect(desk.get_by_text(say("followup.note.conflict_text", "zh"))).to_be_visible(timeout=60_000)
    expect(desk.locator("#plan")).to_have_value(PLAN)
    screenshot(desk, "followup-note-conflict")
    assert not axe(desk)
    desk.get_by_role("button", name=say("followup.note.keep_mine", "zh")).click()
    expect(desk.locator(".note-state")).to_contain_text("草稿")
    expect(other.locator("#plan")).to_have_value(PLAN)


def test_with_a_grant_from_a_template_and_corrected(opened: Opened, demo: Cast) -> None:
    """In English, in the dark: a template, a diagnosis that was given, a correction; the end of the grant."""
    lin, chen = (demo.actor(who) for who in ("lin", PHYSICIAN))
    grant = give(lin, ask(chen, person("lin").visit_card))
    visit = agreed(chen, lin, 5)
    db.perform(service.enter_visit, lin, visit)
    db.perform(service.begin_visit, chen, visit)
    desk = opened(PHYSICIAN, f"/physician/visit/{visit}", "en", viewport=DESK, color_scheme="dark")
    desk.locator("#situation").fill("Fasting glucose 7.5 to 8")
    desk.locator("#plan").fill("Metformin three times a day")
    _press(desk, "followup.template.title")
    sheet = desk.get_by_role("dialog")
    sheet.get_by_label(say("followup.template.name", "en")).fill("Diabetes")
    sheet.get_by_role("button", name=say("followup.template.keep", "en")).click()
    expect(sheet.get_by_text("Diabetes")).to_be_visible()
    screenshot(desk, "followup-templates")
    assert not axe(desk)
    sheet.get_by_role("button", name=say("followup.template.insert", "en", name="Diabetes")).click()
    expect(desk.locator("#plan")).to_have_value("Metformin three times a day\nMetformin three times a day")
    _press(desk, "followup.note.sign")
    expect(desk.get_by_text(say("followup.note.error.judgement", "en"))).to_be_visible()

    _press(desk, "followup.note.choose_problem")
    screenshot(desk, "followup-note-diagnoses")
    assert not axe(desk)
    desk.get_by_role("dialog").locator(".note-list button").first.click()
    expect(desk.locator(".note-about")).to_be_visible()
    desk.locator("#judgement").fill("Not at target")
    expect(desk.locator(".note-state")).to_contain_text("Draft")  # what was missing to sign hinders no keeping
    screenshot(desk, "followup-note-dark")
    assert not axe(desk)
    _press(desk, "followup.note.choose_problem", gone=True)
    _press(desk, "followup.note.drop_problem")
    _press(desk, "followup.note.choose_problem")
    listed = desk.get_by_role("dialog").locator(".note-list button")
    expect(listed.first).to_be_visible()
    db.perform(revoke_grant, lin, grant)
    expect(listed).to_have_count(0)  # what was given is taken away, and the note goes on
    _press(desk, "followup.note.sign")
    expect(desk.get_by_text(say("followup.note.in_records", "en"))).to_be_visible()

    _correct(desk)
    patient = opened("lin", f"/followup/visit/{visit}", "en")
    patient.get_by_role("link", name=say("followup.after.read", "en")).click()
    expect(patient.get_by_text("Metformin twice a day").locator("visible=true").first).to_be_visible()
    screenshot(patient, "followup-note-corrected")
    db.perform(service.end_visit, chen, visit)


def _correct(desk: Page) -> None:
    """Correct what is signed, on a phone, with a reason."""
    _press(desk, "followup.note.correct")
    expect(desk.locator("#plan")).to_have_value("Metformin three times a day\nMetformin three times a day")
    desk.locator("#plan").fill("Metformin twice a day")
    desk.locator("#reason").fill("Wrong number")
    desk.set_viewport_size({"width": 390, "height": 844})
    screenshot(desk, "followup-note-phone")
    assert not axe(desk)
    _press(desk, "followup.note.sign_again")
    expect(desk.get_by_text(say("followup.note.earlier", "en", count=1))).to_be_visible()


def _press(page: Page, key: str, *, gone: bool = False) -> None:
    button = page.get_by_role("button", name=say(key, "en"), exact=True)
    if gone:
        expect(button).to_have_count(0)
    else:
        button.click()
