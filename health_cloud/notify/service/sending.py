"""Queue, deliver, retry, erase.

A message is queued in the transaction of what it tells about, and sent after the commit: nothing is told that
did not happen. A process that dies while sending leaves the row to be taken up again; a gateway sees the same
key. What was said and to whom is erased once it is out, or once it is too late for it to help. Of one text, one
address and one owner get so many an hour and a day: more are held back, so that nobody's phone can be flooded, and
codes asked for by somebody else never hold back a warning.
"""

from __future__ import annotations

import json
import logging
from datetime import datetime, timedelta
from typing import cast

from sqlalchemy import CursorResult, case, delete, func, or_, update
from sqlmodel import Session, col, select

from health_cloud.core import changes, db
from health_cloud.core.actors import Actor
from health_cloud.core.clock import now
from health_cloud.core.crypto import blind, seal_text, unseal_text
from health_cloud.core.errors import Denied, Unavailable
from health_cloud.core.i18n import say
from health_cloud.core.ids import new_id
from health_cloud.core.settings import settings
from health_cloud.core.words import Language
from health_cloud.notify.models import Outgoing
from health_cloud.notify.service import channels, pushing
from health_cloud.notify.views import CHANNELS, ChannelState, Kind, OutboxRow

TOPIC = "notify"
SUBJECTS = {
    "notify.code": "notify.code_subject",
    "notify.contact_code": "notify.code_subject",
    "notify.contact_stop": "notify.outside_subject",
    **{f"notify.outside.{kind}": "notify.outside_subject" for kind in Kind},
}
"""Every text that is ever sent, with the subject that it has as an e-mail."""

_log = logging.getLogger("health_cloud.outbox")
_PAUSES = tuple(timedelta(seconds=seconds) for seconds in (5, 30, 120, 600))
_LEASE = timedelta(minutes=2)
_BATCH = 50
_KEPT = timedelta(minutes=30)
_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)


def queue(
    session: Session,
    channel: str,
    address: str,
    template: str,
    language: Language,
    *,
    valid: timedelta = timedelta(days=1),
    owner: str = "",
    after: datetime | None = None,
    **params: str,
) -> str:
    """Queue a message with this transaction; returns its id.

    Args:
        session: the transaction of what it tells about.
        channel: `sms` or `email`.
        address: where to; empty for somebody unknown: the same work is done and nothing is sent.
        template: key of the text, one of `SUBJECTS`.
        language: of the text.
        valid: for how long it is worth sending.
        owner: whom it is for, where known.
        after: not before this instant.
        params: placeholders of the text; sealed, and erased once it is out.
    """
    message_id, at = new_id(), now()
    digest = blind(address, "notify_outgoing.blind")
    held = _too_many(session, channel, template, digest, owner)
    state = "void" if not address else "held" if held else "waiting"
    starts = max(at, after or at)
    session.add(
        Outgoing(
            id=message_id,
            channel=channel,
            owner=owner,
            blind=digest,
            address=seal_text(address, "notify_outgoing.address", message_id),
            template=template,
            language=language,
            params=seal_text(json.dumps(params), "notify_outgoing.params", message_id),
            state=state,
            created_at=at,
            next_at=starts if state == "waiting" else None,
            expires_at=starts + valid,
        )
    )
    session.flush()
    changes.note(session, TOPIC)
    return message_id


def _too_many(session: Session, channel: str, template: str, digest: str, owner: str) -> bool:
    """Tell whether this address or owner had its share of one text; the same statement for nobody's."""
    at, mine = now(), col(Outgoing.blind) == digest
    if owner:
        mine = or_(mine, (col(Outgoing.owner) == owner) & (col(Outgoing.channel) == channel))
    lately = case((col(Outgoing.created_at) > at - _HOUR, 1), else_=0)
    hour, day = session.exec(
        select(func.coalesce(func.sum(lately), 0), func.count()).where(
            mine,
            Outgoing.template == template,
            Outgoing.state != "held",  # or whoever goes on asking would keep the owner waiting
            col(Outgoing.created_at) > at - _DAY,
        )
    ).one()
    if channels.way_of(channel) == "outbox":  # reaches nobody's phone, and whoever tries the demo tries often
        return False
    return hour >= settings().messages_per_hour or day >= settings().messages_per_day


def deliver() -> int:
    """Send what is due and erase what is over; returns how many messages got out. One caller or many."""
    with db.reading() as session:
        at = now()
        due = session.exec(
            select(Outgoing.id)
            .where(col(Outgoing.state).in_(("waiting", "sending")), col(Outgoing.next_at) <= at)
            .order_by(col(Outgoing.next_at))
            .limit(_BATCH)
        ).all()
        over = session.exec(
            select(Outgoing.id)
            .where(
                or_(
                    col(Outgoing.state).in_(("void", "held")),
                    (col(Outgoing.state) == "outbox") & (col(Outgoing.created_at) < at - _KEPT),
                ),
                col(Outgoing.params).is_not(None),
            )
            .limit(_BATCH)
        ).all()
    if over:
        with db.writing() as session:
            session.exec(update(Outgoing).where(col(Outgoing.id).in_(over)).values(address=None, params=None))
    _forget()
    return sum(_deliver_one(message_id) for message_id in due)


