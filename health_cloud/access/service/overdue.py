"""Answers that nobody gave in time: it is noted once, and the patient is told.

Screens do not wait for this: what is late by the clock is shown as late (`asked.is_late`).
"""

from __future__ import annotations

from sqlmodel import Session, col, select

from health_cloud.access.models import Question
from health_cloud.access.service.asked import OPEN, tell_screens
from health_cloud.core import clock, facts, jobs, ledger
from health_cloud.core.actors import system
from health_cloud.core.policy import Action

JOB = "answers owed"
OVERDUE = "access.why_overdue"
_SECONDS = 20


def note_overdue() -> int:
    """Note every answer that has become late, each once whatever workers do; returns how many there were."""
    late = select(Question).where(
        Question.state == OPEN, col(Question.overdue_at).is_(None), col(Question.due_at) <= clock.now()
    )
    return jobs.work_off(late.order_by(col(Question.due_at)), _note)


def _note(session: Session, row: Question) -> None:
    row.overdue_at = clock.now()
    session.add(row)
    job = system(JOB, row.organization_id)
    detail: dict[str, str | int] = {"question": row.id, "line": row.line_id}
    ledger.write(session, job, Action.OWE_ANSWER, ledger.DONE, person_id=row.person_id, detail=detail)
    facts.emit(session, OVERDUE, question=row.id)
    tell_screens(session, row)


async def run() -> None:
    """Note them every moment, in one worker, until the server stops."""
    await jobs.attend(JOB, _SECONDS, note_overdue)


TASKS = (run,)
