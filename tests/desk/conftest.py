"""The journeys of the desk play in the same hospital as those of access."""

from tests.access.conftest import signed_in, ward

__all__ = ["signed_in", "ward"]
