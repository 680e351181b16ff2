"""Pages of a class: nothing twice, nothing lost, newest first, whatever the times are."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from health_cloud.core import db
from health_cloud.core.errors import Invalid
from health_cloud.records.service import reading
from tests import charts, people

START = datetime(2020, 1, 1, tzinfo=UTC)


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(days=st.lists(st.integers(0, 6), min_size=0, max_size=23), size=st.integers(1, 7))
def test_pages_give_every_entry_once(
    town: people.Town, monkeypatch: pytest.MonkeyPatch, days: list[int], size: int
) -> None:
    """Many share an instant, so that a cursor by time alone would lose or repeat some."""
    monkeypatch.setattr(reading, "PAGE", size)
    db.perform(_forget, charts.WRITER)
    lin = charts.reader(town.lin)
    made = {charts.put(town, town.lin, occurred=START + timedelta(days=day)): day for day in days}
    charts.put(town, town.wang, occurred=START)
    seen: list[str] = []
    cursor, pages = "", 0
    while True:
        page = db.perform(reading.list_page, lin, town.lin.person_id, "laboratory", cursor)
        seen += [row.id for month in page.months for row in month.rows]
        cursor, pages = page.older, pages + 1
        assert pages <= len(made) + 1, "the cursor does not move on"
        if not cursor:
            break
    assert sorted(seen) == sorted(made)
    assert [made[entry_id] for entry_id in seen] == sorted(made.values(), reverse=True)
    assert pages <= len(made) // size + 1


def _forget(session, actor):
    from sqlmodel import delete

    from health_cloud.chart.models import ChartEntry, EntryVersion
    from health_cloud.records.models import Content

    for table in (Content, EntryVersion, ChartEntry):
        session.exec(delete(table))


@pytest.mark.parametrize("cursor", ["x", "~", "2026-01-01~a", "2026-01-01T00:00:00~", "' OR 1=1 --"])
def test_a_cursor_that_is_not_ours_is_refused(town: people.Town, cursor: str) -> None:
    with pytest.raises(Invalid):
        db.perform(reading.list_page, charts.reader(town.lin), town.lin.person_id, "laboratory", cursor)


@pytest.mark.parametrize("name", ["", "labs", "laboratory'", "LABORATORY"])
def test_a_class_that_is_none_is_refused(town: people.Town, name: str) -> None:
    with pytest.raises(Invalid):
        db.perform(reading.list_page, charts.reader(town.lin), town.lin.person_id, name)


def test_what_was_opened_is_no_longer_new(town: people.Town) -> None:
    lin = charts.reader(town.lin)
    entry_id = charts.put(town, town.lin)
    assert _fresh(lin) == [True]
    db.perform(reading.entry_page, lin, town.lin.person_id, entry_id)
    assert _fresh(lin) == [False]


def _fresh(actor):
    page = db.perform(reading.list_page, actor, actor.person_id, "laboratory")
    return [row.fresh for month in page.months for row in month.rows]


def test_of_one_visit_the_visit_itself_comes_first(town: people.Town) -> None:
    from sqlmodel import select

    from health_cloud.chart.models import ChartEncounter

    with db.reading() as session:
        visit = session.exec(select(ChartEncounter.id).where(ChartEncounter.person_id == town.lin.person_id)).first()
    lin = charts.reader(town.lin)
    shown = charts.put(town, town.lin, encounter_id=visit)
    charts.put(town, town.lin, "imaging", encounter_id=visit)
    itself = charts.put(town, town.lin, "medical_records", encounter_id=visit)
    page = db.perform(reading.entry_page, lin, lin.person_id, shown)
    beside = [row.record_class for row in page.beside]
    assert itself in [row.id for row in page.beside]
    assert beside == sorted(beside, key=lambda name: name != "medical_records")
    assert "imaging" in beside
