"""What verification questions may know of visits: department, practitioner and month, nothing clinical."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from sqlmodel import Session, col, select

from health_cloud.chart.models import ChartEncounter, ChartEntry, ReleaseKey
from health_cloud.chart.service.release import UTC_ZONE, visible
from health_cloud.core import clock, ledger
from health_cloud.core.actors import Actor
from health_cloud.core.errors import Denied
from health_cloud.core.policy import Action, Scope, decide
from health_cloud.identity.service.people import organization_zones
from health_cloud.identity.views import VisitFact, VisitFacts
from health_cloud.visibility import service as visibility

_LATEST = 500


def visits_for_questions(session: Session, actor: Actor, person_id: str, organization_id: str) -> VisitFacts:
    """Return a person's visits to one hospital, for questions that only they can answer.

    The same statements run and a line is left for nobody's id too, so that asking costs the same for a number
    that is nobody's (security.md, R2).

    Raises:
        Denied: this actor does not verify identities.
    """
    decision = decide(actor, Action.VERIFY_IDENTITY)
    if not decision.allowed:
        raise Denied(action=Action.VERIFY_IDENTITY.value, person_id=person_id)
    zones = organization_zones(session, (organization_id,))
    policies = visibility.in_force(session, (organization_id,))
    zone = ZoneInfo(zones.get(organization_id) or UTC_ZONE)
    released = (
        select(col(ChartEntry.encounter_id))
        .join(ReleaseKey, col(ReleaseKey.id) == ChartEntry.release_key_id)
        .where(ChartEntry.person_id == person_id, visible(policies.values(), zones, Scope(), clock.now()))
    )
    rows = session.exec(
        select(
            ChartEncounter.department_id,
            ChartEncounter.practitioner_id,
            ChartEncounter.occurred_at,
            col(ChartEncounter.id).in_(released),
        )
        .where(
            ChartEncounter.person_id == person_id,
            ChartEncounter.organization_id == organization_id,
            col(ChartEncounter.occurred_at).is_not(None),
            col(ChartEncounter.occurred_at) <= clock.now(),
        )
        .order_by(col(ChartEncounter.occurred_at).desc())
        .limit(_LATEST)
    ).all()
    facts = [
        (VisitFact(department or "", practitioner or "", f"{at.astimezone(zone):%Y-%m}"), bool(shown))
        for department, practitioner, at, shown in rows
        if at is not None
    ]
    ledger.prepare(session, person_id)
    ledger.write(
        session,
        actor,
        Action.VERIFY_IDENTITY,
        ledger.ALLOWED,
        person_id=person_id,
        decision=decision,
        detail={"visits": len(facts)},
    )
    return VisitFacts(
        tuple(fact for fact, shown in facts if shown),
        frozenset(fact.department_id for fact, _ in facts),
        frozenset(fact.practitioner_id for fact, _ in facts),
        frozenset(fact.month for fact, _ in facts),
    )
