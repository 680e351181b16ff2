"""Two browsers: a guardian decides for a child, one opening is used up, and a living grant is narrowed in sight."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.journeys import cast
from tests.journeys.cast import CLASSES, PHYSICIAN, Cast, say
from tests.journeys.conftest import Opened
from tests.journeys.presses import count_presses, pressed
from tests.journeys.test_access import DESK, EMPTIED, _agree, _ask, _nobody_sees, _open_request

pytestmark = pytest.mark.browser

CHILD, MOTHER, HUANG, SUN = "li", "zhang", "huang", "sun"
DOCTOR = "陈立言"


def test_a_mother_decides_for_her_child(opened: Opened) -> None:
    """R15 for somebody under 14: told, previewed, agreed and taken back by a guardian; to take back is not longer."""
    child = cast.person(CHILD).name.zh
    mother = opened(MOTHER)
    count_presses(mother)
    mother.goto("/notifications")  # what other journeys have left counts as seen
    expect(mother.get_by_role("heading", level=1)).to_be_visible()
    mother.goto("/")
    badge = mother.locator(".bell .badge")
    expect(mother.get_by_role("button", name=re.compile(child))).to_be_visible()
    expect(badge).to_have_count(0)

    physician = opened(PHYSICIAN, viewport=DESK)
    _ask(physician, cast.person(CHILD).visit_card, "zh")
    physician.goto("/physician")
    expect(badge).to_have_text("1", timeout=15_000)  # without a reload
    assert physician.get_by_text(child).count() == 0

    pressed(mother)
    mother.locator(".bell").click()
    mother.get_by_role("link", name=say("consent.news.asked_of", "zh", name=child)).first.click()
    on = mother.get_by_role("button", name=say("identity.guardians.act_and_go", "zh", name=child))
    expect(on).to_be_visible()
    assert mother.locator("main").get_by_text(DOCTOR).count() == 0  # who it is, is the child's to show
    on.click()
    banner = mother.get_by_text(say("identity.acting.banner", "zh", name=child))
    expect(banner).to_be_visible(timeout=15_000)
    expect(mother).to_have_url(re.compile("/access/request/"))
    expect(mother.locator("main [role=status] .strong")).to_contain_text(re.compile("[1-9]"))  # what would be seen
    mother.get_by_role("button", name=say("access.agree", "zh"), exact=True).click()
    expect(mother.get_by_text(say("access.done.agreed", "zh", name=DOCTOR))).to_be_visible()
    giving = pressed(mother)
    _open_chart(physician, child)

    mother.get_by_role("button", name=say("identity.acting.back", "zh")).click()
    expect(banner).to_have_count(0, timeout=15_000)
    switch = mother.get_by_role("button", name=re.compile(child))
    expect(switch).to_be_visible()
    pressed(mother)
    switch.click()
    expect(banner).to_be_visible(timeout=15_000)
    mother.locator(".tabbar").get_by_role("link", name=say("ui.nav.access", "zh")).click()
    mother.get_by_role("button", name=say("access.revoke_from", "zh", name=DOCTOR)).click()
    withdrawing = pressed(mother)
    expect(physician.get_by_text(say("access.chart.over", "zh"))).to_be_visible(timeout=EMPTIED)
    assert physician.get_by_text(child).count() == 0
    assert (giving, withdrawing) == (4, 3)

    mother.locator(".bell").click()
    for what in ("given_of", "ended_of"):
        expect(mother.get_by_text(say(f"consent.news.{what}", "zh", name=child)).first).to_be_visible()
    mother.get_by_role("button", name=say("identity.acting.back", "zh")).click()
    expect(banner).to_have_count(0, timeout=15_000)


def test_one_opening_is_used_up(opened: Opened, demo: Cast) -> None:
    name = cast.person(HUANG).name.zh
    _nobody_sees(demo, HUANG)
    physician = opened(PHYSICIAN, viewport=DESK)
    _ask(physician, cast.person(HUANG).visit_card, "zh")
    physician.goto("/physician")
    patient = opened(HUANG, "/access")
    _open_request(patient, "zh")
    patient.get_by_role("button", name=say("access.for.opening", "zh"), exact=True).click()
    expect(patient.get_by_text(say("access.lasts.opening", "zh", name=DOCTOR))).to_be_visible()
    patient.get_by_role("button", name=say("access.agree", "zh"), exact=True).click()
    expect(patient.get_by_text(re.compile(_around("access.done.once_text")))).to_be_visible()

    _open_chart(physician, name)
    expect(physician.locator(".grant")).to_contain_text(say("access.chart.once", "zh").strip())
    chart = physician.url
    patient.goto("/access")
    expect(patient.locator(".grants")).to_contain_text(say("access.ends.opening", "zh"))
    elsewhere = opened(PHYSICIAN, chart, viewport=DESK)
    expect(elsewhere.get_by_text(say("consent.error.opened_once", "zh"))).to_be_visible()
    assert elsewhere.get_by_text(name).count() == 0
    tab = physician.locator(".class-tabs button").nth(1)  # inside the chart one goes about as one likes
    tab.click()
    expect(tab).to_have_attribute("aria-current", "true")

    physician.get_by_role("link", name=say("ui.nav.today", "zh")).first.click()
    expect(patient.get_by_text(say("access.ended.left", "zh")).first).to_be_visible(timeout=EMPTIED)  # without a reload
    expect(patient.get_by_role("button", name=say("access.revoke_from", "zh", name=DOCTOR))).to_have_count(0)
    physician.goto(chart)
    expect(physician.get_by_text(say("consent.error.opening_left", "zh"))).to_be_visible()
    assert physician.get_by_text(name).count() == 0
    assert physician.locator(".class-tabs").count() == 0


def test_a_living_grant_is_narrowed_while_the_chart_is_open(opened: Opened, demo: Cast) -> None:
    """Fewer classes and fewer days at once: the open chart loses both without a reload, and says so."""
    name = cast.person(SUN).name.zh
    _nobody_sees(demo, SUN)
    physician = opened(PHYSICIAN, viewport=DESK)
    _ask(physician, cast.person(SUN).visit_card, "zh")
    physician.goto("/physician")
    patient = opened(SUN, "/access")
    _agree(patient, "zh", keep=CLASSES)
    _open_chart(physician, name)
    laboratory, medicines = _tab(physician, "laboratory"), _tab(physician, "prescriptions")
    laboratory.click()
    rows = physician.locator(".pane-list button.row")
    expect(rows.first).to_be_visible()
    before = rows.count()
    rows.first.click()
    heading = physician.locator(".pane-entry h2").first
    expect(heading).to_be_visible()
    title = heading.inner_text()
    expect(medicines).not_to_have_class(re.compile("locked"))

    patient.goto("/access")
    patient.get_by_role("link", name=say("access.narrow.heading", "zh", name=DOCTOR)).click()
    patient.get_by_role("checkbox", name=say("ui.class.prescriptions", "zh")).click()
    expect(patient.get_by_text(say("access.not_given", "zh")).first).to_be_visible()
    day = patient.evaluate("() => new Date(Date.now() - 400 * 864e5).toISOString().slice(0, 10)")
    patient.get_by_label(say("access.request.from", "zh")).fill(day)
    patient.get_by_label(say("access.request.to", "zh")).focus()
    expect(patient.locator("main [role=status] li")).not_to_have_count(1)  # the days took from other classes, too
    patient.get_by_role("button", name=say("access.narrow.confirm", "zh"), exact=True).click()
    expect(patient.get_by_text(say("access.narrow.done_text", "zh"))).to_be_visible()

    expect(physician.get_by_text(say("access.chart.narrowed", "zh"))).to_be_visible(timeout=EMPTIED)
    expect(medicines).to_have_class(re.compile("locked"))
    expect(laboratory).to_have_attribute("aria-current", "true")
    expect(heading).to_have_text(title)  # what is still open stays where the reader was
    expect(rows.nth(before - 1)).to_have_count(0)
    assert 0 < rows.count() < before
    expect(physician.locator(".grant")).to_contain_text(str(int(day[:4])))


def _open_chart(physician: Page, name: str) -> None:
    row = physician.locator("a[href*='/physician/chart/']").filter(has_text=name)
    expect(row.first).to_be_visible(timeout=EMPTIED)  # without a reload
    row.first.click()
    expect(physician.get_by_role("heading", level=1, name=name)).to_be_visible()
    expect(physician.locator(".class-tabs")).to_be_visible()


def _tab(page: Page, record_class: str) -> Locator:
    return page.locator(".class-tabs > *").filter(has_text=say(f"ui.class.{record_class}", "zh"))


def _around(key: str) -> str:
    return re.escape(say(key, "zh", at="@")).replace("@", ".*")
