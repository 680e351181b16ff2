"""How each owner wants to be told: by subject and channel, with hours of rest.

What concerns the security of an account cannot be silenced everywhere: where the last channel is gone or was never
there, all that can reach the owner are used.
"""

from __future__ import annotations

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import delete
from sqlmodel import Session, col, select

from health_cloud.core.actors import Actor
from health_cloud.core.errors import Invalid
from health_cloud.core.settings import settings
from health_cloud.notify.models import Choice, QuietHours
from health_cloud.notify.service import subscriptions
from health_cloud.notify.views import CHANNELS, ChoiceRow, Kind, Quiet, Reach, Subject

_USUAL = {
    Subject.SECURITY: frozenset(CHANNELS),
    Subject.ACCESS: frozenset(CHANNELS),
    Subject.APPOINTMENT: frozenset(CHANNELS),
    Subject.RECORDS: frozenset({"push"}),
}
"""By what one is told who has chosen nothing: new records by push alone, since they come often."""

_HOUR = 60
_DAY = 24 * _HOUR


def addresses(session: Session, owner: str, kind: Kind, reach: Reach) -> dict[str, str]:
    """Return the address of each channel by which an owner is told of this; empty where not."""
    browsers = owner if subscriptions.any_of(session, owner) else ""
    known = {"sms": reach.sms, "email": reach.email, "push": browsers}
    wanted = _wanted(session, owner)[kind.subject]
    chosen = {channel for channel in wanted if known[channel]}
    if not chosen and kind.subject is Subject.SECURITY:
        chosen = set(CHANNELS)
    return {channel: known[channel] if channel in chosen else "" for channel in CHANNELS}


def quiet_until(session: Session, owner: str, kind: Kind, at: datetime) -> datetime:
    """Return from when on an owner may be told of this: now, or the end of the quiet hours."""
    row = session.exec(select(QuietHours).where(QuietHours.owner == owner)).first()
    if row is None or kind.subject is Subject.SECURITY:
        return at
    here = at.astimezone(ZoneInfo(settings().timezone))
    minute = here.hour * _HOUR + here.minute
    since = (minute - row.begins) % _DAY
    length = (row.ends - row.begins) % _DAY
    if since >= length:
        return at
    return at + timedelta(minutes=length - since) - timedelta(seconds=at.second, microseconds=at.microsecond)


def mine(session: Session, actor: Actor) -> list[ChoiceRow]:
    """Return what the actor has chosen, the usual where nothing was."""
    wanted = _wanted(session, actor.account_id)
    return [ChoiceRow(subject, *(channel in wanted[subject] for channel in CHANNELS)) for subject in Subject]


def choose(session: Session, actor: Actor, subject: str, channel: str, wanted: bool, reach: Reach) -> None:
    """Choose whether to be told of a subject by a channel.

    Raises:
        Invalid: no such subject or channel, or nothing would be left to warn of what concerns security.
    """
    if subject not in tuple(Subject) or channel not in CHANNELS:
        raise Invalid
    now_wanted = _wanted(session, actor.account_id)[Subject(subject)]
    left = now_wanted | {channel} if wanted else now_wanted - {channel}
    browsers = subscriptions.any_of(session, actor.account_id)
    usable = {name for name, there in (("sms", reach.sms), ("email", reach.email), ("push", browsers)) if there}
    if subject == Subject.SECURITY and usable and not left & usable:
        raise Invalid("notify.error.last_channel", field=channel)
    row = session.get(Choice, (actor.account_id, subject, channel))
    if row is None:
        row = Choice(owner=actor.account_id, subject=subject, channel=channel, wanted=wanted)
    row.wanted = wanted
    session.add(row)


def quiet_hours(session: Session, actor: Actor) -> Quiet:
    """Return the actor's quiet hours."""
    row = session.get(QuietHours, actor.account_id)
    return Quiet(_words(row.begins), _words(row.ends)) if row else Quiet()


def rest(session: Session, actor: Actor, begins: str, ends: str) -> None:
    """Set the hours in which only what concerns security is sent; both empty ends them.

    Raises:
        Invalid: not times of day, or the same one twice.
    """
    row = session.get(QuietHours, actor.account_id)
    if not begins and not ends:
        if row is not None:
            session.delete(row)
        return
    first, last = _minute(begins, "begins"), _minute(ends, "ends")
    if first == last:
        raise Invalid("notify.error.same_hour", field="ends")
    row = row or QuietHours(owner=actor.account_id, begins=first, ends=last)
    row.begins, row.ends = first, last
    session.add(row)


def forget(session: Session, owner: str) -> None:
    """Erase all choices and subscriptions of an owner."""
    for table in (Choice, QuietHours):
        session.exec(delete(table).where(col(table.owner) == owner))
    subscriptions.forget(session, owner)


def _wanted(session: Session, owner: str) -> dict[Subject, frozenset[str]]:
    rows = session.exec(select(Choice).where(Choice.owner == owner)).all()
    wanted = dict(_USUAL)
    for row in rows:
        subject = Subject(row.subject)
        others = wanted[subject] - {row.channel}
        wanted[subject] = others | {row.channel} if row.wanted else others
    return wanted


def _minute(text: str, field: str) -> int:
    try:
        given = time.fromisoformat(text)
    except ValueError:
        raise Invalid("notify.error.hour", field=field) from None
    return given.hour * _HOUR + given.minute


def _words(minute: int) -> str:
    return f"{minute // _HOUR:02d}:{minute % _HOUR:02d}"
