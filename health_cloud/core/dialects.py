"""Where SQLite and PostgreSQL word one statement differently."""

from __future__ import annotations

from typing import Any

from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, SQLModel


def insert_missing(session: Session, table: type[SQLModel], **values: Any) -> None:
    """Insert a row unless one with its key is there; two writers at once both go on."""
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    session.exec(insert(table).values(**values).on_conflict_do_nothing())  # pyright: ignore[reportCallIssue, reportArgumentType, reportUnknownMemberType]
