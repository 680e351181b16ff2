"""A patient asks of a line why it was opened, whoever looked answers; late, the desk answers for the department."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import delete, update
from sqlmodel import col

from health_cloud.access.models import Question
from health_cloud.access.service import overdue
from health_cloud.access.service.ledger import own_ledger
from health_cloud.consent.service import decisions
from health_cloud.core import clock, db
from health_cloud.core.actors import Actor
from health_cloud.records.service.reading import list_page
from tests import sharing
from tests.browsers import axe, screenshot
from tests.journeys import cast
from tests.journeys.cast import PHYSICIAN, STAFF, Cast, Language, say
from tests.journeys.conftest import Opened

pytestmark = pytest.mark.browser

LIVE = 5_000
DESK = {"width": 1440, "height": 900}
WORDS = {"zh": "我那天没有去医院", "en": "I was not at the hospital that day"}
ANSWER = {"zh": "复诊前我核对了您的化验结果，方便调整用药。", "en": "I checked your results before the follow-up."}


@pytest.fixture(autouse=True)
def _nobody_has_asked(demo: Cast) -> None:
    """Forget what other journeys asked of the same physician."""
    assert demo
    with db.writing() as session:
        session.exec(delete(Question))


def _look(demo: Cast, key: str) -> str:
    """Have the physician look at somebody's laboratory reports under a grant; returns the ledger line."""
    patient, physician = demo.actor(key), demo.actor(PHYSICIAN)
    for grant in db.perform(decisions.living_grants, patient):
        db.perform(decisions.revoke_grant, patient, grant.id)
    patient = Actor(patient.account_id, patient.role, patient.person_id, proved_at=sharing.LONG_FRESH)
    sharing.give(patient, sharing.ask(physician, cast.person(key).visit_card))
    db.perform(list_page, physician, patient.person_id, "laboratory")
    lines = [row for day in db.perform(own_ledger, patient).days for row in day.rows if row.icon == "looked"]
    return lines[0].id


def _ask(patient: Page, line: str, language: Language) -> None:
    patient.locator(f"a[href$='/ledger/why/{line}']").click()
    patient.get_by_label(say("access.why.words", language)).fill(WORDS[language])
    assert axe(patient) == []
    screenshot(patient, f"why-ask-{language}")
    patient.get_by_role("button", name=say("access.why.send", language)).click()
    expect(patient.get_by_text(say("access.why.you_asked", language))).to_be_visible()
    expect(patient.locator(".clock")).to_be_visible()


def _answer(reader: Page, language: Language) -> None:
    row = reader.locator(".answers > li").filter(has_text=WORDS[language])
    expect(row).to_be_visible(timeout=LIVE)
    row.get_by_role("button").click()
    words = reader.get_by_label(say("access.owed.words", language))
    words.fill("短")
    send = reader.get_by_role("button", name=say("access.owed.send", language))
    send.click()
    expect(reader.get_by_text(say("access.why.too_short", language, shortest=10))).to_be_visible()
    expect(words).to_have_value("短")  # nothing is lost
    screenshot(reader, f"why-answer-{language}")
    words.fill(ANSWER[language])
    send.click()
    expect(reader.get_by_text(say("access.owed.sent", language))).to_be_visible()


@pytest.mark.parametrize(("language", "key"), [("zh", "sun"), ("en", "zhang")])
def test_ask_and_answer_without_a_reload(opened: Opened, demo: Cast, language: Language, key: str) -> None:
    line = _look(demo, key)
    physician = opened(PHYSICIAN, "/physician/questions", language, viewport=DESK)
    expect(physician.get_by_role("heading", level=1)).to_be_visible()
    patient = opened(key, "/ledger", language)
    beside = opened(key, "/ledger", language)
    _ask(patient, line, language)
    expect(beside.locator(f"a[href$='/ledger/why/{line}']")).to_contain_text(
        say("access.why.see_asked", language), timeout=LIVE
    )
    asked = physician.locator(".answers > li").filter(has_text=WORDS[language])
    expect(asked).to_be_visible(timeout=LIVE)
    name = cast.person(key).name
    assert name.pick(language) not in physician.locator("main").inner_text()
    expect(physician.locator("nav .badge:visible").first).to_contain_text("1")
    screenshot(physician, f"why-owed-{language}")
    _answer(physician, language)
    expect(patient.get_by_text(ANSWER[language])).to_be_visible(timeout=LIVE)
    expect(beside.get_by_text(ANSWER[language])).to_be_visible(timeout=LIVE)
    screenshot(patient, f"why-answered-{language}")
    screenshot(beside, f"why-ledger-{language}")
    expect(beside.get_by_text(re.compile(say("access.ledger.you.why_ask", language))).first).to_be_visible()


def test_late_the_desk_answers_for_the_department(opened: Opened, demo: Cast) -> None:
    line = _look(demo, "huang")
    patient = opened("huang", "/ledger")
    _ask(patient, line, "zh")
    staff = opened(STAFF, "/desk/questions", viewport=DESK)
    waits = staff.locator(".answers > li").first
    expect(waits).to_be_visible()
    assert WORDS["zh"] not in staff.locator("main").inner_text()
    assert staff.locator(".answers > li button").count() == 0
    screenshot(staff, "why-desk-waits")
    with db.writing() as session:  # no session lives as long as the time for an answer
        session.exec(update(Question).where(col(Question.line_id) == line).values(due_at=clock.now()))
    assert overdue.note_overdue() == 1
    expect(patient.get_by_text(say("access.why.late", "zh").strip())).to_be_visible(timeout=LIVE)
    screenshot(patient, "why-late")
    expect(waits.get_by_role("button")).to_be_visible(timeout=LIVE)
    screenshot(staff, "why-desk-late")
    _answer(staff, "zh")
    expect(patient.get_by_text(ANSWER["zh"])).to_be_visible(timeout=LIVE)
    screenshot(patient, "why-in-name")
    expect(staff.get_by_text(say("access.owed.none", "zh"))).to_be_visible()
