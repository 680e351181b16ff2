"""Showing a second factor again, in a session that is open: far-reaching acts ask for it (`core.proof`).

Like signing in: the attempt is charged in a transaction of its own, then judged. A code that opened the session does
not count again (R4), a wrong one counts towards the same hundred as at sign-in (R3), and who guesses must wait.
"""

from __future__ import annotations

import re
from datetime import datetime

from sqlalchemy import update
from sqlmodel import Session, col, select

from health_cloud.core import db, ledger
from health_cloud.core.actors import Actor
from health_cloud.core.clock import now
from health_cloud.core.errors import Denied, Invalid
from health_cloud.core.ids import is_id
from health_cloud.core.policy import Action, decide
from health_cloud.core.settings import settings
from health_cloud.identity.models import Account, ProviderIdentity, SignInSession
from health_cloud.identity.service import lookup, passkeys, throttle, totp
from health_cloud.identity.service.sign_in import MOST_FAILURES
from health_cloud.identity.service.single_sign_on import provider
from health_cloud.identity.views import ProofWays

PURPOSE = "prove"
_CODE = re.compile(r"\d{6}")
_LONGEST = 100
_AT_SIGN_IN = {"passkey": "passkey", "single_sign_on": "provider", "recovery": "recovery"}
"""What the ways of signing in show beside a password."""


def ways(session: Session, actor: Actor) -> ProofWays:
    """Return what the actor can show."""
    account = lookup.account_by_id(session, actor.account_id)
    if account is None:
        return ProofWays()
    return ProofWays(
        authenticator=account.totp is not None,
        passkey=bool(passkeys.credentials(session, account.id)),
        recovery=totp.recovery_left(session, account.id) > 0,
        provider=_by_provider(session, account),
        demo_code=totp.demo_code(totp.secret_of(account.id, account.totp)) if account.totp else "",
    )


def prove_by_code(actor: Actor, code: str) -> None:
    """Take a code of the authenticator, or a recovery code; this session is proved afresh.

    Raises:
        Invalid: not right, already used, or locked.
        Slowed: too many attempts.
    """
    typed = "".join(code[:_LONGEST].split())
    if not typed:
        raise Invalid("identity.error.authenticator", field="proof_code")
    db.perform(_charge, actor)
    if not db.perform(_judge, actor, typed):
        raise Invalid("identity.error.proof", field="proof_code")


def note_proved(session: Session, actor: Actor, by: str, at: datetime | None = None) -> None:
    """Note that the actor has shown a second factor in this very session, and only in this one.

    Args:
        session: the transaction.
        actor: who, with their session.
        by: `authenticator`, `recovery`, `passkey` or `provider`.
        at: when; just now unless somebody else says so.
    """
    if not is_id(actor.session_id):
        raise Denied
    session.exec(
        update(SignInSession)
        .where(
            col(SignInSession.id) == actor.session_id,
            col(SignInSession.account_id) == actor.account_id,
            col(SignInSession.ended_at).is_(None),
        )
        .values(proved_at=at or now(), proved_by=by)
    )
    ledger.write(session, actor, Action.PROVE_SELF, ledger.DONE, person_id=actor.person_id)


def factor_of(session: Session, actor: Actor) -> str:
    """Return by what the actor has shown a second factor last in this session, for what they sign.

    Returns:
        `authenticator`, `recovery`, `passkey` or `provider`; empty where there is no session.
    """
    row = session.get(SignInSession, actor.session_id) if is_id(actor.session_id) else None
    if row is None or row.account_id != actor.account_id:
        return ""
    return row.proved_by or _AT_SIGN_IN.get(row.method, "authenticator")


def _by_provider(session: Session, account: Account) -> bool:
    """Tell whether the hospital's provider answers for both factors of somebody who has none here."""
    if settings().oidc_second_factor != "provider" or not provider.configured():
        return False
    if account.totp is not None or passkeys.credentials(session, account.id):
        return False
    linked = select(ProviderIdentity.id).where(
        ProviderIdentity.account_id == account.id, ProviderIdentity.issuer == settings().oidc_issuer
    )
    return session.exec(linked).first() is not None


def _charge(session: Session, actor: Actor) -> None:
    if not decide(actor, Action.PROVE_SELF).allowed:
        raise Denied(action=Action.PROVE_SELF.value)
    throttle.charge(session, actor.visitor, PURPOSE, actor.account_id)


def _judge(session: Session, actor: Actor, typed: str) -> bool:
    account = lookup.account_by_id(session, actor.account_id)
    if account is None or account.state != "active":
        return False
    if account.failures < MOST_FAILURES and _right(session, account, typed):
        account.failures = 0
        session.add(account)
        throttle.give_back(session, actor.visitor, PURPOSE, actor.account_id)
        note_proved(session, actor, "authenticator" if _CODE.fullmatch(typed) else "recovery")
        return True
    session.exec(update(Account).where(col(Account.id) == account.id).values(failures=Account.failures + 1))
    ledger.write(session, actor, Action.PROVE_SELF, ledger.FAILED, person_id=actor.person_id)
    return False


def _right(session: Session, account: Account, typed: str) -> bool:
    if _CODE.fullmatch(typed):
        right = totp.accept(session, account.id, account.totp, typed)
        session.refresh(account)
        return right
    return totp.accept_recovery(session, account.id, "".join(each for each in typed.upper() if each in totp.ALPHABET))
