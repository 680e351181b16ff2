"""What a server does by itself, on time."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Generator
from datetime import timedelta

import pytest

from health_cloud.core import clock, db, leases, ledger
from health_cloud.core.actors import system
from health_cloud.core.ids import new_id
from health_cloud.core.settings import settings
from health_cloud.web import jobs
from tests import loops
from tests.served import own_job

MINUTE = 60


@pytest.fixture(autouse=True)
def _own_job() -> Generator[None]:
    token = own_job.set(True)
    yield
    own_job.reset(token)


def test_a_head_leaves_within_a_minute_also_after_its_worker_died(
    database: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """R24: the lease of a worker that was killed runs out, and the next turn of another comes, before it is over."""
    path = settings().witness_folder / "checkpoints.jsonl"
    assert leases.hold("checkpoint", jobs._CHECKPOINT_SECONDS * 3, "a worker that died")
    person = new_id()
    db.perform(lambda s, a: ledger.write(s, a, "x", ledger.DONE, person_id=person), system("test"))

    async def once() -> None:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(jobs.send_checkpoints(), 0.2)  # what has begun is ended

    loops.run(once())
    assert not path.exists() or person not in path.read_text(), "the dead one still has the lease"
    later = MINUTE - jobs._CHECKPOINT_SECONDS + 1
    monkeypatch.setattr(clock.clock, "offset", clock.clock.offset + timedelta(seconds=later))
    loops.run(once())
    assert person in path.read_text()
