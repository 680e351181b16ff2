"""Where a person has been seen: all that booking a follow-up visit has to know of a chart."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func
from sqlmodel import Session, col, select

from health_cloud.chart.models import ChartEncounter
from health_cloud.chart.service.door import Chart, open_chart
from health_cloud.core.actors import Actor
from health_cloud.core.policy import Action
from health_cloud.core.vocabulary import VisitType


def departments_visited(session: Session, actor: Actor, person_id: str) -> dict[str, datetime]:
    """Return each department where this person was seen in person, with the time of the last visit there.

    Release rules do not matter here: the person was there, and nothing of the visit but its place is told.
    Visits by video are no first visits and do not count.

    Raises:
        Denied: the actor may not read this chart; the attempt stands in the ledger, as does each use.
    """
    with open_chart(session, actor, person_id, Action.COUNT_ENTRIES) as chart:
        return seen_in(chart)


def seen_in(chart: Chart) -> dict[str, datetime]:
    """Return the same of a chart that is open: each department, with the time of the last visit there in person."""
    found = chart.session.exec(
        select(col(ChartEncounter.department_id), func.max(col(ChartEncounter.occurred_at)))
        .where(
            ChartEncounter.person_id == chart.person_id,
            ChartEncounter.visit_type != VisitType.VIRTUAL.value,
            col(ChartEncounter.department_id).is_not(None),
            col(ChartEncounter.occurred_at) <= chart.now,
        )
        .group_by(col(ChartEncounter.department_id))
    ).all()
    chart.detail["departments"] = len(found)
    return {str(department_id): at for department_id, at in found if at is not None}


def online_visits(chart: Chart) -> frozenset[str]:
    """Return the ids of a person's visits by video or text."""
    found = select(ChartEncounter.id).where(
        ChartEncounter.person_id == chart.person_id, ChartEncounter.visit_type == VisitType.VIRTUAL.value
    )
    return frozenset(chart.session.exec(found).all())
