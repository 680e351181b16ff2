"""Proof for a whole page: on which ground it is read, by whose release rules, and when one entry of it was opened."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlmodel import col

from health_cloud.chart.models import ChartEntry, ReleaseKey
from health_cloud.chart.service.door import Chart
from health_cloud.chart.service.release import UTC_ZONE
from health_cloud.chart.views import NO_PROOF, Proof, ProofRule, Release
from health_cloud.core.prepared import rows_of
from health_cloud.core.vocabulary import RecordClass
from health_cloud.core.words import Words
from health_cloud.visibility.views import ReleasePolicy


def proof_of(chart: Chart, classes: Iterable[RecordClass], hospitals: Collection[Words]) -> Proof:
    """Return why this reader sees a page, without asking the database; of a page with nothing on it, nothing.

    Args:
        chart: as it was opened for the page.
        classes: which the page can show; of those that the ground does not open nothing is said.
        hospitals: names of those of which something stands on the page: no other one is named.
    """
    decision = chart.decision
    opened = [name for name in classes if name in decision.scope.classes]
    policies = [policy for key, policy in chart.policies.items() if chart.names.get(key) in hospitals]
    if not policies:
        return NO_PROOF
    zones = {chart.zones[policy.organization_id] for policy in policies}
    until = decision.until.isoformat() if decision.until else ""
    if decision.until and len(zones) == 1:
        until = _on_clock(decision.until, *zones)
    return Proof(
        reason=decision.reason,
        basis=decision.basis.value if decision.basis else "",
        until=until,
        rules=[rule for policy in policies for rule in _rules(chart, policy, opened)],
        single=len(policies) == 1,
    )


def proof_of_class(chart: Chart, record_class: RecordClass) -> Proof:
    """Return why this reader sees the list of a class, however much of it is on the screen."""
    return _of_lists(chart, [record_class])


def proof_of_chart(chart: Chart) -> Proof:
    """Return why this reader sees a page on which records of every class can stand."""
    return _of_lists(chart, list(RecordClass))


def _of_lists(chart: Chart, classes: Collection[RecordClass]) -> Proof:
    """Prove what may be longer than the screen.

    Where several hospitals may stand in it one query looks which do, whatever the list's length.
    """
    scope = chart.decision.scope
    known = [key for key in chart.policies if scope.organization_id in ("", key)]
    if len(known) > 1:
        query = (
            select(col(ReleaseKey.organization_id))
            .select_from(ChartEntry)
            .join(ReleaseKey, col(ReleaseKey.id) == ChartEntry.release_key_id)
            .where(chart.condition(), col(ChartEntry.record_class).in_([each.value for each in classes]))
            .distinct()
        )
        known = sorted(row[0] for row in rows_of(chart.session, query))
    return proof_of(chart, classes, {chart.names[key] for key in known})


def release_of(chart: Chart, hospital_id: str, record_class: RecordClass, became: datetime | None) -> Release:
    """Return when what became an outcome at an instant was opened by the rules that hold now.

    Empty where the hospital or the instant is not known.
    """
    policy = chart.policies.get(hospital_id)
    if policy is None or became is None:
        return Release("", 0)
    opened = became + timedelta(hours=policy.rule(record_class).delay_hours)
    return Release(_on_clock(opened, chart.zones.get(hospital_id) or UTC_ZONE), policy.version)


def _rules(chart: Chart, policy: ReleasePolicy, classes: Collection[RecordClass]) -> Iterator[ProofRule]:
    """Return what a policy says of these classes, those of which it says the same together."""
    alike: dict[tuple[str, int], list[str]] = {}
    for name in classes:
        rule = policy.rule(name)
        if rule.open:
            first = rule.from_date.isoformat() if rule.from_date else ""
            alike.setdefault((first, rule.delay_hours), []).append(name.value)
    for (first, hours), names in alike.items():
        of = names if len(alike) > 1 else []
        yield ProofRule(chart.names[policy.organization_id], policy.version, of, first, hours)


def _on_clock(instant: datetime, zone: str) -> str:
    return f"{instant.astimezone(ZoneInfo(zone)):%Y-%m-%dT%H:%M:%S}"
