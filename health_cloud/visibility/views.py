"""A hospital's release policy as readers and screens know it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from health_cloud.core.vocabulary import RecordClass


@dataclass(frozen=True)
class ReleaseRule:
    """What a policy says of one record class. `delay_hours` runs from the entry's outcome."""

    open: bool = True
    from_date: date | None = None
    delay_hours: int = 0


ALL_OPEN = ReleaseRule()


@dataclass(frozen=True)
class ReleasePolicy:
    """The policy in force at one hospital; without a published one, version 1: all open, no delay."""

    organization_id: str
    version: int
    rules: dict[RecordClass, ReleaseRule]

    def rule(self, record_class: RecordClass) -> ReleaseRule:
        """Return the rule of a class."""
        return self.rules.get(record_class, ALL_OPEN)