def _forget() -> None:
    """Forget after a day by what messages were counted; those that went to nobody go."""
    old = col(Outgoing.created_at) < now() - _DAY
    counted = old & (col(Outgoing.blind) != "") & col(Outgoing.next_at).is_(None)
    with db.reading() as session:
        if session.exec(select(Outgoing.id).where(counted).limit(1)).first() is None:
            return
    with db.writing() as session:
        session.exec(delete(Outgoing).where(old, col(Outgoing.state) == "void"))
        session.exec(update(Outgoing).where(counted).values(blind="", owner=""))


def outbox(session: Session, actor: Actor) -> list[OutboxRow]:
    """Return what the demo would have sent, newest first.

    Raises:
        Denied: this is not a demo or a development installation.
    """
    del actor
    if settings().mode == "production":
        raise Denied
    rows = session.exec(
        select(Outgoing)
        .where(
            col(Outgoing.state).in_(("outbox", "waiting", "sending")),
            col(Outgoing.created_at) > now() - _KEPT,
            col(Outgoing.params).is_not(None),
        )
        .order_by(col(Outgoing.created_at).desc())
        .limit(30)
    ).all()
    return [
        OutboxRow(row.id, row.channel, _address(row), _texts(row)[1], row.created_at.isoformat())
        for row in rows
        if channels.way_of(row.channel) == "outbox"
    ]


def states(session: Session) -> list[ChannelState]:
    """Return how each channel stands; `status` shows it, so that an unset channel is no silence."""
    found = session.exec(
        select(Outgoing.channel, Outgoing.state, func.count()).group_by(Outgoing.channel, Outgoing.state)
    ).all()
    numbers = {(channel, state): number for channel, state, number in found}
    return [
        ChannelState(
            channel,
            channels.way_of(channel),
            numbers.get((channel, "waiting"), 0) + numbers.get((channel, "sending"), 0),
            numbers.get((channel, "failed"), 0),
            numbers.get((channel, "unsent"), 0),
            numbers.get((channel, "held"), 0),
        )
        for channel in CHANNELS
        if channel != "push" or settings().web_push
    ]


def _deliver_one(message_id: str) -> bool:
    at = now()
    with db.writing() as session:
        taken = cast(
            "CursorResult[tuple[()]]",
            session.exec(
                update(Outgoing)
                .where(
                    col(Outgoing.id) == message_id,
                    col(Outgoing.state).in_(("waiting", "sending")),
                    col(Outgoing.next_at) <= at,
                )
                .values(state="sending", attempts=Outgoing.attempts + 1, next_at=at + _LEASE)
            ),
        )
        if not taken.rowcount:
            return False
        row = session.get_one(Outgoing, message_id)
        address, (subject, text) = _address(row), _texts(row)
        channel, owner, late, attempts = row.channel, row.owner, at >= row.expires_at, row.attempts
    way = channels.way_of(channel)
    if late or way == "unset":
        return _close(message_id, "failed" if late else "unsent", "too_late" if late else "channel_unset")
    if way == "push":
        return _push(message_id, owner, attempts, subject, text)
    if way == "outbox":
        _log.warning("outbox %s to %s: %s", channel, address, text)
        return _close(message_id, "outbox", "", erase=False)
    try:
        channels.send(channel, address, subject, text, message_id)
    except Unavailable as problem:
        return _again(message_id, attempts, type(problem.__cause__).__name__)
    return _close(message_id, "sent", "")


def _push(message_id: str, owner: str, attempts: int, subject: str, text: str) -> bool:
    """Send to every browser of the owner; those that had it already get no second one."""
    sent = pushing.send_to_all(owner, message_id, subject, text)
    if sent.failed:
        return _again(message_id, attempts, sent.problem)
    return _close(message_id, "sent" if sent.reached else "unsent", "" if sent.reached else "no_browser")


def _again(message_id: str, attempts: int, problem: str) -> bool:
    if attempts > len(_PAUSES):
        return _close(message_id, "failed", problem)
    pause = _PAUSES[attempts - 1]
    with db.writing() as session:
        row = session.get_one(Outgoing, message_id)
        row.state, row.next_at, row.problem = "waiting", now() + pause, problem
    return False


def _close(message_id: str, state: str, problem: str, *, erase: bool = True) -> bool:
    out = state in ("sent", "outbox")
    with db.writing() as session:
        row = session.get_one(Outgoing, message_id)
        row.state, row.problem, row.next_at = state, problem, None
        row.sent_at = now() if out else None
        if erase:
            row.address = row.params = None
    if not out:
        _log.warning("message %s of %s not sent: %s", message_id, state, problem)
    return out


def _address(row: Outgoing) -> str:
    return unseal_text(row.address, "notify_outgoing.address", row.id)


def _texts(row: Outgoing) -> tuple[str, str]:
    """Return subject and text."""
    params = json.loads(unseal_text(row.params, "notify_outgoing.params", row.id) or "{}")
    language = cast("Language", row.language)
    return say(SUBJECTS[row.template], language), say(row.template, language, **params)
