"""What staff see before they decide: the effect of a draft, and how an emergency went; in numbers only."""

from __future__ import annotations

from collections.abc import Iterable

from sqlmodel import Session

from health_cloud.chart.service import effect_of
from health_cloud.chart.views import ReleaseEffect
from health_cloud.consent.service.reviewing import done_in_emergency, review_page
from health_cloud.core.actors import Actor
from health_cloud.desk.views import ReviewScreen
from health_cloud.visibility.service import draft_of


def preview(session: Session, actor: Actor, from_date: object, open_classes: Iterable[object]) -> list[ReleaseEffect]:
    """Return what patients of the actor's hospital would gain and lose, per class.

    Raises:
        Denied: not staff of a hospital.
        Invalid: no such day or class.
    """
    current, draft = draft_of(session, actor, from_date, open_classes)
    return effect_of(session, actor, current, draft)


def review_screen(session: Session, actor: Actor, emergency_id: str) -> ReviewScreen:
    """Return one emergency to a reviewer, with each look of the physician as a line, and none of what they saw.

    Raises:
        Denied: not staff of a hospital.
        NotFound: absent, or of another hospital.
    """
    page = review_page(session, actor, emergency_id)
    return ReviewScreen(page, tuple(done_in_emergency(session, actor, emergency_id)))
