"""What people see of slots and appointments. Times are ISO text with the hospital's own offset."""

from __future__ import annotations

from dataclasses import dataclass, field

from health_cloud.core.words import Words
from health_cloud.identity.views import AccountCard


@dataclass(frozen=True)
class AppointmentCard:
    """A follow-up visit as its patient or its physician sees it.

    `state` is `requested`, `accepted`, `declined`, `cancelled`, or `past` when its time came without an answer;
    `patient` and `reason` are filled for both, `physician` for the patient; `calendar` is where an accepted one to come
    can be had as a file for a calendar.
    """

    id: str = ""
    slot_id: str = ""
    starts_at: str = ""
    ends_at: str = ""
    physician: AccountCard = field(default_factory=AccountCard)
    department: Words = field(default_factory=Words)
    patient: Words = field(default_factory=Words)
    reason: str = ""
    word: str = ""
    state: str = ""
    ended_by: str = ""
    can_cancel: bool = False
    can_answer: bool = False
    calendar: str = ""


@dataclass(frozen=True)
class SlotRow:
    """A time on offer; for its physician with who has it."""

    id: str
    starts_at: str
    ends_at: str
    taken: bool = False
    patient: Words = field(default_factory=Words)
    appointment_id: str = ""
    state: str = "free"


@dataclass(frozen=True)
class SlotDay:
    """The times of one day."""

    day: str
    slots: tuple[SlotRow, ...]


@dataclass(frozen=True)
class Offer:
    """What one physician offers in one department, to patients who were seen there."""

    physician: AccountCard
    department: Words
    last_visit: str
    days: tuple[SlotDay, ...]


@dataclass(frozen=True)
class OfferPage:
    """What a patient can book, and where they cannot since they have not been seen there."""

    offers: tuple[Offer, ...]
    refused: tuple[Words, ...]
    departments: tuple[str, ...]
    """Ids of every department concerned, for the topics of the screen."""


@dataclass(frozen=True)
class SlotsPage:
    """A physician's slots and what waits for them. `departments` are (id, name) to choose from."""

    waiting: tuple[AppointmentCard, ...]
    coming: tuple[AppointmentCard, ...]
    days: tuple[SlotDay, ...]
    department: str
    department_names: tuple[Words, ...]
    department_ids: tuple[str, ...]
    today: str
