"""A hospital with people in it, for the reading tests."""

import pytest

from tests import people
from tests.databases import Database


@pytest.fixture
def town(database: Database) -> people.Town:
    """An empty database with the hospital and its people."""
    assert database
    return people.found_town()
