"""Fixtures of the import's tests."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.databases import Database
from tests.ingest.feed import Feeder


@pytest.fixture
def feeder(database: Database, tmp_path: Path) -> Feeder:
    """Something that imports into an empty database, on SQLite and on PostgreSQL."""
    return Feeder(tmp_path)
