"""The journeys of follow-up play in the same hospital as those of access."""

from tests.access.conftest import signed_in, ward

__all__ = ["signed_in", "ward"]
