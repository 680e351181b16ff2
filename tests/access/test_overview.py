"""The overview and the courses of a chart: its first screen, every address on the same ground, over with it."""

from __future__ import annotations

from dataclasses import fields, is_dataclass, replace
from datetime import timedelta
from typing import Any

import pytest

from health_cloud.access.service.overview import granted_overview, granted_trend
from health_cloud.access.service.reading import chart_page, granted_entry
from health_cloud.access.state import GrantedChart, GrantedTrend
from health_cloud.access.state.chart import OVERVIEW
from health_cloud.consent.service import decisions
from health_cloud.core import clock, db
from health_cloud.core.actors import Actor, act_as
from health_cloud.core.changes import registry
from health_cloud.core.errors import Denied, NotFound
from health_cloud.records.views.content import EntryContent
from health_cloud.records.views.meaning import NO_MEANING
from health_cloud.records.views.overview import OverviewPage
from health_cloud.records.views.trend import TrendPage
from tests import charts, people, states
from tests.databases import Database
from tests.records.test_sheet import HBA1C, WEIGHT
from tests.records.test_summary import DIABETES, visit


@pytest.fixture
def town(database: Database) -> people.Town:
    """A hospital and its people."""
    assert database
    return people.found_town()


def _report(town: people.Town, days: int, record_class: str = "laboratory") -> str:
    content = EntryContent(record_class=record_class, results=(HBA1C,), measures=(WEIGHT,))
    occurred = clock.now() - timedelta(days=days)
    return charts.put(town, town.lin, record_class, content=content, occurred=occurred)


def _leads(page: Any) -> list[str]:
    """Return every address on a page."""
    if isinstance(page, list | tuple):
        return [each for one in page for each in _leads(one)]
    if not is_dataclass(page):
        return []
    own = [(each.name, getattr(page, each.name)) for each in fields(page)]
    return [value for name, value in own if name in {"href", "trend", "back"} and value] + [
        each for _, value in own for each in _leads(value)
    ]


def test_every_address_leads_to_the_same_ground(town: people.Town) -> None:
    doctor = charts.physician(town)
    grant = charts.grant(town.lin, town, doctor)
    said, report = visit(town, 3, DIABETES), _report(town, 2)
    here = f"/physician/chart/{grant}"
    page = db.perform(granted_overview, doctor, grant)
    assert page.summary.problems.current[0].newest.href == f"{here}?class=medical_records&entry={said}"
    assert page.indicators[0].trend == f"{here}/trend/{report}/0"
    assert {each.partition("/trend/")[0].partition("?")[0] for each in _leads(page)} == {here}
    entry = db.perform(granted_entry, doctor, grant, report)
    assert [line.trend for line in entry.results] == [f"{here}/trend/{report}/0"]
    assert {each.partition("/trend/")[0].partition("?")[0] for each in _leads(entry)} == {here}
    found = db.perform(granted_trend, doctor, grant, report, "0").page
    assert found.back == found.rows[0].href == f"{here}?class=laboratory&entry={report}"
    assert found.meaning == found.pair_meaning == NO_MEANING
    ground = db.perform(granted_trend, doctor, grant, report, "0").ground
    assert (ground.id, len(ground.classes), ground.until_at != "", ground.person_id) == (grant, 6, True, "")
    assert f"grant:{grant}" in found.topics


def test_a_check_up_leads_to_courses_too(town: people.Town) -> None:
    doctor = charts.physician(town)
    grant = charts.grant(town.lin, town, doctor, "check_ups")
    check_up = _report(town, 2, "check_ups")
    entry = db.perform(granted_entry, doctor, grant, check_up)
    assert [line.trend for line in entry.measures] == [f"/physician/chart/{grant}/trend/{check_up}/0"]
    assert db.perform(granted_trend, doctor, grant, check_up, "0").page.name == WEIGHT.name


