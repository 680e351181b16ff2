"""Times on offer and who has them. Times are ISO text with the hospital's own offset."""

from __future__ import annotations

from dataclasses import dataclass, field

from health_cloud.core.words import Words
from health_cloud.identity.views import AccountCard


@dataclass(frozen=True)
class AppointmentCard:
    """A follow-up visit as its patient or its physician sees it.

    Attributes:
        state: `requested`, `accepted`, `declined`, `cancelled`, `ended`, `missed` when nobody met, `past` when its
            time came without an answer, or `over` when nobody has noted yet whether one came in person.
        patient, reason: filled for both; `physician` for the patient.
        calendar: where an accepted one to come can be had as a file for a calendar.
        room: where an accepted one takes place; `can_come` says that it still can or does.
        too_late_hours: when not 0, that its patient may no longer cancel or move it, being nearer than so many hours.
        can_move: its patient may move it.
        proposed_at: another time that its physician proposes, kept until `proposed_until`;
            what was given with the booking would last until `proposed_reads` then.
        absent: who was not there at a missed one: `patient`, `physician`, `both`, or `late` where the patient came
            after its time.
        reads_until: until when the physician may read at the latest by what was given with the booking.
        kind: how the two meet: `text`, `video` or `in_person`.
        place: where in the hospital one comes to in person, as its physician says it.
        may_let: where its patient can let the physician read for a visit in person; empty where that is done or over.
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
    absent: str = ""
    can_cancel: bool = False
    too_late_hours: int = 0
    can_answer: bool = False
    calendar: str = ""
    can_come: bool = False
    room: str = ""
    can_move: bool = False
    proposed_at: str = ""
    proposed_until: str = ""
    proposed_reads: str = ""
    reads_until: str = ""
    kind: str = ""
    place: str = ""
    may_let: str = ""


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
    kinds: tuple[str, ...] = ()
    place: str = ""


@dataclass(frozen=True)
class SlotDay:
    """The times of one day."""

    day: str
    slots: tuple[SlotRow, ...]


@dataclass(frozen=True)
class Offer:
    """What one physician offers in one department, to patients who were seen there; `next_at` is the next free time.

    `check` is where what comes before booking is done: asked or agreed to; empty when nothing is left to do.
    """

    physician: AccountCard
    department: Words
    last_visit: str
    times: str = ""
    """Where the times are, one day after the other."""
    next_at: str = ""
    check: str = ""
    place: str = ""
    """Where in the hospital one comes to at the next time in person."""


@dataclass(frozen=True)
class RefusedRow:
    """A department in which one was never seen, and where its times in person are; empty where there are none."""

    department: Words
    in_person: str = ""


@dataclass(frozen=True)
class OfferPage:
    """What a patient can book online, and where they cannot since they have not been seen there."""

    offers: tuple[Offer, ...]
    refused: tuple[RefusedRow, ...]
    departments: tuple[str, ...]
    """Ids of every department concerned, for the topics of the screen."""
    in_person: tuple[Offer, ...] = ()
    """With whom one can meet at the hospital, of all departments where one is a patient."""
    opens: str = ""
    """The next instant at which a hold ends, anybody's: what is free changes then by the clock alone."""
    may_give: bool = True
    """Whether who may read is this reader's to decide, without which nothing new is booked."""


@dataclass(frozen=True)
class InPersonPage:
    """With whom one can meet at the hospital in one department; `opens` is when a hold ends there, anybody's."""

    hospital: Words = field(default_factory=Words)
    department: Words = field(default_factory=Words)
    offers: tuple[Offer, ...] = ()
    topic: str = ""
    opens: str = ""


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


@dataclass(frozen=True)
class TimesDay:
    """A day with how many of its times are free; `kind` is `free`, `full`, or `none` where there is no clinic."""

    day: str
    free: int
    kind: str


@dataclass(frozen=True)
class TimesPage:
    """The times of one physician in one department, at which one meets in one way: `kind`, of all `kinds` there are.

    `reads_until` is until when the physician may read at the latest at the time that is held;
    `step` is what comes before booking, empty when all is done; `next` and `held` are ids of times: the next free one,
    and what this person holds until `held_until`; `opens` is when a hold ends there, anybody's.
    """

    physician: AccountCard = field(default_factory=AccountCard)
    department: Words = field(default_factory=Words)
    step: str = ""
    days: tuple[TimesDay, ...] = ()
    day: str = ""
    morning: tuple[SlotRow, ...] = ()
    afternoon: tuple[SlotRow, ...] = ()
    next: str = ""
    next_at: str = ""
    kind: str = ""
    kinds: tuple[str, ...] = ()
    minutes: int = 0
    cancel_hours: int = 0
    today: str = ""
    place: str = ""
    """Where one comes to in person at the time that is held, or at the next one."""
    held: str = ""
    held_at: str = ""
    held_since: str = ""
    held_until: str = ""
    reads_until: str = ""
    opens: str = ""


@dataclass(frozen=True)
class MovePage:
    """An appointment at `starts_at` with the times of its physician to which it can go.

    `topic` is the screen's.
    """

    id: str = ""
    starts_at: str = ""
    state: str = ""
    times: TimesPage = field(default_factory=TimesPage)
    topic: str = ""


@dataclass(frozen=True)
class ProposePage:
    """An appointment with the free times that its physician can propose instead."""

    card: AppointmentCard = field(default_factory=AppointmentCard)
    times: tuple[SlotRow, ...] = ()


@dataclass(frozen=True)
class WaitingCard:
    """Where somebody waits for a time: of a physician, or of anybody where there is none in it, until `until_day`.

    `kind` is `in_person`, or empty for any way online; `ahead` counts who waits longer and could be offered the same;
    `offered_at` is the time that is theirs to take until `offered_until`, empty while there is none.
    """

    id: str = ""
    physician: AccountCard = field(default_factory=AccountCard)
    department: Words = field(default_factory=Words)
    until_day: str = ""
    ahead: int = 0
    offered_at: str = ""
    offered_until: str = ""
    kind: str = ""
