"""Living grants, as the door asks for them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import bindparam
from sqlmodel import Session, col, select

from health_cloud.consent.models import Grant
from health_cloud.consent.views import GrantCard, day_text
from health_cloud.core import clock
from health_cloud.core.actors import Actor
from health_cloud.core.errors import Denied, NotFound
from health_cloud.core.ids import is_id
from health_cloud.core.instants import UtcInstant
from health_cloud.core.policy import Action, GrantFact, Role, Scope
from health_cloud.core.vocabulary import RecordClass
from health_cloud.core.words import Words
from health_cloud.identity.service.faces import account_card
from health_cloud.identity.service.people import person_name


def classes_of(text: str) -> frozenset[RecordClass]:
    """Read the stored list of record classes."""
    return frozenset(RecordClass(name) for name in text.split(",") if name)


def classes_text(classes: frozenset[RecordClass]) -> str:
    """Write a list of record classes in their fixed order."""
    return ",".join(name for name in RecordClass if name in classes)


_BETWEEN = select(Grant).where(
    Grant.person_id == bindparam("person_id"),
    Grant.grantee_account_id == bindparam("grantee_account_id"),
    Grant.until_at > bindparam("now", type_=UtcInstant),
    # what was ended is over, whatever a clock that was set back would say
    col(Grant.ended_at).is_(None),
)


def grants_between(session: Session, person_id: str, grantee_account_id: str, now: datetime) -> tuple[GrantFact, ...]:
    """Return the grants by which this account may read this person now, the longest first."""
    given = {"person_id": person_id, "grantee_account_id": grantee_account_id, "now": now}
    facts = [fact_of(row) for row in session.exec(_BETWEEN, params=given).all()]
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


def living(session: Session, person_id: str, grantee_account_id: str = "") -> list[Grant]:
    """Return the grants that hold now, what ends first above; of one grantee where one is named."""
    query = select(Grant).where(
        Grant.person_id == person_id, Grant.until_at > clock.now(), col(Grant.ended_at).is_(None)
    )
    if grantee_account_id:
        query = query.where(Grant.grantee_account_id == grantee_account_id)
    return list(session.exec(query.order_by(col(Grant.until_at))).all())


def granted_to(session: Session, actor: Actor, grant_id: str) -> GrantCard:
    """Return a grant to its grantee, with the patient's name; notes when it was first opened.

    Raises:
        NotFound: absent or somebody else's; where it is somebody's, the attempt is in that patient's ledger.
        Denied: it was the actor's and is over; this too is in the patient's ledger.
    """
    grant = session.get(Grant, grant_id) if is_id(grant_id) else None
    if grant is None or actor.role is not Role.PHYSICIAN or grant.grantee_account_id != actor.account_id:
        person_id = grant.person_id if grant else ""
        raise NotFound(action=Action.READ_ENTRIES.value, person_id=person_id)
    now = clock.now()
    if grant.ended_at is not None or grant.until_at <= now:
        raise Denied("consent.error.over", action=Action.READ_ENTRIES.value, person_id=grant.person_id)
    if grant.opened_at is None:
        grant.opened_at = now
        session.add(grant)
    return grant_card(session, grant, name=person_name(session, grant.person_id))


def grant_card(session: Session, grant: Grant, *, name: Words | None = None) -> GrantCard:
    """Return a grant as a screen shows it."""
    return GrantCard(
        id=grant.id,
        person_id=grant.person_id,
        grantee=account_card(session, grant.grantee_account_id),
        name=name or Words(),
        purpose=grant.purpose,
        classes=tuple(grant.classes.split(",")),
        period_from=day_text(grant.period_from),
        period_to=day_text(grant.period_to),
        from_at=grant.from_at.isoformat(),
        until_at=grant.until_at.isoformat(),
        opened_at=grant.opened_at.isoformat() if grant.opened_at else "",
    )


def grant_holds(session: Session, actor: Actor, grant_id: str) -> bool:
    """Tell whether a grant to this actor still holds: what an open screen asks every few seconds."""
    grant = session.get(Grant, grant_id) if is_id(grant_id) else None
    return (
        grant is not None
        and grant.grantee_account_id == actor.account_id
        and grant.ended_at is None
        and clock.now() < grant.until_at
    )
