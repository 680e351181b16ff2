"""What ends by itself: all that a patient had allowed when they die or close the account.

And what was given until the end of a follow-up that will not be, or of a visit that is over.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlmodel import Session, col, select

from health_cloud.consent.models import AccessRequest, Grant
from health_cloud.consent.service.grants import living, living_at, opened_topic
from health_cloud.consent.views import ENCOUNTER
from health_cloud.core import changes, clock, facts, ledger
from health_cloud.core.actors import system
from health_cloud.core.policy import Action

JOB = "life of an account"
VISITS = "follow-ups"
ENCOUNTERS = "visits"


def end_grants(session: Session, payload: dict[str, str]) -> None:
    """End every living grant of a person; a subscriber of facts, so it may be told twice."""
    for grant in living(session, payload["person"]):
        _end(session, grant, JOB, payload["fact_id"])


def end_grants_to(session: Session, payload: dict[str, str]) -> None:
    """End what was given to a physician whose account was disabled, and what they asked for; told twice maybe."""
    now = clock.now()
    asked = select(AccessRequest).where(
        AccessRequest.asker_account_id == payload["account"],
        col(AccessRequest.state).in_(("sent", "kept")),
        col(AccessRequest.lapses_at) > now,
    )
    for request in session.exec(asked.with_for_update()).all():
        request.lapses_at = now
        session.add(request)
        if request.person_id:
            changes.note(session, f"person:{request.person_id}")
    given = select(Grant).where(Grant.grantee_account_id == payload["account"], living_at(clock.now()))
    for grant in session.exec(given.order_by(col(Grant.person_id)).with_for_update()).all():
        _end(session, grant, JOB, payload["fact_id"], "disabled")


def end_with_visit(session: Session, payload: dict[str, str]) -> None:
    """End the grants that were given until the end of a follow-up which will not be; a subscriber of facts."""
    _end_with(session, payload["appointment"], payload["fact_id"])


def end_of_visit(session: Session, appointment_id: str) -> None:
    """End the grants that were given until the end of a follow-up, as it is called off: for the very next read."""
    _end_with(session, appointment_id, appointment_id)


def grants_of_visit(session: Session, appointment_id: str) -> list[str]:
    """Return ids of what was given for a follow-up; the caller has asked whose it is."""
    return list(session.exec(select(Grant.id).where(Grant.visit_id == appointment_id)).all())


def is_taken_back(session: Session, appointment_id: str) -> bool:
    """Tell whether what was given for a follow-up holds no longer; where nothing was given, nothing is taken back.

    What its physician may read by another decision of the same patient stands for it. The caller has asked whose it is.
    """
    given = session.exec(select(Grant).where(col(Grant.visit_id) == appointment_id)).all()
    return bool(given) and not living(session, given[0].person_id, given[0].grantee_account_id)


def _end_with(session: Session, appointment_id: str, why: str) -> None:
    now = clock.now()
    given = select(Grant).where(col(Grant.visit_id) == appointment_id)
    for grant in session.exec(given.where(living_at(now))).all():
        _end(session, grant, VISITS, why)
    # one that was just taken back is not given back either: what it was for will not be
    for grant in session.exec(given.where(col(Grant.ended_at).is_not(None), col(Grant.until_at) > now)).all():
        grant.until_at = now
        session.add(grant)


def keep_with_visit(session: Session, appointment_id: str, until: datetime) -> None:
    """Let what was given with a booking last until the end of its visit, now that it has begun: it may run late.

    What was asked for apart from the booking ends when it was said to end: its patient has seen that instant.

    Args:
        session: the transaction in which it begins.
        appointment_id: the follow-up.
        until: when it is over at the latest, whoever forgets to end it.
    """
    now = clock.now()
    given = select(Grant).where(
        col(Grant.visit_id) == appointment_id,
        col(Grant.request_id).is_(None),
        living_at(now),
        col(Grant.until_at) < until,
    )
    for grant in session.exec(given).all():
        before, grant.until_at = grant.until_at, until
        session.add(grant)
        ledger.write(
            session,
            system(VISITS),
            Action.EXTEND_GRANT,
            ledger.DONE,
            person_id=grant.person_id,
            detail={"grant": grant.id, "before": before.isoformat(), "until": until.isoformat()},
        )
        changes.note(session, f"person:{grant.person_id}", f"account:{grant.grantee_account_id}", f"grant:{grant.id}")


def end_with_encounters(session: Session, over: Mapping[str, datetime | None]) -> None:
    """End the grants that were given until the end of visits, as the hospital says that they are over.

    Args:
        session: the transaction in which it is said: the very next read is refused.
        over: visits by id, each with the instant ahead at which it will be over; none where it is over now.
    """
    if not over:
        return
    given = select(Grant).where(col(Grant.visit_id).in_(over), Grant.ends_with == ENCOUNTER, living_at(clock.now()))
    for grant in session.exec(given).all():
        until = over[grant.visit_id]
        if until is None:
            _end(session, grant, ENCOUNTERS, grant.visit_id)
        elif until < grant.until_at:
            grant.until_at = until
            session.add(grant)
            changes.note(
                session, opened_topic(grant.person_id), f"account:{grant.grantee_account_id}", f"grant:{grant.id}"
            )


def _end(session: Session, grant: Grant, job: str, fact_id: str, why: str = "event") -> None:
    grant.ended_at, grant.ended_reason = clock.now(), why
    session.add(grant)
    detail: dict[str, str | int] = {"grant": grant.id, "fact": fact_id}
    ledger.write(session, system(job), Action.REVOKE_GRANT, ledger.DONE, person_id=grant.person_id, detail=detail)
    facts.emit(session, "consent.grant_revoked", grant=grant.id)
    changes.note(session, f"person:{grant.person_id}", f"account:{grant.grantee_account_id}", f"grant:{grant.id}")
