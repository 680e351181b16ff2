"""Every screen of the app, with data, as whoever it is for: fits, complains of nothing, and opens to everybody.

The routes come from the app itself, so that a new page cannot be forgotten.
"""

from __future__ import annotations

import os
import re
from collections.abc import Generator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Literal
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from sqlalchemy import update
from sqlmodel import col

from health_cloud import app as composition
from health_cloud.access.models import Question
from health_cloud.access.service.answering import owed_answers
from health_cloud.access.service.asked import ask_why
from health_cloud.access.service.ledger import own_ledger
from health_cloud.access.service.reading import granted_entry, granted_list
from health_cloud.consent.service import decisions
from health_cloud.core import clock, db
from health_cloud.core.actors import Actor
from health_cloud.core.errors import Conflict
from health_cloud.core.i18n import texts
from health_cloud.core.policy import Need
from health_cloud.followup import service as followup
from health_cloud.followup.models import Appointment
from health_cloud.records.service.reading import entry_page, list_page
from health_cloud.web.frame import pages_of
from tests import sharing
from tests.browsers import PHONE, Watched, axe, screenshot
from tests.followup.eligibility import free_times, may_book_all
from tests.journeys import cast
from tests.journeys.cast import CLASSES, PHARMACIST, PHYSICIAN, STAFF, Cast
from tests.journeys.places import filled
from tests.journeys.test_treating import begin_visit, end_visit
from tests.treating import let_teams_read
from tests.visiting import agreed

pytestmark = pytest.mark.browser

PLACES = {page.route: page.need for page in pages_of((composition.web_pages, *composition.FEATURES))}
WHO = {
    Need.PATIENT: "lin",
    Need.SIGNED_IN: "lin",
    Need.PHYSICIAN: PHYSICIAN,
    Need.PHARMACIST: PHARMACIST,
    Need.STAFF: STAFF,
}
DESK = {"width": 1440, "height": 900}
NARROW = {"width": 320, "height": 700}
_SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
_KEY = re.compile(r"\b[a-z]+\.[a-z_]+(?:\.[a-z_]+)*\b")


@dataclass
class Stage:
    """Browsers of whoever looks, and what stands in the addresses that vary."""

    browser: Browser
    demo: Cast
    url: str
    parts: dict[str, str]
    entries: dict[str, str]
    originals: dict[str, str]
    contexts: dict[str, BrowserContext] = field(default_factory=dict)

    def page(self, who: str) -> Page:
        if who not in self.contexts:
            context = self.browser.new_context(
                viewport=PHONE, locale="zh-CN", base_url=self.url, service_workers="block", reduced_motion="reduce"
            )
            context.set_default_timeout(30_000)
            if who:
                self.demo.enter(context, who, self.url)
            self.contexts[who] = context
        return self.contexts[who].new_page()


@pytest.fixture(scope="module")
def stage(browser: Browser, demo: Cast, app_url: str) -> Generator[Stage]:
    """Let there be a request, a grant, times, a booking and an accepted one."""
    lin, sun, physician = (demo.actor(who) for who in ("lin", "sun", PHYSICIAN))
    for grant in db.perform(decisions.living_grants, sun):
        db.perform(decisions.revoke_grant, sun, grant.id)
    grant = sharing.give(sun, sharing.ask(physician, cast.person("sun").visit_card))
    request = sharing.ask(physician, cast.person("lin").visit_card)
    day = (clock.now().astimezone(ZoneInfo("Asia/Shanghai")) + timedelta(days=3)).date().isoformat()
    with suppress(Conflict):  # another module's stage has opened them
        db.perform(followup.open_slots, physician, day, "09:00", "11:00", "30")
    _call_off(lin)
    times = free_times(lin)
    for time in times[-2:]:  # far enough ahead to be called off again
        may_book_all(lin)
        booked = db.perform(followup.book, lin, time, "血糖最近偏高，想问要不要加药")
    db.perform(followup.answer_appointment, physician, booked.id, True)
    # what was given for the bookings stands beside it from here on
    own = sharing.give(lin, sharing.ask(physician, cast.person("lin").visit_card), hours=24)
    entries = {}
    for name in CLASSES:
        months = db.perform(list_page, lin, lin.person_id, name).months
        entries[name] = months[0].rows[0].id
    beside = db.perform(entry_page, lin, lin.person_id, entries["laboratory"]).compare.rpartition("/")[2]
    parts = {"request": request, "grant": grant, "own": own, "entry": entries["laboratory"], "other": beside}
    parts["line"] = _asked_about(lin, physician, own)
    originals = {"sun": _original(sun), PHYSICIAN: _original(physician, grant)}
    staff = demo.actor(STAFF)
    let_teams_read(staff)
    visit, _ = db.perform(begin_visit, physician, "lin")
    online = _begun(lin, physician)
    made = Stage(browser, demo, app_url, {**parts, "visit": visit, "appointment": online}, entries, originals)
    yield made
    db.perform(followup.end_visit, physician, online)
    db.perform(end_visit, physician, visit)
    let_teams_read(staff, on=False)
    for context in made.contexts.values():
        context.close()
    _call_off(lin)


