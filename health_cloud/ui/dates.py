"""Dates and numbers as people say them, in the reader's language.

Every function takes ISO text (a value or a Var) of any precision: "2016", "2016-03", "2016-03-14",
"2026-04-14T08:05:00+08:00". A UTC instant is shown on the reader's clock; a time that carries a zone of its own,
or none, is shown as it was written; a partial date stays as partial as it is.
"""

from __future__ import annotations

from typing import Any

import reflex as rx
from reflex.event import EventHandler, no_args_event_spec

from health_cloud.ui import scripts
from health_cloud.ui.i18n import in_words, t

Iso = str | rx.Var[str]


def day(iso: Iso) -> rx.Var[str]:
    """4月14日, 14 Apr; with the year when it is not this year."""
    return in_words("day", iso)


def full_day(iso: Iso) -> rx.Var[str]:
    """2026年4月14日, 14 Apr 2026."""
    return in_words("fullDay", iso)


def near_day(iso: Iso) -> rx.Var[str]:
    """Today, yesterday, tomorrow, or the day."""
    return in_words("nearDay", iso)


def moment(iso: Iso) -> rx.Var[str]:
    """4月14日 8:05, 14 Apr, 8:05; only the day where no time is known."""
    return in_words("moment", iso)


def near_weekday(iso: Iso) -> rx.Var[str]:
    """今天 周四, 4月16日 周四; Today, Thu 16 Apr, and Thu 16 Apr."""
    return in_words("nearWeekday", iso)


def near_moment(iso: Iso) -> rx.Var[str]:
    """今天 9:41, Today 9:41."""
    return in_words("nearMoment", iso)


def visit(iso: Iso) -> rx.Var[str]:
    """4月14日 周二 9:20, Tue 14 Apr, 09:20: when somebody is expected."""
    return in_words("visit", iso)


def time(iso: Iso) -> rx.Var[str]:
    """9:41; empty where no time is known."""
    return in_words("time", iso)


def weekday(iso: Iso, length: str = "short") -> rx.Var[str]:
    """周二, Tue; with length "long" 星期二, Tuesday."""
    return in_words("weekday", iso, length)


def long_day(iso: Iso) -> rx.Var[str]:
    """4月16日 星期四, Thursday 16 April."""
    return in_words("longDay", iso)


def day_of_month(iso: Iso) -> rx.Var[str]:
    """14; a dash where the day is not known."""
    return in_words("dayOfMonth", iso)


def month(iso: Iso) -> rx.Var[str]:
    """2026年4月, April 2026."""
    return in_words("month", iso)


def year(iso: Iso) -> rx.Var[str]:
    """2026年, 2026."""
    return in_words("year", iso)


def number(value: Any) -> rx.Var[str]:
    """40,000."""
    return in_words("number", value)


class Clock(scripts.Local):
    """Time left, counted in the browser."""

    library = scripts.CLOCK
    tag = "Clock"

    until: rx.Var[str]
    since: rx.Var[str]
    tail: rx.Var[str]

    on_end: EventHandler[no_args_event_spec]


def lasting(hours: Any) -> rx.Var[str]:
    """Say how long something takes, in days where it is whole days: nobody thinks of three days as 72 hours."""
    counted = rx.Var.create(hours).to(int)
    return rx.cond(
        (counted >= 48) & (counted % 24 == 0),  # noqa: PLR2004 - "1 day" may mean until tonight: hours stay hours
        t("ui.clock.days", count=counted // 24),
        t("ui.clock.hours", count=counted),
    ).to(str)


def clock(until: Iso, *, since: Iso = "", tail: Iso = "", on_end: Any = None) -> rx.Component:
    """Count down to an instant, by seconds in its last hour; the last hour, or quarter of a shorter time, is "soon".

    Args:
        until: instant with its zone.
        since: its beginning; given, a bar shows the share that is left.
        tail: words after the time, such as "or until the visit ends".
        on_end: event when it is over.
    """
    ends = {"on_end": on_end} if on_end is not None else {}
    return Clock.create(until=until, since=since, tail=tail, **ends)
