"""The reading screens: a list of a class, the visits, one entry. All that a browser may ever know of them."""

from __future__ import annotations

from dataclasses import dataclass, field

from health_cloud.chart.views import NO_PROOF, Proof, WhyCard
from health_cloud.core.words import Words
from health_cloud.records.views.changes import Change
from health_cloud.records.views.filters import Filters
from health_cloud.records.views.meaning import NO_MEANING, Meaning, Term
from health_cloud.records.views.reports import Previous, SeriesLine
from health_cloud.records.views.sources import NO_SOURCES, Sources
from health_cloud.records.views.story import Passage, Story

NOTHING = Words()


@dataclass(frozen=True)
class ListRow:
    """One line of a list.

    Attributes:
        href: where it leads.
        title: what it is, or the first of several.
        count: how many entries the line stands for: medicines of one prescription are one line.
        place, practitioner: as given.
        occurred: as the source wrote it, maybe partial.
        kind, word: flag's shape and the key of its word; empty where none was given.
        flagged: how many results are flagged other than normal.
        fresh: not opened as it stands now; `mark` is the key of the word for it, empty where it is not fresh.
    """

    id: str
    record_class: str
    href: str
    title: Words
    count: int
    place: Words
    practitioner: Words
    occurred: str
    kind: str
    word: str
    flagged: int
    fresh: bool
    mark: str = ""


@dataclass(frozen=True)
class Month:
    """Lines of one month (`2026-04`, or `2016` where no more is known); `least` when a source has not brought all."""

    month: str
    rows: list[ListRow]
    least: bool = False


@dataclass(frozen=True)
class ListPage:
    """A page of one class, newest first. `older` is the cursor of the next one, empty at the end.

    `newer` is the cursor of the line before it, where it is a page towards the newest; empty where it begins with that.
    `topics` and `opens` say what changes it and when the clock does: for the server, never for the browser.
    """

    record_class: str = ""
    months: list[Month] = field(default_factory=list[Month])
    older: str = ""
    newer: str = ""
    topics: tuple[str, ...] = ()
    opens: str = ""
    proof: Proof = NO_PROOF


@dataclass(frozen=True)
class OwnList:
    """A stretch of one's own list.

    Attributes:
        page: its lines.
        at: its address, without the place in it.
        start: cursor of the line before the first, empty at the newest.
        filters: what it may be narrowed by.
        sources: up to when it is complete.
    """

    page: ListPage
    at: str
    start: str
    filters: Filters
    sources: Sources = NO_SOURCES


@dataclass(frozen=True)
class VisitPart:
    """How many visible entries of a class a visit made."""

    record_class: str
    count: int


@dataclass(frozen=True)
class VisitRow:
    """One visit. `title` is what the source calls it, else its department; `href` is empty where none may be read."""

    id: str
    title: Words
    kind: str
    department: Words
    practitioner: Words
    organization: Words
    occurred: str
    ended: str
    parts: list[VisitPart]
    href: str


@dataclass(frozen=True)
class Point:
    """An earlier value, or the last of them, the one shown; `gap` where the method changed before it.

    `href` leads to its record where it stands as a number.
    """

    at: str
    value: str
    kind: str
    gap: bool = False
    href: str = ""


@dataclass(frozen=True)
class Past:
    """What lies before a result: comparable values alone, of one analyte, unit, specimen and hospital.

    Attributes:
        points: oldest first, the result itself last; none where nothing comparable lies before it.
        previous: the value before, where the method was the same.
        than: key of how it differs from that one; `by` so much, `year` the other one's year.
    """

    points: list[Point] = field(default_factory=list[Point])
    previous: str = ""
    than: str = ""
    by: str = ""
    year: str = ""


NO_PAST = Past()


@dataclass(frozen=True)
class ResultLine:
    """One result, or the heading of a panel.

    Attributes:
        place: among the lines of its report.
        heading: a panel's name; its members follow.
        value: as given, with comparator; `long` when it is running text.
        low, high, limits: reference range as given.
        kind, word: flag's shape and the key of its word; empty where the source gave none.
        remarks: specimen, method and note, as given; but not what the line above has said already.
        whole: all remarks, where some are left out there.
        panel: the panel that it belongs to.
        past: comparable values before it.
        trend: where it is shown through time, for whom it is.
        meaning: what the test is, for whom that is explained.
    """

    name: Words
    place: int = 0
    code: str = ""
    heading: bool = False
    inner: bool = False
    value: Words = NOTHING
    numeric: bool = False
    long: bool = False
    unit: Words = NOTHING
    low: str = ""
    high: str = ""
    limits: Words = NOTHING
    ranged: bool = False
    kind: str = ""
    word: str = ""
    remarks: list[Words] = field(default_factory=list[Words])
    whole: list[Words] = field(default_factory=list[Words])
    panel: Words = NOTHING
    at: str = ""
    past: Past = NO_PAST
    trend: str = ""
    meaning: Meaning = NO_MEANING


@dataclass(frozen=True)
class Cell:
    """What one antibiotic does to one organism; `tested` false where nobody looked.

    Attributes:
        was, was_amount: what the cell said before it was corrected; empty where it was not.
    """

    tested: bool
    kind: str = ""
    word: str = ""
    amount: Words = NOTHING
    was: str = ""
    was_amount: Words = NOTHING


