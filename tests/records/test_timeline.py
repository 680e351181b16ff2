"""A life in order: every visible entry once, with its visit or at its time; any year at once, and nothing hidden."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import Session, select

from health_cloud.chart.models import ChartEncounter
from health_cloud.core import db
from health_cloud.core.actors import Actor
from health_cloud.core.errors import Denied
from health_cloud.core.ids import new_id
from health_cloud.records.service import timeline
from health_cloud.records.service.timeline import visits_newer, visits_older, visits_page
from health_cloud.records.views.filters import UNFILTERED, Asked
from health_cloud.records.views.timeline import StopRow, TimelinePage
from tests import charts, people
from tests.records.test_stretches import forget

START = datetime(2010, 6, 1, tzinfo=UTC)
CLASSES = ("laboratory", "imaging", "prescriptions")


def visit(town: people.Town, patient: people.Patient, at: datetime | None, **columns: Any) -> str:
    def write(session: Session, _actor: Actor) -> str:
        known = session.exec(select(ChartEncounter).where(ChartEncounter.person_id == patient.person_id)).first()
        record_id = known.record_id if known else charts.record_of(session, patient)
        row = ChartEncounter(
            organization_id=town.organization_id,
            feed_id=town.feed_id,
            source_id=new_id(),
            record_id=record_id,
            person_id=patient.person_id,
            occurred_at=at,
            **{"visit_type": "outpatient", "title_zh": "门诊", **columns},
        )
        session.add(row)
        session.flush()
        return row.id

    return db.perform(write, charts.WRITER)


def afresh(patient: people.Patient) -> Actor:
    """Return a reader without visits and entries."""
    reader = charts.reader(patient)

    def clear(session: Any, actor: Actor) -> None:
        forget(session, actor)

    db.perform(clear, charts.WRITER)
    return reader


def stops(page: TimelinePage) -> list[StopRow]:
    return [row for year in page.years for row in year.rows]


def own(reader: Actor, asked: Asked = UNFILTERED, start: str = "", count: int = 0) -> TimelinePage:
    return db.perform(visits_page, reader, reader.person_id, asked, start, count)


def whole(reader: Actor, asked: Asked = UNFILTERED, start: str = "") -> list[StopRow]:
    page = own(reader, asked, start)
    found = stops(page)
    while page.older:
        page = db.perform(visits_older, reader, reader.person_id, asked, page.older)
        found += stops(page)
    return found


def above(reader: Actor, asked: Asked, begins: str) -> list[StopRow]:
    """Return all that stands above a place, part by part."""
    found: list[StopRow] = []
    while begins:
        page = db.perform(visits_newer, reader, reader.person_id, asked, begins)
        found, begins = [*stops(page), *found], page.start
    return found


@settings(
    max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(
    visits=st.lists(st.one_of(st.none(), st.integers(0, 5)), max_size=5),
    entries=st.lists(st.tuples(st.integers(-1, 4), st.integers(0, 5), st.sampled_from(CLASSES)), max_size=12),
    size=st.integers(1, 4),
)
def test_every_entry_stands_once_with_its_visit_or_at_its_time(
    town: people.Town,
    monkeypatch: pytest.MonkeyPatch,
    visits: list[int | None],
    entries: list[tuple[int, int, str]],
    size: int,
) -> None:
    monkeypatch.setattr(timeline, "PAGE", size)
    monkeypatch.setattr(timeline, "SHOWN", 100)
    lin = afresh(town.lin)
    known = {visit(town, town.lin, None if day is None else START + timedelta(days=day)): day for day in visits}
    ids = list(known)
    made: dict[str, str] = {}
    for which, day, name in entries:
        of = ids[which] if 0 <= which < len(ids) else None
        entry = charts.put(town, town.lin, name, occurred=START + timedelta(days=day), encounter_id=of)
        made[entry] = of if of is not None and known[of] is not None else ""
    found = whole(lin)
    shown = [one.id for stop in found for one in stop.made]
    assert sorted(shown) == sorted(made), "each once"
    assert {one.id: stop.id if stop.visit else "" for stop in found for one in stop.made} == made
    times = [stop.occurred[:10] for stop in found]
    assert times == sorted(times, reverse=True)
    if found:
        cursor = own(lin).older
        if cursor:
            back = above(lin, UNFILTERED, cursor)
            assert [stop.id for stop in back] == [stop.id for stop in found][: len(back)]
            assert len(back) == min(size, len(found))


def test_a_year_is_gone_to_at_once(town: people.Town) -> None:
    lin = afresh(town.lin)
    old = charts.put(town, town.lin, occurred=datetime(2003, 5, 1, tzinfo=UTC))
    charts.put(town, town.lin, occurred=datetime(2011, 5, 1, tzinfo=UTC))
    page = own(lin)
    years = {option.year: option.href for option in page.jump.options}
    assert list(years) == ["", *[str(year) for year in range(2011, 2002, -1)]]
    for year in ("2003", "2007"):
        start = parse_qs(urlsplit(years[year]).query)["from"][0]
        there = own(lin, start=start)
        assert [stop.id for stop in stops(there)] == [old], "a year without anything leads to what follows it"
    assert there.jump.chosen == years["2003"]


def test_what_is_hidden_is_on_no_way(town: people.Town) -> None:
    lin = afresh(town.lin)
    hidden = visit(town, town.lin, START)
    charts.put(town, town.lin, occurred=START, encounter_id=hidden, state="held")
    charts.put(town, town.lin, occurred=START - timedelta(days=4000), state="held")
    charts.put(town, town.wang, occurred=START)
    half = visit(town, town.lin, START)
    seen = charts.put(town, town.lin, occurred=START, encounter_id=half)
    charts.put(town, town.lin, "imaging", occurred=START, encounter_id=half, state="held")
    page = own(lin)
    (stop,) = stops(page)
    assert (stop.id, [one.id for one in stop.made], stop.more) == (half, [seen], 0)
    assert page.jump.options == [], "a year in which nothing may be seen is not named"
    with pytest.raises(Denied):
        db.perform(visits_page, charts.reader(town.wang), lin.person_id)


@pytest.mark.parametrize("start", ["x", "2026-01-01~a", "' OR 1=1 --"])
def test_a_place_that_is_none_of_ours_is_the_newest(town: people.Town, start: str) -> None:
    lin = afresh(town.lin)
    made = charts.put(town, town.lin)
    page = own(lin, start=start)
    assert ([stop.id for stop in stops(page)], page.start) == ([made], "")
