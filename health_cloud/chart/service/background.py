"""What hospitals say of a patient apart from any visit: problem lists, allergies, vaccinations without a visit."""

from __future__ import annotations

import zlib
from datetime import date, datetime, timedelta

from sqlmodel import col, select

from health_cloud.chart.models import Background
from health_cloud.chart.service.door import Chart
from health_cloud.chart.views import BackgroundBody
from health_cloud.core.crypto import seal, unseal
from health_cloud.core.ids import new_id
from health_cloud.core.vocabulary import RecordClass

_BODY = "chart_background.body"


def background(chart: Chart) -> list[BackgroundBody]:
    """Return what each hospital says apart from visits, under its rule for medical records, newest arrival first."""
    if RecordClass.MEDICAL_RECORDS not in chart.decision.scope.classes:
        return []
    query = select(Background).where(
        Background.person_id == chart.person_id, col(Background.organization_id).in_(chart.policies)
    )
    rows = chart.session.exec(query.order_by(col(Background.arrived_at).desc(), col(Background.id))).all()
    found = [each for row in rows if (each := _opened(chart, row)) is not None]
    if found:
        chart.detail["background"] = len(found)
        chart.classes.add(RecordClass.MEDICAL_RECORDS.value)
    return found


def _opened(chart: Chart, row: Background) -> BackgroundBody | None:
    rule = chart.policies[row.organization_id].rule(RecordClass.MEDICAL_RECORDS)
    if not rule.open or row.body is None or row.arrived_at > chart.now - timedelta(hours=rule.delay_hours):
        return None
    scope = chart.decision.scope
    first = max((day for day in (rule.from_date, scope.period_from) if day), default=None)
    return BackgroundBody(
        organization_id=row.organization_id,
        organization=chart.names[row.organization_id],
        body=zlib.decompress(unseal(row.body, _BODY, row.id)).decode(),
        arrived=row.arrived_at,
        first=_day(first),
        last=_day(scope.period_to),
    )


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""


def sealed_background(
    *, organization_id: str, feed_id: str, record_id: str, person_id: str, digest: str, body: str, arrived_at: datetime
) -> Background:
    """Return a row with its body sealed; for this package."""
    row_id = new_id()
    return Background(
        id=row_id,
        organization_id=organization_id,
        feed_id=feed_id,
        record_id=record_id,
        person_id=person_id,
        digest=digest,
        body=seal(zlib.compress(body.encode(), 3), _BODY, row_id),
        arrived_at=arrived_at,
    )


def sealed_again(row: Background, digest: str, body: str) -> None:
    """Give a row another body, sealed; for this package."""
    row.digest, row.body = digest, seal(zlib.compress(body.encode(), 3), _BODY, row.id)
