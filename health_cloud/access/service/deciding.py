"""Before a patient decides, or gives less: exactly what would be visible, counted under the rules as they stand."""

from __future__ import annotations

from dataclasses import replace
from zoneinfo import ZoneInfo

from sqlmodel import Session

from health_cloud.access.views import NarrowingPage, PreviewRow, RequestPage
from health_cloud.chart.service import newest_within, open_chart
from health_cloud.chart.views import EntryRow
from health_cloud.consent.service import standing
from health_cloud.consent.service.changing import own_living_grant
from health_cloud.consent.service.decisions import deny_request, living_grants, waiting_request
from health_cloud.consent.service.wishes import scope_of
from health_cloud.consent.views import NEVER
from health_cloud.core import clock
from health_cloud.core.actors import Actor
from health_cloud.core.policy import Action, Scope
from health_cloud.core.settings import settings
from health_cloud.core.vocabulary import RecordClass


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
    shown = previewed(session, actor, asked, wanted)
    return RequestPage(
        request=request,
        rows=shown,
        total=_total(shown),
        fewer=sum(row.asked - row.given for row in shown),
        replaces=any(grant.grantee.id == request.asker.id for grant in living_grants(session, actor)),
        today=_today(),
    )


def narrowing_page(session: Session, actor: Actor, grant_id: str, narrowed: Scope | None = None) -> NarrowingPage:
    """Return a living grant of the actor's own, with counts by class as it is and as it would be narrowed.

    Args:
        session: the transaction.
        actor: the patient.
        grant_id: which grant.
        narrowed: what they would leave of it; as it is when there is none yet.

    Raises:
        NotFound: absent or somebody else's.
        Conflict: it is over.
    """
    grant = own_living_grant(session, actor, grant_id)
    given = scope_of(grant.classes, (grant.period_from, grant.period_to))
    wanted = narrowed or given
    shown = previewed(session, actor, given, wanted)
    return NarrowingPage(
        grant=replace(grant, person_id=""),
        rows=shown,
        total=_total(shown),
        same=wanted == given,
        today=_today(),
    )


def previewed(session: Session, actor: Actor, asked: Scope, wanted: Scope) -> tuple[PreviewRow, ...]:
    """Return what somebody would see of the actor's subject, class by class: as asked, and as it would be given.

    Raises:
        Denied: the actor may not count these records.
    """
    with open_chart(session, actor, actor.subject_id, Action.COUNT_ENTRIES) as chart:
        as_asked = chart.counts_within(asked)
        as_given = chart.counts_within(wanted)
        newest = newest_within(chart, wanted)
    return tuple(
        _row(name, as_asked[name], as_given.get(name, 0), newest.get(name), chosen=name in wanted.classes)
        for name in RecordClass
        if name in asked.classes
    )


def _row(name: RecordClass, asked: int, given: int, newest: EntryRow | None, *, chosen: bool) -> PreviewRow:
    if newest is None:
        return PreviewRow(name.value, asked, given, chosen)
    day = newest.occurred or newest.occurred_at
    return PreviewRow(name.value, asked, given, chosen, newest.title, newest.members, day)


def _total(rows: tuple[PreviewRow, ...]) -> int:
    return sum(row.given for row in rows)


def _today() -> str:
    return clock.now().astimezone(ZoneInfo(settings().timezone)).date().isoformat()


def deny_and_block(session: Session, actor: Actor, request_id: str, kind: str) -> None:
    """Deny a request without a word, and keep away what else comes from the same physician, department or hospital.

    Raises:
        NotFound: no such request waits for the actor.
        Invalid: no such circle.
    """
    target_id = standing.circle_of(session, actor, request_id, kind)
    deny_request(session, actor, request_id)
    standing.choose(session, actor, kind, target_id, NEVER)
