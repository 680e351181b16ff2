"""Answers that nobody gave in time: it is noted once, and the patient is told.

Screens do not wait for this: what is late by the clock is shown as late (`asked.is_late`).
"""

from __future__ import annotations

import asyncio
import logging

from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import col, select

from health_cloud.access.models import Question
from health_cloud.access.service.asked import OPEN, tell_screens
from health_cloud.core import clock, db, facts, leases, ledger
from health_cloud.core.actors import system
from health_cloud.core.errors import HealthCloudError
from health_cloud.core.policy import Action

JOB = "answers owed"
OVERDUE = "access.why_overdue"
_SECONDS = 20
_BATCH = 100
_log = logging.getLogger(__name__)


def note_overdue() -> int:
    """Note every answer that has become late, each once whatever workers do; returns how many there were."""
    noted = 0
    while True:
        with db.writing() as session:
            rows = session.exec(
                select(Question)
                .where(Question.state == OPEN, col(Question.overdue_at).is_(None), col(Question.due_at) <= clock.now())
                .order_by(col(Question.due_at))
                .limit(_BATCH)
                .with_for_update(skip_locked=True)
            ).all()
            for row in rows:
                row.overdue_at = clock.now()
                session.add(row)
                job = system(JOB, row.organization_id)
                detail: dict[str, str | int] = {"question": row.id, "line": row.line_id}
                ledger.write(session, job, Action.OWE_ANSWER, ledger.DONE, person_id=row.person_id, detail=detail)
                facts.emit(session, OVERDUE, question=row.id)
                tell_screens(session, row)
        noted += len(rows)
        if len(rows) < _BATCH:
            return noted


async def run() -> None:
    """Note them every moment, in one worker, until the server stops."""

    def once() -> None:
        if leases.hold(JOB, _SECONDS * 3):
            note_overdue()

    while True:
        await asyncio.sleep(_SECONDS)
        try:
            await asyncio.to_thread(once)
        except (HealthCloudError, SQLAlchemyError) as problem:
            _log.warning("late answers wait: %s", type(problem).__name__)


TASKS = (run,)
