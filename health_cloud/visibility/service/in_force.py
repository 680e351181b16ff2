"""The policies in force, as the door asks for them at each use."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import bindparam, func
from sqlalchemy import select as select_columns
from sqlmodel import Session, col, select

from health_cloud.core.prepared import rows_of
from health_cloud.core.vocabulary import RecordClass
from health_cloud.visibility.models import Policy, Rule
from health_cloud.visibility.views import ReleasePolicy, ReleaseRule


def in_force(session: Session, organization_ids: Iterable[str]) -> dict[str, ReleasePolicy]:
    """Return the newest published policy of each hospital, version 1 ("all open") where none was published."""
    return {organization_id: newest(session, organization_id) for organization_id in organization_ids}


_NEWEST = (
    select_columns(
        col(Policy.version), col(Rule.record_class), col(Rule.open), col(Rule.from_date), col(Rule.delay_hours)
    )
    .outerjoin(Rule, col(Rule.policy_id) == Policy.id)
    .where(
        col(Policy.organization_id) == bindparam("organization_id"),
        col(Policy.version)
        == select(func.max(Policy.version))
        .where(Policy.organization_id == bindparam("organization_id"), Policy.version <= bindparam("version"))
        .scalar_subquery(),
    )
)
_ANY_VERSION = 2**31 - 1


def newest(session: Session, organization_id: str, *, version: int = 0) -> ReleasePolicy:
    """Return the policy in force at a hospital, or the one that was at an earlier version."""
    found = rows_of(session, _NEWEST, organization_id=organization_id, version=version or _ANY_VERSION)
    return ReleasePolicy(
        organization_id,
        found[0].version if found else 1,
        {
            RecordClass(row.record_class): ReleaseRule(row.open, row.from_date, row.delay_hours)
            for row in found
            if row.record_class
        },
    )
