"""Fixtures of identity's tests."""

from __future__ import annotations

import pytest
from argon2 import PasswordHasher

from health_cloud.identity.service import passwords
from tests import people
from tests.databases import Database


@pytest.fixture(autouse=True)
def _cheap_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Argon2 as in the product but with little memory: the tests are about what is compared, not how slowly."""
    monkeypatch.setattr(passwords, "_hasher", PasswordHasher(time_cost=1, memory_cost=64, parallelism=1))
    passwords._nobody.cache_clear()


@pytest.fixture
def town(database: Database) -> people.Town:
    """Return a hospital with its people."""
    assert database
    return people.found_town()
