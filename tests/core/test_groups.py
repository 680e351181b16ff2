"""Use cases that wait at the same time share a commit, and nothing else (decision 6)."""

from __future__ import annotations

import asyncio
import threading
import time
from contextvars import ContextVar

import pytest
from sqlalchemy import event
from sqlmodel import SQLModel, col, select

from health_cloud.core import changes, db, ledger
from health_cloud.core.actors import system
from health_cloud.core.clock import now
from health_cloud.core.errors import Denied, NotFound, Unavailable
from health_cloud.core.groups import Groups
from health_cloud.core.models import Lease, LedgerLine
from health_cloud.core.policy import Action
from tests import loops
from tests.databases import Database

JOB = system("test")
READ = Action.READ_ENTRIES
whose: ContextVar[str] = ContextVar("whose", default="")


def put(session, actor, number: int) -> str:
    return ledger.write(session, actor, READ, ledger.ALLOWED, person_id="p", detail={"n": number})


def lines(chain: str = "person:p") -> list[LedgerLine]:
    with db.reading() as session:
        query = select(LedgerLine).where(LedgerLine.chain == chain).order_by(col(LedgerLine.seq))
        found = list(session.exec(query).all())
        session.expunge_all()
        return found


def together(*calls):
    """Ask for all of it at once; what came of each, errors included."""

    async def run():
        return await asyncio.gather(*(db.transact(*call) for call in calls), return_exceptions=True)

    return loops.run(run())


@pytest.fixture
def sqlite(database: Database) -> Database:
    if database.kind != "sqlite":
        pytest.skip("PostgreSQL groups commits by itself")
    return database


def test_what_waits_together_shares_a_commit(sqlite: Database):
    commits: list[object] = []

    def count(connection) -> None:
        commits.append(connection)

    event.listen(db.engine(), "commit", count)
    try:
        together(*((put, JOB, number) for number in range(40)))
    finally:
        event.remove(db.engine(), "commit", count)
    assert len(lines()) == 40
    assert len(commits) < 20


def test_answers_come_when_others_can_read_what_they_tell(database: Database):
    """Mutated: answered before the commit, and the line is not there."""

    async def ask(number: int) -> bool:
        told = await db.transact(put, JOB, number)
        with db.reading() as session:
            return session.get(LedgerLine, told) is not None

    async def run():
        return await asyncio.gather(*(ask(number) for number in range(40)))

    assert all(loops.run(run()))


