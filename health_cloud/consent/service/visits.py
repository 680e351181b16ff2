"""Follow-ups on which a grant may hang; the feature that keeps them is above this one and is plugged in."""

from __future__ import annotations

from collections.abc import Callable

from sqlmodel import Session

from health_cloud.consent.views import Visit

Finder = Callable[[Session, str, str], Visit | None]
"""`(session, person_id, physician_account_id)` -> the next agreed follow-up of the two that is not over."""

_finders: list[Finder] = []


def plug(finder: Finder) -> None:
    """Say where follow-ups are found; wired in `app.py` alone."""
    _finders[:] = [finder]


def next_visit(session: Session, person_id: str, physician_account_id: str) -> Visit | None:
    """Return the next agreed follow-up of a patient with a physician, or nothing."""
    return next((visit for find in _finders if (visit := find(session, person_id, physician_account_id))), None)
