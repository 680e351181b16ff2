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
