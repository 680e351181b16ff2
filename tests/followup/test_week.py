"""Weekly hours against a slow, literal reading of the clock on the wall, summer time and holidays included."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from health_cloud.followup.service.week import Weekly, last_open_day, plan

ZONES = ("Europe/Berlin", "America/New_York", "Asia/Shanghai")
CHANGES = {
    "Europe/Berlin": (date(2026, 3, 29), date(2026, 10, 25)),
    "America/New_York": (date(2026, 3, 8), date(2026, 11, 1)),
    "Asia/Shanghai": (date(2026, 5, 1), date(1991, 9, 15)),  # China turned its clocks back for the last time in 1991
}
MINUTE = timedelta(minutes=1)


def literally(weekly: Weekly, day: date, zone: ZoneInfo, off: frozenset[date]) -> list[tuple[datetime, datetime]]:
    """Watch the clock on the wall minute by minute: the clinic begins when it shows the hour, and ends likewise."""
    if day in off or day.weekday() != weekly.weekday or day < weekly.first:
        return []
    if weekly.last is not None and day > weekly.last:
        return []
    at = datetime.combine(day, time(), UTC) - timedelta(hours=20)
    opens, closes = datetime.combine(day, weekly.begins), datetime.combine(day, weekly.ends)
    minutes: list[datetime] = []
    begun = False
    while True:
        shown = at.astimezone(zone).replace(tzinfo=None)
        begun = begun or shown >= opens
        if begun and shown >= closes:
            break
        if begun:
            minutes.append(at)
        at += MINUTE
    times: list[tuple[datetime, datetime]] = []
    while len(minutes) >= weekly.minutes and (not weekly.quota or len(times) < weekly.quota):
        times.append((minutes[0], minutes[weekly.minutes - 1] + MINUTE))
        minutes = minutes[weekly.minutes :]
    return times


@st.composite
def situations(draw: st.DrawFn) -> tuple[Weekly, date, str, frozenset[date]]:
    name = draw(st.sampled_from(ZONES))
    day = draw(st.sampled_from(CHANGES[name])) + timedelta(days=draw(st.sampled_from((-1, 0, 0, 0, 1))))
    begin = draw(st.one_of(st.integers(0, 5 * 60), st.integers(0, 23 * 60)))
    end = draw(st.integers(begin + 1, min(begin + 5 * 60, 23 * 60 + 59)))
    first = day + timedelta(days=draw(st.sampled_from((-30, 0, 0, 1))))
    last = draw(st.sampled_from((None, None, first, first + timedelta(days=40))))
    weekday = draw(st.sampled_from((day.weekday(), day.weekday(), day.weekday(), (day.weekday() + 1) % 7)))
    weekly = Weekly(
        "h",
        weekday,
        time(begin // 60, begin % 60),
        time(end // 60, end % 60),
        draw(st.sampled_from((10, 15, 20, 30))),
        draw(st.sampled_from((0, 0, 1, 4))),
        first,
        last,
    )
    return weekly, day, name, draw(st.sampled_from((frozenset(), frozenset(), frozenset({day}))))


def on_a_sunday(day: date, begins: time, ends: time) -> tuple[Weekly, date, str, frozenset[date]]:
    return Weekly("h", 6, begins, ends, 10, 0, day), day, "Europe/Berlin", frozenset()


@settings(max_examples=300, deadline=None)
@given(situation=situations())
@example(situation=on_a_sunday(date(2026, 3, 29), time(2, 30), time(4)))
@example(situation=on_a_sunday(date(2026, 3, 29), time(1), time(2, 30)))
@example(situation=on_a_sunday(date(2026, 10, 25), time(2, 30), time(3, 30)))
@example(situation=on_a_sunday(date(2026, 10, 25), time(1), time(4)))
def test_times_are_those_of_the_clock_on_the_wall(situation: tuple[Weekly, date, str, frozenset[date]]):
    weekly, day, name, off = situation
    zone = ZoneInfo(name)
    made = [(each.starts_at, each.ends_at) for each in plan((weekly,), day, zone, off)]
    assert made == literally(weekly, day, zone, off)
    assert all(before[1] <= after[0] for before, after in pairwise(made)), "two times overlap"


@pytest.mark.parametrize(
    ("day", "count"), [(date(2026, 3, 22), 9), (date(2026, 3, 29), 6), (date(2026, 10, 25), 12), (date(2026, 11, 1), 9)]
)
def test_a_clinic_through_the_night_lasts_as_long_as_the_night(day: date, count: int):
    made = plan((Weekly("h", 6, time(1), time(4), 20, 0, day),), day, ZoneInfo("Europe/Berlin"), frozenset())
    assert len(made) == count


@pytest.mark.parametrize(
    ("now", "last"),
    [
        (datetime(2026, 11, 22, 22, 59, 59, tzinfo=UTC), date(2026, 12, 6)),  # 6:59:59 on the 23rd in Shanghai
        (datetime(2026, 11, 22, 23, 0, 0, tzinfo=UTC), date(2026, 12, 7)),
        (datetime(2026, 11, 23, 15, 59, 59, tzinfo=UTC), date(2026, 12, 7)),
        (datetime(2026, 11, 23, 16, 0, 0, tzinfo=UTC), date(2026, 12, 7)),  # past midnight: not before the hour
    ],
)
def test_a_day_opens_at_its_hour(now: datetime, last: date):
    assert last_open_day(now, ZoneInfo("Asia/Shanghai"), 14, time(7)) == last


def test_the_hour_that_is_left_out_still_opens_its_day():
    at = datetime(2026, 3, 29, 1, 0, tzinfo=UTC)  # 3:00 in Berlin, right after 1:59
    assert last_open_day(at - timedelta(seconds=1), ZoneInfo("Europe/Berlin"), 1, time(2, 30)) == date(2026, 3, 29)
    assert last_open_day(at, ZoneInfo("Europe/Berlin"), 1, time(2, 30)) == date(2026, 3, 30)
