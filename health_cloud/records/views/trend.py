"""One analyte through time: every value that this reader may see, and where values are not comparable."""

from __future__ import annotations

from dataclasses import dataclass, field

from health_cloud.chart.views import NO_PROOF, Proof
from health_cloud.core.words import Words
from health_cloud.records.views.meaning import NO_MEANING, Meaning

NOTHING = Words()


@dataclass(frozen=True)
class TrendRow:
    """One value, as its report gives it.

    Attributes:
        id, href: the report it stands in.
        at: when, as the source wrote it, maybe partial.
        value: as given, with comparator; `number` is the number in it, empty where there is none.
        censored: `<`, `<=`, `>=`, `>` where no more than a limit is known.
        low, high, limits: reference range of that time, as given.
        kind, word: flag's shape and the key of its word; empty where the source gave none.
        plotted: whether it stands on the plot: a number of the plot's specimen, and of its unit or one of its family.
        drawn, drawn_low, drawn_high: number and range in the plot's unit, for it alone; as given where that is theirs.
        converted: whether the plot's unit is another than its own.
        joined: whether a line leads to it from the value before.
        second, second_kind, second_word, second_low, second_high, second_limits: the other of a pair, then.
        released: when it was opened to this reader, on the hospital's clock; `rule` by which version of its rules.
        broken: key of why it is not comparable with the value before; `was` and `now` say what changed.
    """

    id: str
    href: str
    at: str
    value: Words
    number: str = ""
    censored: str = ""
    unit: Words = NOTHING
    low: str = ""
    high: str = ""
    limits: Words = NOTHING
    ranged: bool = False
    kind: str = ""
    word: str = ""
    organization: Words = NOTHING
    released: str = ""
    rule: int = 0
    plotted: bool = False
    drawn: str = ""
    drawn_low: str = ""
    drawn_high: str = ""
    converted: bool = False
    joined: bool = False
    second: Words = NOTHING
    second_kind: str = ""
    second_word: str = ""
    second_low: str = ""
    second_high: str = ""
    second_limits: Words = NOTHING
    broken: str = ""
    was: Words = NOTHING
    now: Words = NOTHING


NO_ROW = TrendRow("", "", "", NOTHING)


@dataclass(frozen=True)
class TrendPage:
    """What one analyte was, newest first.

    Attributes:
        id: the report that it was opened from; `back` leads there.
        record_class: whether of laboratory reports or of check-ups.
        name, code, specimen, unit: of the result that it was opened from.
        newest: the last value of that unit and specimen.
        rows: every value of the analyte.
        plotted: how many stand on the plot; a line needs two.
        converted: how many of those were sent in another unit of the same family.
        breaks: how often neighbours on it are not comparable.
        more: whether there are older ones than are shown.
        meaning: what the test is.
        pair, pair_meaning: name of the measure that is shown beside it, such as the lower blood pressure; `beside` are
            its values, for the plot.
    """

    id: str = ""
    record_class: str = ""
    back: str = ""
    name: Words = NOTHING
    code: str = ""
    specimen: Words = NOTHING
    unit: Words = NOTHING
    newest: TrendRow = NO_ROW
    rows: list[TrendRow] = field(default_factory=list[TrendRow])
    plotted: int = 0
    converted: int = 0
    breaks: int = 0
    more: bool = False
    meaning: Meaning = NO_MEANING
    pair: Words = NOTHING
    pair_meaning: Meaning = NO_MEANING
    beside: list[TrendRow] = field(default_factory=list[TrendRow])
    proof: Proof = NO_PROOF
    topics: tuple[str, ...] = ()
    opens: str = ""
