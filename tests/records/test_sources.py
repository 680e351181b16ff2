"""Every screen that could say "nothing" knows up to when each source is complete, and which one is wanting."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlmodel import Session

from health_cloud.chart.models import Gap, Source
from health_cloud.core import clock, db
from health_cloud.core.ids import new_id
from health_cloud.core.words import Words
from health_cloud.home.service import home_page
from health_cloud.identity.models import Organization, PatientRecord
from health_cloud.records.service.lists import own_list, own_older
from health_cloud.records.service.medicines import medicines_page
from health_cloud.records.service.reading import entry_page
from health_cloud.records.service.search import search
from health_cloud.records.service.summary import summary_page
from health_cloud.records.service.timeline import visits_page
from health_cloud.records.views.filters import UNFILTERED
from health_cloud.records.views.sources import NO_SOURCES, SourceLine, Sources
from tests import charts, people

NOW = datetime(2026, 4, 16, 0, 5, tzinfo=UTC)
HOSPITAL = Words("松云医院", "Songyun Hospital")


@pytest.fixture(autouse=True)
def _steady_clock(town: people.Town) -> None:
    assert town
    clock.clock.frozen = NOW


def put(town: people.Town, hours: float = 1, **columns: Any) -> None:
    """Let the hospital's feed be complete up to so many hours ago."""

    def write(session: Session, _actor: Any) -> None:
        told = {"complete_to": NOW - timedelta(hours=hours), "tried_at": NOW, **columns}
        known = {"feed_id": town.feed_id, "organization_id": town.organization_id, **told}
        session.add(Source(**known))

    db.perform(write, charts.WRITER)


SCREENS: dict[str, Callable[[people.Patient], Sources]] = {
    "home": lambda who: db.perform(home_page, charts.reader(who)).sources,
    "list": lambda who: db.perform(own_list, charts.reader(who), who.person_id, "imaging").sources,
    "visits": lambda who: db.perform(visits_page, charts.reader(who), who.person_id).sources,
    "search": lambda who: db.perform(search, charts.reader(who), who.person_id, "nowhere").sources,
    "summary": lambda who: db.perform(summary_page, charts.reader(who), who.person_id).sources,
    "medicines": lambda who: db.perform(medicines_page, charts.reader(who), who.person_id).sources,
}


@pytest.mark.parametrize("screen", list(SCREENS))
def test_a_screen_says_up_to_when_the_source_is_complete_on_the_hospitals_clock(town: people.Town, screen: str) -> None:
    put(town)
    assert SCREENS[screen](town.lin) == Sources([SourceLine(HOSPITAL, "records.sources.whole", "2026-04-16T07:05:00")])


@pytest.mark.parametrize("screen", list(SCREENS))
def test_a_screen_says_which_source_is_silent_and_since_when(town: people.Town, screen: str) -> None:
    put(town, 31)
    wanting = [SourceLine(HOSPITAL, "records.sources.silent", "2026-04-15T01:05:00")]
    assert SCREENS[screen](town.lin) == Sources([], wanting)


@pytest.mark.parametrize("state", ["cut_off", "refused"])
def test_what_failed_is_told_however_fresh_it_is(town: people.Town, state: str) -> None:
    put(town, state=state)
    (line,) = SCREENS["list"](town.lin).wanting
    assert (line.say, line.at) == (f"records.sources.{state}", "2026-04-16T07:05:00")


def test_before_the_first_whole_delivery_nothing_is_complete(town: people.Town) -> None:
    put(town, complete_to=None)
    assert SCREENS["home"](town.zhou).wanting == [SourceLine(HOSPITAL, "records.sources.first", "2026-04-16T08:05:00")]


def test_the_hospitals_own_name_of_the_feed_stands_beside_it(town: people.Town) -> None:
    put(town, name_zh="检验系统")
    (line,) = SCREENS["home"](town.lin).whole
    assert line.name == Words("松云医院（检验系统）", "Songyun Hospital (检验系统)")


