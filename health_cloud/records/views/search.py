"""What a search found: lines as lists have them, and where in each it was found."""

from __future__ import annotations

from dataclasses import dataclass, field

from health_cloud.chart.views import NO_PROOF, Proof
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

    id: str
    line: ListRow
    hits: list[Hit]


@dataclass(frozen=True)
class FoundMonth:
    """What was found of one month, as typed or nearly so.

    Attributes:
        name: of the two together.
        similar: whether what is only nearly as typed begins with it.
    """

    name: str
    month: str
    similar: bool
    rows: list[FoundRow]


@dataclass(frozen=True)
class SearchPage:
    """A page of what a search found, as typed before nearly so, newest first in each.

    Attributes:
        older, start: cursors of what lies beyond its end, and of what stands before its first line; empty for nothing.
        total: how many lines were found in all.
        unread: whether some entries could not be looked into yet.
        proof: why it can be seen.
        topics, opens: what changes it and when the clock does: for the server, never for the browser.
    """

    months: list[FoundMonth] = field(default_factory=list[FoundMonth])
    older: str = ""
    start: str = ""
    total: int = 0
    unread: bool = False
    topics: tuple[str, ...] = ()
    opens: str = ""
    sources: Sources = NO_SOURCES
    proof: Proof = NO_PROOF
