"""What lies before an entry, for readers who want to see what changed."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import ColumnElement, and_, select, true
from sqlmodel import col

from health_cloud.chart.models import ChartEntry, EntryVersion, ReleaseKey
from health_cloud.chart.service.door import VISIT_ITSELF, Chart
from health_cloud.chart.views import DatedEntry, EarlierEntry, EntryHandle
from health_cloud.core.prepared import rows_of
from health_cloud.core.vocabulary import RecordClass
from health_cloud.core.words import Words


def earlier(chart: Chart, handle: EntryHandle, record_class: RecordClass, *, limit: int) -> list[EarlierEntry]:
    """Return the visible entries of a class at the same hospital before this one, newest first.

    Nothing of them is given out by that: who shows a value of theirs calls `Chart.note`.
    """
    entry = chart.session.get_one(ChartEntry, handle.id)
    before = and_(
        col(ChartEntry.organization_id) == entry.organization_id, col(ChartEntry.occurred_at) < entry.occurred_at
    )
    return _found(chart, record_class, before, limit)


def before(chart: Chart, handle: EntryHandle, record_class: RecordClass, *, limit: int) -> list[EarlierEntry]:
    """Return the visible entries of a class at every hospital before this one, as `earlier` does."""
    entry = chart.session.get_one(ChartEntry, handle.id)
    return _found(chart, record_class, col(ChartEntry.occurred_at) < entry.occurred_at, limit)


def through_time(chart: Chart, record_class: RecordClass, *, limit: int) -> list[EarlierEntry]:
    """Return the visible entries of a class at every hospital, newest first; `Chart.note` as for `earlier`."""
    return _found(chart, record_class, true(), limit)


def lately(chart: Chart, classes: Collection[RecordClass], *, limit: int) -> list[DatedEntry]:
    """Return the visible entries of some classes at every hospital, newest first; `Chart.note` as for `earlier`."""
    opened = sorted(each.value for each in classes if each in chart.decision.scope.classes)
    if not opened:
        return []
    query = (
        select(*_DATED)
        .join(ReleaseKey, col(ReleaseKey.id) == ChartEntry.release_key_id)
        .join(EntryVersion, (col(EntryVersion.entry_id) == ChartEntry.id) & col(EntryVersion.current))
        .where(chart.condition(), col(ChartEntry.record_class).in_(opened))
        .order_by(col(ChartEntry.occurred_at).desc(), col(ChartEntry.id).desc())
        .limit(limit)
    )
    return [
        DatedEntry(
            id=row.id,
            version_id=row.version_id,
            occurred=row.occurred_text or row.occurred_at.isoformat(),
            organization=chart.names[row.organization_id],
            hospital_id=row.organization_id,
            became=row.outcome_at,
            record_class=row.record_class,
            organization_id=row.organization_id,
            at=row.occurred_at,
            place=Words(row.place_zh, row.place_en),
            practitioner=Words(row.practitioner_zh, row.practitioner_en),
            visit=row.source_type == VISIT_ITSELF,
            encounter_id=row.encounter_id or "",
            outcome=row.outcome_at.isoformat() if row.outcome_at != row.arrived_at else "",
        )
        for row in rows_of(chart.session, query)
    ]


_DATED: tuple[Any, ...] = (  # pyright: ignore[reportUnknownVariableType] - the label of a column
    *(
        col(getattr(ChartEntry, name))
        for name in (
            "id", "record_class", "source_type", "organization_id", "encounter_id", "occurred_at", "occurred_text",
            "outcome_at", "arrived_at", "place_zh", "place_en", "practitioner_zh", "practitioner_en",
        )
    ),
    col(EntryVersion.id).label("version_id"),
)  # fmt: skip


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
            col(ChartEntry.outcome_at),
        )
        .join(ReleaseKey, col(ReleaseKey.id) == ChartEntry.release_key_id)
        .join(EntryVersion, (col(EntryVersion.entry_id) == ChartEntry.id) & col(EntryVersion.current))
        .where(chart.condition(), col(ChartEntry.record_class) == record_class.value, narrowed)
        .order_by(col(ChartEntry.occurred_at).desc(), col(ChartEntry.id).desc())
        .limit(limit)
    )
    return [
        EarlierEntry(
            entry_id, version_id, text or at.isoformat(), chart.names[hospital], hospital_id=hospital, became=became
        )
        for entry_id, version_id, text, at, hospital, became in rows_of(chart.session, query)
    ]
