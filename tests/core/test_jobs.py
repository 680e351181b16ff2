"""Work that nobody asks for: where the lease is, again after a failure, each row once."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from datetime import timedelta

import pytest
from sqlmodel import Session, col, select

from health_cloud.core import clock, db, jobs
from health_cloud.core.models import Lease
from tests import loops
from tests.databases import Database
from tests.served import own_job


def _attended(*work, times: float = 0.1) -> None:
    async def wait() -> None:
        own_job.set(True)
        with suppress(TimeoutError):
            await asyncio.wait_for(jobs.attend("chore", 0.01, *work), times)

    loops.run(wait())


def test_a_failure_is_logged_by_its_kind_and_tried_again(database: Database, caplog: pytest.LogCaptureFixture) -> None:
    assert database
    done: list[str] = []

    def fails() -> None:
        done.append("tried")
        raise RuntimeError("林秀兰")

    _attended(fails, lambda: done.append("after"), times=0.5)
    assert len(done) > 1
    assert set(done) == {"tried"}, "what comes after it waits for its next time"
    assert "chore wait: RuntimeError" in caplog.text
    assert "林秀兰" not in caplog.text


def test_only_who_holds_the_lease_works(database: Database) -> None:
    assert database
    done: list[int] = []
    with db.writing() as session:
        session.add(Lease(job="chore", holder="another worker", until=clock.now() + timedelta(seconds=60)))
    _attended(lambda: done.append(1))
    assert done == []
    with db.writing() as session:
        session.get_one(Lease, "chore").until = clock.now() - timedelta(seconds=1)
    _attended(lambda: done.append(1), times=0.5)
    assert done


def test_each_row_once_however_many(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    assert database
    monkeypatch.setattr(jobs, "_BATCH", 3)
    soon = clock.now() + timedelta(hours=1)
    with db.writing() as session:
        session.add_all(Lease(job=f"chore {number}", holder="", until=soon) for number in range(7))
    seen: list[str] = []

    def act(session: Session, row: Lease) -> None:
        seen.append(row.job)
        row.holder = "done"
        session.add(row)

    query = select(Lease).where(Lease.holder == "", col(Lease.job).startswith("chore")).order_by(col(Lease.job))
    assert jobs.work_off(query, act) == 7
    assert seen == [f"chore {number}" for number in range(7)]
    assert jobs.work_off(query, act) == 0
