"""The database: one engine, and `transact`, which alone opens sessions, commits and rolls back."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Generator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from functools import lru_cache
from typing import Any, Concatenate, ParamSpec, TypeVar

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.exc import OperationalError
from sqlmodel import Session

from health_cloud.core import changes, ledger
from health_cloud.core.actors import Actor
from health_cloud.core.errors import Denied, NotFound, Unavailable
from health_cloud.core.settings import settings
from health_cloud.core.turns import Turns

P = ParamSpec("P")
T = TypeVar("T")

READ_ONLY = "health_cloud_read_only"
_BUSY_SECONDS = 15
_PATIENCE_SECONDS = 30

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


def _in_turn() -> AbstractContextManager[None]:
    return _turns.turn(_PATIENCE_SECONDS) if settings().database.startswith("sqlite") else nullcontext()


@contextmanager
def writing() -> Generator[Session]:
    """Open a session in one write transaction: committed at the end, rolled back on any error.

    Topics noted by `changes.note` are kept with it for other processes, and published here after the commit only.

    Raises:
        Unavailable: the database stays locked or does not answer.
    """
    with _in_turn(), Session(engine()) as session:
        try:
            yield session
            changes.keep(session)
            session.commit()
        except OperationalError as problem:
            session.rollback()
            _log.warning("the database does not answer: %s", type(problem.orig).__name__)
            raise Unavailable("database") from problem
        except BaseException:
            session.rollback()
            raise
        topics = changes.noted(session)
    changes.publish(topics)


def perform(
    use_case: Callable[Concatenate[Session, Actor, P], T], actor: Actor, /, *args: P.args, **kwargs: P.kwargs
) -> T:
    """Run a use case in one transaction, in this thread.

    A refusal is rolled back first and then written to the ledger in a transaction of its own: a second
    connection during an open write would deadlock SQLite.
    """
    try:
        with writing() as session:
            return use_case(session, actor, *args, **kwargs)
    except (Denied, NotFound) as error:
        if isinstance(error, Denied) or error.action:
            with writing() as session:
                ledger.refused(session, actor, error)
        raise


async def transact(
    use_case: Callable[Concatenate[Session, Actor, P], T], actor: Actor, /, *args: P.args, **kwargs: P.kwargs
) -> T:
    """Run a use case in one transaction in a worker thread, so that the event loop stays free."""
    return await asyncio.to_thread(perform, use_case, actor, *args, **kwargs)
