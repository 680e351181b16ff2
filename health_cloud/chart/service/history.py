"""What lies before an entry, for readers who want to see what changed."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, select, true
from sqlmodel import col

from health_cloud.chart.models import ChartEntry, EntryVersion, ReleaseKey
from health_cloud.chart.service.door import Chart
from health_cloud.chart.views import EarlierEntry, EntryHandle
from health_cloud.core.prepared import rows_of
from health_cloud.core.vocabulary import RecordClass


def earlier(chart: Chart, handle: EntryHandle, record_class: RecordClass, *, limit: int) -> list[EarlierEntry]:
    """Return the visible entries of a class at the same hospital before this one, newest first.

    Nothing of them is given out by that: who shows a value of theirs calls `Chart.note`.
    """
    entry = chart.session.get_one(ChartEntry, handle.id)
    before = and_(
        col(ChartEntry.organization_id) == entry.organization_id, col(ChartEntry.occurred_at) < entry.occurred_at
    )
    return _found(chart, record_class, before, limit)


def through_time(chart: Chart, record_class: RecordClass, *, limit: int) -> list[EarlierEntry]:
    """Return the visible entries of a class at every hospital, newest first; `Chart.note` as for `earlier`."""
    return _found(chart, record_class, true(), limit)


def _found(chart: Chart, record_class: RecordClass, narrowed: ColumnElement[bool], limit: int) -> list[EarlierEntry]:
    if record_class not in chart.decision.scope.classes:
        return []
    query = (
        select(
            col(ChartEntry.id),
            col(EntryVersion.id),
            col(ChartEntry.occurred_text),
            col(ChartEntry.occurred_at),
            col(ChartEntry.organization_id),
        )
        .join(ReleaseKey, col(ReleaseKey.id) == ChartEntry.release_key_id)
        .join(EntryVersion, (col(EntryVersion.entry_id) == ChartEntry.id) & col(EntryVersion.current))
        .where(chart.condition(), col(ChartEntry.record_class) == record_class.value, narrowed)
        .order_by(col(ChartEntry.occurred_at).desc(), col(ChartEntry.id).desc())
        .limit(limit)
    )
    return [
        EarlierEntry(entry_id, version_id, text or at.isoformat(), chart.names[hospital])
        for entry_id, version_id, text, at, hospital in rows_of(chart.session, query)
    ]
