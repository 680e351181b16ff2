"""Release rules as conditions of a query: what is not released is neither listed nor counted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, false, or_
from sqlmodel import Session, col, func, select

from health_cloud.chart.models import ChartEntry, ReleaseKey
from health_cloud.core.instants import UtcInstant
from health_cloud.core.policy import Scope
from health_cloud.core.vocabulary import EntryState, RecordClass
from health_cloud.visibility.views import ReleasePolicy

UTC_ZONE = "UTC"


def start_of(day: date, zone: str) -> datetime:
    """Return the first instant of a day in a hospital's zone."""
    return datetime.combine(day, time(), ZoneInfo(zone or UTC_ZONE)).astimezone(UTC)


def visible(
    policies: Iterable[ReleasePolicy],
    zones: Mapping[str, str],
    scope: Scope,
    now: datetime,
    entry: type[ChartEntry] = ChartEntry,
    key: type[ReleaseKey] = ReleaseKey,
) -> ColumnElement[bool]:
    """Return the condition on `ChartEntry` joined with `ReleaseKey` under which a reader sees an entry.

    Args:
        policies: one policy per hospital that knows the person; entries of others are hidden.
        zones: IANA zone per hospital; days of rules and scopes begin there.
        scope: what the basis opens.
        now: the instant at which delays are judged.
        entry: an alias of the entries, where the query has one.
        key: an alias of the release keys.
    """
    alike: dict[tuple[str, datetime, datetime | None, datetime | None], list[str]] = {}
    for policy in _of(policies, scope):
        zone = zones.get(policy.organization_id, UTC_ZONE)
        for record_class in sorted(scope.classes):
            rule = policy.rule(record_class)
            if rule.open:
                outcome = now - timedelta(hours=rule.delay_hours)
                ground = (policy.organization_id, outcome, *_days(policy, record_class, scope, zone))
                alike.setdefault(ground, []).append(record_class.value)
    # wrapped, so that SQLite does not take the index on it in place of the one that has the page in order
    became = func.coalesce(col(entry.outcome_at), col(entry.occurred_at), type_=UtcInstant)
    parts = [
        and_(
            col(key.organization_id) == organization_id,
            col(key.record_class).in_(classes),
            became <= outcome,
            *_within(entry, first, last),
        )
        for (organization_id, outcome, first, last), classes in alike.items()
    ]
    return and_(col(entry.state) == EntryState.PUBLISHED.value, or_(*parts)) if parts else false()


def _of(policies: Iterable[ReleasePolicy], scope: Scope) -> Iterator[ReleasePolicy]:
    """Leave the hospitals whose records a basis opens."""
    return (policy for policy in policies if scope.organization_id in ("", policy.organization_id))


def _days(
    policy: ReleasePolicy, record_class: RecordClass, scope: Scope, zone: str
) -> tuple[datetime | None, datetime | None]:
    """Return the instants between which things must have happened, the first included; none for no bound."""
    first = [day for day in (policy.rule(record_class).from_date, scope.period_from) if day]
    last = scope.period_to + timedelta(days=1) if scope.period_to else None
    return (start_of(max(first), zone) if first else None, start_of(last, zone) if last else None)


def _within(entry: type[ChartEntry], first: datetime | None, last: datetime | None) -> Iterator[ColumnElement[bool]]:
    if first:
        yield col(entry.occurred_at) >= first
    if last:
        yield col(entry.occurred_at) < last


def opens_next(
    session: Session,
    person_id: str,
    policies: Iterable[ReleasePolicy],
    zones: Mapping[str, str],
    scope: Scope,
    now: datetime,
) -> datetime | None:
    """Return the next instant at which the clock alone opens another entry of a person; none without a delay.

    Args:
        session: the transaction.
        person_id: whose entries.
        policies: one policy per hospital that knows the person.
        zones: IANA zone per hospital.
        scope: what the basis opens.
        now: entries that open later are looked for.
    """
    instants: list[datetime] = []
    for policy in _of(policies, scope):
        zone = zones.get(policy.organization_id, UTC_ZONE)
        for record_class in sorted(scope.classes):
            rule = policy.rule(record_class)
            if not rule.open or not rule.delay_hours:
                continue  # what has no delay is open since it became an outcome
            delay = timedelta(hours=rule.delay_hours)
            query = (
                select(func.min(ChartEntry.outcome_at))
                .join(ReleaseKey, col(ReleaseKey.id) == ChartEntry.release_key_id)
                .where(
                    ChartEntry.person_id == person_id,
                    ChartEntry.state == EntryState.PUBLISHED.value,
                    col(ChartEntry.outcome_at) > now - delay,
                    ReleaseKey.organization_id == policy.organization_id,
                    ReleaseKey.record_class == record_class.value,
                    *_within(ChartEntry, *_days(policy, record_class, scope, zone)),
                )
            )
            if found := session.exec(query).first():
                instants.append(found + delay)
    return min(instants, default=None)
