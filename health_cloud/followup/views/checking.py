"""What the rules of online follow-up say, and what a physician would be given. Times are ISO text."""

from __future__ import annotations

from dataclasses import dataclass, field

from health_cloud.access.views import PreviewRow
from health_cloud.core.words import Words
from health_cloud.identity.views import AccountCard


@dataclass(frozen=True)
class RuleText:
    """A rule of online follow-up: its number, its words, and where it comes from."""

    number: int = 0
    text: Words = field(default_factory=Words)
    source: Words = field(default_factory=Words)


@dataclass(frozen=True)
class Check:
    """What one rule says of a follow-up that somebody would book.

    Attributes:
        name, number: the rule.
        state: `met`, `not`, or `unknown` where a feed of the hospital is behind.
        day: of the visit or diagnosis that it rests on, ISO text; of what is unknown, up to when all is here.
        what: the department, disease or symptoms that it is about.
        shown: whether it is worth a line: that an adult is no child is not.
        say: key of the text that says all that.
    """

    name: str = ""
    number: int = 0
    state: str = ""
    day: str = ""
    what: Words = field(default_factory=Words)
    shown: bool = True
    say: str = ""


@dataclass(frozen=True)
class Verdict:
    """Whether somebody may be seen online, and why.

    Attributes:
        cited: the rule by which not, the most pressing one; empty when `met`.
        way: the way out: `emergency`, `in_person`, `desk`; empty when `met`.
        disease: what it is about, where that is on the hospital's list.
    """

    met: bool = False
    checks: tuple[Check, ...] = ()
    cited: str = ""
    way: str = ""
    disease: Words = field(default_factory=Words)
    rules_version: int = 0


@dataclass(frozen=True)
class DiseaseRow:
    """A disease that somebody may say it is about; `day` is of the newest sure word on it, maybe partial or empty."""

    name: str = ""
    words: Words = field(default_factory=Words)
    day: str = ""


@dataclass(frozen=True)
class FlagRow:
    """A symptom that is asked about."""

    name: str = ""
    words: Words = field(default_factory=Words)


@dataclass(frozen=True)
class CheckPage:
    """With whom somebody would book, and what of one's own it may be about."""

    physician: AccountCard = field(default_factory=AccountCard)
    department: Words = field(default_factory=Words)
    diseases: tuple[DiseaseRow, ...] = ()


@dataclass(frozen=True)
class VerdictPage:
    """What the rules said, with the rule that is cited and the number to call in an emergency."""

    verdict: Verdict = field(default_factory=Verdict)
    rule: RuleText = field(default_factory=RuleText)
    emergency: str = ""
    until: str = ""


@dataclass(frozen=True)
class GivePage:
    """What a physician would be able to read until a visit is over, class by class.

    `held_until` is until when they may read something already, ISO text or empty; `latest` is until when what is given
    would last with the last time that is open now; the period begins unbounded.
    """

    physician: AccountCard = field(default_factory=AccountCard)
    department: Words = field(default_factory=Words)
    rows: tuple[PreviewRow, ...] = ()
    total: int = 0
    today: str = ""
    held_until: str = ""
    latest: str = ""
    period_from: str = ""
    period_to: str = ""
    rule: RuleText = field(default_factory=RuleText)
