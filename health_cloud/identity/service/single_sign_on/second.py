"""Our own second factor after the provider's word, where the hospital wants it so: passkey or code.

A code, the authenticator's or a recovery code, is charged and judged like any other sign-in (R3, R4); nobody waits for
a passkey, but its device has to verify the person. The provider's answer stands for the password, in one browser,
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
from health_cloud.identity.service import ceremony, lookup, passkeys, sessions, throttle, totp
from health_cloud.identity.service.ceremony import Answer, Purpose
from health_cloud.identity.service.sign_in import MOST_FAILURES, PURPOSE
from health_cloud.identity.service.single_sign_on import started
from health_cloud.identity.service.single_sign_on.refusals import OVER, TEXTS
from health_cloud.identity.views import SecondWays

METHOD = "single_sign_on"
_CODE = re.compile(r"\d{6}")
_LONGEST = 40
_UNFIT = "identity.passkey.error.unfit"


def ready(session: Session, account: Account) -> bool:
    """Tell whether an account is set up to show a second factor here."""
    return account.state == "active" and (account.totp is not None or bool(passkeys.credentials(session, account.id)))


def owed(session: Session, actor: Actor, visitor: Visitor) -> SecondWays | None:
    """Return what can be shown in this browser, which has come back from the provider; None where nothing is owed."""
    del actor
    row = _attempt(session, visitor)
    if row is None:
        return None
    return SecondWays(
        authenticator=session.get_one(Account, row.account_id).totp is not None,
        passkey=bool(passkeys.credentials(session, row.account_id)),
    )


def ask_passkey(session: Session, actor: Actor, visitor: Visitor) -> str:
    """Return what a passkey of whoever the provider named is to sign.

    Raises:
        Invalid: the ten minutes are over, or there is no passkey.
    """
    del actor
    row = _attempt(session, visitor)
    if row is None:
        raise Invalid(TEXTS[OVER])
    known = passkeys.credentials(session, row.account_id)
    if not known:
        raise Invalid(_UNFIT)
    return ceremony.ask_for_answer(session, visitor, Purpose.SIGN_ON, row.account_id, known)


def show_passkey(visitor: Visitor, text: str) -> str:
    """Take a passkey's answer; returns the entry code.

    Raises:
        Invalid: it proves nothing, the passkey is somebody else's, or the ten minutes are over.
    """
    account_id = db.perform(_owner, NOBODY, visitor)
    if not account_id:
        raise Invalid(TEXTS[OVER])
    answer = ceremony.read_answer(text)
    ceremony.spend(visitor, Purpose.SIGN_ON, account_id, answer.challenge)
    entry = db.perform(_judge_passkey, NOBODY, visitor, account_id, answer)
    if not entry:
        raise Invalid(_UNFIT)
    return entry


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
    if account.failures >= MOST_FAILURES or not _right(session, account, typed):
        session.exec(update(Account).where(col(Account.id) == account.id).values(failures=Account.failures + 1))
        return _failed(session, account, visitor)
    session.refresh(account)
    account.failures = 0
    throttle.give_back(session, visitor, PURPOSE, account.id, known=sessions.has_been_in(session, account.id, visitor))
    return _begin(session, row, account, visitor, "authenticator" if _CODE.fullmatch(typed) else "recovery")


def _owner(session: Session, actor: Actor, visitor: Visitor) -> str:
    del actor
    row = _attempt(session, visitor)
    return row.account_id if row is not None else ""


def _judge_passkey(session: Session, actor: Actor, visitor: Visitor, account_id: str, answer: Answer) -> str:
    del actor
    row, account = _attempt(session, visitor), lookup.account_by_id(session, account_id)
    if row is None or account is None or row.account_id != account_id:
        return ""
    if passkeys.accept(session, account, visitor, answer, verified=True) is None:
        return _failed(session, account, visitor)
    return _begin(session, row, account, visitor, "passkey")


def _begin(session: Session, row: ProviderAttempt, account: Account, visitor: Visitor, by: str) -> str:
    row.used_at = now()
    told = started.Told.back(json.loads(unseal_text(row.content, "identity_provider_attempt.content", row.id)))
    entry = sessions.begin(session, account, visitor, METHOD)
    started.note(session, entry, told, proved_at=now(), proved_by=by)
    who = sessions.plain_actor(account, visitor)
    ledger.write(session, who, Action.SIGN_IN, ledger.DONE, detail={"method": METHOD})
    return entry


def _failed(session: Session, account: Account, visitor: Visitor) -> str:
    who = sessions.plain_actor(account, visitor)
    detail: dict[str, str | int] = {"method": METHOD, "check": "second_factor"}
    ledger.write(session, who, Action.SIGN_IN, ledger.FAILED, detail=detail)
    return ""


def _right(session: Session, account: Account, typed: str) -> bool:
    if _CODE.fullmatch(typed):
        return totp.accept(session, account.id, account.totp, typed)
    return totp.accept_recovery(session, account.id, "".join(each for each in typed.upper() if each in totp.ALPHABET))
