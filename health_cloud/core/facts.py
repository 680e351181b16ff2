"""Facts: what happened, kept with the change itself and delivered at least once after the commit.

A subscriber acts in one transaction together with the note that it has acted, so that a crash between
leads to neither a loss nor a second effect in the database.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable

from sqlmodel import Session, col, func, select

from health_cloud.core import changes, db
from health_cloud.core.clock import now
from health_cloud.core.models import Fact, FactDelivery

Subscriber = Callable[[Session, dict[str, str]], None]

TOPIC = "facts"
_BATCH = 100
_subscribers: dict[str, dict[str, Subscriber]] = {}
_log = logging.getLogger(__name__)


def subscribe(kind: str, name: str, subscriber: Subscriber) -> None:
    """Have `subscriber` act on every fact of this kind; `name` is its stable id. Wired in `app.py` alone."""
    _subscribers.setdefault(kind, {})[name] = subscriber


def emit(session: Session, kind: str, **payload: str) -> None:
    """Keep a fact with this transaction. `kind` is `feature.thing_happened`; the payload is ids only."""
    session.add(Fact(kind=kind, payload=json.dumps(payload, sort_keys=True), at=now()))
    changes.note(session, TOPIC)


def deliver() -> int:
    """Deliver what waits; returns how many facts are done. A failing subscriber is tried again next time."""
    done = 0
    with db.reading() as session:
        due = session.exec(
            select(Fact.id, Fact.kind, Fact.payload).where(col(Fact.done_at).is_(None)).order_by(Fact.id).limit(_BATCH)
        ).all()
    for fact_id, kind, payload in due:
        done += _deliver_one(fact_id, kind, json.loads(payload))
    return done


def waiting(session: Session) -> int:
    """Return how many facts are not delivered yet; `status` shows it."""
    return session.exec(select(func.count()).select_from(Fact).where(col(Fact.done_at).is_(None))).one()


def _deliver_one(fact_id: str, kind: str, payload: dict[str, str]) -> bool:
    complete = True
    for name, subscriber in _subscribers.get(kind, {}).items():
        try:
            with db.writing() as session:
                if session.get(FactDelivery, (fact_id, name)) is None:
                    session.add(FactDelivery(fact_id=fact_id, subscriber=name, at=now()))
                    session.flush()
                    subscriber(session, payload | {"fact_id": fact_id})
        except Exception as problem:  # noqa: BLE001 - one that breaks must not hold up those behind it
            _log.error("fact %s: %s failed with %s, tried again", fact_id, name, type(problem).__name__)
            complete = False
    if complete:
        with db.writing() as session:
            fact = session.get(Fact, fact_id)
            if fact is not None:
                fact.done_at = now()
    return complete