def _call_off(patient: Actor) -> None:
    """Let a patient have no visits: those of today can no longer be cancelled by anybody, and three is the most."""
    with db.writing() as session:
        session.exec(
            update(Appointment).where(col(Appointment.person_id) == patient.person_id).values(state="cancelled")
        )


def _begun(patient: Actor, physician: Actor) -> str:
    """Have them in the middle of an online visit, with another one waiting."""
    visit = agreed(physician, patient, 0)
    db.perform(followup.enter_visit, patient, visit)
    db.perform(followup.begin_visit, physician, visit)
    for somebody, text in (
        (patient, "陈医生好。最近早上空腹血糖都在 7.5 到 8"),
        (physician, "看到了，饭量和走路有变化吗？"),
    ):
        db.perform(followup.say_in_visit, somebody, visit, str(uuid4()), text)
    agreed(physician, patient, 20, "高血压，续药")
    return visit


def _asked_about(patient: Actor, physician: Actor, grant: str) -> str:
    """Have a physician look twice, and be asked why of the first; returns the line of the second."""
    for _ in range(2):
        db.perform(granted_list, physician, grant, "laboratory")
    lines = [row for day in db.perform(own_ledger, patient).days for row in day.rows if row.why_asked.state]
    db.perform(ask_why, patient, lines[1].id, "我那天没有去医院，想知道为什么打开了我的化验单")
    return lines[0].id


def _original(reader: Actor, grant: str = "") -> str:
    """Return where 孙伟民's newest picture or print of an examination is shown to a reader."""
    if grant:
        rows = db.perform(granted_list, reader, grant, "examinations").months[0].rows
        return next(page for row in rows if (page := db.perform(granted_entry, reader, grant, row.id).original))
    rows = db.perform(list_page, reader, reader.person_id, "examinations").months[0].rows
    return next(page for row in rows if (page := db.perform(entry_page, reader, reader.person_id, row.id).original))


@pytest.mark.parametrize("route", sorted(PLACES))
def test_screen(stage: Stage, route: str) -> None:
    _look(stage, WHO.get(PLACES[route], ""), filled(route, **stage.parts))


@pytest.mark.parametrize("name", CLASSES[1:])
def test_entry_of_each_class(stage: Stage, name: str) -> None:
    _look(stage, "lin", filled("/records/[cls]/[entry]", cls=name, entry=stage.entries[name]))


def test_a_medicine_through_time(stage: Stage) -> None:
    _look(stage, "lin", filled("/medicines/[entry]/[place]", entry=stage.entries["prescriptions"]))


@pytest.mark.parametrize("who", ["sun", PHYSICIAN])
def test_original(stage: Stage, who: str) -> None:
    _look(stage, who, stage.originals[who])


def test_chart_at_a_class(stage: Stage) -> None:
    _look(stage, PHYSICIAN, filled("/physician/chart/[grant]?class=laboratory", grant=stage.parts["grant"]))


def test_chart_of_a_treating_team(stage: Stage) -> None:
    _look(stage, PHYSICIAN, filled("/physician/chart/[grant]", grant=stage.parts["visit"]))


