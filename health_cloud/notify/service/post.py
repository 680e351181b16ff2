"""The task of each worker that delivers what was queued, soon after the commit and again when a retry is due."""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress

from sqlalchemy.exc import SQLAlchemyError

from health_cloud.core import changes, db, leases
from health_cloud.core.errors import HealthCloudError
from health_cloud.notify.service import inbox
from health_cloud.notify.service.sending import TOPIC, deliver

_SECONDS = 5
_HOUR = 3600
_log = logging.getLogger(__name__)


async def run() -> None:
    """Deliver until the server stops; a failure is logged by its kind alone and never ends the task."""
    loop = asyncio.get_running_loop()
    woken = asyncio.Event()

    def wake(topics: frozenset[str]) -> None:
        if TOPIC in topics:
            loop.call_soon_threadsafe(woken.set)

    stop = changes.listen(wake)
    tidied = loop.time() - _HOUR + _SECONDS  # not while everything starts
    try:
        while True:
            with suppress(TimeoutError):
                await asyncio.wait_for(woken.wait(), _SECONDS)
            woken.clear()
            try:
                await asyncio.to_thread(deliver)
                if loop.time() - tidied >= _HOUR:
                    tidied = loop.time()
                    await asyncio.to_thread(_tidy)
            except (HealthCloudError, SQLAlchemyError) as problem:
                _log.warning("messages wait: %s", type(problem).__name__)
    finally:
        stop()


def _tidy() -> None:
    if leases.hold("inbox", _HOUR):
        with db.writing() as session:
            inbox.prune(session)


TASKS = (run,)
