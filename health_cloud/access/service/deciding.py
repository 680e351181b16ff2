"""Before a patient decides: exactly what would become visible, counted under the rules as they stand."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from sqlmodel import Session

from health_cloud.access.views import PreviewRow, RequestPage
from health_cloud.chart.service import open_chart
from health_cloud.consent.service.decisions import living_grants, waiting_request
from health_cloud.consent.service.wishes import scope_of
from health_cloud.core import clock
from health_cloud.core.actors import Actor
from health_cloud.core.policy import Action, Scope
from health_cloud.core.settings import settings
from health_cloud.core.vocabulary import RecordClass

COUNTED = 1000


def request_page(session: Session, actor: Actor, request_id: str, narrowed: Scope | None = None) -> RequestPage:
    """Return a request that waits for the actor, with counts by class as asked and as narrowed.

    Args:
        session: the transaction.
        actor: the patient.
        request_id: which request.
        narrowed: what they are willing to give of it; as asked when there is none yet.

    Raises:
        NotFound: no such request waits for the actor.
    """
    request = waiting_request(session, actor, request_id)
    asked = scope_of(request.classes, (request.period_from, request.period_to))
    wanted = narrowed or asked
    with open_chart(session, actor, actor.subject_id, Action.COUNT_ENTRIES) as chart:
        as_asked = chart.counts_within(asked)
        as_given = chart.counts_within(wanted)
    rows = tuple(
        PreviewRow(name.value, as_asked[name], as_given.get(name, 0), name in wanted.classes)
        for name in RecordClass
        if name in asked.classes
    )
    total = sum(row.given for row in rows)
    return RequestPage(
        request=request,
        rows=rows,
        total=total,
        fewer=sum(row.asked for row in rows) - total,
        more=any(row.given >= COUNTED for row in rows),
        replaces=any(grant.grantee.id == request.asker.id for grant in living_grants(session, actor)),
        today=clock.now().astimezone(ZoneInfo(settings().timezone)).date().isoformat(),
    )
