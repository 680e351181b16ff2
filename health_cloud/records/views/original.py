"""One original, as the page shows it."""

from __future__ import annotations

from dataclasses import dataclass, field

from health_cloud.chart.views import NO_PROOF, Proof
from health_cloud.core.words import Words
from health_cloud.records.views.screens import Field, PaperLine

NOTHING = Words()


@dataclass(frozen=True)
class Leaf:
    """One page of a scan: how wide and high it is to be seen, in its own pixels."""

    width: int
    height: int


@dataclass(frozen=True)
class OriginalPage:
    """One original of an entry, and its other ones.

    Attributes:
        id: of the document, empty where there is nothing to show.
        record_class, back: of the entry that it belongs to; `back` leads there.
        title: of the original; the entry's where it has none of its own.
        at: when the original was made, else when the entry happened, as the source wrote it.
        look: how it is shown: "pdf", "image", "pages" (of a scan), "text", "frame" (has its own layout) or "other".
        kind: what it is called.
        size: in words.
        source: where its bytes come from; `file` gives the same as a file to keep.
        leaves: pages of a scan.
        head: who, by whom and when, of a clinical document that is a PDF or a scan inside.
        problem: why it cannot be shown: "broken" or "large"; empty where it can.
        replaced: number of the last version that it belonged to, where the hospital has sent another one since; else 0.
        others: the other originals that the entry has now.
        released: since when it can be read, on the hospital's clock.
    """

    id: str = ""
    record_class: str = ""
    back: str = ""
    title: Words = NOTHING
    organization: Words = NOTHING
    at: str = ""
    look: str = ""
    kind: str = ""
    size: str = ""
    source: str = ""
    file: str = ""
    head: list[Field] = field(default_factory=list[Field])
    leaves: list[Leaf] = field(default_factory=list[Leaf])
    problem: str = ""
    replaced: int = 0
    others: list[PaperLine] = field(default_factory=list[PaperLine])
    proof: Proof = NO_PROOF
    released: str = ""
    topics: tuple[str, ...] = ()
    opens: str = ""
