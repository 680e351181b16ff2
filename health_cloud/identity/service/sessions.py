"""Sessions: begun after sign-in, traded once for the cookie, looked up in the database for each event (R6, R7).

The cookie's secret and the entry code are 256 random bits, kept as HMAC only. A session ends by sign-out,
by the account's end, by idleness or by its total age; each is judged by the database row at the very event.
"""

from __future__ import annotations

import secrets
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import update
from sqlmodel import Session, col, select

from health_cloud.core import changes, db, ledger
from health_cloud.core.actors import Actor, Visitor
from health_cloud.core.clock import now
from health_cloud.core.crypto import blind, seal_text
from health_cloud.core.errors import Invalid, NotFound
from health_cloud.core.ids import is_id, new_id
from health_cloud.core.policy import Action, Role
from health_cloud.core.settings import settings
from health_cloud.core.words import Words
from health_cloud.identity.models import Account, SignInSession
from health_cloud.identity.service.agents import agent_words
from health_cloud.identity.service.people import person_name
from health_cloud.identity.views import Entered, SessionRow

_ENTRY = timedelta(minutes=1)
_TOUCH = timedelta(minutes=1)
_BYTES = 32
_LONGEST = 100


def begin(session: Session, account: Account, visitor: Visitor, method: str) -> str:
    """Begin a session of an account that has just proved itself; returns the code that the browser trades.

    Args:
        session: the transaction.
        account: whose.
        visitor: where they are.
        method: how they proved themselves, with two factors, just now; see `SignInSession.method`.
    """
    code = secrets.token_urlsafe(_BYTES)
    made, row_id = now(), new_id()
    session.add(
        SignInSession(
            id=row_id,
            account_id=account.id,
            method=method,
            proved_at=made,
            agent=agent_words(visitor.agent),
            address=seal_text(visitor.address, "identity_session.address", row_id),
            entry=blind(code, "identity_session.entry"),
            device=device_blind(visitor),
            created_at=made,
            seen_at=made,
            ends_at=made + _total(Role(account.role)),
        )
    )
    return code


def enter(session: Session, actor: Actor, code: str, visitor: Visitor) -> Entered:
    """Trade an entry code for the cookie's secret; once, within a minute, in the same browser.

    Raises:
        Invalid: used, too old, from another browser, or nothing of ours: never told apart.
    """
    del actor
    if not code or len(code) > _LONGEST:
        raise Invalid("identity.enter.over")
    row = session.exec(
        select(SignInSession).where(SignInSession.entry == blind(code, "identity_session.entry")).with_for_update()
    ).first()
    at = now()
    if row is None or row.ended_at or at >= row.created_at + _ENTRY or row.device != device_blind(visitor):
        raise Invalid("identity.enter.over")
    secret = secrets.token_urlsafe(_BYTES)
    row.entry = ""
    row.token = blind(secret, "identity_session.token")
    row.entered_at = row.seen_at = at
    account = session.get_one(Account, row.account_id)
    return Entered(secret, account.role)


def device_blind(visitor: Visitor) -> str:
    """Return the blind index of a browser's id, by which a flow stays in its browser; empty for none."""
    return blind(visitor.device, "identity.device") if visitor.device else ""


def has_been_in(session: Session, account_id: str, visitor: Visitor) -> bool:
    """Tell whether this browser has had a session of this account; the same statement runs for nobody's id."""
    found = session.exec(
        select(SignInSession.id)
        .where(
            SignInSession.account_id == account_id,
            SignInSession.device == device_blind(visitor),
            col(SignInSession.entered_at).is_not(None),
        )
        .limit(1)
    ).first()
    return found is not None


def row_of_secret(secret: str) -> str:
    """Return the row id of the live session that a cookie's secret opens, or nothing."""
    if not secret or len(secret) > _LONGEST:
        return ""
    with db.reading() as session:
        row = session.exec(
            select(SignInSession).where(SignInSession.token == blind(secret, "identity_session.token"))
        ).first()
        return row.id if row is not None and _actor(session, row, Visitor()) is not None else ""


