"""What the door gives out: rows of entries and encounters, without details."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from health_cloud.core.words import Words


@dataclass(frozen=True)
class EntryRow:
    """One line of a list. Times are ISO text; `occurred` is as the source wrote it, maybe partial."""

    id: str
    record_class: str
    title: Words
    place: Words
    practitioner: Words
    organization: Words
    occurred: str
    occurred_at: str
    precision: str
    outcome_at: str
    flag: str
    flagged: int
    version: int
    encounter_id: str
    fresh: bool
    """Not opened yet by this account as it stands now."""
    cursor: str
    members: int = 1
    """How many entries the line stands for: the medicines of one prescription are one to a reader."""
    corrected: bool = False
    """Opened before, in an older version."""


@dataclass(frozen=True)
class EncounterRow:
    """One visit, with how many visible entries of each class it made."""

    id: str
    title: Words
    department: Words
    practitioner: Words
    organization: Words
    visit_type: str
    occurred: str
    occurred_at: str
    ended_at: str
    counts: dict[str, int]
    entry_id: str = ""
    """The entry that is the visit itself, where this reader may see it; `entry_class` is its class."""
    entry_class: str = ""
    cursor: str = ""


@dataclass(frozen=True)
class Stop:
    """A place on the way through a life: a visit with all that it made, or an entry of no visit.

    Attributes:
        cursor: where a page ends that ends with it.
        visit: none for an entry of no visit, which then is the only one of `entries`.
        entries: what the visit made, without the entry that is the visit itself.
        itself: that one, where it may be seen.
    """

    id: str
    cursor: str
    visit: EncounterRow | None
    entries: list[EntryRow]
    itself: EntryRow | None = None


@dataclass(frozen=True)
class WhyCard:
    """A rendered decision: on which ground this reader sees this entry, and since when.

    `basis` and `reason` are keys of texts; `grantor` and the like are filled where the basis has them. `zone` is the
    hospital's time zone.
    """

    basis: str
    basis_id: str
    reason: str
    policy_version: int
    organization: Words
    outcome_at: str
    from_date: str
    delay_hours: int
    released_at: str
    until: str
    feed: str
    arrived_at: str
    version: int
    zone: str = ""


@dataclass(frozen=True)
class ProofRule:
    """What one hospital's release policy says of some classes.

    Attributes:
        classes: which, where the policy says different things of those that a page shows; empty for all of them.
        from_date: first day from which things are shown, empty for no bound.
        delay_hours: from the result until it opens.
    """

    organization: Words
    policy_version: int
    classes: list[str]
    from_date: str
    delay_hours: int


@dataclass(frozen=True)
class Proof:
    """A rendered decision for a whole page: on which ground it is read, and by whose rules of which version.

    `reason` and `until` are as in `WhyCard`; without a reason there is nothing to prove. `single` tells that all of it
    is of one hospital. Only hospitals that stand on the page are named: that there is another one may not be known.
    """

    reason: str = ""
    basis: str = ""
    until: str = ""
    rules: list[ProofRule] = field(default_factory=list[ProofRule])
    single: bool = False


NO_PROOF = Proof()


@dataclass(frozen=True)
class Release:
    """When an entry was opened to its reader, on the hospital's clock, and by which version of its rules."""

    at: str
    policy_version: int


@dataclass(frozen=True)
class VersionRow:
    """One version of an entry; `source_at` is when the source last changed it, empty where it did not say.

    `arrived_at` is the instant of the delivery that brought it.
    """

    id: str
    number: int
    status: str
    source_at: str
    arrived_at: str


@dataclass(frozen=True)
class ClassCount:
    """How many entries of one class a reader may see; `more` when counting stopped at 1,000."""

    record_class: str
    count: int
    more: bool
    fresh: int


@dataclass(frozen=True)
class EntryHandle:
    """An entry that this reader may open, for `records` to load its details by.

    Attributes:
        id: the entry.
        version_id: the current version.
        row: its line.
    """

    id: str
    version_id: str
    row: EntryRow


@dataclass(frozen=True)
class EarlierEntry:
    """An entry among those through time, with its current version; `occurred` is as the source wrote it.

    `hospital_id` and `became`, when it became an outcome, tell when it was released.
    """

    id: str
    version_id: str
    occurred: str
    organization: Words
    hospital_id: str = field(default="", kw_only=True)
    became: datetime | None = field(default=None, kw_only=True)


