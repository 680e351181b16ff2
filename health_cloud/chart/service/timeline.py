"""A life in order: visits with what they made, and entries of no visit at their time; newest first, by keyset."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select
from sqlmodel import col, select

from health_cloud.chart.models import ChartEncounter, ChartEntry
from health_cloud.chart.service import rows
from health_cloud.chart.service.along import loose, seen, visits
from health_cloud.chart.service.door import VISIT_ITSELF, Chart
from health_cloud.chart.service.groups import leads
from health_cloud.chart.views import EVERYTHING, EntryRow, Narrowed, Stop
from health_cloud.core.prepared import rows_of

_Key = tuple[datetime, str, bool]
"""When, which, and whether it is a visit."""
_DATED = (col(ChartEncounter.occurred_at), col(ChartEncounter.id))
_STOOD = (col(ChartEntry.occurred_at), col(ChartEntry.id))


def timeline(chart: Chart, *, before: str = "", limit: int = 20, narrowed: Narrowed = EVERYTHING) -> list[Stop]:
    """Return a page of a life, newest first, strictly older than the cursor `before`, of what a filter leaves.

    A visit is abnormal, or new, with anything that it made, or itself. The filter's time is not for here.

    Raises:
        Invalid: the cursor is none of ours.
    """
    return _stops(chart, _keys(chart, before, limit, narrowed, up=False))


def timeline_upward(
    chart: Chart, start: str, *, limit: int = 20, narrowed: Narrowed = EVERYTHING
) -> tuple[list[Stop], str]:
    """Return the page that ends at the cursor `start`, newest first, and the cursor of what stands before it.

    Raises:
        Invalid: the cursor is none of ours.
    """
    keys = _keys(chart, start, limit + 1, narrowed, up=True)
    begins = rows.write_cursor(*keys[limit][:2]) if len(keys) > limit else ""
    return _stops(chart, keys[:limit][::-1]), begins


def _keys(chart: Chart, cursor: str, limit: int, narrowed: Narrowed, *, up: bool) -> list[_Key]:
    """Return what stands next to a place, from there on: of both kinds so many, and of both together so many."""
    found = [
        (row[0], row[1], place is _DATED)
        for query, place in ((visits, _DATED), (loose, _STOOD))
        for row in rows_of(chart.session, _beside(query(chart, narrowed, *place), place, cursor, up=up).limit(limit))
    ]
    return sorted(found, key=lambda key: key[:2], reverse=not up)[:limit]


def _beside(query: Select[*tuple[Any, ...]], place: Any, cursor: str, *, up: bool) -> Select[*tuple[Any, ...]]:
    if cursor:
        side = rows.at_or_newer if up else rows.older
        at, row_id = rows.read_cursor(cursor)
        query = query.where(side(place[0], place[1], at, row_id))
    return query.order_by(*place) if up else query.order_by(place[0].desc(), place[1].desc())


def _stops(chart: Chart, keys: Sequence[_Key]) -> list[Stop]:
    """Return visits and entries with all that may be seen of them, in the order of their keys."""
    encounter_ids = [row_id for _, row_id, visit in keys if visit]
    own, made = _made(chart, encounter_ids)
    loners = [row_id for _, row_id, visit in keys if not visit]
    wanted = [*loners, *own.values(), *(one for each in made.values() for one in each)]
    lines = {line.id: line for line in chart.lines(wanted)}
    encounters = {
        each.id: each
        for each in chart.session.exec(select(ChartEncounter).where(col(ChartEncounter.id).in_(encounter_ids))).all()
    }
    chart.detail["encounters"] = len(encounter_ids)
    stops: list[Stop] = []
    for at, row_id, visit in keys:
        cursor = rows.write_cursor(at, row_id)
        if visit:
            entries: list[EntryRow] = [lines[one] for one in made.get(row_id, ()) if one in lines]
            itself = lines.get(own.get(row_id, ""))
            row = rows.encounter_row(chart.session, encounters[row_id], chart.names, {}, itself)
            stops.append(Stop(row_id, cursor, row, entries, itself))
        elif row_id in lines:
            stops.append(Stop(row_id, cursor, None, [lines[row_id]]))
    return stops


def _made(chart: Chart, encounter_ids: Sequence[str]) -> tuple[dict[str, str], dict[str, list[str]]]:
    """Return the entry that is each visit itself, and those that it made, by class and time."""
    if not encounter_ids:
        return {}, {}
    names = (ChartEntry.id, ChartEntry.encounter_id, ChartEntry.source_type, ChartEntry.record_class)
    query = seen(chart, *names).where(col(ChartEntry.encounter_id).in_(encounter_ids), leads(chart.visible))
    own: dict[str, str] = {}
    made: dict[str, list[str]] = {}
    for row in rows_of(chart.session, query.order_by(col(ChartEntry.record_class), col(ChartEntry.occurred_at))):
        if row.source_type == VISIT_ITSELF:
            own[row.encounter_id] = row.id
        else:
            made.setdefault(row.encounter_id, []).append(row.id)
    return own, made
