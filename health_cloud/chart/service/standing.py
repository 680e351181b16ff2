"""Everything that may be seen of a chart, with what lies in columns of it, for whoever looks for something in it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlmodel import col

from health_cloud.chart.models import ChartEntry, EntryVersion, ReleaseKey
from health_cloud.chart.service.door import Chart
from health_cloud.chart.views import Standing
from health_cloud.core.prepared import rows_of

_COLUMNS: tuple[Any, ...] = (
    ChartEntry.id,
    EntryVersion.id,
    ChartEntry.group_key,
    ChartEntry.title_zh,
    ChartEntry.title_en,
    ChartEntry.place_zh,
    ChartEntry.place_en,
    ChartEntry.practitioner_zh,
    ChartEntry.practitioner_en,
    ChartEntry.occurred_at,
)


def standing(chart: Chart, *, limit: int) -> list[Standing]:
    """Return the visible entries of all classes, newest first; each knows the one that stands for its group in lists.

    Nothing of them is given out by that: who shows lines of them asks for `Chart.lines`.
    """
    query = (
        select(*_COLUMNS)
        .join(ReleaseKey, col(ReleaseKey.id) == ChartEntry.release_key_id)
        .join(EntryVersion, (col(EntryVersion.entry_id) == ChartEntry.id) & col(EntryVersion.current))
        .where(chart.condition())
        .order_by(col(ChartEntry.occurred_at).desc(), col(ChartEntry.id).desc())
        .limit(limit)
    )
    found = rows_of(chart.session, query)
    first = {row[2]: row[0] for row in found if row[2]}  # newest first: the oldest comes last and stays
    return [
        Standing(entry_id, version_id, first[group_key] if group_key else entry_id, tuple(names), at)
        for entry_id, version_id, group_key, *names, at in found
    ]
