"""What a relation can be: which kin, how far, for how long."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from sqlmodel import Session

from health_cloud.core.clock import now
from health_cloud.core.errors import Invalid
from health_cloud.core.settings import settings
from health_cloud.identity.service.people import person_facts
from health_cloud.identity.views import PersonFacts

RELATIONS: Final = ("parent", "child", "spouse", "other")
FURTHER: Final = ("decide", "book")
DAYS: Final = (30, 90, 180, 365)
LONGEST = timedelta(days=365)
_FULL_DATE = len("2001-02-03")


def relation_of(given: object) -> str:
    """Read what the guardian is to the person.

    Raises:
        Invalid: none of the choices.
    """
    if not isinstance(given, str) or given not in RELATIONS:
        raise Invalid("identity.guardians.choose_relation", field="relation")
    return given


def levels_of(further: object) -> str:
    """Return the levels as they are kept: reading, and what of `FURTHER` was asked for."""
    asked: list[object] = list(further) if isinstance(further, (list, tuple)) else []  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType]
    return ",".join(["read", *(level for level in FURTHER if level in asked)])


def days_of(given: object) -> int:
    """Read for how long, in days.

    Raises:
        Invalid: none of the choices.
    """
    days = int(given) if isinstance(given, str) and given.isdecimal() and len(given) <= len("365") else 0
    if days not in DAYS:
        raise Invalid("identity.guardians.choose_days", field="days")
    return days


def end_at(session: Session, person_id: str, relation: str, wanted: datetime) -> datetime:
    """Return when a relation ends: as wanted, a year from now at most; a parent's when the child is of age."""
    of_age = comes_of_age(person_facts(session, person_id)) if relation == "parent" else None
    if of_age is not None and of_age > now():
        return of_age
    return min(wanted, now() + LONGEST)


def comes_of_age(facts: PersonFacts) -> datetime | None:
    """Return the first instant of the birthday on which a parent's relation ends; none where the date is not whole."""
    if len(facts.birth_date) != _FULL_DATE:
        return None
    born = date.fromisoformat(facts.birth_date)
    year = born.year + settings().adult_age
    try:
        day = born.replace(year=year)
    except ValueError:  # born on 29 February
        day = date(year, 3, 1)
    return datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(settings().timezone))