@dataclass(frozen=True)
class GridRow:
    """One antibiotic against every organism."""

    name: Words
    cells: list[Cell]


@dataclass(frozen=True)
class Organism:
    """One that grew, and how much of it; `isolate` counts those of one name from 1, 0 where it is the only one."""

    name: Words
    amount: Words
    isolate: int = 0


@dataclass(frozen=True)
class Grid:
    """Isolates against antibiotics.

    Attributes:
        organisms: the isolates, a column each; `kinds` counts how many organisms they are of.
        corrected: so many cells said something else before.
    """

    organisms: list[Organism] = field(default_factory=list[Organism])
    kinds: int = 0
    rows: list[GridRow] = field(default_factory=list[GridRow])
    unit: Words = NOTHING
    corrected: int = 0


@dataclass(frozen=True)
class Headline:
    """What a report's results say together.

    Attributes:
        say: key of the sentence, empty where one result speaks for itself.
        total, flagged: of how many, how many are flagged other than normal.
        unranged: whether there is a number whose range the hospital did not give.
    """

    say: str = ""
    total: int = 0
    flagged: int = 0
    unranged: bool = False


@dataclass(frozen=True)
class Field:
    """A named fact: key of its name, and the fact in words, or as time."""

    name: str
    words: Words = NOTHING
    at: str = ""


@dataclass(frozen=True)
class MedicineCard:
    """One medicine; `href` is where it is shown through time, empty where it is not."""

    name: Words
    dose: Words
    fields: list[Field]
    href: str = ""


@dataclass(frozen=True)
class ItemLine:
    """Something said of a visit."""

    title: Words
    details: list[Words]
    at: str
    until: str
    status: str
    people: list[Words]
    severity: str = ""


@dataclass(frozen=True)
class ItemGroup:
    """Items of one kind, in the order in which a reader wants the kinds."""

    kind: str
    said: list[ItemLine]


@dataclass(frozen=True)
class PaperLine:
    """An original; `href` gives its bytes, `page` shows it. Both are empty where it was named but not delivered."""

    title: Words
    kind: str
    size: str
    at: str
    href: str
    image: bool
    id: str = ""
    page: str = ""


@dataclass(frozen=True)
class VersionLine:
    """One version of an entry; `title` says of which one where the page shows several."""

    title: Words
    number: int
    status: str
    arrived: str
    current: bool
    changes: list[Change] = field(default_factory=list[Change])
    compared: bool = False
    """Whether it was compared with the version before it."""
    papers: list[PaperLine] = field(default_factory=list[PaperLine])
    """Originals that this version came with and the current one does not have."""


NO_WHY = WhyCard("", "", "", 0, NOTHING, "", "", 0, "", "", "", "", 0)


@dataclass(frozen=True)
class EntryPage:
    """Everything there is of one entry, in the order in which a reader wants it."""

    id: str = ""
    record_class: str = ""
    title: Words = NOTHING
    count: int = 1
    organization: Words = NOTHING
    place: Words = NOTHING
    practitioner: Words = NOTHING
    occurred: str = ""
    ended: str = ""
    issued: str = ""
    status: str = ""
    fields: list[Field] = field(default_factory=list[Field])
    headline: Headline = field(default_factory=Headline)
    story: Story = field(default_factory=Story)
    passages: list[Passage] = field(default_factory=list[Passage])
    results: list[ResultLine] = field(default_factory=list[ResultLine])
    grid: Grid = field(default_factory=Grid)
    measures: list[ResultLine] = field(default_factory=list[ResultLine])
    compared: str = ""
    """Day of the check-up that this one is compared with."""
    sortable: bool = False
    """Whether the order changes when what is abnormal comes first."""
    compare: str = ""
    """Where it is laid beside the one of its kind before it, for whom there is one; `compare_at` is that one's day."""
    compare_at: str = ""
    medicines: list[MedicineCard] = field(default_factory=list[MedicineCard])
    groups: list[ItemGroup] = field(default_factory=list[ItemGroup])
    series: list[SeriesLine] = field(default_factory=list[SeriesLine])
    papers: list[PaperLine] = field(default_factory=list[PaperLine])
    terms: list[Term] = field(default_factory=list[Term])
    """Words of its running text that are explained, to whoever is not a physician."""
    pictures: int = 0
    """How many of the originals are pictures."""
    original: str = ""
    missing_results: int = 0
    versions: list[VersionLine] = field(default_factory=list[VersionLine])
    version: int = 1
    beside: list[ListRow] = field(default_factory=list[ListRow])
    related: list[ListRow] = field(default_factory=list[ListRow])
    """Other examinations and studies of the same visit."""
    previous: Previous = field(default_factory=Previous)
    stored: int = 0
    """How many pictures of a study the hospital keeps."""
    abnormal: list[ResultLine] = field(default_factory=list[ResultLine])
    """What differs in a check-up."""
    sources: list[str] = field(default_factory=list[str])
    source: list[Field] = field(default_factory=list[Field])
    """Who made it, and when it happened, was written down, came here and was opened."""
    changed: list[Change] = field(default_factory=list[Change])
    """What the version shown says otherwise than the one before it."""
    why: WhyCard = NO_WHY
    topics: tuple[str, ...] = ()


@dataclass(frozen=True)
class DocumentBytes:
    """An original as it is handed out."""

    content: bytes
    content_type: str
    name: str
