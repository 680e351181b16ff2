"""Staff change their hospital's rules of online follow-up, and see to a payment that does not fit."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from health_cloud.core import clock, db
from health_cloud.core.actors import Actor
from health_cloud.identity.service import directory
from health_cloud.prescribing.models import UnfitPayment
from health_cloud.prescribing.service import unfit
from tests.browsers import axe, screenshot
from tests.journeys.cast import STAFF, say
from tests.journeys.conftest import Opened
from tests.people import COMMAND_LINE

pytestmark = pytest.mark.browser

DESK = {"width": 1440, "height": 900}


def test_rules_are_changed_and_a_payment_is_seen_to(opened: Opened) -> None:
    staff = opened(STAFF, "/desk/rules", viewport=DESK)
    months = staff.get_by_label(say("followup.rules.months", "zh"))
    expect(months).to_have_value("12")
    months.fill("99")
    staff.get_by_role("button", name=say("followup.rules.keep", "zh"), exact=True).click()
    expect(staff.get_by_text(say("followup.error.number", "zh", least=1, most=36))).to_be_visible()
    months.fill("11")
    staff.get_by_role("button", name=say("followup.rules.keep", "zh"), exact=True).click()
    expect(staff.get_by_role("button", name=say("followup.rules.preview", "zh"))).to_be_visible()
    staff.get_by_label(say("followup.rules.zh", "zh")).fill("银屑病")
    staff.get_by_label(say("followup.rules.en", "zh")).fill("Psoriasis")
    staff.get_by_label(say("followup.rules.icd10", "zh")).fill("L40x!")
    staff.get_by_role("button", name=say("followup.rules.add_disease", "zh")).click()
    expect(staff.get_by_text(say("followup.rules.error.icd", "zh", code="L40X!"))).to_be_visible()
    expect(staff.get_by_label(say("followup.rules.zh", "zh"))).to_have_value("银屑病")  # nothing typed is lost
    staff.get_by_label(say("followup.rules.icd10", "zh")).fill("L40")
    staff.get_by_role("button", name=say("followup.rules.add_disease", "zh")).click()
    staff.get_by_text(say("followup.rules.show_diseases", "zh", count=20)).click()
    expect(staff.get_by_text("银屑病").first).to_be_visible()
    staff.get_by_role("button", name=say("followup.rules.preview", "zh")).click()
    expect(staff.get_by_text(say("followup.rules.effect_hint", "zh"))).to_be_visible()
    screenshot(staff, "followup-rules")
    assert not axe(staff)
    staff.get_by_role("button", name=say("followup.rules.publish", "zh"), exact=True).click()
    expect(staff.get_by_text(say("followup.rules.published", "zh", number=1))).to_be_visible()
    expect(staff.get_by_text(say("followup.rules.held", "zh", version="1.1"))).to_be_visible()
    screenshot(staff, "followup-rules-published")

    db.perform(_unfit, COMMAND_LINE)
    phone = opened(STAFF, "/desk/payments")
    expect(phone.get_by_text(say("prescribing.unfit.why.total", "zh"))).to_be_visible()
    screenshot(phone, "prescribing-unfit")
    assert not axe(phone)
    phone.get_by_role("button", name=say("prescribing.unfit.settle", "zh")).click()
    expect(phone.get_by_text(say("prescribing.unfit.none", "zh"))).to_be_visible()
    screenshot(phone, "prescribing-unfit-settled")


def _unfit(session: object, actor: Actor) -> None:
    for organization_id in directory.codes(session):  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
        unfit.keep(
            session,  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
            UnfitPayment(
                organization_id=organization_id,
                mark="",
                number="2026112250531100",
                reference="K-2026-000123",
                kind="payment",
                amount=3000,
                at=clock.now(),
                reason="total",
                total=3280,
                first_at=clock.now(),
                last_at=clock.now(),
            ),
        )
