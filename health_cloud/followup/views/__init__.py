"""What people see of follow-up: frozen views, no rows of tables."""

from __future__ import annotations

from health_cloud.followup.views.asking import (
    AskingTimes,
    AskingTimesPage,
    LateQuestion,
    OwedQuestion,
    QuestionCard,
    QuestionsPage,
    TeamQuestion,
)
from health_cloud.followup.views.attaching import AttachedFile, FileBytes, FilesPage
from health_cloud.followup.views.booking import (
    AppointmentCard,
    MovePage,
    Offer,
    OfferPage,
    ProposePage,
    SlotDay,
    SlotRow,
    SlotsPage,
    TimesDay,
    TimesPage,
    WaitingCard,
)
from health_cloud.followup.views.checking import (
    Check,
    CheckPage,
    DiseaseRow,
    FlagRow,
    GivePage,
    RuleText,
    Verdict,
    VerdictPage,
)
from health_cloud.followup.views.hours import HoursRow, Laid, OffRow, OpeningPage, OpeningRule, WeekDay, WeekPage
from health_cloud.followup.views.notes import (
    DepartmentRow,
    NotePage,
    NoteText,
    ProblemRow,
    SignedRow,
    TemplateRow,
    WrittenNote,
)
from health_cloud.followup.views.preparing import MeasureRow, PreparedPage
from health_cloud.followup.views.searching import FoundLine, FoundTalk
from health_cloud.followup.views.visits import Queue, QueueRow, TalkLine, VisitRoom

__all__ = [
    "AppointmentCard",
    "AskingTimes",
    "AskingTimesPage",
    "AttachedFile",
    "Check",
    "CheckPage",
    "DepartmentRow",
    "DiseaseRow",
    "FileBytes",
    "FilesPage",
    "FlagRow",
    "FoundLine",
    "FoundTalk",
    "GivePage",
    "HoursRow",
    "Laid",
    "LateQuestion",
    "MeasureRow",
    "MovePage",
    "NotePage",
    "NoteText",
    "OffRow",
    "Offer",
    "OfferPage",
    "OpeningPage",
    "OpeningRule",
    "OwedQuestion",
    "PreparedPage",
    "ProblemRow",
    "ProposePage",
    "QuestionCard",
    "QuestionsPage",
    "Queue",
    "QueueRow",
    "RuleText",
    "SignedRow",
    "SlotDay",
    "SlotRow",
    "SlotsPage",
    "TalkLine",
    "TeamQuestion",
    "TemplateRow",
    "TimesDay",
    "TimesPage",
    "Verdict",
    "VerdictPage",
    "VisitRoom",
    "WaitingCard",
    "WeekDay",
    "WeekPage",
    "WrittenNote",
]
