"""What an owner has been told: a line in the app always, and outside it no more than that there is news.

Outside words name the kind alone: no person, no place, nothing of health. Every call does the same work, whether or
not the owner exists, can be reached, or wants to be told (R2).
"""

from __future__ import annotations

import json
from datetime import datetime, timedelta

from sqlalchemy import delete, func, update
from sqlmodel import Session, col, select

from health_cloud.core import changes
from health_cloud.core.actors import Actor
from health_cloud.core.clock import now
from health_cloud.core.crypto import seal_text, unseal_text
from health_cloud.core.ids import new_id
from health_cloud.notify.models import News
from health_cloud.notify.service import choices, sending
from health_cloud.notify.views import CHANNELS, Kind, NewsRow, Reach

_SHOWN = 100
_KEPT = timedelta(days=180)
_PARAMS = "notify_news.params"


def topic(owner: str) -> str:
    """Return the topic of an owner's inbox, for open screens."""
    return f"inbox:{owner}"


def put(session: Session, owner: str, kind: Kind, key: str, reach: Reach, *, link: str = "", **params: str) -> None:
    """Tell an owner something, in the app and by the channels chosen.

    Args:
        session: the transaction of what it tells about.
        owner: whose inbox; empty for nobody: the same work is done, and it reaches nobody.
        kind: what it is about, which is all that is said outside.
        key: text of the line in the app.
        reach: where the owner can be reached.
        link: path in the app where more is to be seen.
        params: placeholders of the line.
    """
    row_id, at = new_id(), now()
    sealed = seal_text(json.dumps(params), _PARAMS, row_id)
    session.add(News(id=row_id, owner=owner, kind=kind, key=key, params=sealed, link=link, at=at))
    addresses = choices.addresses(session, owner, kind, reach)
    after = choices.quiet_until(session, owner, kind, at)
    language = "en" if reach.language == "en" else "zh"
    for channel in CHANNELS:
        sending.queue(
            session, channel, addresses[channel], f"notify.outside.{kind}", language, owner=owner, after=after
        )
    changes.note(session, topic(owner))


def told_since(session: Session, owner: str, key: str, since: datetime) -> bool:
    """Tell whether an owner was told this since then."""
    found = select(News.id).where(News.owner == owner, News.key == key, col(News.at) >= since).limit(1)
    return session.exec(found).first() is not None


def fresh_count(session: Session, actor: Actor) -> int:
    """Return how many lines the actor has not seen."""
    return session.exec(
        select(func.count()).select_from(News).where(News.owner == actor.account_id, col(News.seen_at).is_(None))
    ).one()


def look(session: Session, actor: Actor) -> list[NewsRow]:
    """Return the actor's inbox, newest first; what is given out counts as seen from here on."""
    rows = session.exec(
        select(News)
        .where(News.owner == actor.account_id)
        .order_by(col(News.at).desc(), col(News.id).desc())
        .limit(_SHOWN)
    ).all()
    shown = [
        NewsRow(
            row.id,
            row.kind,
            row.key,
            {name: str(value) for name, value in json.loads(unseal_text(row.params, _PARAMS, row.id) or "{}").items()},
            row.link,
            row.at.isoformat(),
            row.seen_at is None,
        )
        for row in rows
    ]
    if any(row.fresh for row in shown):
        session.exec(
            update(News).where(col(News.owner) == actor.account_id, col(News.seen_at).is_(None)).values(seen_at=now())
        )
        changes.note(session, topic(actor.account_id))
    return shown


def forget(session: Session, owner: str) -> None:
    """Erase all that is kept of an owner: lines, choices, subscriptions."""
    session.exec(delete(News).where(col(News.owner) == owner))
    choices.forget(session, owner)


def prune(session: Session) -> None:
    """Erase lines that are half a year old, and those that are nobody's."""
    old = (col(News.at) < now() - _KEPT) | ((col(News.owner) == "") & (col(News.at) < now() - timedelta(days=1)))
    session.exec(delete(News).where(old))
