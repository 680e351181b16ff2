"""Opening a link from outside: an attempt is counted before it is judged, so that parallel guesses win nothing.

Whoever comes has no session and no role here: what they may see was decided when the link was made, and all they get
is ciphertext. Unknown, ended, expired and exhausted links are the same nothing (docs/decisions/0012).
"""

from __future__ import annotations

import hmac
from datetime import timedelta
from typing import Any, Final, cast

from sqlalchemy import CursorResult, update
from sqlmodel import Session, col, select

from health_cloud.core import changes, clock, facts, ledger
from health_cloud.core.actors import Actor, Visitor
from health_cloud.core.crypto import blind, seal_text, unseal
from health_cloud.core.errors import Conflict, NotFound
from health_cloud.core.ids import is_id
from health_cloud.core.policy import Action
from health_cloud.identity.service.agents import agent_words
from health_cloud.links.models import Link, LinkFile, Opening
from health_cloud.links.service.living import TRIES, end, is_open, living, living_link
from health_cloud.links.views import Answer, Attempt, SealedFile

OPENED: Final = "links.link_opened"
EXHAUSTED: Final = "links.link_exhausted"
LONGEST_RECIPIENT: Final = 200
_TICKET = "links_file.ticket"
_TICKET_LIVES = timedelta(minutes=15)
_TICKET_PARTS = 3


class Busy(Conflict):
    """As many attempts are being judged as the link still bears: who waits a moment is judged too."""


def begin(session: Session, _actor: Actor, token: str) -> Attempt:
    """Count an attempt at a link before anybody looks at its passcode.

    Raises:
        NotFound: no such link lives.
        Busy: others are being judged.
    """
    link = living_link(session, token)
    if link is None:
        raise NotFound
    if link.passcode and not _changed(session, link.id, tries_left=col(Link.tries_left) - 1, least=1):
        raise Busy
    return Attempt(link.id, link.passcode)


def give_back(session: Session, _actor: Actor, attempt: Attempt) -> int:
    """Take back an attempt at which no passcode was said; returns how many wrong ones the link still bears."""
    _changed(session, attempt.link_id, tries_left=col(Link.tries_left) + 1)
    return TRIES - session.get_one(Link, attempt.link_id).wrong


def settle(
    session: Session, actor: Actor, visitor: Visitor, attempt: Attempt, recipient: str, *, right: bool
) -> Answer:
    """Note what an attempt came to, and give out the files if the passcode was right.

    Raises:
        NotFound: the link ended meanwhile.
    """
    if not right:
        return _wrong(session, actor, attempt)
    if attempt.passcode and not _changed(session, attempt.link_id, tries_left=col(Link.tries_left) + 1):
        raise NotFound
    link = session.exec(select(Link).where(Link.id == attempt.link_id, living())).first()
    if link is None or not is_open(session, link.person_id):
        raise NotFound
    opening = Opening(link_id=link.id, at=clock.now(), agent=agent_words(visitor.agent))
    opening.recipient = seal_text(recipient[:LONGEST_RECIPIENT], "links_opening.recipient", opening.id)
    session.add(opening)
    _line(session, actor, link, ledger.ALLOWED)
    facts.emit(session, OPENED, link=link.id, opening=opening.id)
    return Answer(right=True, files=_files(session, link))


def _wrong(session: Session, actor: Actor, attempt: Attempt) -> Answer:
    if not _changed(session, attempt.link_id, wrong=col(Link.wrong) + 1):
        raise NotFound
    link = session.get_one(Link, attempt.link_id, populate_existing=True)
    _line(session, actor, link, ledger.REFUSED, reason="links.error.passcode")
    if link.wrong >= TRIES:
        end(session, link, "exhausted")
        facts.emit(session, EXHAUSTED, link=link.id)
    return Answer(right=False, left=max(0, TRIES - link.wrong))


def file_of(session: Session, _actor: Actor, ticket: str) -> str:
    """Return one file by the address that a manifest gave a moment ago.

    Raises:
        NotFound: over, made up, or its link lives no more.
    """
    parts = ticket.split(".")
    if len(parts) != _TICKET_PARTS or not is_id(parts[0]) or not ticket.isascii():
        raise NotFound
    file_id, until, mac = parts
    if not hmac.compare_digest(blind(f"{file_id}.{until}", _TICKET), mac) or int(until) <= clock.now().timestamp():
        raise NotFound
    row = session.exec(
        select(LinkFile).join(Link, col(Link.id) == LinkFile.link_id).where(LinkFile.id == file_id, living())
    ).first()
    if row is None or not is_open(session, session.get_one(Link, row.link_id).person_id):
        raise NotFound
    return _opened(row)


def _files(session: Session, link: Link) -> list[SealedFile]:
    rows = session.exec(select(LinkFile).where(LinkFile.link_id == link.id).order_by(col(LinkFile.position))).all()
    until = int((clock.now() + _TICKET_LIVES).timestamp())
    at = link.created_at.isoformat().replace("+00:00", "Z")
    return [SealedFile(_opened(row), _ticket(row.id, until), at) for row in rows]


def _ticket(file_id: str, until: int) -> str:
    return f"{file_id}.{until}.{blind(f'{file_id}.{until}', _TICKET)}"


def _opened(row: LinkFile) -> str:
    return unseal(row.content, "links_file.content", row.id).decode()


def _line(session: Session, actor: Actor, link: Link, outcome: str, reason: str = "") -> None:
    ledger.write(
        session, actor, Action.OPEN_LINK, outcome, person_id=link.person_id, reason=reason, detail={"link": link.id}
    )
    changes.note(session, f"person:{link.person_id}")


def _changed(session: Session, link_id: str, *, least: int = 0, **values: Any) -> bool:
    """Change a living link in one statement; tell whether it still was one, with so many tries left."""
    result = cast(
        "CursorResult[tuple[()]]",
        session.exec(
            update(Link)
            .where(col(Link.id) == link_id, living(), col(Link.tries_left) >= least)
            .values(**values)
            .execution_options(synchronize_session=False)
        ),
    )
    return result.rowcount > 0
