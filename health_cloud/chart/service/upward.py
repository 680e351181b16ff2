"""Pages of a list towards the newest: for whoever came in the middle of it and goes back up."""

from __future__ import annotations

from datetime import timedelta

from sqlmodel import col

from health_cloud.chart.models import ChartEntry
from health_cloud.chart.service import rows
from health_cloud.chart.service.door import NEWS_DAYS, PAGE, Chart
from health_cloud.chart.service.narrowing import conditions
from health_cloud.chart.views import EVERYTHING, EntryRow, Narrowed
from health_cloud.core.prepared import rows_of
from health_cloud.core.vocabulary import RecordClass


def upward(
    chart: Chart, record_class: RecordClass, start: str, *, limit: int = PAGE, narrowed: Narrowed = EVERYTHING
) -> tuple[list[EntryRow], str]:
    """Return the page that ends at the cursor `start`, that line included, newest first; and where it begins itself.

    That beginning is the cursor of the line before the first one, empty where the page begins with the newest.

    Raises:
        Denied: the basis does not open this class.
        Invalid: the cursor is none of ours.
    """
    at, entry_id = rows.read_cursor(start)
    place = (col(ChartEntry.occurred_at), col(ChartEntry.id))
    since = chart.now - timedelta(days=NEWS_DAYS)
    query = (
        chart.listed(record_class, *place)
        .where(*conditions(chart.session, record_class, narrowed, chart.actor.account_id, since, chart.visible))
        .where(rows.at_or_newer(*place, at, entry_id))
        .order_by(*place)
        .limit(limit + 1)
    )
    found = [(row.occurred_at, row.id) for row in rows_of(chart.session, query)]
    begins = rows.write_cursor(*found[limit]) if len(found) > limit else ""
    wanted = [row_id for _, row_id in reversed(found[:limit])]
    lines = {line.id: line for line in chart.lines(wanted)}
    return [lines[row_id] for row_id in wanted if row_id in lines], begins
