"""What the screens of the desk show."""

from __future__ import annotations

from dataclasses import dataclass

from health_cloud.consent.views import DoneLine, ReviewPage


@dataclass(frozen=True)
class ReviewScreen:
    """An emergency under review, with what was done in it, oldest first."""

    page: ReviewPage
    lines: tuple[DoneLine, ...]
