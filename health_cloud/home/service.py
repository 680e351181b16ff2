"""The patient's first screen, in one use of the chart."""

from __future__ import annotations

from sqlmodel import Session

from health_cloud.chart.service import open_chart, proof_of_chart, teams_of
from health_cloud.chart.views import NO_PROOF, ClassCount
from health_cloud.consent.service.decisions import living_grants, may_decide
from health_cloud.core.actors import Actor
from health_cloud.core.policy import Action
from health_cloud.home.views import HomePage
from health_cloud.identity.service.relations import guardians_of
from health_cloud.records.service.reading import list_row, opens_next, topics_of, visit_row
from health_cloud.records.service.sources import sources

_NEWS = 3
_VISITS = 3
_SEERS = 2


def home_page(session: Session, actor: Actor) -> HomePage:
    """Return what is new, the six classes with counts, who can see it, and the last visits of the actor's own chart."""
    with open_chart(session, actor, actor.subject_id, Action.READ_ENTRIES) as chart:
        counts = chart.counts()
        deciding = may_decide(session, actor)
        grants = living_grants(session, actor) if deciding else []
        teams = teams_of(session, actor) if deciding else []
        seers = [
            *(face.name for face in guardians_of(session, actor)),
            *(team.department for team in teams),
            *(grant.grantee.name for grant in grants),
        ]
        ends = [team.until for team in teams]
        new = sum(count.fresh for count in counts)
        news = chart.fresh(limit=_NEWS) if new else []
        some = any(count.count for count in counts)
        return HomePage(
            news=[list_row(row) for row in news],
            new=new,
            new_more=any(count.more for count in counts),
            recent=[] if news else [list_row(row) for row in chart.latest(limit=_NEWS)],
            counts={count.record_class: _number(count) for count in counts},
            any=some,
            proof=proof_of_chart(chart) if some else NO_PROOF,
            visits=[visit_row(row) for row in chart.encounters(limit=_VISITS)],
            can_see=len(seers) if deciding else 0,
            seers=seers[:_SEERS] if deciding else [],
            sources=sources(chart),
            topics=topics_of(chart),
            opens=min(filter(None, [opens_next(chart), *(each.until_at for each in grants), *ends]), default=""),
        )


def _number(count: ClassCount) -> str:
    return f"{count.count}+" if count.more else str(count.count)
