"""What a decision and a granted chart look like on a screen."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Generic, TypeVar

from health_cloud.chart.views import TeamFace
from health_cloud.consent.views import GrantCard, RequestCard
from health_cloud.core.words import Words

P = TypeVar("P")


@dataclass(frozen=True)
class PreviewRow:
    """A class in a request: how many entries would become visible as asked, and as given, to the last.

    `title`, `count` and `occurred` are of the newest of those that are given.
    """

    record_class: str
    asked: int
    given: int
    chosen: bool
    title: Words = field(default_factory=Words)
    count: int = 0
    occurred: str = ""


@dataclass(frozen=True)
class RequestPage:
    """A request with exactly what would become visible, as the release rules and the narrowing stand now.

    `replaces` tells whether the same physician can already see something, which this would replace.
    """

    request: RequestCard = field(default_factory=RequestCard)
    rows: tuple[PreviewRow, ...] = ()
    total: int = 0
    fewer: int = 0
    replaces: bool = False
    today: str = ""


@dataclass(frozen=True)
class NarrowingPage:
    """A living grant, with what it opens and what it would still open; `same` tells whether that is as much."""

    grant: GrantCard = field(default_factory=GrantCard)
    rows: tuple[PreviewRow, ...] = ()
    total: int = 0
    same: bool = True
    today: str = ""


@dataclass(frozen=True)
class Extension:
    """By how many hours a grant can be made longer, and when it would end then."""

    hours: str
    until_at: str


@dataclass(frozen=True)
class ClassTab:
    """A class in a physician's chart; a locked one is not part of the grant and shows no count."""

    record_class: str
    open: bool
    count: int = 0
    more: bool = False


@dataclass(frozen=True)
class Leased(Generic[P]):
    """A page of a chart, and the ground that shows it; whose chart it is stays with the server."""

    page: P
    ground: GrantCard

    @property
    def until_at(self) -> str:
        """Until when it is shown, ISO text."""
        return self.ground.until_at


@dataclass(frozen=True)
class ChartPage:
    """A chart under a grant: by whose leave, what, until when; `glance` tells whether there is an overview of it."""

    grant: GrantCard = field(default_factory=GrantCard)
    tabs: tuple[ClassTab, ...] = ()
    glance: bool = False
    topics: tuple[str, ...] = ()
    opens: str = ""


@dataclass(frozen=True)
class TeamsNow:
    """Which treating teams may see somebody's records now; `until` is when the first of them ends by the clock."""

    teams: list[TeamFace] = field(default_factory=list[TeamFace])
    until: str = ""
    topics: tuple[str, ...] = ()


@dataclass(frozen=True)
class Why:
    """What stands on a line of the ledger of "Why did you open this?".

    Attributes:
        state: empty where nothing can be asked, `can`, `asked`, `overdue` or `answered`.
        asked_at, due_at, answered_at: ISO text, empty for what has not been.
        answer: the words of the answer.
        by, department: who answered, and where they work.
        in_name: whether somebody else answered in the department's name.
    """

    state: str = ""
    asked_at: str = ""
    due_at: str = ""
    answer: str = ""
    answered_at: str = ""
    by: Words = field(default_factory=Words)
    department: Words = field(default_factory=Words)
    in_name: bool = False


@dataclass(frozen=True)
class OwedRow:
    """A question as whoever owes its answer sees it: nothing of the record but what they themselves opened, and when.

    Attributes:
        name: of the patient, masked.
        what: key of the record class, of what of a follow-up it was, or of "records".
        question: the patient's words; for the desk only where it may answer.
        overdue: whether the answer is late.
        may_answer: whether the reader of this may answer now.
        reader, department: who opened it, for the desk.
        disabled: whether that account can no longer answer.
        without_screen: whether that account answers nowhere itself, as a pharmacist's: the desk does so at once.
    """

    id: str
    name: Words
    read_at: str
    what: str
    question: str
    asked_at: str
    due_at: str
    overdue: bool
    may_answer: bool = True
    answer: str = ""
    answered_at: str = ""
    reader: Words = field(default_factory=Words)
    department: Words = field(default_factory=Words)
    disabled: bool = False
    without_screen: bool = False
