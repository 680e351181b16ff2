"""The patient's first screen."""

from __future__ import annotations

from dataclasses import dataclass, field

from health_cloud.chart.views import NO_PROOF, Proof
from health_cloud.core.words import Words
from health_cloud.records.views.screens import ListRow, VisitRow
from health_cloud.records.views.sources import NO_SOURCES, Sources


@dataclass(frozen=True)
class HomePage:
    """What is new, how much there is, and where one was last.

    Attributes:
        news: entries not opened yet, newest first, at most three; `new` is how many there are in all.
        recent: the newest entries, shown where nothing is new.
        counts: record class -> number as text, "999+" where counting stopped.
        any: whether there is anything at all.
        visits: the last three.
        can_see: how many people may read something of it now; `seers` are the first of them.
        sources: up to when it is complete.
        proof: why it can be seen.
        topics: what changes this screen, and `opens` when the clock does, a grant's end too: for the server, never for
            the browser.
    """

    news: list[ListRow] = field(default_factory=list[ListRow])
    new: int = 0
    new_more: bool = False
    recent: list[ListRow] = field(default_factory=list[ListRow])
    counts: dict[str, str] = field(default_factory=dict[str, str])
    any: bool = False
    visits: list[VisitRow] = field(default_factory=list[VisitRow])
    can_see: int = 0
    seers: list[Words] = field(default_factory=list[Words])
    sources: Sources = NO_SOURCES
    proof: Proof = NO_PROOF
    topics: tuple[str, ...] = ()
    opens: str = ""
