"""Chance that repeats: each event has its own source, so that a longer history never changes an earlier one."""

from datetime import date, timedelta
from decimal import Decimal
from random import Random

_WEEKEND = 5


def source(seed: int, *names: object) -> Random:
    """Returns the random source of one named event."""
    return Random(":".join(map(str, (seed, *names))))  # noqa: S311  # invented people, nothing secret


def near(random: Random, middle: float, spread: float, places: int) -> Decimal:
    """Draws a value around the middle, never further away than twice the spread, with this many decimals."""
    drawn = max(middle - 2 * spread, min(middle + 2 * spread, random.gauss(middle, spread)))
    return Decimal(drawn).quantize(Decimal(1).scaleb(-places))


def working_day(day: date) -> date:
    """Returns the day itself, or the Monday after a weekend."""
    return day + timedelta(days=7 - day.weekday()) if day.weekday() >= _WEEKEND else day


def recent(today: date, days: int) -> date:
    """Returns the working day this many days ago, or the Friday before it."""
    day = today - timedelta(days=days)
    return day - timedelta(days=day.weekday() - _WEEKEND + 1) if day.weekday() >= _WEEKEND else day
