"""Who may act in a patient's follow-ups."""

from __future__ import annotations

from sqlmodel import Session

from health_cloud.core.actors import Actor
from health_cloud.core.errors import Denied
from health_cloud.core.policy import Action, Decision
from health_cloud.identity.service.relations import decision_in


def allow(session: Session, actor: Actor, action: Action) -> Decision:
    """Return the decision that lets a patient act in their own affairs, or a guardian in another's.

    Raises:
        Denied: neither, or the policy says no.
    """
    decision = decision_in(session, actor, action)
    if not decision.allowed:
        raise Denied(action=action.value, person_id=actor.subject_id)
    return decision
