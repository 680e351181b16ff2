"""Emergencies that end without the physician's word, and reviews that do not come: noted and told, each once.

Reading does not wait for this: what is over by the clock is over for the very next read (`emergencies.lives`).
"""

from __future__ import annotations

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, select

from health_cloud.consent.models import Emergency
from health_cloud.consent.service.emergencies import end, living_at, tell_screens
from health_cloud.consent.service.review_word import tell_reviewers
from health_cloud.core import clock, jobs, ledger
from health_cloud.core.actors import Actor, system
from health_cloud.core.policy import Action
from health_cloud.identity.service.faces import account_card

JOB = "emergencies"
_SECONDS = 20


def note_ends() -> int:
    """Note every emergency whose time is up, once; returns how many there were."""
    over = select(Emergency).where(col(Emergency.ended_at).is_(None), col(Emergency.until_at) <= clock.now())
    return jobs.work_off(
        over.order_by(col(Emergency.until_at)),
        lambda session, row: end(session, system(JOB, row.organization_id), row, "time"),
    )


def note_overdue() -> int:
    """Tell the reviewers of every review that is overdue, once; the patient's ledger says so too."""
    late = select(Emergency).where(
        col(Emergency.reviewed_at).is_(None),
        col(Emergency.overdue_told_at).is_(None),
        col(Emergency.review_due_at) <= clock.now(),
    )
    return jobs.work_off(
        late.order_by(col(Emergency.review_due_at)),
        lambda session, row: _miss(session, system(JOB, row.organization_id), row),
    )


def _miss(session: Session, actor: Actor, row: Emergency) -> None:
    row.overdue_told_at = clock.now()
    session.add(row)
    detail: dict[str, str | int] = {"emergency": row.id}
    ledger.write(session, actor, Action.MISS_REVIEW, ledger.DONE, person_id=row.person_id, detail=detail)
    name = account_card(session, row.account_id).name
    link = f"/desk/emergencies/{row.id}"
    tell_reviewers(session, row.organization_id, "consent.news.emergency_overdue", link=link, name=name)
    tell_screens(session, row)


def end_of_person(session: Session, payload: dict[str, str]) -> None:
    """End what is open of somebody who has died or closes the account; a subscriber of facts."""
    _end_all(session, col(Emergency.person_id) == payload["person"], "event")


def end_of_account(session: Session, payload: dict[str, str]) -> None:
    """End what a physician has open whose account was disabled; a subscriber of facts."""
    _end_all(session, col(Emergency.account_id) == payload["account"], "disabled")


def _end_all(session: Session, whose: ColumnElement[bool], why: str) -> None:
    query = select(Emergency).where(whose, living_at(clock.now())).with_for_update()
    for row in session.exec(query).all():
        end(session, system(JOB, row.organization_id), row, why)


async def run() -> None:
    """Note them every moment, in one worker, until the server stops."""
    await jobs.attend(JOB, _SECONDS, note_ends, note_overdue)


TASKS = (run,)
