"""The schema's history: bring a database to the present, and say where it stands."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection
from sqlmodel import SQLModel

from health_cloud.core import db
from health_cloud.core.settings import settings

ROOT = Path(__file__).resolve().parents[2]


def _configuration(connection: Connection | None = None) -> Config:
    made = Config(ROOT / "alembic.ini")
    made.attributes["connection"] = connection
    return made


def head() -> str:
    """Return the newest revision that this version of the product knows."""
    return ScriptDirectory.from_config(_configuration()).get_current_head() or ""


def current() -> str:
    """Return the revision of the database, empty for a new one."""
    with db.engine().connect() as connection:
        return MigrationContext.configure(connection).get_current_revision() or ""


def migrate(revision: str = "head") -> bool:
    """Bring the database to a revision; makes the data folder first. Returns whether anything was done."""
    if settings().database.startswith("sqlite"):
        settings().data_dir.mkdir(parents=True, exist_ok=True)
    before = current()
    if revision == "head" and before == head():
        return False
    with db.engine().begin() as connection:
        command.upgrade(_configuration(connection), revision)
    return current() != before


def downgrade(revision: str = "base") -> None:
    """Take the database back to a revision; for tests and for a release that failed."""
    with db.engine().begin() as connection:
        command.downgrade(_configuration(connection), revision)


def differences() -> list[str]:
    """Return where the database differs from the tables that the product declares."""
    with db.engine().connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return [str(difference) for difference in compare_metadata(context, SQLModel.metadata)]
