"""What an import says of a patient record: visits and entries as they should stand, and what writing them did."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from health_cloud.core.vocabulary import EntryState, RecordClass, VisitType
from health_cloud.core.words import Words

Key = tuple[str, str]
"""Type and source key of the resource that an entry is made of."""


@dataclass(frozen=True, slots=True)
class Release:
    """What release rules can distinguish; see `chart_release_key`."""

    record_class: RecordClass
    visit_type: VisitType = VisitType.NONE
    kind_group: str = ""
    department_id: str = ""
    sensitivity: str = ""


@dataclass(frozen=True, slots=True)
class When:
    """An instant as far as the source tells it: UTC, the text as given, and its precision."""

    at: datetime
    text: str = ""
    precision: str = "second"


@dataclass(frozen=True, slots=True)
class EncounterDraft:
    """A visit as it should stand."""

    source_key: str
    visit_type: VisitType
    status: str
    occurred: When | None
    ended_at: datetime | None
    department_id: str | None
    practitioner_id: str | None
    title: Words


@dataclass(frozen=True, slots=True)
class VersionDraft:
    """One version of an entry, oldest first in its draft; the last one is the current one.

    Attributes:
        content_hash: keyed digest of what a reader sees.
        source_hash: keyed digest of the resource it was made of.
        body: the content, for `records` to keep.
    """

    content_hash: str
    source_hash: str
    status: str
    message_id: str
    source_at: datetime | None
    body: str


@dataclass(frozen=True, slots=True)
class EntryDraft:
    """An entry as it should stand."""

    source_type: str
    source_key: str
    release: Release
    state: EntryState
    occurred: When
    outcome_at: datetime
    title: Words
    place: Words
    practitioner: Words
    versions: tuple[VersionDraft, ...]
    held_reason: str = ""
    encounter_key: str = ""
    flag: str = ""
    flagged: int = 0
    group_key: str = ""
    """Shared by the entries that are one to a reader; empty where it stands alone."""

    @property
    def key(self) -> Key:
        """What it is found by within its feed."""
        return (self.source_type, self.source_key)


@dataclass(slots=True)
class Known:
    """An entry as it stands."""

    row: dict[str, Any]
    versions: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])


@dataclass(frozen=True, slots=True)
class WrittenVersion:
    """A version that is new or newly current, for `records` to keep its content."""

    entry_id: str
    version_id: str
    body: str
    current: bool
    fresh_entry: bool


@dataclass(slots=True)
class Written:
    """What a write did."""

    published: list[str] = field(default_factory=list[str])
    """Class of each entry that came to be shown."""
    withdrawn: int = 0
    versions: list[WrittenVersion] = field(default_factory=list[WrittenVersion])
