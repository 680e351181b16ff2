"""A physician opens a chart in an emergency; the patient sees it at once, and later what somebody else finds of it."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Locator, Page, expect
from sqlmodel import select

from health_cloud.consent.models import Emergency
from health_cloud.consent.service import breaking
from health_cloud.core import clock, db
from health_cloud.core.actors import Actor
from health_cloud.core.policy import Role
from health_cloud.identity.models import Account
from tests.browsers import axe, screenshot
from tests.consent.emergencies import break_glass
from tests.journeys import cast
from tests.journeys.cast import PHYSICIAN, STAFF, Cast, Language, say
from tests.journeys.conftest import Opened
from tests.sharing import LONG_FRESH

pytestmark = pytest.mark.browser

DESK = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}
LIVE = 10_000  # ms; a machine busy with tests gets more than the second that people do
REASON = {"zh": "送来时意识不清，镇静前要查过敏史", "en": "Unconscious on arrival; allergies needed before sedation"}
LATER = {"zh": 11, "en": 13}
"""Minutes after which what was shown at signing in is no longer fresh; and no code of the other run comes again."""
LATE = "sun"
REMARK = {"zh": "抢救记录和时间都对得上", "en": "The resuscitation notes agree with it"}


@pytest.mark.parametrize(("language", "key"), [("zh", "wu"), ("en", "carter")])
def test_break_read_close_review(opened: Opened, demo: Cast, language: Language, key: str) -> None:
    who = cast.person(key)
    name = who.name.pick(language)
    patient = opened(key, "/access", language, viewport=PHONE)
    expect(patient.get_by_role("heading", level=1)).to_be_visible()
    staff = opened(STAFF, "/desk/emergencies", language, viewport=DESK)
    physician = opened(PHYSICIAN, "/physician/emergency", language, viewport=DESK)
    clock.clock.advance(minutes=LATER[language])
    _break(physician, who.visit_card, language)
    dialog = physician.get_by_role("dialog", name=say("identity.proof.title", language))
    expect(dialog).to_be_visible()
    assert physician.get_by_text(name).count() == 0  # nothing opens before the proof
    code = dialog.get_by_label(say("identity.proof.code", language))
    code.fill(demo.account(PHYSICIAN).key.code())
    code.press("Enter")
    expect(physician.get_by_role("heading", level=1, name=name)).to_be_visible(timeout=15_000)
    banner = physician.locator(".grant.urgent")
    expect(banner).to_contain_text(REASON[language])
    expect(banner).to_contain_text(say("access.emergency.code.unconscious", language))
    expect(banner.locator(".clock-box")).to_be_visible()
    physician.locator(".class-tabs button").nth(1).click()
    physician.locator(".pane-list button.row").first.click()
    expect(physician.locator(".pane-entry h2").first).to_be_visible()
    screenshot(physician, f"emergency-chart-{language}")
    assert not axe(physician)

    waits = _told(patient, staff, language)
    banner.get_by_role("button", name=say("access.emergency.close", language)).click()
    expect(physician.get_by_text(say("access.emergency.over", language), exact=True)).to_be_visible(timeout=LIVE)
    assert physician.get_by_text(name).count() == 0
    physician.reload()
    expect(physician.get_by_text(say("access.emergency.over", language), exact=True)).to_be_visible()
    expect(patient.get_by_text(say("access.emergency.verdict.waits", language))).to_be_visible(timeout=LIVE)

    waits.click()
    _review(staff, demo, language)
    verdict = say("access.emergency.verdict.justified", language)
    expect(patient.get_by_text(verdict)).to_be_visible(timeout=LIVE)
    expect(patient.get_by_text(REMARK[language])).to_be_visible()
    screenshot(patient, f"emergency-verdict-{language}")
    physician.goto("/physician")
    expect(physician.get_by_text(REMARK[language]).first).to_be_visible()
    screenshot(physician, f"emergency-today-{language}")
    patient.goto("/ledger")
    by = say("access.ledger.they.emergency_open", language, name="@").partition("@")[2]
    expect(patient.get_by_text(by).first).to_be_visible()
    expect(patient.get_by_text(say("access.emergency.code.unconscious", language)).first).to_be_visible()


def test_a_number_that_opens_nothing_keeps_what_was_typed(opened: Opened) -> None:
    clock.clock.advance(hours=1)  # each chart takes a proof of its own, and another journey's lies ahead
    page = opened(PHYSICIAN, "/physician/emergency", viewport=PHONE)
    screenshot(page, "emergency-form-zh")
    _break(page, "999999999999", "zh")
    expect(page.get_by_text(say("consent.error.emergency_none", "zh"))).to_be_visible()
    expect(page.get_by_label(say("access.emergency.reason", "zh"))).to_have_value(REASON["zh"])
    screenshot(page, "emergency-refused-zh")
    assert not axe(page)


def test_a_review_that_comes_late_is_seen_to_be_late(opened: Opened, demo: Cast) -> None:
    who = cast.person(LATE)
    patient = opened(LATE, viewport=PHONE)
    staff = opened(STAFF, viewport=DESK)
    emergency = _forgotten(who.visit_card)
    clock.clock.advance(minutes=17)
    patient.goto("/access")
    expect(patient.get_by_text(say("access.emergency.late", "zh"))).to_be_visible()
    screenshot(patient, "emergency-overdue-patient-zh")
    staff.goto("/desk/emergencies")
    expect(staff.get_by_text(say("desk.review.overdue", "zh", count=1))).to_be_visible()
    leads = staff.locator("a[href*='/desk/emergencies/']").first  # what is overdue stands above
    expect(leads).to_have_attribute("href", re.compile(emergency))
    overdue = _around("desk.review.late", at="@")
    expect(leads.get_by_text(overdue)).to_be_visible()
    screenshot(staff, "emergency-overdue-zh")
    assert not axe(staff)
    leads.click()
    expect(staff.get_by_text(overdue).first).to_be_visible()
    _review(staff, demo, "zh")
    expect(staff.get_by_text(say("desk.review.was_late", "zh"))).to_be_visible()
    expect(patient.get_by_text(say("access.emergency.was_late", "zh"))).to_be_visible(timeout=LIVE)
    screenshot(patient, "emergency-late-patient-zh")


def _forgotten(card: str) -> str:
    """Break the glass and close it again, and let four days go by without a review; returns the emergency's id."""
    with db.reading() as session:
        account = session.exec(select(Account).where(Account.login == PHYSICIAN)).one()
        physician = Actor(
            account.id, Role.PHYSICIAN, "", account.organization_id or "", proved_at=LONG_FRESH, name=account.name_zh
        )
    emergency = break_glass(physician, card, reason=REASON["zh"])
    db.perform(breaking.close_emergency, physician, emergency)
    with db.writing() as session:
        row = session.get_one(Emergency, emergency)
        for name in ("from_at", "until_at", "ended_at", "review_due_at"):
            setattr(row, name, getattr(row, name) - timedelta(days=4))
        session.add(row)
    return emergency