def actor_of_row(row_id: str, visitor: Visitor, *, touch: bool = True) -> Actor | None:
    """Return who acts under a session, looked up now; nobody once it has ended in any way.

    Args:
        row_id: the session.
        visitor: where the event comes from.
        touch: whether it is a sign of life; a screen that merely keeps asking is none.
    """
    if not is_id(row_id):
        return None
    with db.reading() as session:
        row = session.get(SignInSession, row_id)
        actor = _actor(session, row, visitor) if row is not None else None
        stale = row is not None and now() >= row.seen_at + _TOUCH
    if actor is not None and touch and stale:
        with db.writing() as session:
            session.exec(
                update(SignInSession)
                .where(col(SignInSession.id) == row_id, col(SignInSession.ended_at).is_(None))
                .values(seen_at=now())
            )
    return actor


def end_of_row(row_id: str) -> datetime | None:
    """Return when a session ends by the clock if nothing more happens in it; nothing once it has ended in any way."""
    if not is_id(row_id):
        return None
    with db.reading() as session:
        row = session.get(SignInSession, row_id)
        actor = _actor(session, row, Visitor()) if row is not None else None
        return _over_at(row, actor.role) if row is not None and actor is not None else None


def sign_out(session: Session, actor: Actor) -> None:
    """End the actor's own session."""
    row = session.get(SignInSession, actor.session_id) if is_id(actor.session_id) else None
    if row is None or row.ended_at is not None:
        return
    _end(session, row)
    ledger.write(session, actor, Action.SIGN_OUT, ledger.DONE, person_id=actor.person_id, detail={"session": row.id})


def end_other(session: Session, actor: Actor, session_id: str) -> None:
    """End another of the actor's own sessions.

    Raises:
        NotFound: no such live session, or somebody else's.
    """
    row = session.get(SignInSession, session_id) if is_id(session_id) else None
    if row is None or row.account_id != actor.account_id or row.ended_at is not None:
        raise NotFound(action=Action.SIGN_OUT.value, person_id=actor.person_id)
    _end(session, row)
    ledger.write(session, actor, Action.SIGN_OUT, ledger.DONE, person_id=actor.person_id, detail={"session": row.id})


def end_all(session: Session, account_id: str, *, but: str = "") -> int:
    """End every session of an account, save one; returns how many ended."""
    rows = session.exec(
        select(SignInSession).where(
            SignInSession.account_id == account_id, col(SignInSession.ended_at).is_(None), SignInSession.id != but
        )
    ).all()
    for row in rows:
        _end(session, row)
    return len(rows)


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
    at = now()
    live = [row for row in rows if at < _over_at(row, actor.role)]
    live.sort(key=lambda row: row.id != actor.session_id)
    return [
        SessionRow(row.id, row.created_at.isoformat(), row.seen_at.isoformat(), row.id == actor.session_id)
        for row in live
    ]


def _end(session: Session, row: SignInSession) -> None:
    row.ended_at = now()
    row.entry = row.token = ""
    changes.note(session, f"session:{row.id}")


def _actor(session: Session, row: SignInSession, visitor: Visitor) -> Actor | None:
    account = session.get(Account, row.account_id)
    if account is None or account.state != "active" or row.ended_at is not None or not row.token:
        return None
    role = Role(account.role)
    if now() >= _over_at(row, role):
        return None
    plain = plain_actor(account, visitor)
    name = person_name(session, plain.person_id) if plain.person_id else Words(plain.name, plain.name_en)
    return replace(plain, session_id=row.id, name=name.pick("zh"), name_en=name.en, proved_at=row.proved_at)


def plain_actor(account: Account, visitor: Visitor) -> Actor:
    """Return the actor that an account is, without a session and, of a patient, without the name."""
    return Actor(
        account_id=account.id,
        role=Role(account.role),
        person_id=account.person_id or "",
        organization_id=account.organization_id or "",
        practitioner_id=account.practitioner_id or "",
        name=Words(account.name_zh, account.name_en).pick("zh"),
        name_en=account.name_en,
        visitor=visitor,
    )


def _over_at(row: SignInSession, role: Role) -> datetime:
    return min(row.ends_at, row.seen_at + _idle(role))


def _idle(role: Role) -> timedelta:
    own = settings().session_idle_minutes if role is Role.PATIENT else settings().staff_idle_minutes
    return timedelta(minutes=own)


def _total(role: Role) -> timedelta:
    return timedelta(hours=settings().session_total_hours if role is Role.PATIENT else settings().staff_total_hours)
