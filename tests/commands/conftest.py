"""An installation on which nothing was ever done, and its command line."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from health_cloud.commands import group
from health_cloud.core import crypto, db
from health_cloud.core.settings import settings
from tests.databases import new_postgresql_database, use

both = pytest.mark.parametrize("installation", ["sqlite", "postgresql"], indirect=True)


@dataclass(frozen=True)
class Installation:
    """Where the data of a fresh installation are going to lie."""

    kind: str
    data: Path

    def run(self, *words: str) -> Result:
        """Type a command."""
        return CliRunner().invoke(group, list(words), prog_name="python -m health_cloud", catch_exceptions=False)

    def told(self, *words: str) -> Any:
        """Type a command that has to succeed, and read its JSON."""
        answer = self.run(*words, "--json")
        assert answer.exit_code == 0, answer.output
        return json.loads(answer.stdout)

    def refused(self, *words: str) -> str:
        """Type a command that has to fail: one sentence, in English and in Chinese."""
        answer = self.run(*words)
        assert answer.exit_code == 1, answer.output
        english, chinese = answer.stderr.splitlines()
        assert not chinese.isascii()
        return english


@pytest.fixture
def installation(request, tmp_path, monkeypatch):
    """Where nothing was ever done; on PostgreSQL too where a test says `@both`."""
    kind, url = getattr(request, "param", "sqlite"), ""
    if kind == "postgresql":
        url = new_postgresql_database(request.getfixturevalue("postgresql_url"))
    use(monkeypatch, tmp_path / "data", url)
    for name in ("HEALTH_CLOUD_PORT", "HEALTH_CLOUD_HOST"):  # `run` sets them for the server's own processes
        monkeypatch.setenv(name, os.environ.get(name, ""))
    yield Installation(kind, tmp_path / "data")
    db.engine().dispose()
    db.engine_for.cache_clear()
    monkeypatch.undo()
    settings.cache_clear()
    crypto.ring.cache_clear()
