"""What every act on a grant of one's own shares: the policy's word, the grant itself, the line, the news."""

from __future__ import annotations

from collections.abc import Iterable

from sqlmodel import Session, select

from health_cloud.consent.models import Grant
from health_cloud.consent.views import VISIT
from health_cloud.core import changes, clock, ledger
from health_cloud.core.actors import Actor
from health_cloud.core.errors import Denied, NotFound
from health_cloud.core.ids import is_id
from health_cloud.core.policy import Action, Decision
from health_cloud.identity.service.relations import decision_in


def own_decision(session: Session, actor: Actor, action: Action) -> Decision:
    """Return the policy's answer for an act in the actor's own affairs, or in those of whom they act for.

    Raises:
        Denied: it is none of theirs.
    """
    decision = decision_in(session, actor, action)
    if not decision.allowed:
        raise Denied(action=action.value, person_id=actor.subject_id)
    return decision


def own_grant(session: Session, actor: Actor, grant_id: str, action: Action) -> Grant:
    """Return a grant that the actor's subject has given, locked.

    Raises:
        NotFound: absent or somebody else's.
    """
    grant = (
        session.exec(select(Grant).where(Grant.id == grant_id).with_for_update()).first() if is_id(grant_id) else None
    )
    if grant is None or grant.person_id != actor.subject_id:
        raise NotFound(action=action.value)
    return grant


def line(session: Session, actor: Actor, ground: Decision, action: Action, **detail: str) -> None:
    """Write the act into the person's chain."""
    ledger.write(session, actor, action, ledger.DONE, person_id=actor.subject_id, decision=ground, detail=dict(detail))


def tell(session: Session, grant: Grant) -> None:
    """Have the open screens of both sides look again; a chart is emptied first."""
    changes.note(session, f"person:{grant.person_id}", f"account:{grant.grantee_account_id}", f"grant:{grant.id}")


def replace_grants(session: Session, grants: Iterable[Grant]) -> dict[str, str]:
    """End what a new grant takes the place of, at once on every screen; returns what its line says of them."""
    now, ended = clock.now(), list[str]()
    for grant in grants:
        grant.ended_at, grant.ended_reason = now, "replaced"
        session.add(grant)
        tell(session, grant)
        ended.append(grant.id)
    return {"replaced": ",".join(ended)} if ended else {}


def is_booked(grant: Grant) -> bool:
    """Tell whether it was given with the booking of a follow-up: it ends with that, and no request takes its place."""
    return grant.ends_with == VISIT and bool(grant.visit_id) and grant.request_id is None
