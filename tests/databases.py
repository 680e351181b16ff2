"""A real database for tests: SQLite and PostgreSQL, made once a session, emptied for each test."""

from __future__ import annotations

import os
import secrets
import shutil
import tempfile
from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pgserver
import psycopg
import pytest
from fasteners import InterProcessLock
from sqlalchemy import text
from sqlmodel import SQLModel

from health_cloud import tables
from health_cloud.core import crypto, db
from health_cloud.core.clock import clock
from health_cloud.core.settings import settings

KINDS = ("sqlite", "postgresql")
URL = "HEALTH_CLOUD_DATABASE_URL"


def _in_a_hurry(connection: Any, record: Any) -> None:
    """Prepare SQLite as the product does, but let no commit of this process wait for the disk.

    What is acknowledged outlives a killed process even so, not a power cut; tests that kill start processes of their
    own, which wait for the disk as in a hospital.
    """
    _AS_THE_PRODUCT(connection, record)
    connection.execute("PRAGMA synchronous=OFF")


_AS_THE_PRODUCT = db._prepare_sqlite
db._prepare_sqlite = _in_a_hurry


@dataclass(frozen=True)
class Database:
    """Where a test's database lies. `kind` is `sqlite` or `postgresql`."""

    kind: str
    url: str
    data_dir: Path


def use(monkeypatch: pytest.MonkeyPatch, data_dir: Path, url: str = "") -> None:
    """Point the process's settings at a data folder and a database."""
    monkeypatch.setenv("HEALTH_CLOUD_DATA_DIR", str(data_dir))
    monkeypatch.setenv(URL, url)
    heed()


def heed() -> None:
    """Let the settings be those of the environment as it is now.

    The served product's own threads ask for them at any moment: one that began before the environment changed may put
    the former ones in the cache after it was cleared, and a test would then empty the served product's database.
    """
    while True:
        settings.cache_clear()
        settings()
        now = settings()  # what was kept: that may be another's, come in between
        if str(now.data_dir) == os.environ["HEALTH_CLOUD_DATA_DIR"] and now.database_url == os.environ.get(URL, ""):
            break
    crypto.ring.cache_clear()


@pytest.fixture(scope="session")
def postgresql_url() -> Generator[str]:
    """Start a real PostgreSQL of its own and return its address."""
    folder = Path(tempfile.mkdtemp(prefix="health-cloud-pg-"))
    folder.chmod(0o755)  # root hands the server to another user, who must reach the folder
    with InterProcessLock(Path(tempfile.gettempdir()) / "health-cloud-pg.lock"):  # as root it makes a user first
        server = pgserver.get_server(folder / "data")
    with psycopg.connect(server.get_uri(), autocommit=True) as connection:
        for setting in ("fsync", "full_page_writes"):  # its disk need not outlive a power cut; commits stay real
            connection.execute(f"ALTER SYSTEM SET {setting} = off")
        connection.execute("SELECT pg_reload_conf()")
    yield server.get_uri()
    db.engine_for.cache_clear()
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def data_root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One data folder with one key ring for all database tests of the session."""
    return tmp_path_factory.mktemp("data")


_made: dict[str, int] = {}
"""How many tables were made in which database."""


@pytest.fixture(params=KINDS)
def database(request: pytest.FixtureRequest, data_root: Path, monkeypatch: pytest.MonkeyPatch) -> Generator[Database]:
    """Return an empty database with all tables, once on SQLite and once on PostgreSQL."""
    kind: str = request.param
    url = request.getfixturevalue("postgresql_url") if kind == "postgresql" else ""
    use(monkeypatch, data_root, url)
    assert tables.FEATURES
    if _made.get(settings().database) != len(SQLModel.metadata.tables):
        SQLModel.metadata.create_all(db.engine())
        _made[settings().database] = len(SQLModel.metadata.tables)
    _empty()
    yield Database(kind, settings().database, data_root)
    clock.reset()
    monkeypatch.undo()
    heed()


def _empty() -> None:
    """Delete what the test before left: a few rows in a few tables, which is far quicker than truncating them all."""
    with db.writing() as session:
        names = [table.name for table in reversed(SQLModel.metadata.sorted_tables)]
        filled = " UNION ALL ".join(f"SELECT '{name}' WHERE EXISTS (SELECT 1 FROM {name})" for name in names)
        rows = {row[0] for row in session.execute(text(filled))}
        for name in names:
            if name in rows:
                session.execute(text(f"DELETE FROM {name}"))


def new_postgresql_database(server: str) -> str:
    """Make an empty database of its own on a server and return its address."""
    name = f"empty_{secrets.token_hex(4)}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
    head, _, query = server.partition("?")
    return f"{head.rpartition('/')[0]}/{name}" + (f"?{query}" if query else "")
