"""What a server does by itself.

It delivers facts, listens to what other processes have changed, and sends the ledger's signed head to its
witness within the minute.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress

from health_cloud.core import changes, db, facts, leases, witness, witness_afar
from health_cloud.core.elsewhere import Elsewhere, prune
from health_cloud.core.errors import Unavailable
from health_cloud.core.settings import settings
from health_cloud.web.errors import note_unexpected

_FACTS_SECONDS = 5.0
_CHECKPOINT_SECONDS = 15.0
"""A worker that dies holding the lease gives it up after three times this: heads still leave within the minute."""
_PRUNE_SECONDS = 60.0
_ELSEWHERE_SECONDS = 0.25
_AGAIN_SECONDS = 2.0


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
    """Sign the heads of the ledger and send them out of the database, within 60 s of each line (R24)."""

    def work() -> None:
        with db.writing() as session:
            witness.checkpoint(session, settings().witness_folder)

    await _at_intervals("checkpoint", _CHECKPOINT_SECONDS, work, asyncio.Event())


async def post_checkpoints() -> None:
    """Post signed heads to the address that the operator has named, in one worker, where there is one."""

    def work() -> None:
        if url := settings().witness_url:
            with suppress(Unavailable):  # noted beside the checkpoints, for `status`
                witness_afar.post_checkpoints(settings().witness_folder, url)

    await _at_intervals("witness afar", _CHECKPOINT_SECONDS, work, asyncio.Event())


async def hear_elsewhere() -> None:
    """Tell this worker's screens and jobs what other processes have changed, within a moment."""
    heard = Elsewhere()
    while True:
        pause = _ELSEWHERE_SECONDS
        try:
            changes.publish(await asyncio.to_thread(heard.hear))
        except Exception as problem:  # noqa: BLE001 - the one task must go on
            note_unexpected(problem, "changes elsewhere")
            pause = _AGAIN_SECONDS
        await asyncio.sleep(pause)


async def prune_changes() -> None:
    """Forget the changes that every worker has heard."""
    await _at_intervals("changes", _PRUNE_SECONDS, prune, asyncio.Event())


JOBS = (hear_elsewhere, deliver_facts, send_checkpoints, post_checkpoints, prune_changes)
"""Tasks that run in every worker; what must happen once is done by whoever holds its lease."""
