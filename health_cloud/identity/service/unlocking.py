"""Going on in a session that has locked itself because it was left (see `SignInSession.lock_minutes`).

The session is still there, two factors opened it, and its idle and total limits go on counting; so one thing that
the owner knows or holds is enough: the password, or a code of the authenticator.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from sqlalchemy import update
from sqlmodel import Session, col

from health_cloud.core import db, ledger
from health_cloud.core.actors import NOBODY, Actor, Visitor
from health_cloud.core.clock import now
from health_cloud.core.errors import Denied, Invalid
from health_cloud.core.ids import is_id
from health_cloud.core.policy import Action, Role
from health_cloud.identity.models import Account, SignInSession
from health_cloud.identity.service import lookup, passwords, sessions, throttle, totp
from health_cloud.identity.service.sign_in import MOST_FAILURES

PURPOSE = "unlock"
_CODE = re.compile(r"\d{6}")
_LONGEST = 200


@dataclass(frozen=True)
class _Locked:
    """Whose session it is, between the transactions."""

    account_id: str
    password_hash: str


def unlock(visitor: Visitor, typed: str) -> None:
    """Open the visitor's locked session again.

    Args:
        visitor: its `session_id` is the session, as its own cookie says.
        typed: password, or a code of the authenticator.

    Raises:
        Invalid: not right.
        Slowed: too many attempts; waiting is no sign of life, so that the session may end meanwhile.
        Denied: there is no such session any more.
    """
    given = typed[:_LONGEST]
    if not given.strip():
        raise Invalid("identity.error.unlock", field="secret")
    locked = db.perform(_charge, NOBODY, visitor)
    code = "".join(given.split())
    by_code = bool(_CODE.fullmatch(code))
    right = not by_code and passwords.matches(locked.password_hash, given)
    if not db.perform(_judge, NOBODY, visitor, locked.account_id, code if by_code else "", right):
        raise Invalid("identity.error.unlock", field="secret")


def _row(session: Session, visitor: Visitor) -> SignInSession:
    """Return the visitor's session if it is locked and goes on."""
    row = session.get(SignInSession, visitor.session_id) if is_id(visitor.session_id) else None
    if row is None or not row.token or row.ended_at is not None:
        raise Denied("core.error.sign_in")
    role, locks = Role(session.get_one(Account, row.account_id).role), sessions.locks_at(row)
    if locks is None or not locks <= now() < sessions.over_at(row, role):
        raise Denied("core.error.sign_in")
    return row


def _charge(session: Session, actor: Actor, visitor: Visitor) -> _Locked:
    del actor
    row = _row(session, visitor)
    account = session.get_one(Account, row.account_id)
    throttle.charge(session, visitor, PURPOSE, row.id)
    return _Locked(account.id, account.password_hash)


def _judge(session: Session, actor: Actor, visitor: Visitor, account_id: str, code: str, right: bool) -> bool:
    del actor
    row = _row(session, visitor)
    account = lookup.account_by_id(session, account_id)
    if account is None or account.state != "active":
        return False
    owner = sessions.plain_actor(account, visitor)
    by_code = bool(code) and account.failures < MOST_FAILURES and totp.accept(session, account.id, account.totp, code)
    if not by_code and not (right and account.failures < MOST_FAILURES):
        session.exec(update(Account).where(col(Account.id) == account.id).values(failures=Account.failures + 1))
        ledger.write(session, owner, Action.PROVE_SELF, ledger.FAILED, person_id=owner.person_id)
        return False
    session.exec(update(Account).where(col(Account.id) == account.id).values(failures=0))
    throttle.give_back(session, visitor, PURPOSE, row.id)
    row.seen_at = now()
    if by_code:
        row.proved_at = now()
    session.add(row)
    ledger.write(session, owner, Action.PROVE_SELF, ledger.DONE, person_id=owner.person_id)
    return True
