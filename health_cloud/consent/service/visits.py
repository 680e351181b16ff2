"""Follow-ups on which a grant may hang; the feature that keeps them is above this one and is plugged in."""

from __future__ import annotations

from collections.abc import Callable

from sqlmodel import Session

from health_cloud.consent.views import TodaysVisit, Visit

Finder = Callable[[Session, str, str], Visit | None]
"""`(session, person_id, physician_account_id)` -> the next agreed follow-up of the two that is not over."""

Day = Callable[[Session, str], list[TodaysVisit]]
"""`(session, physician_account_id)` -> the agreed follow-ups of today, on the hospital's calendar."""

_finders: list[Finder] = []
_days: list[Day] = []


def plug(finder: Finder, day: Day | None = None) -> None:
    """Say where follow-ups are found; wired in `app.py` alone."""
    _finders[:] = [finder]
    _days[:] = [day] if day else []


def next_visit(session: Session, person_id: str, physician_account_id: str) -> Visit | None:
    """Return the next agreed follow-up of a patient with a physician, or nothing."""
    return next((visit for find in _finders if (visit := find(session, person_id, physician_account_id))), None)


def todays_visits(session: Session, physician_account_id: str) -> list[TodaysVisit]:
    """Return a physician's agreed follow-ups of today, the first one above."""
    return [visit for day in _days for visit in day(session, physician_account_id)]
