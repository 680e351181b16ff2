"""Follow-ups and open visits on which a grant may hang; what keeps them is above this feature and is plugged in."""

from __future__ import annotations

from collections.abc import Callable

from sqlmodel import Session

from health_cloud.consent.views import TodaysVisit, Visit
from health_cloud.core.actors import Actor

Finder = Callable[[Session, str, str], Visit | None]
"""`(session, person_id, physician_account_id)` -> the next agreed follow-up of the two that is not over."""

Day = Callable[[Session, str], list[TodaysVisit]]
"""`(session, physician_account_id)` -> the agreed follow-ups of today, on the hospital's calendar."""

_finders: list[Finder] = []
Ward = Callable[[Session, Actor], list[TodaysVisit]]
"""`(session, physician)` -> whom their department treats now, where the hospital names them to it."""

_days: list[Day] = []
_wards: list[Ward] = []


def plug(finder: Finder, day: Day | None = None, *, present: Finder | None = None, ward: Ward | None = None) -> None:
    """Say where follow-ups and open visits are found; wired in `app.py` alone.

    Args:
        finder: of follow-ups.
        day: of a physician's follow-ups of today.
        present: of visits that are open now; what is now comes before what is agreed on.
        ward: of the patients of today whom a physician's department treats, where the hospital names them.
    """
    _finders[:] = [each for each in (present, finder) if each]
    _days[:] = [day] if day else []
    _wards[:] = [ward] if ward else []


def next_visit(session: Session, person_id: str, physician_account_id: str) -> Visit | None:
    """Return the open visit of a patient to a physician's hospital, else their next agreed follow-up, or nothing."""
    return next((visit for find in _finders if (visit := find(session, person_id, physician_account_id))), None)


def todays_visits(session: Session, actor: Actor) -> list[TodaysVisit]:
    """Return a physician's patients of today, each once: their follow-ups, the first one above, then their own ward."""
    found = [visit for day in _days for visit in day(session, actor.account_id)]
    found += [visit for ward in _wards for visit in ward(session, actor)]
    people: dict[str, TodaysVisit] = {}
    for visit in found:
        people.setdefault(visit.person_id, visit)
    return list(people.values())
