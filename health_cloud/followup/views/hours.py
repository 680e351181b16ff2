"""A physician's week, and the hospital's rule and holidays. Times are ISO text with the hospital's own offset."""

from __future__ import annotations

from dataclasses import dataclass, field

from health_cloud.core.words import Words
from health_cloud.followup.views.booking import AppointmentCard


@dataclass(frozen=True)
class OpeningRule:
    """How far ahead a hospital opens its times, at which hour of its clock, and until when one may cancel."""

    days_ahead: int = 0
    opens_at: str = ""
    cancel_hours: int = 0
    offer_minutes: int = 30


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
    """Weekly hours; `weekday` 0 is Monday, `quota` 0 is all that fit; `starts_later` says that they do not hold yet."""

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
    room: str = ""


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
