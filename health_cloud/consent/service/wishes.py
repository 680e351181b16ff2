"""Reading what a screen sent about access: classes, period, duration, words. Types are the client's and fail open."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from health_cloud.consent.views import NATIONAL_ID, OPENING, QR, TODAY, VISIT, VISIT_CARD, Asked, Given, Lasting
from health_cloud.core import clock, normal
from health_cloud.core.errors import Invalid
from health_cloud.core.ids import is_id
from health_cloud.core.policy import Scope
from health_cloud.core.settings import settings
from health_cloud.core.vocabulary import RecordClass

PURPOSES = ("follow_up", "consultation", "second_opinion", "referral")
WAYS = (VISIT_CARD, NATIONAL_ID, TODAY, QR)
HOURS = (1, 24, 72, 168, 720)
UNTIL = "until"
LASTINGS = (*(str(hours) for hours in HOURS), OPENING, VISIT, UNTIL)
"""What a screen offers: so many hours, one opening, until the follow-up is over, or until a time of one's own."""
LONGEST = timedelta(hours=HOURS[-1])
_AT_MOST = {OPENING: 72, VISIT: HOURS[-1]}
"""Where something else ends it, the clock does after so many hours at the latest."""
LONGEST_MESSAGE = 300
_LONGEST_CARD = 40
_DAY, _TIME = re.compile(r"\d{4}-\d{2}-\d{2}"), re.compile(r"\d{2}:\d{2}(:\d{2})?")
_ID_NUMBER = re.compile(r"\d{17}[\dX]")
_CODE = re.compile(r"[0-9]{8}")
_EARLIEST, _LATEST = date(1900, 1, 1), date(2200, 12, 31)
"""Beyond these a day has no first instant in every zone, and the page that counts would break."""


def asked(
    card: object,
    purpose: object,
    classes: Iterable[object],
    period: tuple[object, object],
    lasting: object,
    message: object,
    by: object = VISIT_CARD,
) -> Asked:
    """Read what a physician asks for.

    Raises:
        Invalid: something is missing or not one of the choices; `field` says which.
    """
    number = named(card, by)
    if purpose not in PURPOSES:
        raise Invalid("consent.error.purpose", field="purpose")
    return Asked(
        card=number,
        purpose=str(purpose),
        scope=scope_of(classes, period),
        lasting=_read(lasting),
        message=text_of(message, "message", LONGEST_MESSAGE),
        by=str(by),
    )


def named(card: object, by: object) -> str:
    """Read what names the patient; only its form is judged, and that says nothing of whose it is.

    Raises:
        Invalid: no such way, or not of its form.
    """
    if by not in WAYS:
        raise Invalid("consent.error.card", field="card")
    number = text_of(card, "card", _LONGEST_CARD)
    if by == TODAY:
        if not is_id(number):
            raise Invalid("consent.error.today", field="today")
    elif by == QR:
        if not (is_id(number) or _CODE.fullmatch("".join(number.split()))):
            raise Invalid("consent.error.code_form", field="card")
    elif not number:
        raise Invalid("consent.error.card" if by == VISIT_CARD else "consent.error.national_id", field="card")
    elif by == NATIONAL_ID and not _ID_NUMBER.fullmatch(normal.national_id(number)):
        raise Invalid("consent.error.national_id", field="card")
    return number


def given(classes: Iterable[object], period: tuple[object, object], lasting: object) -> Given:
    """Read what a patient is willing to give.

    Raises:
        Invalid: nothing chosen, or not one of the choices.
    """
    return Given(scope_of(classes, period), _read(lasting))


def scope_of(classes: Iterable[object], period: tuple[object, object]) -> Scope:
    """Read classes and days.

    Raises:
        Invalid: no class, an unknown one, a wrong day, or an end before its beginning.
    """
    names = {str(name) for name in classes}
    if not names or not names <= set(RecordClass):
        raise Invalid("consent.error.classes", field="classes")
    first, last = _day(period[0], "period_from"), _day(period[1], "period_to")
    if first and last and last < first:
        raise Invalid("consent.error.period", field="period_to")
    return Scope(frozenset(RecordClass(name) for name in names), first, last)


def _day(value: object, field: str) -> date | None:
    if value in ("", None):
        return None
    try:
        day = date.fromisoformat(str(value))
    except ValueError:
        raise Invalid("consent.error.day", field=field) from None
    if not _EARLIEST <= day <= _LATEST:
        raise Invalid("consent.error.day", field=field)
    return day


def _read(lasting: object) -> Lasting:
    return lasting if isinstance(lasting, Lasting) else lasting_of(lasting)


def lasting_of(choice: object, day: object = "", clock_time: object = "") -> Lasting:
    """Read a duration: one of `LASTINGS`, with a day and a time on the hospital's clock where it is `until`.

    Raises:
        Invalid: none of the offered ones, no day or time, in the past, or later than in 30 days.
    """
    if str(choice) not in LASTINGS:
        raise Invalid("consent.error.hours", field="hours")
    if choice == UNTIL:
        return Lasting(until=moment_of(day, clock_time))
    if choice in (OPENING, VISIT):
        return Lasting(_AT_MOST[str(choice)], ends_with=str(choice))
    return Lasting(int(str(choice)))


def within(most: timedelta, ends_with: str, *, visit: bool) -> tuple[str, ...]:
    """Return what can be offered to somebody who was asked for at most so long, and what ends it; the longest last.

    Whether there is a follow-up that ends before that is the caller's to know.
    """
    if ends_with == OPENING:
        return (OPENING,)
    hours = tuple(str(each) for each in HOURS if timedelta(hours=each) <= most)
    return (*hours, OPENING, *((VISIT,) if visit else ()), UNTIL)


def day_and_time(iso: str) -> tuple[str, str]:
    """Return the day and the time of an instant on the hospital's clock, as fields hold them."""
    local = datetime.fromisoformat(iso).astimezone(ZoneInfo(settings().timezone))
    return local.date().isoformat(), local.strftime("%H:%M")


def is_day(value: object) -> bool:
    """Tell whether this is a day as a field holds it; what is none stays on no screen."""
    return isinstance(value, str) and _DAY.fullmatch(value) is not None


def is_time(value: object) -> bool:
    """Tell whether this is a time of day as a field holds it."""
    return isinstance(value, str) and _TIME.fullmatch(value) is not None


def moment_of(day: object, clock_time: object) -> datetime:
    """Read a day and a time on the hospital's clock that lie ahead, 30 days at most.

    Raises:
        Invalid: not a day, not a time, in the past, or too late.
    """
    date_part = _day(day, "until_day")
    try:
        time_part = time.fromisoformat(str(clock_time))
    except ValueError:
        raise Invalid("consent.error.time", field="until_time") from None
    if date_part is None:
        raise Invalid("consent.error.day", field="until_day")
    if time_part.tzinfo is not None:
        raise Invalid("consent.error.time", field="until_time")
    at = datetime.combine(date_part, time_part, ZoneInfo(settings().timezone)).astimezone(UTC)
    if not clock.now() < at <= clock.now() + LONGEST:
        raise Invalid("consent.error.until", field="until_day")
    return at


def text_of(value: object, field: str, longest: int) -> str:
    """Read a line of free text.

    Raises:
        Invalid: too long, or no text.
    """
    if not isinstance(value, str):
        raise Invalid(field=field)
    text = value.strip()
    if len(text) > longest:
        raise Invalid("consent.error.too_long", field=field, longest=longest)
    return text
