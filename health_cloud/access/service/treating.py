"""Treating teams, to both sides: whom a physician's department treats now, and which teams may see a patient."""

from __future__ import annotations

from sqlmodel import Session

from health_cloud.access.views import TeamsNow
from health_cloud.chart.service import own_ward, teams_of
from health_cloud.chart.service.treatment import READ
from health_cloud.chart.views import WardPage
from health_cloud.consent.service.grants import opened_topic
from health_cloud.consent.service.owning import own_decision
from health_cloud.core.actors import Actor
from health_cloud.core.policy import Action
from health_cloud.identity.service import family
from health_cloud.identity.service.faces import department_face
from health_cloud.identity.service.people import person_state
from health_cloud.notify.views import Kind


def ward(session: Session, actor: Actor) -> WardPage:
    """Return the patients whom the actor's department treats now.

    Raises:
        Denied: not a physician.
    """
    return own_ward(session, actor)


def teams_now(session: Session, actor: Actor) -> TeamsNow:
    """Return which teams may see the records of the actor's subject now.

    Raises:
        Denied: it is none of the actor's affairs.
    """
    own_decision(session, actor, Action.READ_GRANTS)
    person = person_state(session, actor.subject_id)
    hospitals = person.organization_ids if person else ()
    teams = teams_of(session, actor)
    return TeamsNow(
        teams=teams,
        until=min((team.until for team in teams), default=""),
        topics=(
            f"person:{actor.subject_id}",
            opened_topic(actor.subject_id),
            *(f"organization:{hospital}" for hospital in hospitals),
        ),
    )


def tell_first_reading(session: Session, payload: dict[str, str]) -> None:
    """Tell a patient and who decides for them, once for a visit and a team, that the team has looked."""
    department, organization = department_face(session, payload["department"])
    family.tell(
        session,
        payload["person"],
        "access.news.team",
        "access.news.team_of",
        kind=Kind.ACCESS,
        link="/access",
        department=department,
        organization=organization,
    )


SUBSCRIBERS = {READ: tell_first_reading}
