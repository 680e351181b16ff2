"""Going on in a session that has locked itself because it was left (see `SignInSession.lock_minutes`).

The session is still there, two factors opened it, and its idle and total limits go on counting; so one thing that
the owner knows or holds is enough: the password, a code of the authenticator, or a passkey of a device that verifies
the person.
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
from health_cloud.identity.service import ceremony, lookup, passkeys, passwords, sessions, throttle, totp
from health_cloud.identity.service.ceremony import Answer, Purpose
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


def has_passkey(session: Session, actor: Actor, visitor: Visitor) -> bool:
    """Tell whether whoever owns the visitor's locked session can open it with a passkey."""
    del actor
    return bool(passkeys.credentials(session, _row(session, visitor).account_id))


def ask_passkey(session: Session, actor: Actor, visitor: Visitor) -> str:
    """Return what a passkey of the owner's is to sign in order to open the visitor's locked session.

    Raises:
        Denied: there is no such session any more.
        Invalid: the owner has no passkey.
    """
    del actor
    row = _row(session, visitor)
    known = passkeys.credentials(session, row.account_id)
    if not known:
        raise Invalid("identity.passkey.error.unfit")
    return ceremony.ask_for_answer(session, visitor, Purpose.UNLOCK, row.account_id, known)


def unlock_by_passkey(visitor: Visitor, text: str) -> None:
    """Open the visitor's locked session again with a passkey, which counts as a second factor shown just now.

    The device has to have verified the person: whoever finds a key beside the screen is not the owner.

    Raises:
        Invalid: it proves nothing, or the passkey is not the owner's.
        Denied: there is no such session any more.
    """
    account_id = db.perform(_owner, NOBODY, visitor)
    answer = ceremony.read_answer(text)
    ceremony.spend(visitor, Purpose.UNLOCK, account_id, answer.challenge)
    if not db.perform(_judge_passkey, NOBODY, visitor, answer):
        raise Invalid("identity.passkey.error.unfit")


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
    by_code = bool(code) and account.failures < MOST_FAILURES and totp.accept(session, account.id, account.totp, code)
    if not by_code and not (right and account.failures < MOST_FAILURES):
        session.exec(update(Account).where(col(Account.id) == account.id).values(failures=Account.failures + 1))
        return _line(session, account, visitor, ledger.FAILED)
    session.exec(update(Account).where(col(Account.id) == account.id).values(failures=0))
    throttle.give_back(session, visitor, PURPOSE, row.id)
    return _open(session, row, account, visitor, by="authenticator" if by_code else "")


def _owner(session: Session, actor: Actor, visitor: Visitor) -> str:
    del actor
    return _row(session, visitor).account_id


def _judge_passkey(session: Session, actor: Actor, visitor: Visitor, answer: Answer) -> bool:
    del actor
    row = _row(session, visitor)
    account = session.get_one(Account, row.account_id)
    if passkeys.accept(session, account, visitor, answer, verified=True) is None:
        return _line(session, account, visitor, ledger.FAILED)
    return _open(session, row, account, visitor, by="passkey")


def _open(session: Session, row: SignInSession, account: Account, visitor: Visitor, *, by: str) -> bool:
    row.seen_at = now()
    if by:
        row.proved_at, row.proved_by = now(), by
    session.add(row)
    return _line(session, account, visitor, ledger.DONE)


def _line(session: Session, account: Account, visitor: Visitor, outcome: str) -> bool:
    owner = sessions.plain_actor(account, visitor)
    ledger.write(session, owner, Action.PROVE_SELF, outcome, person_id=owner.person_id)
    return outcome == ledger.DONE
