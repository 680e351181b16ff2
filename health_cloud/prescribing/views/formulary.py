"""A formulary as its lines say it, and as the desk sees its versions."""

from __future__ import annotations

from dataclasses import dataclass, field

from health_cloud.core.words import Words

NOTHING = Words()


@dataclass(frozen=True)
class Medicine:
    """A product that a hospital prescribes.

    Attributes:
        code: the hospital's own, unique within its formulary.
        name: generic name, without the strength.
        pinyin: initials, as the hospital spells them.
        atc: ATC code (WHO), empty where there is none; `ingredients` are those of what it is made of.
        strength: number and unit, e.g. `0.5 g`.
        unit: in what it is counted: a tablet, a capsule.
        pack: so many units a pack. `price`: of a pack, in hundredths.
        single_max, day_max: most units at once and a day, as decimal text; empty where the hospital says nothing.
        control: `narcotic`, `psychotropic`, `other`, or empty: what is controlled is never prescribed online.
        antibacterial: `open`, `restricted`, `special`, or empty.
    """

    code: str
    name: Words
    pinyin: str = ""
    atc: str = ""
    ingredients: tuple[str, ...] = ()
    form: Words = NOTHING
    strength: str = ""
    unit: Words = NOTHING
    pack: int = 1
    price: int = 0
    single_max: str = ""
    day_max: str = ""
    control: str = ""
    antibacterial: str = ""

    @property
    def title(self) -> Words:
        """Name and strength, as it is printed."""
        zh, en = self.name.pick("zh"), self.name.pick("en")
        return Words(f"{zh} {self.strength}".strip(), f"{en} {self.strength}".strip())


@dataclass(frozen=True)
class Group:
    """Medicines of which one is enough: ATC prefixes or codes."""

    code: str
    name: Words
    members: tuple[str, ...]


@dataclass(frozen=True)
class Interaction:
    """Two sides that do not go together, each of ATC prefixes or codes, with the hospital's words and source.

    `severity` is `forbidden` (never together), `serious` or `caution`.
    """

    code: str
    one: tuple[str, ...]
    other: tuple[str, ...]
    severity: str
    words: Words
    source: str


@dataclass(frozen=True)
class Allergy:
    """What an allergy in a record means: `said` are words or codes (`system#code`), `members` what to be wary of."""

    code: str
    name: Words
    members: tuple[str, ...]
    said: tuple[str, ...]


@dataclass(frozen=True)
class Contents:
    """All lines of a formulary, each kind by its code."""

    medicines: dict[str, Medicine] = field(default_factory=dict[str, Medicine])
    groups: dict[str, Group] = field(default_factory=dict[str, Group])
    interactions: dict[str, Interaction] = field(default_factory=dict[str, Interaction])
    allergies: dict[str, Allergy] = field(default_factory=dict[str, Allergy])


@dataclass(frozen=True)
class LineProblem:
    """What is wrong in one line of a file: number of the line (the header is 1), column, and what to do."""

    line: int
    column: str
    words: Words


@dataclass(frozen=True)
class Difference:
    """One line that a new version adds, changes or drops; `what` says `added`, `changed` or `dropped`."""

    what: str
    kind: str
    code: str
    name: Words
    fields: str = ""
    """Which columns change."""


@dataclass(frozen=True)
class VersionRow:
    """A version of a formulary."""

    id: str = ""
    number: int = 0
    state: str = ""
    loaded_at: str = ""
    by: Words = NOTHING
    medicines: int = 0
    groups: int = 0
    interactions: int = 0
    allergies: int = 0


NO_VERSION = VersionRow()


@dataclass(frozen=True)
class FormularyPage:
    """The desk's page: the version in force, one that is offered with what it changes, and those before.

    `differences` are at most two hundred; `added`, `changed`, `dropped` count all.
    """

    taken: VersionRow = NO_VERSION
    offered: VersionRow = NO_VERSION
    differences: tuple[Difference, ...] = ()
    added: int = 0
    changed: int = 0
    dropped: int = 0
    before: tuple[VersionRow, ...] = ()
