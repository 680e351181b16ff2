"""What other processes have changed: the command line, an import, another worker.

Every transaction that notes topics keeps them in `core_change`, so that they are there exactly if it was
committed. Each worker asks for what it has not seen. No number that is given out before the commit tells what
was committed since: on PostgreSQL a lower one may be committed after a higher one. So a worker asks again from
the oldest transaction that was still open when it asked last, and passes over what it has seen; whatever is
older was decided by then (docs/decisions/0007).
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, Table, delete, func, select
from sqlmodel import Session

from health_cloud.core import db
from health_cloud.core.changes import EVERYTHING, this_process
from health_cloud.core.clock import now
from health_cloud.core.models import Change

KEPT = timedelta(minutes=10)
"""How long a change is kept. Whoever has not asked for half as long takes everything as changed."""

_KEPT: Table = Change.__table__  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType, reportUnknownVariableType]


class Elsewhere:
    """What one worker has heard so far. It begins with the present: nothing is shown before."""

    def __init__(self) -> None:
        self._asked: datetime | None = None
        self._from = 0
        self._seen: frozenset[int] = frozenset()

    def hear(self) -> frozenset[str]:
        """Return the topics that other processes have changed since the last time; this one's own are not among them.

        A failure loses nothing: the next time asks from the same place.
        """
        before, at = self._asked, now()
        with db.reading() as session:
            rows = session.connection().execute(_since(session, self._from)).all()
        fresh = [row for row in rows if row.id not in self._seen]
        if rows:
            self._from = max(row.next for row in rows)
            self._seen = frozenset(row.id for row in rows if row.place >= self._from)
        self._asked = at
        if before is None:
            return frozenset()
        if at - before > KEPT / 2:
            return frozenset({EVERYTHING})
        mine = this_process()
        return frozenset(topic for row in fresh if row.process != mine for topic in row.topics.split())


def _since(session: Session, place: int) -> Select[*tuple[Any, ...]]:
    """Return what is kept from a place on, and from which place to ask next."""
    if session.get_bind().dialect.name == "postgresql":
        order, after = _KEPT.c.transaction, func.txid_snapshot_xmin(func.txid_current_snapshot())
    else:
        order, after = _KEPT.c.id, _KEPT.c.id + 1
    return select(_KEPT.c.id, _KEPT.c.process, _KEPT.c.topics, order.label("place"), after.label("next")).where(
        order >= place
    )


def prune() -> int:
    """Forget what every worker has heard long ago; returns how many."""
    with db.writing() as session:
        return session.connection().execute(delete(_KEPT).where(_KEPT.c.at < now() - KEPT)).rowcount
