"""What a list may be narrowed by: only what stands in the entries that this reader may see."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import case, func
from sqlmodel import col

from health_cloud.chart.models import ChartEntry
from health_cloud.chart.service.door import NEWS_DAYS, Chart
from health_cloud.chart.service.narrowing import abnormal, fresh, kind, year
from health_cloud.chart.views import DatedFacet
from health_cloud.core.prepared import rows_of
from health_cloud.core.vocabulary import RecordClass
from health_cloud.core.words import Words


def choices(chart: Chart, record_class: RecordClass) -> list[DatedFacet]:
    """Return hospital, department, kind and year of each visible entry of a class, those alike together, in order.

    What is hidden leaves no trace here: a hospital that opens nothing is not named.

    Raises:
        Denied: the basis does not open this class.
    """
    since = chart.now - timedelta(days=NEWS_DAYS)
    names = (col(ChartEntry.organization_id), col(ChartEntry.place_zh), col(ChartEntry.place_en))
    sort, said = kind().label("kind"), year(chart.session).label("year")
    query = chart.listed(
        record_class,
        *names,
        sort,
        said,
        func.min(ChartEntry.occurred_at).label("first"),
        func.max(ChartEntry.occurred_at).label("last"),
        func.max(case((abnormal(), 1), else_=0)).label("abnormal"),
        func.max(case((fresh(record_class, chart.actor.account_id, since, chart.visible), 1), else_=0)).label("fresh"),
    )
    return [
        DatedFacet(
            row.organization_id,
            Words(row.place_zh, row.place_en),
            row.kind,
            bool(row.abnormal),
            bool(row.fresh),
            str(row.year),
            row.first,
            row.last,
        )
        for row in rows_of(chart.session, query.group_by(*names, sort, said).order_by(*names, sort, said))
    ]
