"""Filters of the timeline as conditions: on a visit and what it made, and on an entry of no visit; what there is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, exists, false, func, or_
from sqlalchemy import select as select_columns
from sqlalchemy.orm import aliased
from sqlmodel import col, select

from health_cloud.chart.models import ChartEncounter, ChartEntry, ReleaseKey
from health_cloud.chart.service.door import NEWS_DAYS, Chart
from health_cloud.chart.service.groups import leads
from health_cloud.chart.service.narrowing import abnormal, among, conditions, fresh, unopened
from health_cloud.chart.views import EVERYTHING, LOOSE, Narrowed, StopFacet
from health_cloud.core.prepared import rows_of
from health_cloud.core.words import Words
from health_cloud.identity.service.people import department_name

_MADE = (aliased(ChartEntry), aliased(ReleaseKey))
"""What a visit made; made once, as an alias learns each of its columns anew."""


def visits(chart: Chart, narrowed: Narrowed, *columns: Any) -> Select[*tuple[Any, ...]]:
    """Return a query of the visits that made something visible, of what a filter leaves."""
    query = select_columns(*columns).where(
        col(ChartEncounter.person_id) == chart.person_id,
        col(ChartEncounter.occurred_at).is_not(None),
        _made(chart, narrowed),
    )
    return query.where(*_of_visits(chart, narrowed))


def loose(chart: Chart, narrowed: Narrowed, *columns: Any) -> Select[*tuple[Any, ...]]:
    """Return a query of the entries of no visit, of what a filter leaves."""
    of_none = or_(col(ChartEntry.encounter_id).is_(None), col(ChartEntry.encounter_id).in_(_undated(chart)))
    query = seen(chart, *columns).where(of_none, leads(chart.visible))
    if narrowed.kinds is not None and (LOOSE in narrowed.kinds.codes) is narrowed.kinds.but:
        return query.where(false())
    without = replace(narrowed, kinds=None)
    wanted = conditions(chart.session, None, without, chart.actor.account_id, _since(chart), chart.visible)
    return query.where(*wanted)


def seen(chart: Chart, *columns: Any) -> Select[*tuple[Any, ...]]:
    """Return a query of all entries that may be seen."""
    entries = select_columns(*columns).select_from(ChartEntry)
    return entries.join(ReleaseKey, col(ReleaseKey.id) == ChartEntry.release_key_id).where(chart.condition())


def choices_along(chart: Chart, sought: Narrowed = EVERYTHING) -> list[StopFacet]:
    """Return hospital, department and kind of each stop, those alike together, in stable order.

    Args:
        chart: whose life.
        sought: from when to when something of them is abnormal, or new, if that is asked for; else any of them.
    """
    visited = (col(ChartEncounter.organization_id), col(ChartEncounter.department_id), col(ChartEncounter.visit_type))
    news = unopened(chart.actor.account_id, _since(chart))
    of_visits = (
        seen(chart, *visited, *_together(col(ChartEncounter.occurred_at), news, sought))
        .join(ChartEncounter, col(ChartEncounter.id) == ChartEntry.encounter_id)
        .where(col(ChartEncounter.occurred_at).is_not(None))
    )
    named = (col(ChartEntry.organization_id), col(ChartEntry.place_zh), col(ChartEntry.place_en))
    whole = fresh(None, chart.actor.account_id, _since(chart), chart.visible)
    alone = loose(chart, EVERYTHING, *named, *_together(col(ChartEntry.occurred_at), whole, sought))
    return [
        *(
            _facet(row, department_name(chart.session, row.department_id), row.visit_type)
            for row in rows_of(chart.session, of_visits.group_by(*visited).order_by(*visited))
        ),
        *(
            _facet(row, Words(row.place_zh, row.place_en), LOOSE)
            for row in rows_of(chart.session, alone.group_by(*named).order_by(*named))
        ),
    ]


def _facet(row: Any, place: Words, kind: str) -> StopFacet:
    return StopFacet(row.organization_id, place, kind, bool(row.abnormal), bool(row.fresh), row.first, row.last)


def _together(at: Any, news: ColumnElement[bool], sought: Narrowed) -> tuple[ColumnElement[Any], ...]:
    wanted = [*([abnormal()] if sought.abnormal else []), *([news] if sought.fresh else [])]
    when = case((and_(*wanted), at)) if wanted else at
    return (
        func.max(case((abnormal(), 1), else_=0)).label("abnormal"),
        func.max(case((news, 1), else_=0)).label("fresh"),
        func.min(when).label("first"),
        func.max(when).label("last"),
    )


def _since(chart: Chart) -> datetime:
    return chart.now - timedelta(days=NEWS_DAYS)


def _made(chart: Chart, narrowed: Narrowed) -> ColumnElement[bool]:
    """Return the condition that a visit made something that may be seen, and is what a filter asks for."""
    entry, key = _MADE
    made = exists().where(
        col(entry.encounter_id) == col(ChartEncounter.id),
        col(key.id) == col(entry.release_key_id),
        # wrapped, so that SQLite seeks the few of a visit, and does not walk all of the person for each
        func.coalesce(col(entry.person_id), "") == chart.person_id,
        chart.visible(entry, key),
    )
    if narrowed.abnormal:
        made = made.where(abnormal(entry))
    if narrowed.fresh:
        made = made.where(unopened(chart.actor.account_id, _since(chart), entry))
    return made


def _of_visits(chart: Chart, narrowed: Narrowed) -> Iterator[ColumnElement[bool]]:
    if narrowed.organization_id:
        yield col(ChartEncounter.organization_id) == narrowed.organization_id
    if narrowed.kinds is not None:
        yield among(col(ChartEncounter.visit_type), narrowed.kinds)
    if narrowed.place is not None:
        yield col(ChartEncounter.department_id).in_(_departments(chart, narrowed.place))


def _departments(chart: Chart, name: Words) -> list[str]:
    """Return the departments of that name in which this person has been."""
    query = select(ChartEncounter.department_id).where(ChartEncounter.person_id == chart.person_id).distinct()
    found = chart.session.exec(query).all()
    return sorted(each for each in found if each and department_name(chart.session, each) == name)


def _undated(chart: Chart) -> Any:
    """Return the visits of which no time is known: what they made stands at its own."""
    return select(ChartEncounter.id).where(
        ChartEncounter.person_id == chart.person_id, col(ChartEncounter.occurred_at).is_(None)
    )
