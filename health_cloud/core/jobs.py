"""Work that nobody asks for: done every moment, in the one worker that holds its lease, each row once."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import TypeVar

from sqlmodel import Session
from sqlmodel.sql.expression import SelectOfScalar

from health_cloud.core import db, leases

T = TypeVar("T")
_BATCH = 100
_log = logging.getLogger(__name__)


async def attend(job: str, seconds: float, *work: Callable[[], object]) -> None:
    """Do work every so many seconds, in one worker, until the server stops.

    A failure is logged by its kind alone, never ends the task, and is tried again next time.

    Args:
        job: name of the lease; a worker that dies gives it up after three times as long.
        seconds: from the end of one time to the next.
        work: what is done, one after the other.
    """

    def once() -> None:
        if leases.hold(job, seconds * 3):
            for each in work:
                each()

    while True:
        await asyncio.sleep(seconds)
        try:
            await asyncio.to_thread(once)
        except Exception as problem:  # noqa: BLE001 - the one task must go on
            _log.warning("%s wait: %s", job, type(problem).__name__)


def work_off(query: SelectOfScalar[T], act: Callable[[Session, T], object]) -> int:
    """Do something with every row of a query, some at a time, each once whatever workers do; returns how many.

    Args:
        query: rows that want it, in their order; what is done takes a row out of it.
        act: what is done, in the transaction that holds the row.
    """
    done = 0
    while True:
        with db.writing() as session:
            rows = session.exec(query.limit(_BATCH).with_for_update(skip_locked=True)).all()
            for row in rows:
                act(session, row)
        done += len(rows)
        if len(rows) < _BATCH:
            return done
