"""Alembic's environment: the settings' database, the tables of every feature, one linear history."""

from __future__ import annotations

from typing import Any

from alembic import context

from health_cloud import tables
from health_cloud.core import db


def _render(kind: str, item: Any, autogen_context: Any) -> str | bool:
    """Write our own column types as the plain types they are in the database; migrations import no product code."""
    if kind == "type" and type(item).__module__.startswith(("health_cloud", "sqlmodel")):
        autogen_context.imports.add("import sqlalchemy as sa")
        plain = item.impl if hasattr(item, "impl") else item
        return f"sa.{plain!r}"
    return False


def _run() -> None:
    given = context.config.attributes.get("connection")
    if given is not None:
        _migrate(given)
        return
    with db.engine().connect() as connection:
        _migrate(connection)


def _migrate(connection: Any) -> None:
    context.configure(
        connection=connection,
        target_metadata=tables.metadata,
        render_item=_render,
        render_as_batch=connection.dialect.name == "sqlite",
        compare_type=True,
    )
    with context.begin_transaction():
        context.run_migrations()


_run()
