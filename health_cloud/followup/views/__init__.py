"""What people see of follow-up: frozen views, no rows of tables."""

from __future__ import annotations

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
from health_cloud.followup.views.preparing import MeasureRow, PreparedPage
from health_cloud.followup.views.visits import Queue, QueueRow, TalkLine, VisitRoom

__all__ = [
    "AppointmentCard",
    "Check",
    "CheckPage",
    "DiseaseRow",
    "FlagRow",
    "GivePage",
    "HoursRow",
    "Laid",
    "MeasureRow",
    "MovePage",
    "OffRow",
    "Offer",
    "OfferPage",
    "OpeningPage",
    "OpeningRule",
    "PreparedPage",
    "ProposePage",
    "Queue",
    "QueueRow",
    "RuleText",
    "SlotDay",
    "SlotRow",
    "SlotsPage",
    "TalkLine",
    "TimesDay",
    "TimesPage",
    "Verdict",
    "VerdictPage",
    "VisitRoom",
    "WeekDay",
    "WeekPage",
]
