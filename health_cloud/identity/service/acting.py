"""For whom a session acts: set by its owner, taken away where the relation ends; open screens are told."""

from __future__ import annotations

from sqlmodel import Session, col, select

from health_cloud.core import changes
from health_cloud.core.actors import Actor
from health_cloud.core.errors import Denied
from health_cloud.core.ids import is_id
from health_cloud.identity.models import Account, SignInSession


def act_for(session: Session, actor: Actor, person_id: str) -> None:
    """Let the actor's own session act for somebody from here on, or for themselves again; open screens are told."""
    row = session.get(SignInSession, actor.session_id) if is_id(actor.session_id) else None
    if row is None or row.ended_at is not None or row.account_id != actor.account_id:
        raise Denied
    row.acting_for = person_id
    session.add(row)
    changes.note(session, f"session:{row.id}")


def stop_acting(session: Session, guardian_id: str, person_id: str) -> None:
    """Let no session of this guardian act for the person any more; open screens are told."""
    rows = session.exec(
        select(SignInSession)
        .join(Account, col(Account.id) == SignInSession.account_id)
        .where(
            Account.person_id == guardian_id,
            SignInSession.acting_for == person_id,
            col(SignInSession.ended_at).is_(None),
        )
    ).all()
    for row in rows:
        row.acting_for = ""
        session.add(row)
        changes.note(session, f"session:{row.id}")
