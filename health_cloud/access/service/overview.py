"""The overview and one analyte through time, of a chart on a ground; each use asked of the policy anew."""

from __future__ import annotations

from dataclasses import replace

from sqlmodel import Session

from health_cloud.access.service.addresses import chart_address, moved
from health_cloud.access.service.grounds import ground_to
from health_cloud.access.views import Leased
from health_cloud.core.actors import Actor
from health_cloud.records.service.overview import overview_page
from health_cloud.records.service.trend import trend_page
from health_cloud.records.views.meaning import NO_MEANING
from health_cloud.records.views.overview import OverviewPage
from health_cloud.records.views.trend import TrendPage


def granted_overview(session: Session, actor: Actor, ground_id: str, *, screen: str = "") -> OverviewPage:
    """Return a chart at a glance, on a ground.

    Raises:
        NotFound: no such ground of the actor.
        Denied: it is over.
    """
    ground, reader = ground_to(session, actor, ground_id, screen)
    page = overview_page(session, reader, ground.person_id)
    return moved(replace(page, summary=replace(page.summary, topics=(), opens="")), ground.id)


def granted_trend(
    session: Session, actor: Actor, ground_id: str, entry_id: str, place: str, *, screen: str = ""
) -> Leased[TrendPage]:
    """Return the analyte of one result through time, as far as a ground opens it.

    Raises:
        NotFound: no such ground of the actor, or no such result within it.
        Denied: it is over.
    """
    ground, reader = ground_to(session, actor, ground_id, screen)
    found = trend_page(session, reader, ground.person_id, entry_id, place)
    page = replace(
        moved(found, ground.id),
        back=chart_address(ground.id, found.record_class, entry_id),
        meaning=NO_MEANING,  # said to patients
        pair_meaning=NO_MEANING,
        topics=(f"grant:{ground.id}", *found.topics),
    )
    return Leased(page, replace(ground, person_id=""))
