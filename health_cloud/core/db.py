"""The database: one engine, and `transact`, which alone opens sessions, commits and rolls back.

Each use case is all or nothing. On SQLite those that wait at the same time share one commit, each in a savepoint
of its own, and nobody is answered before that commit is on the disk (decision 6). PostgreSQL groups by itself.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Generator
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from contextvars import Context, copy_context
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Concatenate, ParamSpec, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import OperationalError
from sqlmodel import Session

from health_cloud.core import changes, ledger
from health_cloud.core.actors import Actor
from health_cloud.core.errors import Denied, NotFound, Unavailable
from health_cloud.core.groups import Groups
from health_cloud.core.settings import settings
from health_cloud.core.turns import Turns

P = ParamSpec("P")
T = TypeVar("T")

READ_ONLY = "health_cloud_read_only"
_BUSY_SECONDS = 15
_PATIENCE_SECONDS = 30
_GROUP_SECONDS = 0.05
"""After so long a group takes nobody in any more: those in it wait for its commit, and all others for the lock."""

_turns = Turns()
_log = logging.getLogger(__name__)


@lru_cache(maxsize=4)
def engine_for(url: str) -> Engine:
    """Return the engine of a database URL, made at first use so that workers fork without one.

    Errors name no values: they may end up in a log.
    """
    if not url.startswith("sqlite"):
        return create_engine(url, hide_parameters=True, pool_size=10, max_overflow=20, pool_pre_ping=True)
    made = create_engine(url, hide_parameters=True, connect_args={"timeout": _BUSY_SECONDS, "check_same_thread": False})
    event.listen(made, "connect", _prepare_sqlite)
    event.listen(made, "begin", _begin_sqlite)
    return made


def engine() -> Engine:
    """Return the engine of this process."""
    return engine_for(settings().database)


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # the driver's own BEGIN comes too late and too weak
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        f"busy_timeout={_BUSY_SECONDS * 1000}",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Any) -> None:
    reading = connection.get_execution_options().get(READ_ONLY, False)
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")


@contextmanager
def reading() -> Generator[Session]:
    """Open a session that only reads: it takes no write lock and is rolled back at the end."""
    with Session(engine().execution_options(**{READ_ONLY: True})) as session:
        yield session
        session.rollback()


def _on_sqlite() -> bool:
    return settings().database.startswith("sqlite")


def _in_turn() -> AbstractContextManager[None]:
    return _turns.turn(_PATIENCE_SECONDS) if _on_sqlite() else nullcontext()


@contextmanager
def _answering() -> Generator[None]:
    """Say `Unavailable` where the database stays locked or does not answer."""
    try:
        yield
    except OperationalError as problem:
        _log.warning("the database does not answer: %s", type(problem.orig).__name__)
        raise Unavailable("database") from problem


@contextmanager
def writing() -> Generator[Session]:
    """Open a session in one write transaction: committed at the end, rolled back on any error.

    Topics noted by `changes.note` are kept with it for other processes, and published here after the commit only.

    Raises:
        Unavailable: the database stays locked or does not answer.
    """
    with _in_turn(), _answering(), Session(engine()) as session:
        yield session
        changes.keep(session)
        session.commit()
        topics = changes.noted(session)
    changes.publish(topics)


def perform(
    use_case: Callable[Concatenate[Session, Actor, P], T], actor: Actor, /, *args: P.args, **kwargs: P.kwargs
) -> T:
    """Run a use case in a transaction of its own, in this thread."""
    return _attempt(writing, lambda session: use_case(session, actor, *args, **kwargs), actor)


def _attempt(scope: Callable[[], AbstractContextManager[Session]], work: Callable[[Session], T], actor: Actor) -> T:
    """Run a use case within a scope that keeps all of it or nothing.

    A refusal is rolled back first and then written to the ledger in a scope of its own: a second connection during
    an open write would deadlock SQLite.
    """
    try:
        with scope() as session:
            return work(session)
    except (Denied, NotFound) as error:
        if isinstance(error, Denied) or error.action:
            with scope() as session:
                ledger.refused(session, actor, error)
        raise


async def transact(
    use_case: Callable[Concatenate[Session, Actor, P], T], actor: Actor, /, *args: P.args, **kwargs: P.kwargs
) -> T:
    """Run a use case in a worker thread, so that the event loop stays free; what it returns is on the disk.

    On SQLite it may share its commit with others that waited at the same time.
    """

    def work(session: Session) -> T:
        return use_case(session, actor, *args, **kwargs)

    if not _on_sqlite():
        return await asyncio.to_thread(_attempt, writing, work, actor)
    loop = asyncio.get_running_loop()
    job = _Job(work, actor, loop, loop.create_future())
    _groups.add(job)
    return await job.answer


@dataclass
class _Job:
    """A use case that waits for its group, and what came of it."""

    work: Callable[[Session], Any]
    actor: Actor
    loop: asyncio.AbstractEventLoop
    answer: asyncio.Future[Any]
    context: Context = field(default_factory=copy_context)
    result: Any = None
    problem: BaseException | None = None
    topics: set[str] = field(default_factory=set[str])

    def run(self, connection: Connection) -> None:
        """Do it within a transaction that others share."""
        try:
            self.result = self.context.run(_attempt, self._savepoint(connection), self.work, self.actor)
        except BaseException as problem:  # noqa: BLE001 - it is raised where the use case was asked for
            self.problem = problem

    def _savepoint(self, connection: Connection) -> Callable[[], AbstractContextManager[Session]]:
        @contextmanager
        def scope() -> Generator[Session]:
            with _answering(), Session(connection, join_transaction_mode="create_savepoint") as session:
                yield session
                changes.keep(session)
                session.commit()
                self.topics |= changes.noted(session)

        return scope

    def tell(self) -> None:
        """Answer, in the loop that asked; who no longer waits is not told."""
        if self.answer.done():
            return
        if self.problem is not None:
            self.answer.set_exception(self.problem)
        else:
            self.answer.set_result(self.result)


def _do_together(take: Callable[[], _Job | None]) -> None:
    """Do the jobs that wait in one transaction, commit, and only then answer and publish what they changed."""
    jobs: list[_Job] = []
    try:
        with _turns.turn(_PATIENCE_SECONDS), _answering(), engine().begin() as connection:
            until = time.monotonic() + _GROUP_SECONDS
            while time.monotonic() < until and (job := take()):
                jobs.append(job)
                job.run(connection)
                _require_whole(connection)
    except BaseException as problem:  # noqa: BLE001 - nothing of it is on the disk, whatever it was
        while job := take():
            jobs.append(job)
        for job in jobs:
            job.problem, job.topics = problem, set()
    changes.publish(frozenset[str]().union(*(job.topics for job in jobs)))
    for loop in {job.loop for job in jobs}:
        with suppress(RuntimeError):  # that loop is closed: nobody waits there
            loop.call_soon_threadsafe(_tell, [job for job in jobs if job.loop is loop])


def _require_whole(connection: Connection) -> None:
    """Make sure that the common transaction still stands: on a full disk SQLite itself rolls back all of it.

    Raises:
        Unavailable: it does not; what came later would be committed without what came before.
    """
    driver: Any = connection.connection.dbapi_connection
    if not driver.in_transaction:
        raise Unavailable("database")


def _tell(jobs: list[_Job]) -> None:
    for job in jobs:
        job.tell()


_groups = Groups(_do_together)
