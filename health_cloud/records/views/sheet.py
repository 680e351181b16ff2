"""The visit sheet: what a patient takes to the doctor on one sheet of paper."""

from __future__ import annotations

from dataclasses import dataclass, field

from health_cloud.chart.views import NO_PROOF, Proof
from health_cloud.core.words import Words
from health_cloud.records.views.medicines import MedicineLine
from health_cloud.records.views.screens import Point
from health_cloud.records.views.summary import NO_GROUP, SummaryGroup

NOTHING = Words()


@dataclass(frozen=True)
class Indicator:
    """One analyte: its newest value as sent, and those before it that are comparable.

    Attributes:
        key: stands for it in the patient's choice; says nothing of what it is.
        value, unit, low, high, limits: as given; `ranged` where there is a range.
        kind, word: flag's shape and the key of its word; empty where the source gave none.
        at, organization: when and where, as the report says.
        count: how many values of this analyte, unit and specimen there are.
        before: the two comparable values before it, newest first.
        points: comparable values, oldest first, the newest last.
        trend: where it is shown through time; `href` is the record that its newest value stands in.
        twin: another one has the same name and unit, of another specimen or code: the day tells them apart.
    """

    key: str
    name: Words
    code: str
    value: Words
    unit: Words
    low: str
    high: str
    limits: Words
    ranged: bool
    kind: str
    word: str
    at: str
    organization: Words
    count: int
    before: list[Point]
    points: list[Point]
    trend: str = ""
    twin: bool = False
    href: str = ""


@dataclass(frozen=True)
class SheetPage:
    """What can stand on the sheet.

    Attributes:
        indicators: those with the most values first.
        medicines, named, allergies: as the summary has them.
        older: there are older records that were not read; `closed` says that some are not open to this reader.
        proof: why it can be seen.
    """

    indicators: list[Indicator] = field(default_factory=list[Indicator])
    medicines: list[MedicineLine] = field(default_factory=list[MedicineLine])
    named: SummaryGroup = NO_GROUP
    allergies: SummaryGroup = NO_GROUP
    older: bool = False
    closed: bool = False
    proof: Proof = NO_PROOF
    topics: tuple[str, ...] = ()
    opens: str = ""
