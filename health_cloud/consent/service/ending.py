"""What ends by itself when its patient has died or closes the account: all that they had allowed."""

from __future__ import annotations

from sqlmodel import Session

from health_cloud.consent.service.grants import living
from health_cloud.core import changes, clock, facts, ledger
from health_cloud.core.actors import system
from health_cloud.core.policy import Action

JOB = "life of an account"


def end_grants(session: Session, payload: dict[str, str]) -> None:
    """End every living grant of a person; a subscriber of facts, so it may be told twice."""
    person_id = payload["person"]
    for grant in living(session, person_id):
        grant.ended_at, grant.ended_reason = clock.now(), "event"
        session.add(grant)
        detail: dict[str, str | int] = {"grant": grant.id, "fact": payload["fact_id"]}
        ledger.write(session, system(JOB), Action.REVOKE_GRANT, ledger.DONE, person_id=person_id, detail=detail)
        facts.emit(session, "consent.grant_revoked", grant=grant.id)
        changes.note(session, f"person:{person_id}", f"account:{grant.grantee_account_id}", f"grant:{grant.id}")
