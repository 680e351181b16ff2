"""The desk lets teams read; a physician opens a patient of the ward, who sees it happen; the visit's end closes it."""

from __future__ import annotations

from collections.abc import Generator
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import expect
from sqlmodel import Session, select

from health_cloud.chart.models import ChartEncounter
from health_cloud.core import changes, clock, db
from health_cloud.core.actors import Actor
from health_cloud.core.ids import new_id
from health_cloud.core.words import Words
from health_cloud.identity.models import Account, Link, Practitioner
from health_cloud.identity.service.faces import department_face, person_by_number
from tests.journeys import cast
from tests.journeys.cast import PHYSICIAN, STAFF, say
from tests.journeys.conftest import Opened
from tests.journeys.test_access import _nobody_sees
from tests.people import COMMAND_LINE

pytestmark = pytest.mark.browser

AT_ONCE = 5_000  # ms
DESK = {"width": 1440, "height": 900}


def begin_visit(session: Session, actor: Actor, key: str) -> tuple[str, Words]:
    """Have somebody be seen in the physician's department since an hour ago; returns the visit and the department."""
    physician = session.exec(select(Account).where(Account.login == PHYSICIAN)).one()
    practitioner = session.get_one(Practitioner, physician.practitioner_id)
    person_id = person_by_number(session, practitioner.organization_id, "visit_card", cast.person(key).visit_card)
    visit_id = new_id()
    session.add(
        ChartEncounter(
            id=visit_id,
            organization_id=practitioner.organization_id,
            feed_id=new_id(),
            source_id=visit_id,
            record_id=session.exec(select(Link.record_id).where(Link.person_id == person_id)).first() or "",
            person_id=person_id,
            visit_type="outpatient",
            status="in-progress",
            occurred_at=clock.now() - timedelta(hours=1),
            department_id=practitioner.department_id,
        )
    )
    changes.note(session, f"person:{person_id}", f"ward:{practitioner.department_id}")
    return visit_id, department_face(session, practitioner.department_id or "")[0]


def end_visit(session: Session, actor: Actor, visit_id: str) -> None:
    """Have the hospital say that a visit is over."""
    row = session.get_one(ChartEncounter, visit_id)
    row.status = "finished"
    session.add(row)
    changes.note(session, f"person:{row.person_id}", f"grant:{row.id}", f"ward:{row.department_id}")


@pytest.fixture
def visit(demo: Any) -> Generator[tuple[str, Words]]:
    """Let 黄 be seen, until the test is over."""
    demo.account(PHYSICIAN)
    demo.account("huang")
    _nobody_sees(demo, "huang")  # what other journeys gave
    made = db.perform(begin_visit, COMMAND_LINE, "huang")
    yield made
    db.perform(end_visit, COMMAND_LINE, made[0])


def test_a_team_reads_while_the_visit_is_open(opened: Opened, visit: tuple[str, Words]) -> None:
    visit_id, department = visit
    name = cast.person("huang").name.zh
    patient = opened("huang", "/access")
    patient.get_by_role("tab").first.click()  # who has been asked by other journeys comes to the requests
    physician = opened(PHYSICIAN, "/physician", viewport=DESK)
    expect(physician.get_by_role("heading", level=1)).to_be_visible()
    assert physician.get_by_text(say("access.ward.title", "zh")).count() == 0  # the hospital has not said so
    desk = opened(STAFF, "/desk/teams", viewport=DESK)
    _press(desk, "desk.teams.switch_on")
    expect(desk.get_by_text(say("desk.teams.now_on", "zh"))).to_be_visible()
    try:
        team = patient.get_by_text(department.zh).first
        expect(team).to_be_visible(timeout=AT_ONCE)  # the open screens follow by themselves
        expect(patient.get_by_text(say("access.opened.not", "zh")).first).to_be_visible()
        physician.get_by_text(say("access.ward.title", "zh")).click(timeout=AT_ONCE)
        physician.get_by_role("link", name=name).click()
        expect(physician.get_by_role("heading", level=1, name=name)).to_be_visible()
        expect(physician.locator(".grant")).to_contain_text(say("access.chart.team", "zh", department=department.zh))
        expect(patient.get_by_text(say("access.opened.not", "zh"))).to_have_count(0, timeout=AT_ONCE)
        db.perform(end_visit, COMMAND_LINE, visit_id)
        expect(physician.get_by_text(say("access.chart.over", "zh"))).to_be_visible(timeout=AT_ONCE)
        assert physician.get_by_text(name).count() == 0
        expect(patient.get_by_text(say("access.teams.title", "zh"))).to_have_count(0, timeout=AT_ONCE)
        patient.goto("/ledger")
        expect(patient.get_by_text(say("access.ledger.basis.treatment", "zh")).first).to_be_visible()
    finally:
        _press(desk, "desk.teams.switch_off")
    expect(desk.get_by_text(say("desk.teams.now_off", "zh"))).to_be_visible()


def _press(desk: Any, act: str) -> None:
    desk.get_by_role("button", name=say(act, "zh"), exact=True).click()
    dialog = desk.get_by_role("alertdialog").or_(desk.get_by_role("dialog"))
    dialog.get_by_role("button", name=say(act, "zh"), exact=True).click()
    expect(dialog).to_be_hidden()
