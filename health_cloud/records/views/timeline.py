"""A life in order: visits with what they made, and entries of no visit between them."""

from __future__ import annotations

from dataclasses import dataclass, field

from health_cloud.chart.views import NO_PROOF, Proof
from health_cloud.core.words import Words
from health_cloud.records.views.filters import NO_CHOICE, NO_FILTERS, Filters, OneOf
from health_cloud.records.views.sources import NO_SOURCES, Sources


@dataclass(frozen=True)
class MadeRow:
    """An entry that a visit made, or that stands alone: its class leads."""

    id: str
    record_class: str
    href: str
    title: Words
    count: int
    kind: str
    word: str
    flagged: int
    fresh: bool
    mark: str = ""


@dataclass(frozen=True)
class StopRow:
    """A visit, or an entry of no visit.

    Attributes:
        visit: whether it is a visit.
        title: what the source calls the visit; `kind` is what sort of visit it is.
        href: where the visit itself is read, empty where it may not be.
        made: what is shown of what it made; `more` is how much else there is.
        fresh: whether something of it is new, or itself.
    """

    id: str
    visit: bool
    title: Words
    kind: str
    department: Words
    practitioner: Words
    organization: Words
    occurred: str
    href: str
    made: list[MadeRow]
    more: int
    fresh: bool


@dataclass(frozen=True)
class Year:
    """Stops of one year."""

    year: str
    rows: list[StopRow]


@dataclass(frozen=True)
class TimelinePage:
    """A page of a life, newest first.

    Attributes:
        at: its address, without the place in it.
        older, start: cursors of what lies beyond its end, and of what stands before its first stop; empty for nothing.
        jump: the years one may go to at once.
        filters: what it may be narrowed by.
        proof: why it can be seen; of a part that is read later nothing is said again.
        topics, opens: what changes it and when the clock does: for the server, never for the browser.
    """

    years: list[Year] = field(default_factory=list[Year])
    at: str = ""
    older: str = ""
    start: str = ""
    jump: OneOf = NO_CHOICE
    filters: Filters = NO_FILTERS
    sources: Sources = NO_SOURCES
    proof: Proof = NO_PROOF
    topics: tuple[str, ...] = ()
    opens: str = ""
