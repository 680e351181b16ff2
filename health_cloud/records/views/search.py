"""What a search found: lines as lists have them, and where in each it was found."""

from __future__ import annotations

from dataclasses import dataclass, field

from health_cloud.core.words import Words
from health_cloud.records.views.screens import ListRow
from health_cloud.records.views.sources import NO_SOURCES, Sources


@dataclass(frozen=True)
class Hit:
    """Where it was found: key of the kind of thing, and its name."""

    kind: str
    name: Words


@dataclass(frozen=True)
class FoundRow:
    """A line, and where in it the words were found; nowhere but in the title is nowhere."""

    line: ListRow
    hits: list[Hit]


@dataclass(frozen=True)
class FoundMonth:
    """What was found of one month."""

    month: str
    rows: list[FoundRow]


@dataclass(frozen=True)
class SearchPage:
    """What a search found.

    Attributes:
        exact: as typed, newest first; `similar`: nearly so, newest first.
        total: how many lines there are; `most` is how many are shown, where there are more, else 0.
        unread: whether some entries could not be looked into yet.
        topics, opens: what changes it and when the clock does: for the server, never for the browser.
    """

    exact: list[FoundMonth] = field(default_factory=list[FoundMonth])
    similar: list[FoundMonth] = field(default_factory=list[FoundMonth])
    total: int = 0
    most: int = 0
    unread: bool = False
    topics: tuple[str, ...] = ()
    opens: str = ""
    sources: Sources = NO_SOURCES