def test_beyond_a_ground_and_after_it_there_is_none(town: people.Town) -> None:
    doctor, colleague = charts.physician(town), charts.physician(town, "colleague")
    grant = charts.grant(town.lin, town, doctor, "laboratory", period_from=clock.now().date() - timedelta(days=30))
    old, new = _report(town, 90), _report(town, 2)
    foreign = charts.put(town, town.wang, content=EntryContent(record_class="laboratory", results=(HBA1C,)))
    assert [row.id for row in db.perform(granted_trend, doctor, grant, new, "0").page.rows] == [new]
    for entry_id in (old, foreign, _report(town, 1, "check_ups")):
        with pytest.raises(NotFound):
            db.perform(granted_trend, doctor, grant, entry_id, "0")
    with pytest.raises(NotFound):
        db.perform(granted_trend, colleague, grant, new, "0")
    with pytest.raises(NotFound):
        db.perform(granted_overview, colleague, grant)
    db.perform(decisions.revoke_grant, charts.reader(town.lin), grant)
    for read in (granted_overview, lambda *given: granted_trend(*given, new, "0")):
        with pytest.raises(Denied):
            db.perform(read, doctor, grant)


@pytest.mark.parametrize(
    ("classes", "first"), [("laboratory,imaging", OVERVIEW), ("imaging", "imaging"), ("prescriptions", OVERVIEW)]
)
def test_a_chart_opens_at_the_overview_where_there_can_be_one(
    town: people.Town, monkeypatch: pytest.MonkeyPatch, classes: str, first: str
) -> None:
    doctor = charts.physician(town)
    tab = _opened(town, doctor, charts.grant(town.lin, town, doctor, classes), monkeypatch)
    states.sent(tab, "_show")
    assert (tab.record_class, tab.page.glance) == (first, first == OVERVIEW)


def test_the_overview_and_a_list_are_never_there_together(town: people.Town, monkeypatch: pytest.MonkeyPatch) -> None:
    doctor = charts.physician(town)
    _report(town, 2)
    tab = _opened(town, doctor, charts.grant(town.lin, town, doctor, "laboratory"), monkeypatch)
    first = states.sent(tab, "_show")
    assert first["overview"].indicators
    assert not tab.months
    listed = states.sent(tab, "pick", "laboratory")
    assert listed["overview"] == OverviewPage()
    assert listed["months"]
    back = states.sent(tab, "pick", OVERVIEW)
    assert (back["months"], back["turn"]) == ([], "")
    assert back["overview"].indicators
    states.sent(tab, "renew", "", 3)  # what a list that is gone may still ask
    assert not tab.months
    states.sent(tab, "pick", "imaging")  # locked
    assert tab.record_class == OVERVIEW


def test_the_end_of_the_ground_takes_the_overview(town: people.Town, monkeypatch: pytest.MonkeyPatch) -> None:
    doctor = charts.physician(town)
    _report(town, 2)
    grant = charts.grant(town.lin, town, doctor)
    tab = _opened(town, doctor, grant, monkeypatch)
    states.sent(tab, "_show")
    db.perform(decisions.revoke_grant, charts.reader(town.lin), grant)
    ended = states.sent(tab, "_refresh")
    assert (ended["over"], ended["overview"], ended["record_class"]) == (True, OverviewPage(), "")
    assert not [each for each in registry.touching([f"grant:{grant}"]) if each.screen == tab.get_full_name()]


def test_the_end_of_the_ground_takes_a_course_without_a_refusal(
    town: people.Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    doctor = charts.physician(town)
    report = _report(town, 2)
    grant = charts.grant(town.lin, town, doctor)
    monkeypatch.setattr(GrantedTrend, "_address", lambda _: (grant, report, "0"))
    act_as(doctor)
    tab = states.of(GrantedTrend)
    assert states.sent(tab, "load")["page"].rows
    (watch,) = [each for each in registry.touching([f"grant:{grant}"]) if each.screen == tab.get_full_name()]
    assert (watch.empties, watch.until is not None) == (True, True)
    db.perform(decisions.revoke_grant, charts.reader(town.lin), grant)
    lines = len(charts.chain(town.lin))
    ended = states.sent(tab, "_refresh")
    assert (ended["over"], ended["page"]) == (True, TrendPage())
    assert len(charts.chain(town.lin)) == lines


def test_a_chart_that_shows_nothing_has_no_overview(town: people.Town) -> None:
    doctor = charts.physician(town)
    for classes, glance in (("examinations,imaging", False), ("check_ups", True)):
        page = db.perform(chart_page, doctor, charts.grant(town.lin, town, doctor, classes))
        assert page.glance is glance


def _opened(town: people.Town, doctor: Actor, grant: str, monkeypatch: pytest.MonkeyPatch) -> GrantedChart:
    assert town
    monkeypatch.setattr(GrantedChart, "_grant_id", lambda _: grant)
    act_as(replace(doctor))
    return states.of(GrantedChart)
