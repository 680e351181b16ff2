"""A life in order: visits with what they made, and entries of no visit at their time; newest first, by keyset."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, func, or_
from sqlalchemy import select as select_columns
from sqlalchemy.orm import aliased
from sqlmodel import col, select

from health_cloud.chart.models import ChartEncounter, ChartEntry, ReleaseKey
from health_cloud.chart.service import rows
from health_cloud.chart.service.door import VISIT_ITSELF, Chart
from health_cloud.chart.service.groups import leads
from health_cloud.chart.views import EntryRow, Stop
from health_cloud.core.prepared import rows_of

_Key = tuple[datetime, str, bool]
"""When, which, and whether it is a visit."""
_Place = tuple[ColumnElement[Any], ColumnElement[Any]]


def timeline(chart: Chart, *, before: str = "", limit: int = 20) -> list[Stop]:
    """Return a page of a life, newest first, strictly older than the cursor `before`.

    Raises:
        Invalid: the cursor is none of ours.
    """
    return _stops(chart, _keys(chart, before, limit, up=False))


def timeline_upward(chart: Chart, start: str, *, limit: int = 20) -> tuple[list[Stop], str]:
    """Return the page that ends at the cursor `start`, newest first, and the cursor of what stands before it.

    Raises:
        Invalid: the cursor is none of ours.
    """
    keys = _keys(chart, start, limit + 1, up=True)
    begins = rows.write_cursor(*keys[limit][:2]) if len(keys) > limit else ""
    return _stops(chart, keys[:limit][::-1]), begins


def years_lived(chart: Chart) -> tuple[int, int]:
    """Return the years of the oldest and of the newest visible entry, in UTC; zeros where there is none."""
    query = select_columns(
        func.min(col(ChartEntry.occurred_at)).label("first"), func.max(col(ChartEntry.occurred_at)).label("last")
    )
    found = rows_of(chart.session, _seen(chart, query))[0]
    return (found.first.year, found.last.year) if found.first else (0, 0)


def _seen(chart: Chart, query: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    joined = query.select_from(ChartEntry).join(ReleaseKey, col(ReleaseKey.id) == ChartEntry.release_key_id)
    return joined.where(chart.condition())


def _keys(chart: Chart, cursor: str, limit: int, *, up: bool) -> list[_Key]:
    """Return what stands next to a place, from there on: of both kinds so many, and of both together so many."""
    entry, key = aliased(ChartEntry), aliased(ReleaseKey)
    made = exists().where(
        col(entry.encounter_id) == col(ChartEncounter.id),
        col(key.id) == col(entry.release_key_id),
        # wrapped, so that SQLite seeks the few of a visit, and does not walk all of the person for each
        func.coalesce(col(entry.person_id), "") == chart.person_id,
        chart.visible(entry, key),
    )
    dated = (col(ChartEncounter.occurred_at), col(ChartEncounter.id))
    visits = select_columns(*dated).where(col(ChartEncounter.person_id) == chart.person_id, dated[0].is_not(None), made)
    stood = (col(ChartEntry.occurred_at), col(ChartEntry.id))
    loose = _seen(chart, select_columns(*stood)).where(
        or_(col(ChartEntry.encounter_id).is_(None), col(ChartEntry.encounter_id).in_(_undated(chart))),
        leads(chart.visible),
    )
    found = [
        (row[0], row[1], visit)
        for query, place, visit in ((visits, dated, True), (loose, stood, False))
        for row in rows_of(chart.session, _beside(query, place, cursor, up=up).limit(limit))
    ]
    return sorted(found, key=lambda key: key[:2], reverse=not up)[:limit]


def _undated(chart: Chart) -> Any:
    """Return the visits of which no time is known: what they made stands at its own."""
    return select(ChartEncounter.id).where(
        ChartEncounter.person_id == chart.person_id, col(ChartEncounter.occurred_at).is_(None)
    )


def _beside(query: Select[*tuple[Any, ...]], place: Any, cursor: str, *, up: bool) -> Select[*tuple[Any, ...]]:
    if cursor:
        side = rows.at_or_newer if up else rows.older
        at, row_id = rows.read_cursor(cursor)
        query = query.where(side(place[0], place[1], at, row_id))
    return query.order_by(*place) if up else query.order_by(place[0].desc(), place[1].desc())


def _stops(chart: Chart, keys: Sequence[_Key]) -> list[Stop]:
    """Return visits and entries with all that may be seen of them, in the order of their keys."""
    visits = [row_id for _, row_id, visit in keys if visit]
    own, made = _made(chart, visits)
    wanted = [*(row_id for _, row_id, visit in keys if not visit), *(one for each in made.values() for one in each)]
    lines = {line.id: line for line in chart.lines(wanted)}
    encounters = {
        each.id: each
        for each in chart.session.exec(select(ChartEncounter).where(col(ChartEncounter.id).in_(visits))).all()
    }
    chart.detail["encounters"] = len(visits)
    stops: list[Stop] = []
    for at, row_id, visit in keys:
        cursor = rows.write_cursor(at, row_id)
        if visit:
            entries: list[EntryRow] = [lines[one] for one in made.get(row_id, ()) if one in lines]
            row = rows.encounter_row(chart.session, encounters[row_id], chart.names, {}, own.get(row_id))
            stops.append(Stop(row_id, cursor, row, entries))
        elif row_id in lines:
            stops.append(Stop(row_id, cursor, None, [lines[row_id]]))
    return stops


def _made(chart: Chart, visits: Sequence[str]) -> tuple[dict[str, Any], dict[str, list[str]]]:
    """Return the entry that is each visit itself, and those that it made, by class and time."""
    if not visits:
        return {}, {}
    query = _seen(
        chart,
        select_columns(
            col(ChartEntry.id), col(ChartEntry.encounter_id), col(ChartEntry.source_type), col(ChartEntry.record_class)
        ),
    ).where(col(ChartEntry.encounter_id).in_(visits), leads(chart.visible))
    own: dict[str, Any] = {}
    made: dict[str, list[str]] = {}
    for row in rows_of(chart.session, query.order_by(col(ChartEntry.record_class), col(ChartEntry.occurred_at))):
        if row.source_type == VISIT_ITSELF:
            own[row.encounter_id] = row
            chart.shown[row.id] = None
        else:
            made.setdefault(row.encounter_id, []).append(row.id)
    return own, made