def test_hospitals_where_one_is_not_known_are_not_told(town: people.Town) -> None:
    def elsewhere(session: Session, _actor: Any) -> None:
        other = Organization(code="other", name_zh="明湖医院", created_at=NOW)
        session.add(other)
        session.flush()
        session.add(Source(feed_id=new_id(), organization_id=other.id, state="cut_off", complete_to=NOW))

    db.perform(elsewhere, charts.WRITER)
    assert {screen: said(town.lin) for screen, said in SCREENS.items()} == dict.fromkeys(SCREENS, NO_SOURCES)


def test_what_is_missing_of_one_patient_is_told_to_nobody_else(town: people.Town) -> None:
    put(town)
    record_id = charts.put(town, town.lin)

    def write(session: Session, _actor: Any) -> None:
        from health_cloud.chart.models import ChartEntry

        record = session.get_one(ChartEntry, record_id).record_id
        other = PatientRecord(organization_id=town.organization_id, updated_at=NOW)
        session.add(other)
        session.flush()
        for known, hours in ((record, 5), (other.id, 3)):
            since = NOW - timedelta(hours=hours)
            session.add(Gap(feed_id=town.feed_id, record_id=known, person_id=town.lin.person_id, since=since))

    db.perform(write, charts.WRITER)
    assert SCREENS["list"](town.lin).wanting == [SourceLine(HOSPITAL, "records.sources.refused", "2026-04-16T03:05:00")]
    assert SCREENS["list"](town.wang).wanting == []


def _months(town: people.Town) -> list[tuple[str, bool]]:
    page = db.perform(own_list, charts.reader(town.lin), town.lin.person_id, "laboratory").page
    return [(month.month, month.least) for month in page.months]


def test_counts_are_at_least_from_the_month_on_in_which_it_fell_silent(town: people.Town) -> None:
    for at in ("2026-04-15", "2026-03-20", "2026-02-20", "2026"):
        instant = datetime(2026, 2, 1, tzinfo=UTC)
        charts.put(town, town.lin, occurred=instant, occurred_text=at)
    put(town, 24 * 30)
    assert sorted(_months(town)) == [("2026", True), ("2026-02", False), ("2026-03", True), ("2026-04", True)]
    older = db.perform(own_older, charts.reader(town.lin), town.lin.person_id, "laboratory", UNFILTERED, "")
    assert any(month.least for month in older.months)


def test_counts_are_sure_while_every_source_is_complete_and_none_is_before_the_first(town: people.Town) -> None:
    charts.put(town, town.lin, occurred=datetime(2016, 2, 1, tzinfo=UTC))
    assert _months(town) == [("2016-02", False)]
    put(town, complete_to=None)
    assert _months(town) == [("2016-02", True)]


@pytest.mark.parametrize(
    ("columns", "minutes"),
    [
        ({}, 29 * 60),
        ({"cycle": "real_time"}, 3 * 60),
        ({"alive_at": NOW - timedelta(minutes=2)}, 3),
        ({"cycle": "none"}, None),
        ({"state": "cut_off"}, None),
    ],
)
def test_the_clock_alone_opens_the_note_on_an_open_screen(
    town: people.Town, columns: dict[str, Any], minutes: int | None
) -> None:
    put(town, **columns)
    opens = db.perform(own_list, charts.reader(town.lin), town.lin.person_id, "imaging").page.opens
    assert opens == ((NOW + timedelta(minutes=minutes)).isoformat() if minutes is not None else "")


@pytest.mark.parametrize(("hours", "told"), [(1, "complete"), (31, "incomplete")])
def test_an_entry_names_its_feed_and_up_to_when_that_is_complete(town: people.Town, hours: float, told: str) -> None:
    put(town, hours, name_zh="检验系统", name_en="Laboratory system")
    entry_id = charts.put(town, town.lin)
    page = db.perform(entry_page, charts.reader(town.lin), town.lin.person_id, entry_id)
    said = {each.name.removeprefix("records.source."): each.words.zh or each.at for each in page.source}
    assert said["feed"] == "检验系统"
    assert said[told].startswith("2026-04-1")
    assert len({"complete", "incomplete"} & said.keys()) == 1
