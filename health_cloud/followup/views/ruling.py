"""The hospital's rules as its staff see and change them; instants are ISO text on the hospital's clock."""

from __future__ import annotations

from dataclasses import dataclass, field

from health_cloud.core.words import Words
from health_cloud.followup.views.checking import FlagRow, RuleText, VerdictPage

NOTHING = Words()


@dataclass(frozen=True)
class HeldRule:
    """One rule as it holds: its number, words, source, and whether it is the hospital's to change (`own`) or the law's.

    `why` is the key of what is said of that.
    """

    name: str = ""
    number: int = 0
    text: Words = NOTHING
    source: Words = NOTHING
    own: bool = False
    why: str = ""


@dataclass(frozen=True)
class ListedDisease:
    """A disease on the list, or taken off it (`off`); `own` where the hospital added it; `codes` as one reads them."""

    name: str = ""
    words: Words = NOTHING
    codes: str = ""
    own: bool = False
    off: bool = False


@dataclass(frozen=True)
class ListedFlag:
    """A sign that is asked about; `own` where the hospital added it; `of` names its disease, empty for everybody."""

    name: str = ""
    words: Words = NOTHING
    urgent: bool = False
    own: bool = False
    of: Words = NOTHING


@dataclass(frozen=True)
class RuleVersionRow:
    """A published version; `state` is `now`, `coming`, `before` or `never` (replaced before its day came)."""

    number: int = 0
    state: str = ""
    from_at: str = ""
    by: Words = NOTHING
    at: str = ""
    months: int = 0
    years: int = 0
    diseases: int = 0
    signs: int = 0


@dataclass(frozen=True)
class RuleEffect:
    """What would have been different among the last checks.

    `looked` were looked at; `refused` were a yes and would be a no, `let` the other way round, `asked` would have been
    asked about a further sign; `ready` is false where nobody has looked yet.
    """

    ready: bool = False
    looked: int = 0
    refused: int = 0
    let: int = 0
    asked: int = 0


@dataclass(frozen=True)
class HospitalRules:
    """The rules as they hold now, and what staff are working at.

    Attributes:
        version: as people read it. `rules`: rule by rule what holds.
        months, years, diseases, flags: as worked at. `turn`: to be handed back with each change.
        changed: what is worked at differs from what was published last.
        history: published versions, the newest first. `today`: for the day from which it holds.
    """

    version: str = ""
    rules: tuple[HeldRule, ...] = ()
    months: int = 0
    years: int = 0
    diseases: tuple[ListedDisease, ...] = ()
    flags: tuple[ListedFlag, ...] = ()
    turn: int = 0
    changed: bool = False
    by: Words = NOTHING
    at: str = ""
    history: tuple[RuleVersionRow, ...] = ()
    today: str = ""
    effect: RuleEffect = field(default_factory=RuleEffect)


@dataclass(frozen=True)
class AgainRoom:
    """What the rules say to a patient in the room of a visit that has not begun.

    `state` is as in the table, empty where nothing is asked; `questions` are the signs to be answered anew.
    """

    state: str = ""
    questions: tuple[FlagRow, ...] = ()
    answer: VerdictPage = field(default_factory=VerdictPage)
    in_person: str = ""
    """Where the times in person of that department are."""


@dataclass(frozen=True)
class AgainDesk:
    """The same to its physician: the rule that says no, and nothing of what it rests on."""

    state: str = ""
    rule: RuleText = field(default_factory=RuleText)
