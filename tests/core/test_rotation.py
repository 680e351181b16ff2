import pytest
from sqlalchemy import text
from sqlmodel import select

from health_cloud.core import crypto, db, ledger, rotation
from health_cloud.core.actors import system
from health_cloud.core.models import LedgerNote
from health_cloud.core.settings import settings

JOB = system("test")


@pytest.fixture
def own_ring(database, tmp_path, monkeypatch):
    monkeypatch.setenv("HEALTH_CLOUD_KEYS_FILE", str(tmp_path / "keys.json"))
    settings.cache_clear()
    crypto.ring.cache_clear()


def write_notes(count: int) -> None:
    def write(session, actor):
        for number in range(count):
            ledger.write(session, actor, "x", ledger.DONE, person_id="p", note=f"note {number}")

    db.perform(write, JOB)


def notes() -> list[str]:
    with db.reading() as session:
        rows = session.exec(select(LedgerNote).order_by(LedgerNote.id)).all()
        return [crypto.unseal_text(row.text, "core_ledger_note.text", row.id) for row in rows]


def test_rotation_leaves_nothing_on_the_old_key(own_ring):
    write_notes(450)
    crypto.add_sealing_key(settings().keys)
    assert rotation.left_behind() == 450
    seen = []
    assert sum(item.count for item in rotation.rotate(JOB, seen.append)) == 450
    assert [item.count for item in seen] == [200, 400, 450]
    assert rotation.left_behind() == 0
    crypto.drop_sealing_keys(settings().keys)
    assert notes() == [f"note {number}" for number in range(450)]


def test_an_interrupted_rotation_goes_on(own_ring):
    write_notes(450)
    crypto.add_sealing_key(settings().keys)

    def stop(_progress):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        rotation.rotate(JOB, stop)
    assert rotation.left_behind() == 250
    assert len(notes()) == 450
    rotation.rotate(JOB)
    assert rotation.left_behind() == 0


def test_every_sealed_table_has_one_primary_key(database):
    found = list(rotation.sealed_columns())
    assert len(found) > 10
    assert all(len(table.primary_key.columns) == 1 for table, _ in found)
    with db.reading() as session:
        assert session.execute(text("SELECT 1")).scalar() == 1
