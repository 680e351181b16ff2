"""What people see of slots and appointments. Times are ISO text with the hospital's own offset."""

from __future__ import annotations

from dataclasses import dataclass, field

from health_cloud.access.views import PreviewRow
from health_cloud.core.words import Words
from health_cloud.identity.views import AccountCard


@dataclass(frozen=True)
class AppointmentCard:
    """A follow-up visit as its patient or its physician sees it.

    `state` is `requested`, `accepted`, `declined`, `cancelled`, `ended`, `missed` when nobody met, or `past` when its
    time came without an answer;
    `patient` and `reason` are filled for both, `physician` for the patient; `calendar` is where an accepted one to come
    can be had as a file for a calendar, and `room` where an accepted one takes place, and
    `can_come` that it still can or does; `too_late_hours`, when not 0,
    that its patient may no longer cancel it, being nearer than so many hours.
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
    too_late_hours: int = 0
    can_answer: bool = False
    calendar: str = ""
    can_come: bool = False
    room: str = ""


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

    `held_until` is until when they may read something already, ISO text or empty; the period begins unbounded.
    """

    physician: AccountCard = field(default_factory=AccountCard)
    department: Words = field(default_factory=Words)
    rows: tuple[PreviewRow, ...] = ()
    total: int = 0
    more: bool = False
    today: str = ""
    held_until: str = ""
    period_from: str = ""
    period_to: str = ""
    rule: RuleText = field(default_factory=RuleText)


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
    """What one physician offers in one department, to patients who were seen there.

    `check` is where one sees whether that may be online; empty while a yes holds.
    """

    physician: AccountCard
    department: Words
    last_visit: str
    days: tuple[SlotDay, ...]
    times: str = ""
    """Where the times are, one day after the other."""
    next_at: str = ""
    check: str = ""


@dataclass(frozen=True)
class OfferPage:
    """What a patient can book, and where they cannot since they have not been seen there."""

    offers: tuple[Offer, ...]
    refused: tuple[Words, ...]
    departments: tuple[str, ...]
    """Ids of every department concerned, for the topics of the screen."""
    opens: str = ""
    """The next instant at which a hold ends, anybody's: what is free changes then by the clock alone."""


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
class OpeningRule:
    """How far ahead a hospital opens its times, at which hour of its clock, and until when one may cancel."""

    days_ahead: int = 0
    opens_at: str = ""
    cancel_hours: int = 0


@dataclass(frozen=True)
class OffRow:
    """A day without regular hours; `name` is what a hospital calls its holiday."""

    id: str
    day: str
    name: str = ""


@dataclass(frozen=True)
class OpeningPage:
    """A hospital's rule and its holidays, to its staff; `changed_at` is empty while the shipped rule holds."""

    rule: OpeningRule = field(default_factory=OpeningRule)
    holidays: tuple[OffRow, ...] = ()
    today: str = ""
    changed_by: Words = field(default_factory=Words)
    changed_at: str = ""


@dataclass(frozen=True)
class HoursRow:
    """Weekly hours; `weekday` 0 is Monday, `quota` 0 is all that fit, `times` how many a day that makes."""

    id: str
    weekday: int
    begins: str
    ends: str
    minutes: int
    kinds: tuple[str, ...]
    quota: int
    department: Words
    valid_from: str
    valid_until: str
    starts_later: bool


@dataclass(frozen=True)
class WeekDay:
    """One day of the week with its hours; `day` is a day of that name, ISO text, for its name."""

    day: str
    hours: tuple[HoursRow, ...]


@dataclass(frozen=True)
class WeekPage:
    """A physician's week, their days off, the hospital's holidays, and booked times that stand in the way of it."""

    days: tuple[WeekDay, ...] = ()
    off: tuple[OffRow, ...] = ()
    holidays: tuple[OffRow, ...] = ()
    standing: tuple[AppointmentCard, ...] = ()
    rule: OpeningRule = field(default_factory=OpeningRule)
    open_until: str = ""
    department: str = ""
    department_names: tuple[Words, ...] = ()
    department_ids: tuple[str, ...] = ()
    today: str = ""


@dataclass(frozen=True)
class Laid:
    """What a change did to a calendar: times added, times taken off, and booked ones that stand in the way."""

    added: int = 0
    withdrawn: int = 0
    standing: int = 0


@dataclass(frozen=True)
class TalkLine:
    """One line of a visit's talk: something said, or that somebody came or the visit began or ended.

    `kind` is `said`, `came`, `begun` or `ended`; `side` is `patient` or `physician`; `by` names who acted for the
    patient, empty where it was the patient. `key` is the browser's own name for what its account said.
    """

    id: str
    kind: str
    side: str
    at: str
    text: str = ""
    by: Words = field(default_factory=Words)
    key: str = ""


@dataclass(frozen=True)
class VisitRoom:
    """A visit as its patient or its physician sees it.

    `phase` is `early` (nobody may come yet), `waiting`, `open`, `ended`, or `missed` (its time passed without a visit).
    `ahead` counts who came before this patient to the same physician; `late` is by how many minutes it begins later
    than agreed, as the queue stands, -1 where nobody can say since the physician has not come. Times are ISO text.
    """

    id: str = ""
    phase: str = ""
    starts_at: str = ""
    ends_at: str = ""
    opens_at: str = ""
    physician: AccountCard = field(default_factory=AccountCard)
    department: Words = field(default_factory=Words)
    patient: Words = field(default_factory=Words)
    reason: str = ""
    patient_came: str = ""
    physician_came: str = ""
    opened_at: str = ""
    due_at: str = ""
    ended_at: str = ""
    ahead: int = 0
    late: int = 0
    talk: tuple[TalkLine, ...] = ()
    looks_again: str = ""


@dataclass(frozen=True)
class QueueRow:
    """One of a physician's visits of today; `waits` is for how many minutes the patient has been there."""

    id: str
    starts_at: str
    patient: Words
    reason: str
    phase: str
    came_at: str = ""
    waits: int = 0
    granted: bool = True


@dataclass(frozen=True)
class Queue:
    """A physician's visits of today in their order; `looks_again` is when the clock changes them."""

    rows: tuple[QueueRow, ...]
    looks_again: str


@dataclass(frozen=True)
class TimesDay:
    """A day with how many of its times are free; `kind` is `free`, `full`, or `none` where there is no clinic."""

    day: str
    free: int
    kind: str


@dataclass(frozen=True)
class TimesPage:
    """The times of one physician in one department.

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
    kinds: tuple[str, ...] = ()
    minutes: int = 0
    cancel_hours: int = 0
    held: str = ""
    held_at: str = ""
    held_until: str = ""
    opens: str = ""