@dataclass(frozen=True)
class DatedEntry(EarlierEntry):
    """An entry among those of several classes through time.

    Attributes:
        record_class: its class; `organization_id` is its hospital.
        at: when it happened, to order by.
        place, practitioner: as its line names them.
        visit: whether it is a visit itself.
        encounter_id: the visit that it belongs to, empty for none.
        outcome: when it became an outcome: of a prescription, when it was paid; empty where its arrival stands for it.
    """

    record_class: str
    organization_id: str
    at: datetime
    place: Words
    practitioner: Words
    visit: bool
    encounter_id: str
    outcome: str


@dataclass(frozen=True)
class BackgroundBody:
    """What one feed says of a patient apart from any visit.

    Attributes:
        organization_id, organization: the hospital.
        body: JSON of `records.content.EntryContent`, items and measures alone.
        arrived: when that came.
        first, last: ISO days between which the hospital and the reader's basis open things; empty for no bound.
    """

    organization_id: str
    organization: Words
    body: str
    arrived: datetime
    first: str
    last: str


@dataclass(frozen=True)
class ReleaseEffect:
    """What another release policy would do to one class: entries that patients would gain and lose.

    Counting stops at 10,000 each; `more` says that it did. `patients` is how many would notice.
    """

    record_class: str
    gained: int
    lost: int
    patients: int
    more: bool


LOOSE = "loose"
"""The kind of what stands on the timeline and is of no visit."""


@dataclass(frozen=True)
class Kinds:
    """Kinds of entries by their codes: what the source calls the section, else the kind of visit; on the timeline that.

    Attributes:
        codes: these.
        but: all others instead.
    """

    codes: frozenset[str]
    but: bool = False


@dataclass(frozen=True)
class Narrowed:
    """What a list is narrowed to; nothing given is everything.

    Attributes:
        abnormal: only entries with something flagged other than normal.
        fresh: only what this account has not opened and is called new.
        organization_id: of one hospital.
        place: of one department, as the lines name it.
        kinds: of some kinds.
        since: not older than this.
        year: of one year, as the lines say it.
    """

    abnormal: bool = False
    fresh: bool = False
    organization_id: str = ""
    place: Words | None = None
    kinds: Kinds | None = None
    since: datetime | None = None
    year: int = 0


EVERYTHING = Narrowed()


@dataclass(frozen=True)
class Facet:
    """What entries, or visits, have in common: and whether any of them is abnormal or new.

    `place` is the department as the lines name it, `kind` the code of what they are.
    """

    organization_id: str
    place: Words
    kind: str
    abnormal: bool
    fresh: bool


@dataclass(frozen=True)
class DatedFacet(Facet):
    """Entries that have the year in common, too, as their lines carry it: from when to when."""

    year: str
    first: datetime
    last: datetime


@dataclass(frozen=True)
class StopFacet(Facet):
    """Visits, or entries of none, and from when to when there is something sought among them."""

    first: datetime | None
    last: datetime | None


@dataclass(frozen=True)
class SourceState:
    """How far one feed of a hospital is complete for one person.

    Attributes:
        name: what the hospital calls the feed, where it said so.
        state: `whole`, `first` (nothing is complete yet), `silent`, `cut_off`, `refused`.
        cycle: how often it delivers: `real_time`, `day`, `night`, `none`.
        complete_to: everything that it sent up to then is here.
        tried_at: when its last import began.
        turns_at: when the clock alone makes another state of it.
    """

    feed_id: str
    organization_id: str
    organization: Words
    name: Words
    state: str
    cycle: str
    complete_to: datetime | None
    tried_at: datetime | None
    turns_at: datetime | None


class Standing(NamedTuple):
    """An entry among all that may be seen; there are many, so it is made of what the row is made of.

    Attributes:
        line_id: the entry that stands for it in lists.
        names: Chinese and English of its title, its department and its practitioner, one after the other.
        at: when it was, as lists put it in order.
    """

    id: str
    version_id: str
    line_id: str
    names: tuple[str, str, str, str, str, str]
    at: datetime


@dataclass(frozen=True)
class TeamFace:
    """A team that may read somebody's records while a visit of theirs is open; `id` is the visit.

    `opened_at` is when it first did, empty until then; `until` when it ends at the latest. Times are ISO text.
    """

    id: str
    department_id: str
    department: Words
    organization: Words
    since: str
    until: str
    opened_at: str


@dataclass(frozen=True)
class WardRow:
    """A patient whom a department treats now; `id` is the visit, `since` and `born` are as the hospital wrote them."""

    id: str
    name: Words
    born: str
    visit_type: str
    since: str


@dataclass(frozen=True)
class WardPage:
    """Whom a physician's department treats now; nobody where the hospital does not let teams read.

    `until` is when the first of them leaves it by the clock.
    """

    allowed: bool = False
    department: Words = field(default_factory=Words)
    rows: tuple[WardRow, ...] = ()
    until: str = ""
    topics: tuple[str, ...] = ()
