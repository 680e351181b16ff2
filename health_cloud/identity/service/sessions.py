"""Sessions: begun after sign-in, traded once for the cookie, looked up in the database for each event (R6, R7).

The cookie's secret and the entry code are 256 random bits, kept as HMAC only. A session ends by sign-out,
by the account's end, by idleness or by its total age; each is judged by the database row at the very event.
"""

from __future__ import annotations

import secrets
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, and_, bindparam, label, update
from sqlalchemy import select as select_columns
from sqlmodel import Session, col, select

from health_cloud.core import changes, db, ledger
from health_cloud.core.actors import Actor, Visitor
from health_cloud.core.clock import now
from health_cloud.core.crypto import blind, seal_text
from health_cloud.core.errors import Invalid
from health_cloud.core.ids import is_id, new_id
from health_cloud.core.policy import Action, Role
from health_cloud.core.prepared import rows_of
from health_cloud.core.settings import settings
from health_cloud.core.words import Words
from health_cloud.identity.models import Account, Link, PatientRecord, SignInSession
from health_cloud.identity.service import alerts, recoveries, reopening
from health_cloud.identity.service.agents import agent_words
from health_cloud.identity.service.people import name_in
from health_cloud.identity.service.relations import LEVELS, ward_of
from health_cloud.identity.views import Entered, SessionEnds, Ward
from health_cloud.notify.service import subscriptions
from health_cloud.notify.views import Kind

_ENTRY = timedelta(minutes=1)
_TOUCH = timedelta(minutes=1)
_BYTES = 32
_LONGEST = 100