def test_a_line_that_was_asked_about(stage: Stage) -> None:
    (asked, *_) = db.perform(owed_answers, stage.demo.actor(PHYSICIAN))[0]
    with db.reading() as session:
        line = session.get_one(Question, asked.id).line_id
    _look(stage, "lin", filled("/ledger/why/[line]", line=line))


@pytest.mark.parametrize("who", [PHYSICIAN, STAFF])
def test_me_at_work(stage: Stage, who: str) -> None:
    _look(stage, who, "/me")


@pytest.mark.parametrize("path", ["/records/prescriptions", "/access", "/followup"])
def test_screen_with_nothing_on_it(stage: Stage, path: str) -> None:
    _look(stage, "huang", path)


def _look(stage: Stage, who: str, path: str) -> None:
    watched, page = Watched(), stage.page(who)
    watched.watch(page)
    found = []
    try:
        page.goto(path)
        expect(page.get_by_role("heading", level=1).first).to_be_visible()
        if not path.startswith("/kit"):  # shows bars as a sample
            expect(page.locator("main .sk")).to_have_count(0)
        if PLACES.get(path) is not Need.ANYONE:
            assert path in page.url, f"sent to {page.url}"
        for language in ("zh", "en"):
            _speak(page, language)
            found += _untranslated(page, language)
            for scheme in _SCHEMES:
                _light(page, scheme)
                if (language, scheme) in (("zh", "light"), ("en", "dark")):  # a colour is one in both languages
                    found += [f"{language} {scheme}: {each}" for each in axe(page, colours_only=scheme == "dark")]
                _picture(page, f"{path}-{who}-{language}-{scheme}-390")
            found += [f"{language} {each}" for each in _overflow(page, (NARROW, PHONE, DESK))]
            _picture(page, f"{path}-{who}-{language}-dark-1440")
            _light(page, "light")
            if language == "en":
                found += [f"{language} desk: {each}" for each in axe(page)]
            _picture(page, f"{path}-{who}-{language}-light-1440")
            page.evaluate("document.documentElement.dataset.text = 'large'")
            found += [f"{language} large: {each}" for each in _overflow(page, (NARROW, PHONE))]
            _picture(page, f"{path}-{who}-{language}-large-390")
            page.evaluate("document.documentElement.dataset.text = 'normal'")
        watched.verdict()
    finally:
        _speak(page, "zh")
        page.close()
    assert not found, "\n".join(dict.fromkeys(found))


def _speak(page: Page, language: str) -> None:
    """Choose a language as another tab of this browser would."""
    page.evaluate(
        "language => { localStorage.setItem('hc-language', language);"
        " dispatchEvent(new StorageEvent('storage', {key: 'hc-language'})); }",
        language,
    )
    expect(page.locator("html")).to_have_attribute("lang", re.compile(f"^{language}"))


def _overflow(page: Page, sizes: tuple[dict[str, int], ...]) -> list[str]:
    """Tell at which sizes the page is wider than the screen; the last size stays."""
    found = []
    for size in sizes:
        page.set_viewport_size(size)  # type: ignore[arg-type]
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if wide > 0:
            found.append(f"{size['width']}: {wide} px too wide")
    return found


def _light(page: Page, scheme: Literal["light", "dark"]) -> None:
    """Change the device's scheme, and let no colour be on its way while it is measured."""
    page.emulate_media(color_scheme=scheme)
    page.evaluate(
        "document.getAnimations().filter(each => each instanceof CSSTransition).forEach(each => each.finish())"
    )


def _untranslated(page: Page, language: str) -> list[str]:
    known: dict[str, Any] = texts()
    said = page.locator("body").inner_text()
    return [f"{language}: key {each} on the screen" for each in _KEY.findall(said) if each in known]


def _picture(page: Page, name: str) -> None:
    """Keep a picture where one is asked for: the suite is for failing, the eye comes by hand."""
    if os.environ.get("HEALTH_CLOUD_PICTURES"):
        screenshot(page, re.sub(r"[^\w.-]+", "_", name).strip("_"))
