"""Two reports of one kind, or two check-ups, side by side."""

from __future__ import annotations

from dataclasses import dataclass, field

from health_cloud.chart.views import NO_PROOF, Proof
from health_cloud.core.words import Words

NOTHING = Words()


@dataclass(frozen=True)
class ComparedValue:
    """A value as its report gives it; `given` false where the report has no such result."""

    given: bool = False
    value: Words = NOTHING
    unit: Words = NOTHING
    numeric: bool = False
    low: str = ""
    high: str = ""
    limits: Words = NOTHING
    kind: str = ""
    word: str = ""


NO_VALUE = ComparedValue()


@dataclass(frozen=True)
class ComparedRow:
    """One analyte, in one unit, of one specimen.

    Attributes:
        panel: which it belongs to.
        say: key of how the newer value differs, or why that is not said; `by` so much.
    """

    name: Words
    code: str = ""
    panel: Words = NOTHING
    older: ComparedValue = NO_VALUE
    newer: ComparedValue = NO_VALUE
    say: str = ""
    by: str = ""


@dataclass(frozen=True)
class ComparedSide:
    """One of the two reports; `released` and `rule` tell since when and by which rules' version it can be read."""

    href: str = ""
    at: str = ""
    title: Words = NOTHING
    organization: Words = NOTHING
    released: str = ""
    rule: int = 0


NO_SIDE = ComparedSide()


@dataclass(frozen=True)
class ComparePage:
    """Two reports, the older one first.

    Attributes:
        id: the newer one.
        measures, results: what stands in either.
        others: further ones of this kind before the newer one; each leads to the comparison with it.
    """

    id: str = ""
    record_class: str = ""
    title: Words = NOTHING
    older: ComparedSide = NO_SIDE
    newer: ComparedSide = NO_SIDE
    measures: list[ComparedRow] = field(default_factory=list[ComparedRow])
    results: list[ComparedRow] = field(default_factory=list[ComparedRow])
    others: list[ComparedSide] = field(default_factory=list[ComparedSide])
    proof: Proof = NO_PROOF
    topics: tuple[str, ...] = ()
    opens: str = ""
