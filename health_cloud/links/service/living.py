"""Which links live: not ended, not over by the clock, of a person whose records somebody may see at all."""

from __future__ import annotations

from typing import Final

from sqlalchemy import ColumnElement, and_, delete
from sqlmodel import Session, col, select

from health_cloud.core import changes, clock
from health_cloud.core.crypto import blind
from health_cloud.identity.service import agreements
from health_cloud.identity.service.people import person_state
from health_cloud.links.models import Link, LinkFile

TOKEN: Final = "links_link.token"  # noqa: S105 - the name of a column
TRIES: Final = 5
"""So many wrong passcodes a link bears in its whole life."""
_LENGTH = 43


def living() -> ColumnElement[bool]:
    """Return that a link lives, as a condition."""
    return and_(col(Link.ended_at).is_(None), col(Link.until_at) > clock.now())


def living_link(session: Session, token: str) -> Link | None:
    """Return the living link under this address; unknown, ended, expired and exhausted are all nothing."""
    if len(token) != _LENGTH or not token.isascii():
        return None
    row = session.exec(select(Link).where(Link.token == blind(token, TOKEN), living())).first()
    return row if row is not None and is_open(session, row.person_id) else None


def is_open(session: Session, person_id: str) -> bool:
    """Tell whether records of this person are shown to anybody at all."""
    person = person_state(session, person_id)
    return person is not None and not (person.conflict or person.deceased or person.agreed == agreements.WITHDRAWN)


def end(session: Session, link: Link, reason: str) -> None:
    """End a link: its files are gone with it."""
    link.ended_at, link.ended_reason = clock.now(), reason
    session.add(link)
    session.exec(delete(LinkFile).where(col(LinkFile.link_id) == link.id))
    changes.note(session, f"person:{link.person_id}")
