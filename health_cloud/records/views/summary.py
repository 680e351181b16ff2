"""What hospitals have said of a person, by kind, each thing once with every record that says it."""

from __future__ import annotations

from dataclasses import dataclass, field

from health_cloud.chart.views import NO_PROOF, Proof
from health_cloud.core.words import Words
from health_cloud.records.views.medicines import MedicineLine
from health_cloud.records.views.sources import NO_SOURCES, Sources

NOTHING = Words()


@dataclass(frozen=True)
class Source:
    """Where something is said: hospital, day, and the entry; no address where it came apart from any visit."""

    organization: Words = NOTHING
    at: str = ""
    href: str = ""
    status: str = ""


NO_SOURCE = Source()


@dataclass(frozen=True)
class SummaryLine:
    """One thing, as all records say it that call it by the same codes and the same name.

    Attributes:
        title, details: as the newest record has them.
        since, until: as given.
        status: key of its word, or the source's own word; `severity` likewise.
        differ: whether hospitals say of it different things.
        newest: the record that says it last; `others` are the next ones; `count` is how many there are.
        value, unit, kind, word: of a measurement, with its flag.
    """

    title: Words
    details: list[Words] = field(default_factory=list[Words])
    since: str = ""
    until: str = ""
    status: str = ""
    severity: str = ""
    differ: bool = False
    newest: Source = NO_SOURCE
    others: list[Source] = field(default_factory=list[Source])
    count: int = 1
    value: Words = NOTHING
    unit: Words = NOTHING
    kind: str = ""
    word: str = ""


@dataclass(frozen=True)
class SummaryGroup:
    """Things of one kind: those that hold, what a hospital says expressly of there being none, and those before.

    `more` is how many lines are not shown.
    """

    current: list[SummaryLine] = field(default_factory=list[SummaryLine])
    stated: list[SummaryLine] = field(default_factory=list[SummaryLine])
    before: list[SummaryLine] = field(default_factory=list[SummaryLine])
    more: int = 0
    any: bool = False


@dataclass(frozen=True)
class SeenPerson:
    """Somebody who saw the patient, where, and when last."""

    name: Words
    place: Words
    organization: Words
    at: str
    href: str


NO_GROUP = SummaryGroup()


@dataclass(frozen=True)
class SummaryPage:
    """The summary.

    Attributes:
        medicines: those of now, from prescriptions; `named` are those that other records call current.
        looked: how many records were read; `older` says that there are older ones which were not.
        closed: whether some classes are not open to this reader.
    """

    problems: SummaryGroup = NO_GROUP
    allergies: SummaryGroup = NO_GROUP
    medicines: list[MedicineLine] = field(default_factory=list[MedicineLine])
    named: SummaryGroup = NO_GROUP
    immunizations: SummaryGroup = NO_GROUP
    measures: list[SummaryLine] = field(default_factory=list[SummaryLine])
    people: list[SeenPerson] = field(default_factory=list[SeenPerson])
    looked: int = 0
    older: bool = False
    closed: bool = False
    proof: Proof = NO_PROOF
    topics: tuple[str, ...] = ()
    opens: str = ""
    sources: Sources = NO_SOURCES
