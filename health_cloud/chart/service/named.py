"""The door for a reader who names an entry alone, such as by the address of one of its originals."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import AbstractContextManager, contextmanager

from sqlmodel import Session

from health_cloud.chart.models import ChartEntry
from health_cloud.chart.service.door import Chart, open_chart
from health_cloud.core.actors import Actor
from health_cloud.core.errors import Denied, NotFound
from health_cloud.core.ids import is_id
from health_cloud.core.policy import Action


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
    return _hidden(open_chart(session, actor, entry.person_id, action), action)


@contextmanager
def _hidden(opening: AbstractContextManager[Chart], action: Action) -> Generator[Chart]:
    try:
        with opening as chart:
            yield chart
    except Denied as refusal:
        raise NotFound(action=action.value, person_id=refusal.person_id) from refusal
