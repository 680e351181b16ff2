"""What ends by itself: all that a patient had allowed when they die or close the account.

And, with a follow-up that will not be, what was given until its end.
"""

from __future__ import annotations

from sqlmodel import Session, col, select

from health_cloud.consent.models import Grant
from health_cloud.consent.service.grants import living, living_at
from health_cloud.core import changes, clock, facts, ledger
from health_cloud.core.actors import system
from health_cloud.core.policy import Action

JOB = "life of an account"
VISITS = "follow-ups"


def end_grants(session: Session, payload: dict[str, str]) -> None:
    """End every living grant of a person; a subscriber of facts, so it may be told twice."""
    for grant in living(session, payload["person"]):
        _end(session, grant, JOB, payload["fact_id"])


def end_with_visit(session: Session, payload: dict[str, str]) -> None:
    """End the grants that were given until the end of a follow-up which will not be; a subscriber of facts."""
    given = select(Grant).where(col(Grant.visit_id) == payload["appointment"], living_at(clock.now()))
    for grant in session.exec(given).all():
        _end(session, grant, VISITS, payload["fact_id"])


def _end(session: Session, grant: Grant, job: str, fact_id: str) -> None:
    grant.ended_at, grant.ended_reason = clock.now(), "event"
    session.add(grant)
    detail: dict[str, str | int] = {"grant": grant.id, "fact": fact_id}
    ledger.write(session, system(job), Action.REVOKE_GRANT, ledger.DONE, person_id=grant.person_id, detail=detail)
    facts.emit(session, "consent.grant_revoked", grant=grant.id)
    changes.note(session, f"person:{grant.person_id}", f"account:{grant.grantee_account_id}", f"grant:{grant.id}")