def begin(session: Session, account: Account, visitor: Visitor, method: str, by: str = "") -> str:
    """Begin a session of an account that has just proved itself; returns the code that the browser trades.

    Args:
        session: the transaction.
        account: whose.
        visitor: where they are.
        method: how they proved themselves, with two factors, just now; see `SignInSession.method`.
        by: the second factor, where that does not follow from it; see `SignInSession.proved_by`.
    """
    if method != "activation":
        recoveries.overtake(session, plain_actor(account, visitor), "signed_in")
    code = secrets.token_urlsafe(_BYTES)
    made, row_id = now(), new_id()
    reopening.reopen(session, account, visitor)
    if _is_new(session, account.id, visitor):
        alerts.tell(session, account.id, "identity.alert.new_device", kind=Kind.SIGN_IN, link="/me/sessions")
    session.add(
        SignInSession(
            id=row_id,
            account_id=account.id,
            method=method,
            proved_at=made,
            proved_by=by,
            agent=agent_words(visitor.agent),
            address=seal_text(visitor.address, "identity_session.address", row_id),
            entry=blind(code, "identity_session.entry"),
            device=device_blind(visitor),
            created_at=made,
            seen_at=made,
            ends_at=made + _total(Role(account.role)),
            lock_minutes=_lock_minutes(session, account, visitor),
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


def _is_new(session: Session, account_id: str, visitor: Visitor) -> bool:
    """Tell whether an account that has been in somewhere is in this browser for the first time."""
    if has_been_in(session, account_id, visitor):
        return False
    been = col(SignInSession.entered_at).is_not(None)
    return (
        session.exec(select(SignInSession.id).where(SignInSession.account_id == account_id, been)).first() is not None
    )


_COLUMNS: tuple[Any, ...] = (
    label("session_id", col(SignInSession.id)),
    col(SignInSession.token),
    col(SignInSession.seen_at),
    col(SignInSession.ends_at),
    col(SignInSession.ended_at),
    col(SignInSession.proved_at),
    col(SignInSession.acting_for),
    col(SignInSession.lock_minutes),
    col(Account.id),
    col(Account.role),
    col(Account.state),
    col(Account.person_id),
    col(Account.organization_id),
    col(Account.practitioner_id),
    col(Account.name_zh),
    col(Account.name_en),
    label("record_id", col(PatientRecord.id)),
    col(PatientRecord.demographics),
)
_ACTING = (
    select_columns(*_COLUMNS)
    .join(Account, col(Account.id) == SignInSession.account_id)
    .outerjoin(Link, and_(col(Link.person_id) == Account.person_id, col(Link.to_at).is_(None)))
    .outerjoin(PatientRecord, col(PatientRecord.id) == Link.record_id)
    .order_by(col(PatientRecord.updated_at).desc())
    .limit(1)
)
_BY_ID = _ACTING.where(col(SignInSession.id) == bindparam("row_id"))
_BY_TOKEN = _ACTING.where(col(SignInSession.token) == bindparam("token"))


def row_of_secret(secret: str) -> str:
    """Return the row id of the live session that a cookie's secret opens, a locked one too, or nothing."""
    if not secret or len(secret) > _LONGEST:
        return ""
    with db.reading() as session:
        found = rows_of(session, _BY_TOKEN, token=blind(secret, "identity_session.token"))
        return found[0].session_id if found and _lives(found[0]) else ""


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
        found = rows_of(session, _BY_ID, row_id=row_id)
        actor = _actor(found[0], visitor) if found else None
        if actor is not None and (ward := _ward(session, found[0])) is not None:
            actor = replace(actor, for_person_id=ward.person_id, for_name=ward.name, for_levels=ward.levels)
    if actor is not None and touch and now() >= found[0].seen_at + _touch(found[0]):
        with db.writing() as session:
            session.exec(
                update(SignInSession)
                .where(col(SignInSession.id) == row_id, col(SignInSession.ended_at).is_(None))
                .values(seen_at=now())
            )
    return actor


def end_of_row(row_id: str) -> datetime | None:
    """Return when a session ends by the clock if nothing more happens in it, or what a guardian may do in it.

    Nothing once it has ended in any way.
    """
    if not is_id(row_id):
        return None
    with db.reading() as session:
        return acting_until(session, row_id)


def acting_until(session: Session, row_id: str, action: Action | None = None, person_id: str = "") -> datetime | None:
    """Return when a session ends by the clock if nothing more happens in it, or what a guardian may do in it.

    Args:
        session: the transaction.
        row_id: the session.
        action: what has to be allowed in it in the affairs of `person_id`, where that counts: else it is over.
        person_id: whose affairs they are: the session's own person's, or for whom a guardian acts in it.

    Returns:
        That instant; nothing once it has ended in any way.
    """
    found = rows_of(session, _BY_ID, row_id=row_id)
    actor = _actor(found[0], Visitor()) if found else None
    if actor is None:
        return None
    ward = _ward(session, found[0])
    if person_id:
        whose = ward.person_id if ward is not None else actor.person_id
        levels = ward.levels if ward is not None else ()
        if whose != person_id or (ward is not None and not any(action in LEVELS[level] for level in levels)):
            return None
    ends = (over_at(found[0], actor.role), locks_at(found[0]), ward.until if ward is not None else None)
    return min(end for end in ends if end is not None)


def _ward(session: Session, row: Row[*tuple[Any, ...]]) -> Ward | None:
    """Return for whom a session acts, as far as the relation holds at this very instant."""
    return ward_of(session, row.person_id or "", row.acting_for) if row.acting_for else None


def is_locked(row_id: str) -> bool:
    """Tell whether a session lives and only waits for its owner to prove themselves."""
    if not is_id(row_id):
        return False
    with db.reading() as session:
        found = rows_of(session, _BY_ID, row_id=row_id)
    return bool(found) and _lives(found[0]) and _actor(found[0], Visitor()) is None


def ends_of(session: Session, actor: Actor) -> SessionEnds:
    """Return how long the actor's session goes on if nothing more happens in it."""
    row = session.get(SignInSession, actor.session_id) if is_id(actor.session_id) else None
    if row is None:
        return SessionEnds()
    at, locks = now(), locks_at(row)
    return SessionEnds(
        idle=max(0, int((row.seen_at + _idle(actor.role) - at).total_seconds())),
        total=max(0, int((row.ends_at - at).total_seconds())),
        lock=max(0, int((locks - at).total_seconds())) if locks else -1,
    )


def sign_out(session: Session, actor: Actor) -> None:
    """End the actor's own session."""
    row = session.get(SignInSession, actor.session_id) if is_id(actor.session_id) else None
    if row is None or row.ended_at is not None:
        return
    end_row(session, row)
    ledger.write(session, actor, Action.SIGN_OUT, ledger.DONE, person_id=actor.person_id, detail={"session": row.id})


def abandon(session: Session, actor: Actor, row_id: str) -> None:
    """End a locked session, in which nobody acts: its browser gives it back or signs in anew."""
    del actor
    row = session.get(SignInSession, row_id) if is_id(row_id) else None
    if row is None or row.ended_at is not None:
        return
    end_row(session, row)
    owner = plain_actor(session.get_one(Account, row.account_id), Visitor())
    ledger.write(session, owner, Action.SIGN_OUT, ledger.DONE, person_id=owner.person_id, detail={"session": row.id})


def end_all(session: Session, account_id: str, *, but: str = "") -> int:
    """End every session of an account, save one; returns how many ended."""
    rows = session.exec(
        select(SignInSession).where(
            SignInSession.account_id == account_id, col(SignInSession.ended_at).is_(None), SignInSession.id != but
        )
    ).all()
    for row in rows:
        end_row(session, row)
    return len(rows)


def end_row(session: Session, row: SignInSession) -> None:
    """End one session; its open screens stop."""
    row.ended_at = now()
    row.entry = row.token = ""
    subscriptions.forget_device(session, row.account_id, row.device)
    changes.note(session, f"session:{row.id}")


def _lives(row: Row[*tuple[Any, ...]]) -> bool:
    """Tell whether a session goes on, be it locked."""
    open_ = row.state == "active" and row.ended_at is None and bool(row.token)
    return open_ and now() < over_at(row, Role(row.role))


def _touch(row: Row[*tuple[Any, ...]]) -> timedelta:
    """Return how long after a sign of life the next is worth a write."""
    return min(_TOUCH, timedelta(minutes=row.lock_minutes) / 4) if row.lock_minutes else _TOUCH


def _actor(row: Row[*tuple[Any, ...]], visitor: Visitor) -> Actor | None:
    locks = locks_at(row)
    if not _lives(row) or (locks and now() >= locks):
        return None
    plain = plain_actor(row, visitor)
    name = Words(row.name_zh, row.name_en)
    if plain.person_id:
        name = name_in(row.record_id, row.demographics) if row.record_id else Words()
    return replace(plain, session_id=row.session_id, name=name.pick("zh"), name_en=name.en, proved_at=row.proved_at)


def plain_actor(account: Account | Row[*tuple[Any, ...]], visitor: Visitor) -> Actor:
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


def over_at(row: SignInSession | Row[*tuple[Any, ...]], role: Role) -> datetime:
    """Return when a session ends by the clock if nothing more happens in it."""
    return min(row.ends_at, row.seen_at + _idle(role))


def locks_at(row: SignInSession | Row[*tuple[Any, ...]]) -> datetime | None:
    """Return when a session locks if nothing more happens in it; None for never."""
    return row.seen_at + timedelta(minutes=row.lock_minutes) if row.lock_minutes else None


def _lock_minutes(session: Session, account: Account, visitor: Visitor) -> int:
    """Return what was chosen in this browser before, else the hospital's choice for patients."""
    before = session.exec(
        select(SignInSession.lock_minutes)
        .where(SignInSession.account_id == account.id, SignInSession.device == device_blind(visitor))
        .order_by(col(SignInSession.created_at).desc())
        .limit(1)
    ).first()
    if before is not None:
        return before
    return settings().lock_minutes if account.role == Role.PATIENT.value else 0


def _idle(role: Role) -> timedelta:
    own = settings().session_idle_minutes if role is Role.PATIENT else settings().staff_idle_minutes
    return timedelta(minutes=own)


def _total(role: Role) -> timedelta:
    return timedelta(hours=settings().session_total_hours if role is Role.PATIENT else settings().staff_total_hours)
