"""From weekly hours to times: which stretches of real time a clinic has on a day, whatever its clock does then.

Pure: nothing here knows the database. A clinic lasts from the first moment at which the hospital's clock shows its
beginning, or later, until it first shows its end, or later. So an hour that the change to summer time leaves out is
no time, one that the change back repeats is not offered twice by the same name, and no two times overlap.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

KINDS = ("text", "video", "in_person")
_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True)
class Weekly:
    """Hours of one weekday (0 is Monday), valid on days from `first` to `last` if there is a last; see `Hours`."""

    id: str
    weekday: int
    begins: time
    ends: time
    minutes: int
    quota: int
    first: date
    last: date | None = None

    def holds_on(self, day: date) -> bool:
        """Tell whether there is a clinic by these hours on a day."""
        return day.weekday() == self.weekday and self.first <= day and (self.last is None or day <= self.last)


@dataclass(frozen=True)
class Planned:
    """A time to offer, in UTC, and the hours it comes from."""

    starts_at: datetime
    ends_at: datetime
    hours_id: str


def plan(hours: tuple[Weekly, ...], day: date, zone: ZoneInfo, off: frozenset[date]) -> list[Planned]:
    """Return the times of a day in their order; none where the day is off."""
    if day in off:
        return []
    found = [each for weekly in hours if weekly.holds_on(day) for each in _times(weekly, day, zone)]
    return sorted(found, key=lambda each: each.starts_at)


def _times(weekly: Weekly, day: date, zone: ZoneInfo) -> list[Planned]:
    length = timedelta(minutes=weekly.minutes)
    begin, end = first_moment(day, weekly.begins, zone), first_moment(day, weekly.ends, zone)
    fitting = max((end - begin) // length, 0)
    count = min(fitting, weekly.quota) if weekly.quota else fitting
    return [Planned(begin + length * n, begin + length * (n + 1), weekly.id) for n in range(count)]


def first_moment(day: date, wanted: time, zone: ZoneInfo) -> datetime:
    """Return the first moment, in UTC, at which a clock of the zone shows a time of that day, or a later one."""
    shown = datetime.combine(day, wanted)
    found = shown.replace(tzinfo=zone, fold=0).astimezone(UTC)
    if _shows(found, zone) == shown:
        return found
    found = shown.replace(tzinfo=zone, fold=1).astimezone(UTC)  # the clock passes over it: just before it does
    while _shows(found, zone) < shown:
        found += _MINUTE
    return found


def _shows(at: datetime, zone: ZoneInfo) -> datetime:
    return at.astimezone(zone).replace(tzinfo=None)


def last_open_day(now: datetime, zone: ZoneInfo, days_ahead: int, opens_at: time) -> date:
    """Return the last day whose times are open: `days_ahead` days from today, once the clock has shown `opens_at`."""
    here = now.astimezone(zone)
    is_open = now >= first_moment(here.date(), opens_at, zone)
    return here.date() + timedelta(days=days_ahead if is_open else days_ahead - 1)
