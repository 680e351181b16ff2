"""Release rules as conditions of a query: what is not released is neither listed nor counted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, false, or_
from sqlmodel import col

from health_cloud.chart.models import ChartEntry, ReleaseKey
from health_cloud.core.policy import Scope
from health_cloud.core.vocabulary import EntryState, RecordClass
from health_cloud.visibility.views import ReleasePolicy

UTC_ZONE = "UTC"


def start_of(day: date, zone: str) -> datetime:
    """Return the first instant of a day in a hospital's zone."""
    return datetime.combine(day, time(), ZoneInfo(zone or UTC_ZONE)).astimezone(UTC)


def visible(
    policies: Iterable[ReleasePolicy], zones: Mapping[str, str], scope: Scope, now: datetime
) -> ColumnElement[bool]:
    """Return the condition on `ChartEntry` joined with `ReleaseKey` under which a reader sees an entry.

    Args:
        policies: one policy per hospital that knows the person; entries of others are hidden.
        zones: IANA zone per hospital; days of rules and scopes begin there.
        scope: what the basis opens.
        now: the instant at which delays are judged.
    """
    parts: list[ColumnElement[bool]] = []
    for policy in policies:
        zone = zones.get(policy.organization_id, UTC_ZONE)
        for record_class in sorted(scope.classes):
            rule = policy.rule(record_class)
            if rule.open:
                first = [day for day in (rule.from_date, scope.period_from) if day]
                parts.append(
                    _released(
                        policy.organization_id,
                        record_class,
                        zone,
                        first,
                        scope.period_to,
                        now,
                        rule.delay_hours,
                    )
                )
    return and_(col(ChartEntry.state) == EntryState.PUBLISHED.value, or_(*parts)) if parts else false()


def _released(
    organization_id: str,
    record_class: RecordClass,
    zone: str,
    first: list[date],
    last: date | None,
    now: datetime,
    delay_hours: int,
) -> ColumnElement[bool]:
    terms = [
        col(ReleaseKey.organization_id) == organization_id,
        col(ReleaseKey.record_class) == record_class.value,
        col(ChartEntry.outcome_at) <= now - timedelta(hours=delay_hours),
    ]
    if first:
        terms.append(col(ChartEntry.occurred_at) >= start_of(max(first), zone))
    if last:
        terms.append(col(ChartEntry.occurred_at) < start_of(last + timedelta(days=1), zone))
    return and_(*terms)
