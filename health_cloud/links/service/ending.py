"""Ending links: by their owner in one step, by what happens to the owner, and word of what happens to a link."""

from __future__ import annotations

from sqlalchemy import delete
from sqlmodel import Session, col, select

from health_cloud.core import clock, ledger
from health_cloud.core.actors import Actor, system
from health_cloud.core.errors import Denied, NotFound
from health_cloud.core.ids import is_id
from health_cloud.core.policy import Action
from health_cloud.identity.service import family
from health_cloud.identity.service.relations import decision_in
from health_cloud.links.models import Link, LinkFile, Opening
from health_cloud.links.service.living import end, living
from health_cloud.links.service.opening import EXHAUSTED, OPENED
from health_cloud.notify.views import Kind

JOB = "life of an account"
PAGE = "/access/links"


def end_link(session: Session, actor: Actor, link_id: str) -> None:
    """End one of the actor's own links at once; ending it twice changes nothing.

    Raises:
        Denied: not a patient, nor a guardian who decides.
        NotFound: no such link, or somebody else's.
    """
    decision = decision_in(session, actor, Action.END_LINK)
    if not actor.subject_id or not decision.allowed:
        raise Denied(action=Action.END_LINK.value, person_id=actor.subject_id)
    link = session.get(Link, link_id) if is_id(link_id) else None
    if link is None or link.person_id != actor.subject_id:
        raise NotFound(action=Action.END_LINK.value, person_id=actor.subject_id)
    if link.ended_at is None and link.until_at > clock.now():
        end(session, link, "ended")
        ledger.write(
            session,
            actor,
            Action.END_LINK,
            ledger.DONE,
            person_id=link.person_id,
            decision=decision,
            detail={"link": link.id},
        )


def end_links_of(session: Session, payload: dict[str, str]) -> None:
    """End every living link of a person who has died or closes the account; a subscriber, told twice maybe."""
    person_id = payload["person"]
    for link in session.exec(select(Link).where(Link.person_id == person_id, living())).all():
        end(session, link, "event")
        detail: dict[str, str | int] = {"link": link.id, "fact": payload["fact_id"]}
        ledger.write(session, system(JOB), Action.END_LINK, ledger.DONE, person_id=person_id, detail=detail)


def forget_links(session: Session, account_id: str) -> None:
    """Forget the links that an account made, before it is erased itself."""
    made = select(Link.id).where(Link.account_id == account_id)
    for table in (Opening, LinkFile):
        session.exec(delete(table).where(col(table.link_id).in_(made)))
    session.exec(delete(Link).where(col(Link.account_id) == account_id))


def tell_opened(session: Session, payload: dict[str, str]) -> None:
    """Tell the patient, and who decides for them, that a link was opened."""
    _tell(session, payload["link"], "links.news.opened", "links.news.opened_of")


def tell_exhausted(session: Session, payload: dict[str, str]) -> None:
    """Tell the patient, and who decides for them, that a link has ended by wrong passcodes."""
    _tell(session, payload["link"], "links.news.exhausted", "links.news.exhausted_of")


def _tell(session: Session, link_id: str, key: str, key_of: str) -> None:
    link = session.get(Link, link_id)
    if link is not None:
        family.tell(session, link.person_id, key, key_of, kind=Kind.ACCESS, link=PAGE)


SUBSCRIBERS = {OPENED: tell_opened, EXHAUSTED: tell_exhausted}
