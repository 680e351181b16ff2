"""The door for a reader who names an entry alone, such as by the address of one of its originals."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from datetime import timedelta

from sqlmodel import Session

from health_cloud.chart.models import ChartEntry
from health_cloud.chart.service.door import Chart, open_chart
from health_cloud.chart.service.release import start_of
from health_cloud.chart.service.treatment import team_grounds
from health_cloud.consent.service.grants import grants_between
from health_cloud.core import clock
from health_cloud.core.actors import Actor
from health_cloud.core.errors import Denied, NotFound
from health_cloud.core.ids import is_id
from health_cloud.core.policy import Action, Role, Scope


def open_chart_of(
    session: Session, actor: Actor, entry_id: str, action: Action = Action.READ_ENTRIES
) -> AbstractContextManager[Chart]:
    """Open the chart that an entry belongs to, for a reader who names the entry alone.

    Raises:
        NotFound: no such entry, or no basis: never told apart. The attempt stands in the ledger of whose entry it is.
    """
    entry = session.get(ChartEntry, entry_id) if is_id(entry_id) else None
    if entry is None:
        raise NotFound(action=action.value, person_id=actor.subject_id)
    return _hidden(open_chart(session, _reader_of(session, actor, entry), entry.person_id, action), action)


def _reader_of(session: Session, actor: Actor, entry: ChartEntry) -> Actor:
    """Return the reader on the ground that opens this entry: no page names it, and a grant may be narrower."""
    if actor.role is not Role.PHYSICIAN or actor.ground:
        return actor
    now = clock.now()
    grants = grants_between(session, entry.person_id, actor, now)
    if not grants or any(_covers(grant.scope, entry) for grant in grants):
        return actor
    teams = team_grounds(session, actor, entry.person_id, now)
    return replace(actor, ground=teams[0].id) if teams else actor


def _covers(scope: Scope, entry: ChartEntry) -> bool:
    begins = scope.period_from is None or entry.occurred_at >= start_of(scope.period_from, entry.timezone)
    last = scope.period_to + timedelta(days=1) if scope.period_to else None
    ends = last is None or entry.occurred_at < start_of(last, entry.timezone)
    return entry.record_class in scope.classes and begins and ends


@contextmanager
def _hidden(opening: AbstractContextManager[Chart], action: Action) -> Generator[Chart]:
    try:
        with opening as chart:
            yield chart
    except Denied as refusal:
        raise NotFound(action=action.value, person_id=refusal.person_id) from refusal
