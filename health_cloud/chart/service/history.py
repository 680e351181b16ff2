"""What lies before an entry, for readers who want to see what changed."""

from __future__ import annotations

from sqlmodel import col, select

from health_cloud.chart.models import ChartEntry, EntryVersion, ReleaseKey
from health_cloud.chart.service.door import Chart
from health_cloud.chart.views import EarlierEntry, EntryHandle
from health_cloud.core.vocabulary import RecordClass


def earlier(chart: Chart, handle: EntryHandle, record_class: RecordClass, *, limit: int) -> list[EarlierEntry]:
    """Return the visible entries of a class at the same hospital before this one, newest first.

    Nothing of them is given out by that: who shows a value of theirs calls `Chart.note`.
    """
    if record_class not in chart.decision.scope.classes:
        return []
    entry = chart.session.get_one(ChartEntry, handle.id)
    query = (
        select(ChartEntry.id, EntryVersion.id, ChartEntry.occurred_text, ChartEntry.occurred_at)
        .join(ReleaseKey, col(ReleaseKey.id) == ChartEntry.release_key_id)
        .join(EntryVersion, (col(EntryVersion.entry_id) == ChartEntry.id) & col(EntryVersion.current))
        .where(
            chart.condition(),
            ChartEntry.record_class == record_class.value,
            ChartEntry.organization_id == entry.organization_id,
            col(ChartEntry.occurred_at) < entry.occurred_at,
        )
        .order_by(col(ChartEntry.occurred_at).desc(), col(ChartEntry.id).desc())
        .limit(limit)
    )
    return [
        EarlierEntry(entry_id, version_id, text or at.isoformat())
        for entry_id, version_id, text, at in chart.session.exec(query).all()
    ]
