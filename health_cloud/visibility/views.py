"""A hospital's release policy as readers and screens know it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from health_cloud.core.vocabulary import RecordClass
from health_cloud.core.words import Words


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


@dataclass(frozen=True)
class RuleRow:
    """A class and its rule, as staff see it."""

    record_class: str
    open: bool
    delay_hours: int


@dataclass(frozen=True)
class VersionRow:
    """A published version: who, when, and what it changed. `moved` tells whether the first day changed."""

    version: int
    published_at: str
    by: Words
    opened: tuple[str, ...]
    closed: tuple[str, ...]
    from_date: str
    moved: bool


@dataclass(frozen=True)
class PolicyPage:
    """The policy in force at a hospital; `from_date` is ISO text, empty for all."""

    version: int
    from_date: str
    rules: tuple[RuleRow, ...]
    versions: tuple[VersionRow, ...]


@dataclass(frozen=True)
class SwitchRow:
    """A change of whether treating teams may read: to what, when, by whom."""

    version: int
    open: bool
    changed_at: str
    by: Words


@dataclass(frozen=True)
class TeamsPage:
    """Whether treating teams may read at a hospital, and the changes of it, the newest above; version 0: never set."""

    open: bool
    version: int
    changes: tuple[SwitchRow, ...]
