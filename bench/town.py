"""The hospital of the tests in a data folder of its own, in this process."""

from __future__ import annotations

import os
from pathlib import Path

from tests import people


def town_in(folder: Path) -> people.Town:
    """Make an installation on SQLite in an empty folder, turn this process to it, and found the hospital there."""
    from health_cloud.core import migrations

    folder.mkdir(parents=True, exist_ok=True)
    turn_to(folder)
    migrations.migrate()
    return people.found_town()


def turn_to(folder: Path) -> None:
    """Turn this process to the installation in a folder."""
    from health_cloud import tables
    from health_cloud.core import crypto
    from health_cloud.core.settings import settings

    assert tables.FEATURES
    os.environ.update({"HEALTH_CLOUD_DATA_DIR": str(folder), "HEALTH_CLOUD_DATABASE_URL": ""})
    settings.cache_clear()
    crypto.ring.cache_clear()


def share(values: list[float], part: float) -> float:
    """Return the value under which this part of all values lies, in milliseconds."""
    return sorted(values)[min(len(values) - 1, int(len(values) * part))] * 1e3
