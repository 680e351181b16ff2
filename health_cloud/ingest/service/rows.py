"""The import's tables as rows in bulk: many thousands a run are too many for objects."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, TypeVar, cast

from sqlalchemy import Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, SQLModel

from health_cloud.ingest.models import Awaited, Message, Resource, Run, Undecided

AT_ONCE = 500
"""So many values stand in one `IN`: SQLite and PostgreSQL both take them."""
T = TypeVar("T")


def _table(model: type[SQLModel]) -> Table:
    return cast("Table", vars(model)["__table__"])


RESOURCE, MESSAGE, RUN = _table(Resource), _table(Message), _table(Run)
UNDECIDED, AWAITED = _table(Undecided), _table(Awaited)


def portions(values: list[T], size: int = AT_ONCE) -> Iterator[list[T]]:
    """Part a list into pieces of at most so many."""
    return (values[start : start + size] for start in range(0, len(values), size))


def add_missing(session: Session, table: Table, rows: list[dict[str, Any]]) -> None:
    """Insert the rows that are not there yet."""
    if rows:
        dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
        session.connection().execute(dialect.insert(table).on_conflict_do_nothing(), rows)


def undecide(session: Session, feed_id: str, patient_keys: Iterable[str]) -> None:
    """Note patients about whom there is something new to decide."""
    keys = sorted({*patient_keys} - {""})
    add_missing(session, UNDECIDED, [{"feed_id": feed_id, "patient_key": key} for key in keys])
