"""Reading what a screen sent about access: classes, period, duration, words. Types are the client's and fail open."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from health_cloud.consent.views import Asked, Given
from health_cloud.core.errors import Invalid
from health_cloud.core.policy import Scope
from health_cloud.core.vocabulary import RecordClass

PURPOSES = ("follow_up", "consultation", "second_opinion", "referral")
HOURS = (1, 24, 72, 168, 720)
LONGEST_MESSAGE = 300
_LONGEST_CARD = 40
_EARLIEST, _LATEST = date(1900, 1, 1), date(2200, 12, 31)
"""Beyond these a day has no first instant in every zone, and the page that counts would break."""


def asked(
    card: object,
    purpose: object,
    classes: Iterable[object],
    period: tuple[object, object],
    hours: object,
    message: object,
) -> Asked:
    """Read what a physician asks for.

    Raises:
        Invalid: something is missing or not one of the choices; `field` says which.
    """
    number = text_of(card, "card", _LONGEST_CARD)
    if not number:
        raise Invalid("consent.error.card", field="card")
    if purpose not in PURPOSES:
        raise Invalid("consent.error.purpose", field="purpose")
    return Asked(
        card=number,
        purpose=str(purpose),
        scope=scope_of(classes, period),
        hours=hours_of(hours),
        message=text_of(message, "message", LONGEST_MESSAGE),
    )


def given(classes: Iterable[object], period: tuple[object, object], hours: object) -> Given:
    """Read what a patient is willing to give.

    Raises:
        Invalid: nothing chosen, or not one of the choices.
    """
    return Given(scope_of(classes, period), hours_of(hours))


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


def hours_of(value: object) -> int:
    """Read a duration.

    Raises:
        Invalid: none of the offered ones.
    """
    try:
        hours = int(str(value))
    except ValueError:
        hours = 0
    if hours not in HOURS:
        raise Invalid("consent.error.hours", field="hours")
    return hours


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
