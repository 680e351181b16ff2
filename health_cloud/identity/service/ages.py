"""How old somebody is, as far as a birth date tells: pure functions of text and a day.

A birth date may be partial (`2012`, `2012-05`). Then an age is reached only once it is reached for the latest day
that the text leaves open, so that nobody counts as grown up too early; and somebody counts as too young only while
they are for the earliest one. Who is born on 29 February is a year older on 1 March of other years.
"""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date

_TEXT = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")
_DECEMBER = 12


def possible_days(birth_date: str) -> tuple[date, date] | None:
    """Return the first and last day on which somebody can be born; nothing where the text is no date."""
    found = _TEXT.fullmatch(birth_date.strip()[:10])
    if found is None:
        return None
    year, month, day = (int(part) if part else 0 for part in found.groups())
    first_month, last_month = month or 1, month or _DECEMBER
    try:
        last = date(year, last_month, day or monthrange(year, last_month)[1])
        return date(year, first_month, day or 1), last
    except ValueError:
        return None


def birthday(born: date, years: int) -> date:
    """Return the day on which somebody is so many years old."""
    try:
        return born.replace(year=born.year + years)
    except ValueError:  # 29 February, in a year without one
        return date(born.year + years, 3, 1)


def reaches(birth_date: str, years: int) -> date | None:
    """Return the first day on which an age is reached for certain; nothing where no birth date is known."""
    days = possible_days(birth_date)
    return birthday(days[1], years) if days else None


def has_reached(birth_date: str, years: int, on: date) -> bool:
    """Tell whether an age is reached for certain; without a birth date it is not."""
    day = reaches(birth_date, years)
    return day is not None and on >= day


def is_under(birth_date: str, years: int, on: date) -> bool:
    """Tell whether somebody is certainly younger; without a birth date they are not."""
    days = possible_days(birth_date)
    return days is not None and on < birthday(days[0], years)
