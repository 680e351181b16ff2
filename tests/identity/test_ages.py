"""Ages by birth dates as hospitals write them: leap days, partial dates, nothing at all."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from health_cloud.identity.service import ages

DAYS = some.dates(date(1900, 1, 1), date(2080, 12, 31))


@pytest.mark.parametrize(
    ("birth", "years", "day"),
    [
        ("2012-02-29", 14, "2026-03-01"),
        ("2008-02-29", 18, "2026-03-01"),
        ("2012-02-29", 4, "2016-02-29"),
        ("2012-02-28", 14, "2026-02-28"),
        ("2012-05", 14, "2026-05-31"),
        ("2012-02", 14, "2026-03-01"),
        ("2012", 14, "2026-12-31"),
    ],
)
def test_the_day_on_which_an_age_is_reached_for_certain(birth, years, day):
    assert ages.reaches(birth, years) == date.fromisoformat(day)


@pytest.mark.parametrize("birth", ["", "unknown", "2012-13", "2012-02-30", "12-02-03", "2012-2-3"])
def test_what_is_no_date_says_nothing_of_an_age(birth):
    assert ages.reaches(birth, 14) is None
    assert not ages.has_reached(birth, 14, date(2100, 1, 1))
    assert not ages.is_under(birth, 14, date(2012, 1, 1))


def test_a_partial_date_leaves_days_on_which_neither_is_certain():
    assert ages.is_under("2012-05", 14, date(2026, 4, 30))
    between = date(2026, 5, 15)
    assert not ages.is_under("2012-05", 14, between)
    assert not ages.has_reached("2012-05", 14, between)
    assert ages.has_reached("2012-05", 14, date(2026, 5, 31))


@given(DAYS, some.integers(0, 120))
def test_of_a_full_date_one_of_both_holds_on_every_day_and_it_turns_once(born, years):
    text, day = born.isoformat(), ages.birthday(born, years)
    assert ages.is_under(text, years, day - timedelta(days=1))
    assert not ages.has_reached(text, years, day - timedelta(days=1))
    assert ages.has_reached(text, years, day)
    assert not ages.is_under(text, years, day)
