"""How the owner of an account is told things: what notify keeps, with where that owner can be reached."""

from __future__ import annotations

from typing import Any

from sqlmodel import Session

from health_cloud.core.actors import Actor, Visitor
from health_cloud.core.settings import settings
from health_cloud.identity.models import Account
from health_cloud.identity.service import lookup
from health_cloud.identity.service.sessions import device_blind
from health_cloud.identity.views import NoticesPage
from health_cloud.notify.service import choices, pushing, subscriptions


def page(session: Session, actor: Actor, visitor: Visitor) -> NoticesPage:
    """Return what the actor has chosen, what can reach them, and whether this browser receives pushes."""
    reach = lookup.reach_of(session, session.get_one(Account, actor.account_id))
    quiet = choices.quiet_hours(session, actor)
    return NoticesPage(
        subjects=tuple(choices.mine(session, actor)),
        sms=bool(reach.sms),
        email=bool(reach.email),
        push=subscriptions.any_of(session, actor.account_id),
        begins=quiet.begins,
        ends=quiet.ends,
        here=subscriptions.here(session, actor, device_blind(visitor)),
        public_key=pushing.public_key() if settings().web_push else "",
    )


def choose(session: Session, actor: Actor, visitor: Visitor, subject: str, channel: str, wanted: bool) -> NoticesPage:
    """Choose whether to be told of a subject by a channel; see `choices.choose`."""
    reach = lookup.reach_of(session, session.get_one(Account, actor.account_id))
    choices.choose(session, actor, subject, channel, wanted, reach)
    session.flush()
    return page(session, actor, visitor)


def rest(session: Session, actor: Actor, visitor: Visitor, begins: str, ends: str) -> NoticesPage:
    """Set or end the quiet hours; see `choices.rest`."""
    choices.rest(session, actor, begins, ends)
    session.flush()
    return page(session, actor, visitor)


def subscribe(session: Session, actor: Actor, visitor: Visitor, given: dict[str, Any]) -> NoticesPage:
    """Take this browser's subscription; see `subscriptions.subscribe`."""
    subscriptions.subscribe(session, actor, given, device_blind(visitor))
    session.flush()
    return page(session, actor, visitor)


def unsubscribe(session: Session, actor: Actor, visitor: Visitor) -> NoticesPage:
    """Send nothing more to this browser."""
    subscriptions.unsubscribe(session, actor, device_blind(visitor))
    session.flush()
    return page(session, actor, visitor)
