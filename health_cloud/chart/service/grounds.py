"""What may open a chart to a physician: a grant, an emergency they declared, a visit in which their team treats."""

from __future__ import annotations

from dataclasses import replace

from sqlmodel import Session

from health_cloud.chart.service.treatment import note_reading, team_grounds
from health_cloud.consent.service.emergencies import emergencies_between
from health_cloud.consent.service.grants import grants_between, note_opened
from health_cloud.core.actors import Actor
from health_cloud.core.policy import Basis, Decision, Situation


def with_grounds(session: Session, situation: Situation, actor: Actor) -> Situation:
    """Return a situation with what a physician's reading may rest on.

    Teams are looked for where no grant holds, or where a page names its ground; a grant is the narrower word.
    """
    person_id, now = situation.person_id, situation.now
    emergencies = emergencies_between(session, person_id, actor, now)
    situation = replace(situation, relations=(*situation.relations, *emergencies))
    grants = grants_between(session, person_id, actor, now)
    if grants and actor.ground in ("", *(grant.id for grant in grants)):
        return replace(situation, grants=grants)
    teams = team_grounds(session, actor, person_id, now)
    return replace(situation, grants=grants, relations=(*situation.relations, *teams))


def note_use(session: Session, actor: Actor, decision: Decision, person_id: str) -> None:
    """Note that a chart is used, where its patient is told of the first time that this ground is."""
    if decision.basis is Basis.GRANT:
        note_opened(session, actor, decision.basis_id)
    if decision.basis is Basis.TREATMENT:
        note_reading(session, decision.basis_id, person_id)
