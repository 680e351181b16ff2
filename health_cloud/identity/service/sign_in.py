"""Signing in: identifier, password and a second factor, judged together with one text (R2, R3, R4).

Three short transactions with the password's hash between them, so that argon2 never holds the write lock:
the attempt is charged, the password compared, the outcome written.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from sqlalchemy import update
from sqlmodel import Session, col

from health_cloud.core import db, ledger
from health_cloud.core.actors import NOBODY, Actor, Visitor
from health_cloud.core.errors import Invalid
from health_cloud.core.policy import Action
from health_cloud.identity.models import Account
from health_cloud.identity.service import ceremony, lookup, passkeys, passwords, sessions, throttle, totp
from health_cloud.identity.service.ceremony import Answer, Purpose

PURPOSE = "sign_in"
MOST_FAILURES = 100
"""Consecutive failures after which the password opens nothing until the desk unlocks it (NIST SP 800-63B-4)."""
_DECEASED = "-"
"""In the place of an entry code: everything was right, and the account's owner is reported dead."""
_GUESSED = "identity.reason.guessed"
_LONGEST = 200
_CODE = re.compile(r"\d{6}")


@dataclass(frozen=True)
class _Claim:
    """Whom an attempt is about, between its transactions; `account_id` is empty for nobody.

    `known`: this browser has been in under this account before.
    """

    account_id: str
    password_hash: str
    known: bool


def sign_in(visitor: Visitor, identifier: str, password: str, code: str, passkey: str = "") -> str:
    """Sign in; returns the entry code that this browser trades for its cookie.

    Args:
        visitor: where the attempt comes from.
        identifier: login, identity number or phone, as typed.
        password: as typed.
        code: of the authenticator, or a recovery code.
        passkey: the answer of a passkey in place of the code; here it need not have verified the person.

    Raises:
        Invalid: something does not fit; what, is not told.
        Slowed: too many attempts.
    """
    typed = identifier[:_LONGEST].strip()
    if not typed or not password or not (code.strip() or passkey):
        raise Invalid("identity.error.sign_in")
    if not visitor.device:
        raise Invalid("identity.error.no_cookie")
    answer = _spent(visitor, passkey)
    claim = db.perform(_claim, NOBODY, visitor, typed)
    right = passwords.matches(claim.password_hash, password)
    entry = db.perform(_judge, NOBODY, visitor, typed, claim, right, answer or code)
    if entry == _DECEASED:
        raise Invalid("identity.error.deceased")
    if not entry:
        raise Invalid("identity.error.sign_in")
    return entry


def _spent(visitor: Visitor, passkey: str) -> Answer | None:
    """Return the answer of a passkey, its challenge used up whether or not anything else is right."""
    if not passkey:
        return None
    answer = ceremony.read_answer(passkey)
    ceremony.spend(visitor, Purpose.SECOND, "", answer.challenge)
    return answer


def _claim(session: Session, actor: Actor, visitor: Visitor, typed: str) -> _Claim:
    del actor
    account = lookup.account_by_identifier(session, typed)
    known = sessions.has_been_in(session, account.id if account is not None else "", visitor)
    throttle.charge(session, visitor, PURPOSE, lookup.spelling(typed), known=known)
    if account is None or account.state not in ("active", "deceased"):
        return _Claim("", "", known)
    return _Claim(account.id, account.password_hash, known)


def _judge(
    session: Session, actor: Actor, visitor: Visitor, typed: str, claim: _Claim, right: bool, shown: str | Answer
) -> str:
    del actor
    account = lookup.account_by_id(session, claim.account_id)
    locked = account is None or account.state not in ("active", "deceased") or account.failures >= MOST_FAILURES
    if isinstance(shown, Answer):
        holder = passkeys.accept(session, None, visitor, shown, verified=False)  # judged beside any password alike
        second = holder is not None and account is not None and holder.id == account.id
        method = "password"
    else:
        second = _second_factor(session, account, shown, spend=right and not locked)
        method = "password" if _CODE.fullmatch("".join(shown.split())) else "recovery"
    if right and second and not locked and account is not None:
        session.exec(_failures(account.id, 0))
        session.refresh(account)
        if account.state == "deceased":
            _line(session, account, visitor, ledger.FAILED)
            return _DECEASED
        throttle.give_back(session, visitor, PURPOSE, lookup.spelling(typed), known=claim.known)
        _line(session, account, visitor, ledger.DONE)
        return sessions.begin(session, account, visitor, method, "passkey" if isinstance(shown, Answer) else "")
    session.exec(_failures(claim.account_id, None))
    _line(session, account, visitor, ledger.FAILED)
    if account is not None and account.failures == MOST_FAILURES - 1:
        actor = sessions.plain_actor(account, visitor)
        ledger.write(session, actor, Action.DISABLE_ACCOUNT, ledger.DONE, person_id=actor.person_id, reason=_GUESSED)
    return ""


def _second_factor(session: Session, account: Account | None, code: str, *, spend: bool) -> bool:
    """Tell whether the code is right; a code is spent only beside the right password."""
    account_id = account.id if account is not None and spend else ""
    secret = account.totp if account is not None and spend else None
    typed = "".join(code.split())[:_LONGEST]
    if _CODE.fullmatch(typed):
        return totp.accept(session, account_id, secret, typed)
    return totp.accept_recovery(session, account_id, "".join(each for each in typed.upper() if each in totp.ALPHABET))


def second_factor(session: Session, account: Account, code: str) -> tuple[bool, bool]:
    """Spend a code of the authenticator or a recovery code; returns whether it is right, and which it looked like."""
    by_app = bool(_CODE.fullmatch("".join(code.split())))
    return _second_factor(session, account, code, spend=True), by_app


def _failures(account_id: str, number: int | None):  # noqa: ANN202 - an SQL statement
    value = Account.failures + 1 if number is None else number
    return (
        update(Account)
        .where(col(Account.id) == account_id)
        .values(failures=value)
        .execution_options(synchronize_session=False)
    )


def _line(session: Session, account: Account | None, visitor: Visitor, outcome: str) -> None:
    """Leave the line in the chain of the person or hospital it is about, else of the installation."""
    actor = sessions.plain_actor(account, visitor) if account is not None else NOBODY
    ledger.prepare(session, actor.person_id, actor.organization_id)
    ledger.write(session, actor, Action.SIGN_IN, outcome, person_id=actor.person_id)
