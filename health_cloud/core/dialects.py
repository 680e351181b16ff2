"""Where SQLite and PostgreSQL word one statement differently."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, func
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped
from sqlmodel import Session, SQLModel


def insert_missing(session: Session, table: type[SQLModel], **values: Any) -> bool:
    """Insert a row unless one with its key is there; two writers at once both go on. Returns whether it is new."""
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    made = session.exec(insert(table).values(**values).on_conflict_do_nothing())  # pyright: ignore[reportCallIssue, reportArgumentType, reportUnknownMemberType, reportUnknownVariableType]
    return bool(made.rowcount)  # pyright: ignore[reportUnknownMemberType, reportUnknownArgumentType]


def year_of(session: Session, column: ColumnElement[Any] | Mapped[Any]) -> ColumnElement[str]:
    """Return the year of an instant in UTC, as text of four digits."""
    if session.get_bind().dialect.name == "postgresql":
        return func.to_char(func.timezone("UTC", column), "YYYY")
    return func.strftime("%Y", column)
