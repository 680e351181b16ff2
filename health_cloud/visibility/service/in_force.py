"""The policies in force, as the door asks for them at each use."""

from __future__ import annotations

from collections.abc import Iterable

from sqlmodel import Session, col, select

from health_cloud.core.vocabulary import RecordClass
from health_cloud.visibility.models import Policy, Rule
from health_cloud.visibility.views import ReleasePolicy, ReleaseRule


def in_force(session: Session, organization_ids: Iterable[str]) -> dict[str, ReleasePolicy]:
    """Return the newest published policy of each hospital, version 1 ("all open") where none was published."""
    return {organization_id: newest(session, organization_id) for organization_id in organization_ids}


def newest(session: Session, organization_id: str, *, version: int = 0) -> ReleasePolicy:
    """Return the policy in force at a hospital, or the one that was at an earlier version."""
    query = select(Policy).where(Policy.organization_id == organization_id)
    if version:
        query = query.where(Policy.version <= version)
    policy = session.exec(query.order_by(col(Policy.version).desc()).limit(1)).first()
    if policy is None:
        return ReleasePolicy(organization_id, 1, {})
    rules = session.exec(select(Rule).where(Rule.policy_id == policy.id)).all()
    return ReleasePolicy(
        organization_id,
        policy.version,
        {RecordClass(rule.record_class): ReleaseRule(rule.open, rule.from_date, rule.delay_hours) for rule in rules},
    )
