"""Where one is signed in: seen and ended by its owner alone."""

from __future__ import annotations

from sqlmodel import Session, col, select

from health_cloud.core import ledger
from health_cloud.core.actors import Actor
from health_cloud.core.clock import now
from health_cloud.core.crypto import unseal_text
from health_cloud.core.errors import Invalid, NotFound
from health_cloud.core.ids import is_id
from health_cloud.core.policy import Action
from health_cloud.identity.models import SignInSession
from health_cloud.identity.service import sessions
from health_cloud.identity.views import SessionRow

LOCKS = (0, 1, 5, 15)
"""After how many minutes a screen that was left may lock; 0 for never."""


def my_sessions(session: Session, actor: Actor) -> list[SessionRow]:
    """Return the actor's live sessions, the one at hand first, then the latest seen."""
    rows = session.exec(
        select(SignInSession)
        .where(
            SignInSession.account_id == actor.account_id,
            col(SignInSession.ended_at).is_(None),
            col(SignInSession.entered_at).is_not(None),
        )
        .order_by(col(SignInSession.seen_at).desc())
    ).all()
    live = [row for row in rows if now() < sessions.over_at(row, actor.role)]
    live.sort(key=lambda row: row.id != actor.session_id)
    return [
        SessionRow(
            id=row.id,
            began=row.created_at.isoformat(),
            seen=row.seen_at.isoformat(),
            here=row.id == actor.session_id,
            agent=row.agent,
            address=unseal_text(row.address, "identity_session.address", row.id) if row.address else "",
            method=row.method,
        )
        for row in live
    ]


def any_others(session: Session, actor: Actor) -> bool:
    """Tell whether there are others to end, those too that ran out: a phone may keep an emergency card beyond them."""
    query = select(SignInSession.id).where(
        SignInSession.account_id == actor.account_id,
        SignInSession.id != actor.session_id,
        col(SignInSession.ended_at).is_(None),
    )
    return session.exec(query.limit(1)).first() is not None


def end_other(session: Session, actor: Actor, session_id: str) -> None:
    """End another of the actor's own sessions.

    Raises:
        NotFound: no such live session, or somebody else's.
    """
    row = session.get(SignInSession, session_id) if is_id(session_id) else None
    if row is None or row.account_id != actor.account_id or row.ended_at is not None:
        raise NotFound(action=Action.SIGN_OUT.value, person_id=actor.person_id)
    sessions.end_row(session, row)
    ledger.write(session, actor, Action.SIGN_OUT, ledger.DONE, person_id=actor.person_id, detail={"session": row.id})


def end_others(session: Session, actor: Actor) -> int:
    """End all the actor's sessions but the one at hand; returns how many."""
    ended = sessions.end_all(session, actor.account_id, but=actor.session_id)
    if ended:
        detail: dict[str, str | int] = {"sessions": ended}
        ledger.write(session, actor, Action.SIGN_OUT, ledger.DONE, person_id=actor.person_id, detail=detail)
    return ended


def lock_minutes(session: Session, actor: Actor) -> int:
    """Return after how many minutes this device locks when it is left."""
    row = session.get(SignInSession, actor.session_id) if is_id(actor.session_id) else None
    return row.lock_minutes if row is not None else 0


def set_lock(session: Session, actor: Actor, minutes: int) -> None:
    """Choose when this device locks; it holds for later sessions in it too.

    Raises:
        Invalid: no such choice.
    """
    if minutes not in LOCKS:
        raise Invalid
    row = session.get(SignInSession, actor.session_id) if is_id(actor.session_id) else None
    if row is not None and row.account_id == actor.account_id:
        row.lock_minutes = minutes
        session.add(row)
