"""Questions on a past visit. Times are ISO text with the hospital's own offset."""

from __future__ import annotations

from dataclasses import dataclass, field

from health_cloud.core.words import Words
from health_cloud.followup.views.notes import SignedRow
from health_cloud.followup.views.visits import TalkLine
from health_cloud.identity.views import AccountCard
from health_cloud.prescribing.views.prescriptions import ItemRow


@dataclass(frozen=True)
class AskingTimes:
    """A hospital's rule: for how many days one may ask (0 for never), and within how many working days it answers."""

    days: int
    answer_days: int


@dataclass(frozen=True)
class LateQuestion:
    """A question that nobody has answered in time, to the desk: where and since when, not whose."""

    id: str
    department: Words
    physician: Words
    due_at: str


@dataclass(frozen=True)
class AskingTimesPage:
    """The rule as the desk sees it, and what is late."""

    rule: AskingTimes
    changed_by: Words = field(default_factory=Words)
    changed_at: str = ""
    late: tuple[LateQuestion, ...] = ()


@dataclass(frozen=True)
class QuestionCard:
    """A question and its answer.

    `state` is `open`, `answered` or `ended`; `by` names who asked for the patient, empty where it was the patient;
    `kind` is how it was answered, `text` or `book`; `may_follow` tells whether one further question can be asked.
    """

    id: str = ""
    text: str = ""
    asked_at: str = ""
    by: Words = field(default_factory=Words)
    state: str = ""
    due_at: str = ""
    overdue: bool = False
    taken: bool = False
    kind: str = ""
    answer: str = ""
    answered_at: str = ""
    answered_by: Words = field(default_factory=Words)
    further: bool = False
    may_follow: bool = False


@dataclass(frozen=True)
class QuestionsPage:
    """What was asked on a visit, to its patient.

    Attributes:
        may: `yes`, or why no new question can be asked: `late`, `full`, `off`, `not_yet` while the visit is not over.
        until: the last day on which one can be asked.
        due_at: by when a question asked now is answered; `answer_days` working days.
        left: how many more can be asked.
    """

    id: str = ""
    may: str = ""
    until: str = ""
    due_at: str = ""
    answer_days: int = 0
    left: int = 0
    department: Words = field(default_factory=Words)
    physician: AccountCard = field(default_factory=AccountCard)
    emergency: str = ""
    book: str = ""
    questions: tuple[QuestionCard, ...] = ()


@dataclass(frozen=True)
class OwedQuestion:
    """A question that waits for the team; `taken` is `me`, `other` or empty."""

    id: str
    patient: Words
    physician: Words
    asked_at: str
    due_at: str
    overdue: bool
    taken: str
    taken_by: Words
    further: bool


@dataclass(frozen=True)
class TeamQuestion:
    """A question before somebody of the team, with the words of its visit and nothing else of the patient.

    `may` is `take`, `answer`, `other` (somebody else has taken it) or `done`.
    """

    id: str = ""
    may: str = ""
    patient: Words = field(default_factory=Words)
    visit_at: str = ""
    physician: Words = field(default_factory=Words)
    reason: str = ""
    asked: QuestionCard = field(default_factory=QuestionCard)
    taken_by: Words = field(default_factory=Words)
    earlier: tuple[QuestionCard, ...] = ()
    talk: tuple[TalkLine, ...] = ()
    notes: tuple[SignedRow, ...] = ()
    medicines: tuple[ItemRow, ...] = ()
