"""Our own second factor after the provider's word, where the hospital wants it so: authenticator or recovery code.

Charged and judged like any other sign-in (R3, R4); the provider's answer stands for the password, in one browser,
until its ten minutes are over.
"""

from __future__ import annotations

import json
import re

from sqlalchemy import update
from sqlmodel import Session, col, select

from health_cloud.core import db, ledger
from health_cloud.core.actors import NOBODY, Actor, Visitor
from health_cloud.core.clock import now
from health_cloud.core.crypto import unseal_text
from health_cloud.core.errors import Invalid
from health_cloud.core.policy import Action
from health_cloud.identity.models import Account, ProviderAttempt
from health_cloud.identity.service import lookup, sessions, throttle, totp
from health_cloud.identity.service.sign_in import MOST_FAILURES, PURPOSE
from health_cloud.identity.service.single_sign_on import started
from health_cloud.identity.service.single_sign_on.refusals import OVER, TEXTS

METHOD = "single_sign_on"
_CODE = re.compile(r"\d{6}")
_LONGEST = 40


def ready(session: Session, account: Account) -> bool:
    """Tell whether an account is set up to show a second factor here."""
    del session
    return account.state == "active" and account.totp is not None


def owed(session: Session, actor: Actor, visitor: Visitor) -> bool:
    """Tell whether this browser has come back from the provider and owes the second factor."""
    del actor
    return _attempt(session, visitor) is not None


def show(visitor: Visitor, code: str) -> str:
    """Take a code; returns the entry code.

    Raises:
        Invalid: not right, or the ten minutes are over.
        Slowed: too many attempts.
    """
    typed = "".join(code[:_LONGEST].split())
    if not typed:
        raise Invalid("identity.error.authenticator", field="code")
    account_id = db.perform(_charge, NOBODY, visitor)
    if not account_id:
        raise Invalid(TEXTS[OVER])
    entry = db.perform(_judge, NOBODY, visitor, account_id, typed)
    if not entry:
        raise Invalid("identity.error.proof", field="code")
    return entry


def _attempt(session: Session, visitor: Visitor) -> ProviderAttempt | None:
    device = sessions.device_blind(visitor)
    if not device:
        return None
    return session.exec(
        select(ProviderAttempt)
        .where(
            ProviderAttempt.device == device,
            ProviderAttempt.account_id != "",
            col(ProviderAttempt.used_at).is_(None),
            col(ProviderAttempt.expires_at) > now(),
        )
        .order_by(col(ProviderAttempt.created_at).desc())
        .limit(1)
        .with_for_update()
    ).first()


def _charge(session: Session, actor: Actor, visitor: Visitor) -> str:
    del actor
    row = _attempt(session, visitor)
    if row is None:
        return ""
    known = sessions.has_been_in(session, row.account_id, visitor)
    throttle.charge(session, visitor, PURPOSE, row.account_id, known=known)
    return row.account_id


def _judge(session: Session, actor: Actor, visitor: Visitor, account_id: str, typed: str) -> str:
    del actor
    row, account = _attempt(session, visitor), lookup.account_by_id(session, account_id)
    if row is None or account is None or row.account_id != account_id or not ready(session, account):
        return ""
    who = sessions.plain_actor(account, visitor)
    detail: dict[str, str | int] = {"method": METHOD}
    if account.failures >= MOST_FAILURES or not _right(session, account, typed):
        session.exec(update(Account).where(col(Account.id) == account.id).values(failures=Account.failures + 1))
        ledger.write(session, who, Action.SIGN_IN, ledger.FAILED, detail=detail | {"check": "second_factor"})
        return ""
    session.refresh(account)
    account.failures = 0
    row.used_at = now()
    throttle.give_back(session, visitor, PURPOSE, account.id, known=sessions.has_been_in(session, account.id, visitor))
    told = started.Told.back(json.loads(unseal_text(row.content, "identity_provider_attempt.content", row.id)))
    entry = sessions.begin(session, account, visitor, METHOD)
    started.note(session, entry, told, proved_at=now())
    ledger.write(session, who, Action.SIGN_IN, ledger.DONE, detail=detail)
    return entry


def _right(session: Session, account: Account, typed: str) -> bool:
    if _CODE.fullmatch(typed):
        return totp.accept(session, account.id, account.totp, typed)
    return totp.accept_recovery(session, account.id, "".join(each for each in typed.upper() if each in totp.ALPHABET))
