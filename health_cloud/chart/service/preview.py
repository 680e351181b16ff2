"""The newest entry of each class that somebody else would see of a chart: what a patient looks at before deciding."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_
from sqlalchemy import select as select_columns
from sqlmodel import col

from health_cloud.chart.models import ChartEntry, ReleaseKey
from health_cloud.chart.service.door import Chart
from health_cloud.chart.service.groups import GROUPED, leads
from health_cloud.chart.service.release import visible
from health_cloud.chart.views import EntryRow
from health_cloud.core.policy import Scope
from health_cloud.core.prepared import rows_of
from health_cloud.core.vocabulary import RecordClass


def newest_within(chart: Chart, scope: Scope) -> dict[RecordClass, EntryRow]:
    """Return the newest entry of each class that `scope` opens; never more than the reader's own basis opens."""

    def shown(entry: type[ChartEntry], key: type[ReleaseKey]) -> ColumnElement[bool]:
        within = visible(chart.policies.values(), chart.zones, scope, chart.now, entry, key)
        return and_(chart.visible(entry, key), within)

    newest: list[str] = []
    for name in RecordClass:
        if name not in scope.classes:
            continue
        query = (
            select_columns(col(ChartEntry.id))
            .join(ReleaseKey, col(ReleaseKey.id) == ChartEntry.release_key_id)
            .where(chart.condition(), shown(ChartEntry, ReleaseKey), col(ChartEntry.record_class) == name.value)
            .order_by(col(ChartEntry.occurred_at).desc(), col(ChartEntry.id).desc())
            .limit(1)
        )
        query = query.where(leads(shown)) if name in GROUPED else query
        newest += [row[0] for row in rows_of(chart.session, query)]
    return {RecordClass(line.record_class): line for line in chart.lines(newest)}