def _told(patient: Page, staff: Page, language: Language) -> Locator:
    """See that both screens show it without a reload; returns where the reviewer goes on."""
    doctor = say("access.emergency.by", language, name="@").partition("@")[2]
    expect(patient.get_by_text(doctor)).to_be_visible(timeout=LIVE)  # without a reload
    expect(patient.get_by_text(REASON[language])).to_be_visible()
    screenshot(patient, f"emergency-patient-{language}")
    assert not axe(patient)
    waits = staff.locator("a[href*='/desk/emergencies/']").first
    expect(waits).to_be_visible(timeout=LIVE)
    screenshot(staff, f"emergency-list-{language}")
    assert not axe(staff)
    return waits


def _around(key: str, **given: object) -> re.Pattern[str]:
    """Return a pattern for a text whose one variable part may be anything."""
    return re.compile(re.escape(say(key, "zh", **given)).replace("@", ".+"))


def _break(page: Page, card: str, language: Language) -> None:
    page.get_by_label(say("access.ask.card", language)).fill(card)
    page.get_by_role("button", name=say("access.emergency.code.unconscious", language)).click()
    page.get_by_label(say("access.emergency.reason", language)).fill(REASON[language])
    chosen = page.get_by_role("button", name=_hours("hours", 4, language), exact=True)
    chosen.click()
    expect(chosen).to_have_attribute("aria-pressed", "true")
    page.get_by_role("button", name=_hours("open", 4, language), exact=True).click()


def _hours(key: str, count: int, language: Language) -> str:
    return say(f"access.emergency.{key}", language, count=count)


def _review(page: Page, demo: Cast, language: Language) -> None:
    expect(page.get_by_text(REASON[language])).to_be_visible()
    screenshot(page, f"emergency-review-{language}")
    assert not axe(page)
    justified = page.get_by_role("radio", name=say("desk.review.choose.justified", language), exact=True)
    justified.click()
    expect(justified).to_be_checked()
    page.get_by_label(say("desk.review.remark", language)).fill(REMARK[language])
    page.get_by_role("button", name=say("desk.review.decide", language)).click()
    dialog = page.get_by_role("dialog", name=say("identity.proof.title", language))
    code = dialog.get_by_label(say("identity.proof.code", language))
    code.fill(demo.account(STAFF).key.code())
    code.press("Enter")
    expect(page.get_by_text(say("desk.review.reviewed", language), exact=True)).to_be_visible(timeout=15_000)
    screenshot(page, f"emergency-reviewed-{language}")
    assert not axe(page)
