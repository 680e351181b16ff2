"""On what a physician reads: a grant, an emergency, a visit that their team treats; a page names one by its id."""

from __future__ import annotations

from dataclasses import replace

from sqlmodel import Session

from health_cloud.chart.service import team_ground, team_holds
from health_cloud.chart.service.treatment import TeamGround
from health_cloud.consent.service.emergencies import emergency_holds, emergency_to
from health_cloud.consent.service.grants import grant_holds, granted_to
from health_cloud.consent.views import TREATMENT, GrantCard
from health_cloud.core.actors import Actor
from health_cloud.core.vocabulary import RecordClass
from health_cloud.identity.service.people import person_name
from health_cloud.identity.views import AccountCard


def ground_to(session: Session, actor: Actor, ground_id: str, screen: str = "") -> tuple[GrantCard, Actor]:
    """Return a ground to whoever may read on it, and the reader for whom it alone counts.

    Args:
        session: the transaction.
        actor: who reads.
        ground_id: of a grant, an emergency or a visit.
        screen: the tab; a grant may be for one opening.

    Raises:
        NotFound: absent, somebody else's, or a visit that lets nobody read (any more).
        Denied: it is over, or open elsewhere.
    """
    team = team_ground(session, actor, ground_id)
    if team is not None:
        card = _card_of(session, team)
    else:
        card = emergency_to(session, actor, ground_id) or granted_to(session, actor, ground_id, screen)
    return card, replace(actor, ground=card.id)


def ground_holds(session: Session, actor: Actor, ground_id: str) -> bool:
    """Tell whether a ground of this actor still holds: what an open screen asks every few seconds."""
    checks = (emergency_holds, team_holds, grant_holds)
    return any(holds(session, actor, ground_id) for holds in checks)


def _card_of(session: Session, team: TeamGround) -> GrantCard:
    """Show a visit's ground as a grant is shown: who may read is the team."""
    return GrantCard(
        id=team.fact.id,
        person_id=team.person_id,
        grantee=AccountCard(department=team.department, organization=team.organization),
        name=person_name(session, team.person_id),
        purpose=TREATMENT,
        classes=tuple(name.value for name in RecordClass),
        from_at=team.fact.from_at.isoformat(),
        until_at=team.fact.until_at.isoformat(),
    )
