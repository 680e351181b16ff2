"""What can stand in the way of a command: told in one sentence, with what to do, and never as a traceback."""

from __future__ import annotations

import os
import socket

import pytest
from sqlalchemy import text

from health_cloud.core import db
from health_cloud.core.settings import settings


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("HEALTH_CLOUD_PORT", "garbage", "HEALTH_CLOUD_PORT=garbage is not a port"),
        ("HEALTH_CLOUD_PORT", "70000", "HEALTH_CLOUD_PORT=70000 is not a port"),
        ("HEALTH_CLOUD_MODE", "test", "HEALTH_CLOUD_MODE=test cannot be used"),
        ("HEALTH_CLOUD_MODE", "production", "production needs HEALTH_CLOUD_PUBLIC_URL"),
        ("HEALTH_CLOUD_TIMEZONE", "Mars", "no such time zone"),
        ("HEALTH_CLOUD_TRUSTED_PROXIES", "127.0.0.1", "HEALTH_CLOUD_TRUSTED_PROXIES is not JSON"),
        ("HEALTH_CLOUD_DATABASE_URL", "mysql://somebody:secret@host/name", "write it like postgresql://"),
        ("HEALTH_CLOUD_DATABASE_URL", "postgresql://somebody@host:door/secret", "write it like postgresql://"),
        ("HEALTH_CLOUD_DATABASE_URL", "postgresql://somebody:secret@127.0.0.1:1/name", "check that it runs"),
        ("HEALTH_CLOUD_DATA_DIR", "/proc/data", "/proc/data cannot be written"),
        ("HEALTH_CLOUD_DATA_DIR", __file__, "cannot be written (File exists)"),
    ],
)
def test_a_setting_that_cannot_be_used(installation, monkeypatch, name, value, sentence):
    monkeypatch.setenv(name, value)
    settings.cache_clear()
    told = installation.refused("status")
    assert sentence in told
    assert "secret" not in told
    monkeypatch.delenv(name)
    settings.cache_clear()


def test_port_garbage_is_called_as_it_was_given(installation, monkeypatch):
    monkeypatch.delenv("HEALTH_CLOUD_PORT")
    monkeypatch.setenv("PORT", "garbage")
    settings.cache_clear()
    assert "PORT=garbage is not a port" in installation.refused("run")
    monkeypatch.setenv("PORT", "")
    settings.cache_clear()
    assert settings().port == 3000


def test_a_used_port_is_said_before_anything_is_begun(installation):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        told = installation.refused("run", "--port", str(other.getsockname()[1]))
    assert "is in use" in told
    assert not installation.data.exists()


def test_an_address_of_another_machine(installation, monkeypatch):
    monkeypatch.setenv("HEALTH_CLOUD_HOST", "127.0.0.1")
    assert "has no address 192.0.2.1" in installation.refused("run", "--port", "1", "--host", "192.0.2.1")


def test_a_damaged_database_file(installation):
    installation.data.mkdir()
    (installation.data / "health_cloud.db").write_bytes(b"no database at all, whatever its name says")
    assert "file is damaged" in installation.refused("status")


def test_a_database_of_a_newer_version(installation):
    installation.run("migrate")
    with db.writing() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    assert "newer version" in installation.refused("status")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everything")
def test_data_of_somebody_else(installation):
    installation.data.mkdir()
    installation.data.chmod(0o555)
    told = installation.refused("status")
    installation.data.chmod(0o755)
    assert f"{installation.data} cannot be written" in told


def test_production_without_keys(installation, monkeypatch, tmp_path):
    monkeypatch.setenv("HEALTH_CLOUD_MODE", "production")
    monkeypatch.setenv("HEALTH_CLOUD_PUBLIC_URL", "https://records.example")
    monkeypatch.setenv("HEALTH_CLOUD_KEYS_FILE", str(tmp_path / "elsewhere" / "keys.json"))
    settings.cache_clear()
    assert installation.told("status")["keys_exist"] is False
    assert "no keys" in installation.refused("keys", "rotate")
    assert "Only demo mode" in installation.refused("seed")
    installation.told("keys", "create")
    assert installation.told("keys", "rotate")["dropped"] == ["k1"]
