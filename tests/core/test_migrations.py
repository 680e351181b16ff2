import sqlite3

import pytest
from sqlalchemy import inspect
from sqlmodel import SQLModel

from health_cloud import tables
from health_cloud.core import db, migrations
from tests.databases import new_postgresql_database, use


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_database(request, tmp_path, monkeypatch):
    url = ""
    if request.param == "postgresql":
        server = request.getfixturevalue("postgresql_url")
        url = new_postgresql_database(server)
    use(monkeypatch, tmp_path, url)
    assert tables.FEATURES
    yield request.param
    db.engine().dispose()
    db.engine_for.cache_clear()


def test_up_down_up_and_nothing_missing(empty_database):
    assert migrations.migrate()
    assert migrations.current() == migrations.head()
    assert migrations.differences() == []
    migrations.downgrade()
    left = set(inspect(db.engine()).get_table_names()) - {"alembic_version"}
    assert left == set()
    assert migrations.migrate()
    assert set(SQLModel.metadata.tables) <= set(inspect(db.engine()).get_table_names())


def test_a_second_time_does_nothing(empty_database):
    migrations.migrate()
    assert not migrations.migrate()


def test_the_history_is_one_line():
    from alembic.script import ScriptDirectory

    assert len(ScriptDirectory.from_config(migrations._configuration()).get_heads()) == 1


def test_each_step_keeps_the_rows_there_are(tmp_path, monkeypatch):
    """A column that may not be empty needs a value for the rows of yesterday, on the way up and down."""
    from alembic.script import ScriptDirectory

    use(monkeypatch, tmp_path, "")
    history = [step.revision for step in ScriptDirectory.from_config(migrations._configuration()).walk_revisions()]
    made_at = {}
    for revision in reversed(history):
        migrations.migrate(revision)
        for name in set(_counts()) - made_at.keys() - {"alembic_version"}:
            _fill(name)
            made_at[name] = revision
        assert set(_counts().values()) == {1}, revision
    for revision in history[1:]:
        migrations.downgrade(revision)
        left = _counts()
        before = set(history[history.index(revision) :])  # numbers are given out before steps are put in order
        assert all(left[name] == 1 for name, made in made_at.items() if made in before), revision


def _counts():
    with db.engine().connect() as connection:
        names = inspect(connection).get_table_names()
        return {name: connection.exec_driver_sql(f"SELECT count(*) FROM {name}").scalar() for name in names}


def _fill(table):
    """Put one row into a table, a plausible value of each column's type; keys of every table are the same."""
    file = db.settings().database.removeprefix("sqlite:///")
    with sqlite3.connect(file) as connection:
        kinds = [kind for _, _, kind, *_ in connection.execute(f"PRAGMA table_info({table})")]
        values = [next((value for mark, value in _VALUES.items() if mark in kind), "x") for kind in kinds]
        connection.execute(f"INSERT INTO {table} VALUES ({','.join('?' * len(kinds))})", values)


_VALUES = {"BLOB": b"x", "DATETIME": "2026-01-01 00:00:00", "DATE": "2026-01-01", "INT": 1, "BOOL": 1, "NUMERIC": 1}