def test_what_fails_takes_nobody_with_it(database: Database):
    def breaks(session, actor):
        put(session, actor, 1000)
        raise ValueError

    def denied(session, actor):
        put(session, actor, 1000)
        raise Denied(action=READ.value, person_id="p")

    def absent(session, actor):
        put(session, actor, 1000)
        raise NotFound(action=READ.value, person_id="p")

    def unlisted(session, actor):
        put(session, actor, 1000)
        raise NotFound

    bad = [breaks, denied, absent, unlisted]
    calls = [(put, JOB, number) if number % 3 else (bad[number // 3 % 4], JOB) for number in range(48)]
    kinds = [type(told).__name__ for told in together(*calls)]
    assert kinds == [
        "str" if n % 3 else ("ValueError", "Denied", "NotFound", "NotFound")[n // 3 % 4] for n in range(48)
    ]
    outcomes = [line.outcome for line in lines()]
    assert (outcomes.count(ledger.ALLOWED), outcomes.count(ledger.REFUSED)) == (32, 8)
    assert not any("1000" in line.detail for line in lines())
    with db.reading() as session:
        assert list(ledger.verify(session)) == [40]


def test_a_group_keeps_the_order_of_those_who_asked(sqlite: Database):
    together(*((put, JOB, number) for number in range(60)))
    assert [line.detail for line in lines()] == [f'{{"n":{n}}}' for n in range(60)]


def test_parallel_use_cases_make_one_chain(database: Database):
    together(*((put, JOB, number) for number in range(60)))
    with db.reading() as session:
        assert list(ledger.verify(session)) == [60]


def test_a_change_is_published_after_its_commit_and_never_of_what_failed(database: Database):
    heard: list[tuple[frozenset[str], int]] = []

    def noting(session, actor, number: int):
        put(session, actor, number)
        changes.note(session, f"person:{number}")
        if number % 2:
            raise ValueError

    def hear(topics: frozenset[str]) -> None:
        heard.append((topics, len(lines())))

    stop = changes.listen(hear)
    try:
        together(*((noting, JOB, number) for number in range(10)))
    finally:
        stop()
    assert frozenset().union(*(topics for topics, _ in heard)) == {f"person:{n}" for n in range(0, 10, 2)}
    assert all(there for _, there in heard)


def test_a_listener_that_fails_harms_nobody(database: Database):
    def noting(session, actor):
        changes.note(session, "person:p")
        return put(session, actor, 0)

    def fail(_topics: frozenset[str]) -> None:
        raise ValueError

    stop = changes.listen(fail)
    try:
        assert [type(told) for told in together((noting, JOB), (put, JOB, 1))] == [str, str]
        assert [type(told) for told in together((put, JOB, 2))] == [str]
    finally:
        stop()


def test_when_the_whole_transaction_is_gone_nobody_is_told_that_it_stands(sqlite: Database):
    """A full disk makes SQLite roll back by itself; what followed would be committed without what came before."""

    def vanish(session, actor):
        put(session, actor, 1000)
        session.connection().exec_driver_sql("ROLLBACK")

    told = together(*((put, JOB, n) for n in range(5)), (vanish, JOB), *((put, JOB, n) for n in range(5)))
    assert {type(each) for each in told} == {Unavailable}
    assert lines() == []
    assert [type(each) for each in together((put, JOB, 1))] == [str]


def test_a_commit_that_fails_is_told_to_all(sqlite: Database):
    def fail(_connection) -> None:
        raise ValueError

    event.listen(db.engine(), "commit", fail)
    try:
        told = together(*((put, JOB, n) for n in range(5)))
    finally:
        event.remove(db.engine(), "commit", fail)
    assert {type(each) for each in told} == {ValueError}
    assert lines() == []
    assert [type(each) for each in together((put, JOB, 1))] == [str]


def test_others_get_the_lock_between_groups(sqlite: Database):
    """The lock is given on after a group's short while, however many wait."""

    def slow(session, actor):
        put(session, actor, 0)
        time.sleep(0.01)

    def beside() -> None:
        while not lines():
            time.sleep(0.005)
        for _ in range(3):
            db.perform(put, JOB, 1)

    thread = threading.Thread(target=beside)
    thread.start()
    together(*((slow, JOB) for _ in range(150)))
    thread.join()
    order = [line.detail == '{"n":1}' for line in lines()]
    assert order.index(True) < 100, "it came in before all of them were done"


def test_a_use_case_runs_in_the_context_of_whoever_asked(database: Database):
    async def ask(name: str) -> str:
        whose.set(name)
        return await db.transact(lambda _session, _actor: whose.get(), JOB)

    async def run():
        return await asyncio.gather(*(ask(str(number)) for number in range(20)))

    assert loops.run(run()) == [str(number) for number in range(20)]


def test_who_no_longer_waits_holds_nobody_up(database: Database):
    async def run():
        asked = [asyncio.ensure_future(db.transact(put, JOB, number)) for number in range(10)]
        await asyncio.sleep(0)
        for each in asked[::2]:
            each.cancel()
        return await asyncio.gather(*asked, return_exceptions=True)

    told = loops.run(run())
    assert [type(each) for each in told[1::2]] == [str] * 5
    with db.reading() as session:
        assert all(isinstance(found, int) for found in ledger.verify(session))


def test_each_finds_what_those_before_it_left(sqlite: Database):
    def hold(session, actor, holder: str) -> str:
        row = session.get(Lease, "job") or Lease(job="job", until=now())
        before, row.holder = row.holder or "", holder
        session.add(row)
        if holder == "bad":
            session.flush()
            raise ValueError
        return before

    told = together(*((hold, JOB, holder) for holder in ("one", "bad", "two", "three")))
    assert [told[0], *told[2:]] == ["", "one", "two"]
    assert isinstance(told[1], ValueError)


def test_the_thread_ends_when_it_is_idle_and_comes_back(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("health_cloud.core.groups._IDLE_SECONDS", 0.05)
    done: list[tuple[int, int]] = []
    arrived = threading.Semaphore(0)

    def do(take) -> None:
        while (job := take()) is not None:
            done.append((job, threading.get_ident()))
            arrived.release()

    groups: Groups[int] = Groups(do)
    for number in range(3):
        groups.add(number)
        assert arrived.acquire(timeout=5)
        time.sleep(0.3)
        assert not any(thread.ident == done[-1][1] for thread in threading.enumerate())
    assert [job for job, _ in done] == [0, 1, 2]


def test_no_reference_is_checked_only_at_the_commit(database: Database):
    """A deferred one would fail the commit of a whole group for what one of it did."""
    found = [key for table in SQLModel.metadata.tables.values() for key in table.foreign_key_constraints]
    assert found
    assert not [key for key in found if key.deferrable or key.initially]
