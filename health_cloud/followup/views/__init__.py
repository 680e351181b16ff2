"""What people see of follow-up: frozen views, no rows of tables."""

from __future__ import annotations

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
from health_cloud.followup.views.visits import Queue, QueueRow, TalkLine, VisitRoom

__all__ = [
    "AppointmentCard",
    "AttachedFile",
    "Check",
    "CheckPage",
    "DepartmentRow",
    "DiseaseRow",
    "FileBytes",
    "FilesPage",
    "FlagRow",
    "GivePage",
    "HoursRow",
    "Laid",
    "MeasureRow",
    "MovePage",
    "NotePage",
    "NoteText",
    "OffRow",
    "Offer",
    "OfferPage",
    "OpeningPage",
    "OpeningRule",
    "PreparedPage",
    "ProblemRow",
    "ProposePage",
    "Queue",
    "QueueRow",
    "RuleText",
    "SignedRow",
    "SlotDay",
    "SlotRow",
    "SlotsPage",
    "TalkLine",
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
