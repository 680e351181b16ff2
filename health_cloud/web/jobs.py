"""What a server does by itself: deliver facts, and send the ledger's signed head to its witness once a minute."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress

from health_cloud.core import changes, db, facts, leases, witness
from health_cloud.core.settings import settings
from health_cloud.web.errors import note_unexpected

_FACTS_SECONDS = 5.0
_CHECKPOINT_SECONDS = 55.0


async def _at_intervals(job: str, seconds: float, work: Callable[[], object], woken: asyncio.Event) -> None:
    """Do a job in the one worker that holds its lease; a failure is logged and tried again next time."""

    def once() -> None:
        if leases.hold(job, seconds * 3):
            work()

    while True:
        try:
            await asyncio.to_thread(once)
        except Exception as problem:  # noqa: BLE001 - the one task must go on
            note_unexpected(problem, job)
        woken.clear()
        with suppress(TimeoutError):
            await asyncio.wait_for(woken.wait(), seconds)


async def deliver_facts() -> None:
    """Deliver facts as soon as they are committed, and every few seconds what a crash has left."""
    loop = asyncio.get_running_loop()
    woken = asyncio.Event()

    def wake(topics: frozenset[str]) -> None:
        if facts.TOPIC in topics:
            loop.call_soon_threadsafe(woken.set)

    stop = changes.listen(wake)
    try:
        await _at_intervals("facts", _FACTS_SECONDS, facts.deliver, woken)
    finally:
        stop()


async def send_checkpoints() -> None:
    """Sign the heads of the ledger once a minute and send them out of the database (R24)."""

    def work() -> None:
        with db.writing() as session:
            witness.checkpoint(session, settings().witness_folder)

    await _at_intervals("checkpoint", _CHECKPOINT_SECONDS, work, asyncio.Event())
