"""One's own links: those that live, and those of the last days that are over, each with who opened it."""

from __future__ import annotations

from datetime import timedelta

from sqlmodel import Session, col, select

from health_cloud.consent.views import day_text
from health_cloud.core import clock
from health_cloud.core.actors import Actor
from health_cloud.core.crypto import unseal_text
from health_cloud.core.errors import Denied
from health_cloud.core.policy import Action
from health_cloud.identity.service.relations import decision_in
from health_cloud.links.models import Link, Opening
from health_cloud.links.service.living import TRIES
from health_cloud.links.views import LinkCard, OpeningRow

_SHOWN, _OPENINGS = 50, 20
_OVER_SINCE = timedelta(days=30)


def own_links(session: Session, actor: Actor) -> list[LinkCard]:
    """Return the actor's own links, those that live first, then what was over last.

    Raises:
        Denied: not a patient, nor a guardian who decides.
    """
    if not actor.subject_id or not decision_in(session, actor, Action.READ_GRANTS).allowed:
        raise Denied(action=Action.READ_GRANTS.value, person_id=actor.subject_id)
    since = clock.now() - _OVER_SINCE
    rows = session.exec(
        select(Link)
        .where(Link.person_id == actor.subject_id, col(Link.until_at) > since)
        .order_by(col(Link.created_at).desc())
        .limit(_SHOWN)
    ).all()
    cards = [_card(session, row) for row in rows]
    return sorted(cards, key=lambda card: card.state != "living")


def state_of(link: Link) -> str:
    """Return how a link stands."""
    if link.ended_at is not None:
        return link.ended_reason
    return "living" if link.until_at > clock.now() else "expired"


def _card(session: Session, link: Link) -> LinkCard:
    found = session.exec(
        select(Opening).where(Opening.link_id == link.id).order_by(col(Opening.at).desc(), col(Opening.id).desc())
    ).all()
    return LinkCard(
        id=link.id,
        label=unseal_text(link.label, "links_link.label", link.id),
        state=state_of(link),
        created_at=link.created_at.isoformat(),
        until_at=(link.ended_at or link.until_at).isoformat(),
        summary=link.summary,
        classes=[name for name in link.classes.split(",") if name],
        period_from=day_text(link.period_from),
        period_to=day_text(link.period_to),
        entry_count=link.entries,
        passcode=bool(link.passcode),
        wrong=link.wrong,
        left=max(0, TRIES - link.wrong),
        opened=len(found),
        openings=[
            OpeningRow(each.at.isoformat(), unseal_text(each.recipient, "links_opening.recipient", each.id), each.agent)
            for each in found[:_OPENINGS]
        ],
    )
