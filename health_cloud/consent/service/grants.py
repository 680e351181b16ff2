"""Living grants, as the door asks for them."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session, select

from health_cloud.consent.models import Grant
from health_cloud.core.policy import GrantFact, Scope
from health_cloud.core.vocabulary import RecordClass


def classes_of(text: str) -> frozenset[RecordClass]:
    """Read the stored list of record classes."""
    return frozenset(RecordClass(name) for name in text.split(",") if name)


def classes_text(classes: frozenset[RecordClass]) -> str:
    """Write a list of record classes in their fixed order."""
    return ",".join(name for name in RecordClass if name in classes)


def grants_between(session: Session, person_id: str, grantee_account_id: str, now: datetime) -> tuple[GrantFact, ...]:
    """Return the grants by which this account may read this person now, the longest first."""
    rows = session.exec(
        select(Grant).where(
            Grant.person_id == person_id, Grant.grantee_account_id == grantee_account_id, Grant.until_at > now
        )
    ).all()
    facts = [fact_of(row) for row in rows]
    return tuple(sorted((fact for fact in facts if fact.holds(now)), key=lambda fact: fact.until_at, reverse=True))


def fact_of(grant: Grant) -> GrantFact:
    """Return a grant as the policy sees it."""
    return GrantFact(
        id=grant.id,
        grantee_account_id=grant.grantee_account_id,
        scope=Scope(classes_of(grant.classes), grant.period_from, grant.period_to),
        from_at=grant.from_at,
        until_at=grant.until_at,
        ended_at=grant.ended_at,
    )
