"""What a patient prepares for a visit. Times are ISO text with the hospital's own offset."""

from __future__ import annotations

from dataclasses import dataclass, field

from health_cloud.core.words import Words
from health_cloud.followup.views.booking import AppointmentCard
from health_cloud.followup.views.checking import Verdict


@dataclass(frozen=True)
class MeasureRow:
    """Something that is measured at home; `urgent` values are no matter for waiting."""

    name: str = ""
    words: Words = field(default_factory=Words)
    unit: str = ""
    value: str = ""
    urgent: bool = False


@dataclass(frozen=True)
class PreparedPage:
    """What a patient has prepared for a visit, to them and to its physician.

    Attributes:
        day: on which it was measured, ISO text; `saved_at` when it was written last, both maybe empty.
        verdict: what the rules said when it was booked, with what was answered.
    """

    appointment: AppointmentCard = field(default_factory=AppointmentCard)
    text: str = ""
    day: str = ""
    measures: tuple[MeasureRow, ...] = ()
    urgent: bool = False
    emergency: str = ""
    saved_at: str = ""
    can_change: bool = False
    today: str = ""
    verdict: Verdict = field(default_factory=Verdict)
