"""A page costs the same wherever in a chart it stands: the index has it in order and is entered at its place."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event

from health_cloud.chart.service import choices, choices_along, open_chart, timeline
from health_cloud.chart.views import Kinds, Narrowed
from health_cloud.core import clock, db
from health_cloud.core.vocabulary import RecordClass
from health_cloud.core.words import Words
from tests import charts, people
from tests.databases import Database


def plans(database: Database, work: Any, of: str = "FROM chart_entry") -> list[str]:
    """Return how SQLite goes about each query of entries, or of what else, in some work."""
    asked: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, given: Any, *_rest: Any) -> None:
        if statement.startswith("SELECT") and of in statement:
            asked.append((statement, given))

    event.listen(db.engine(), "before_cursor_execute", note)
    try:
        work()
    finally:
        event.remove(db.engine(), "before_cursor_execute", note)
    with closing(sqlite3.connect(database.data_dir / "health_cloud.db")) as connection:
        return [
            "\n".join(row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {one}", with_)) for one, with_ in asked
        ]


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_page_is_sought_and_not_sorted(database: Database, town: people.Town) -> None:
    for days in range(3):
        charts.put(town, town.lin, occurred=clock.now() - timedelta(days=days))
    lin = charts.reader(town.lin)

    def read() -> None:
        def pages(session: Any, actor: Any) -> None:
            with open_chart(session, actor, actor.person_id) as chart:
                first = chart.entries(RecordClass.LABORATORY, limit=2)
                assert len(chart.entries(RecordClass.LABORATORY, before=first[-1].cursor)) == 1
                chart.latest(limit=3)

        db.perform(pages, lin)

    first, behind, latest = plans(database, read)
    for plan in (first, behind):
        assert "ix_chart_entry_page (person_id=? AND record_class=? AND state=?" in plan
        assert "TEMP B-TREE" not in plan
    assert "occurred_at<?" in behind
    assert "ix_chart_entry_recent (person_id=? AND state=?" in latest
    assert "TEMP B-TREE FOR ORDER BY" not in latest


NARROWED = {
    "abnormal": Narrowed(abnormal=True),
    "fresh": Narrowed(fresh=True),
    "hospital": Narrowed(organization_id="x"),
    "department": Narrowed(place=Words("内分泌科", "Endocrinology")),
    "kind": Narrowed(kinds=Kinds(frozenset({"CH", "HM"}))),
    "other kinds": Narrowed(kinds=Kinds(frozenset({"CH", "HM"}), but=True)),
    "since": Narrowed(since=datetime(2026, 1, 1, tzinfo=UTC)),
    "year": Narrowed(year=2026),
}


@pytest.mark.parametrize("name", list(NARROWED))
@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_filtered_page_is_sought_and_not_sorted(database: Database, town: people.Town, name: str) -> None:
    charts.put(town, town.lin)
    lin = charts.reader(town.lin)

    def read() -> None:
        def pages(session: Any, actor: Any) -> None:
            with open_chart(session, actor, actor.person_id) as chart:
                before = chart.entries(RecordClass.LABORATORY)[-1].cursor
                chart.entries(RecordClass.LABORATORY, narrowed=NARROWED[name])
                chart.entries(RecordClass.LABORATORY, narrowed=NARROWED[name], before=before)

        db.perform(pages, lin)

    _, first, behind = plans(database, read)
    for plan in (first, behind):
        assert "ix_chart_entry_page (person_id=? AND record_class=? AND state=?" in plan
        assert "TEMP B-TREE" not in plan
    assert "occurred_at<?" in behind
    assert ("occurred_at>?" in first) is (name in ("since", "year"))


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_whoever_else_is_in_a_group_is_sought_by_the_group(database: Database, town: people.Town) -> None:
    for number in range(2):
        charts.put(town, town.lin, "prescriptions", source_id=f"rx-{number}", group_key="rx")
    lin = charts.reader(town.lin)

    def read() -> None:
        def pages(session: Any, actor: Any) -> None:
            with open_chart(session, actor, actor.person_id) as chart:
                chart.entries(RecordClass.PRESCRIPTIONS, narrowed=NARROWED["fresh"])
                choices(chart, RecordClass.PRESCRIPTIONS)
                choices_along(chart)
                chart.latest()
                chart.fresh()

        db.perform(pages, lin)

    sought = [[line for line in plan.splitlines() if " chart_entry_" in line] for plan in plans(database, read)]
    others = [lines for lines in sought if lines]
    assert len(others) == 5
    assert all(line.startswith("SEARCH") and "ix_chart_entry_group" in line for lines in others for line in lines)


ALONG = {name: NARROWED[name] for name in ("abnormal", "fresh", "hospital", "department")}
ALONG |= {"everything": Narrowed(), "kind": Narrowed(kinds=Kinds(frozenset({"inpatient"})))}


@pytest.mark.parametrize("name", list(ALONG))
@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_what_a_visit_made_is_sought_by_the_visit(database: Database, town: people.Town, name: str) -> None:
    charts.put(town, town.lin)
    lin = charts.reader(town.lin)

    def read() -> None:
        def page(session: Any, actor: Any) -> None:
            with open_chart(session, actor, actor.person_id) as chart:
                timeline(chart, narrowed=ALONG[name])

        db.perform(page, lin)

    visits = plans(database, read, "chart_encounter.occurred_at IS NOT NULL")
    assert visits
    for plan in visits:
        assert "SEARCH chart_encounter USING INDEX ix_chart_encounter_person (person_id=?" in plan
        assert "SEARCH chart_entry_1 USING INDEX ix_chart_entry_encounter (encounter_id=?)" in plan
