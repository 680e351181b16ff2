"""The patient's first screen, in one use of the chart."""

from __future__ import annotations

from sqlmodel import Session

from health_cloud.chart.service import open_chart
from health_cloud.chart.views import ClassCount
from health_cloud.core.actors import Actor
from health_cloud.core.policy import Action
from health_cloud.home.views import HomePage
from health_cloud.records.service.reading import list_row, topics_of, visit_row

_NEWS = 3
_VISITS = 3


def home_page(session: Session, actor: Actor) -> HomePage:
    """Return what is new, the six classes with counts, and the last visits of the actor's own chart."""
    with open_chart(session, actor, actor.person_id, Action.READ_ENTRIES) as chart:
        counts = chart.counts()
        new = sum(count.fresh for count in counts)
        news = chart.fresh(limit=_NEWS) if new else []
        return HomePage(
            news=[list_row(row) for row in news],
            new=new,
            new_more=any(count.more for count in counts),
            recent=[] if news else [list_row(row) for row in chart.latest(limit=_NEWS)],
            counts={count.record_class: _number(count) for count in counts},
            any=any(count.count for count in counts),
            visits=[visit_row(row) for row in chart.encounters(limit=_VISITS)],
            topics=topics_of(chart),
        )


def _number(count: ClassCount) -> str:
    return f"{count.count}+" if count.more else str(count.count)
