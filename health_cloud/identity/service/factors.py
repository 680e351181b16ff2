"""Changing how one signs in: password, authenticator, recovery codes.

Every change asks for a second factor shown again in this very session, right after signing in too: whoever finds a
screen left open changes nothing. It ends the other sessions, is told to the owner, and leaves its line.
"""

from __future__ import annotations

from datetime import timedelta

from sqlmodel import Session, col, select

from health_cloud.core import changes, db, ledger
from health_cloud.core.actors import Actor
from health_cloud.core.clock import now
from health_cloud.core.crypto import seal_text, unseal_text
from health_cloud.core.errors import Conflict, Denied, Invalid, Unproved
from health_cloud.core.ids import is_id
from health_cloud.core.policy import Action, decide
from health_cloud.core.proof import require_fresh
from health_cloud.identity.models import (
    Account,
    FactorChange,
    Identifier,
    Link,
    NewAuthenticator,
    SignInSession,
)
from health_cloud.identity.service import alerts, passwords, sessions, totp
from health_cloud.identity.service.agents import agent_words
from health_cloud.identity.service.people import organization_names, person_name
from health_cloud.identity.service.typed import DOCUMENTS
from health_cloud.identity.views import AuthenticatorOffer, FactorChangeRow, SecurityPage

LIFE = timedelta(minutes=15)
"""For so long a new authenticator waits for its first code."""
_WAITING = "identity_new_authenticator.secret"
_SHOWN = 5
_LONGEST = 100


def security_page(session: Session, actor: Actor) -> SecurityPage:
    """Return how the actor signs in, and what changed lately."""
    account = session.get_one(Account, actor.account_id)
    rows = session.exec(
        select(FactorChange)
        .where(FactorChange.account_id == account.id)
        .order_by(col(FactorChange.at).desc())
        .limit(_SHOWN)
    ).all()
    return SecurityPage(
        password=account.password_hash != "",
        authenticator=account.totp is not None,
        recovery=totp.recovery_left(session, account.id),
        changes=tuple(FactorChangeRow(row.what, row.agent, row.at.isoformat()) for row in rows),
    )


def require_shown_again(session: Session, actor: Actor) -> None:
    """Let a change of factors pass if a second factor was shown in this session after it began, and just now.

    Raises:
        Unproved: not yet.
    """
    require_fresh(actor)
    row = session.get(SignInSession, actor.session_id) if is_id(actor.session_id) else None
    if row is None or actor.proved_at is None or actor.proved_at <= row.created_at:
        raise Unproved


def change_password(actor: Actor, password: str) -> None:
    """Take another password; the hash is made between two short transactions.

    Raises:
        Unproved: no second factor was shown again.
        Invalid: too short, too common, made of what everybody knows of the person, or the same as before.
    """
    before, about = db.perform(_before, actor)
    passwords.check(password, about)
    if passwords.matches(before, password):
        raise Invalid("identity.error.password_same", field="password")
    db.perform(_keep_password, actor, passwords.hash_password(password))


def _before(session: Session, actor: Actor) -> tuple[str, tuple[str, ...]]:
    """Return the present hash, and the words that anybody who knows the person knows."""
    account = _account(session, actor)
    names = [person_name(session, actor.person_id)] if actor.person_id else []
    texts = [part for name in names for part in (name.zh, name.en)] + [actor.name, actor.name_en, account.login or ""]
    for name in organization_names(session, (actor.organization_id,)).values():
        texts += [name.zh, name.en]
    words = [part for text in texts for part in (text, *text.split())]
    numbers = session.exec(
        select(Identifier)
        .join(Link, col(Link.record_id) == Identifier.record_id)
        .where(Link.person_id == actor.person_id, col(Link.to_at).is_(None), col(Identifier.kind).in_(DOCUMENTS))
    ).all()
    for row in numbers:
        number = unseal_text(row.value, "identity_identifier.value", row.id)
        words += [number, number[-8:], number[6:14]]
    return account.password_hash, tuple({*words, "healthcloud", "健康云"} - {""})


def _keep_password(session: Session, actor: Actor, hashed: str) -> None:
    account = _account(session, actor)
    account.password_hash = hashed
    session.add(account)
    _changed(session, actor, "password")


def offer_authenticator(session: Session, actor: Actor) -> AuthenticatorOffer:
    """Return the key of a new authenticator, to be scanned; the present one works until the new one is confirmed.

    Raises:
        Unproved: no second factor was shown again.
    """
    account = _account(session, actor)
    secret = totp.new_secret()
    row = session.get(NewAuthenticator, account.id)
    if row is None:
        row = NewAuthenticator(account_id=account.id, session_id="", created_at=now())
    row.session_id, row.created_at = actor.session_id, now()
    row.secret = seal_text(secret, _WAITING, account.id)
    session.add(row)
    return _offer(secret, account.login or actor.name)


def confirm_authenticator(session: Session, actor: Actor, code: str) -> None:
    """Put the new authenticator in the old one's place by its first code.

    Raises:
        Conflict: none waits in this session, or for too long.
        Invalid: the code is not the new authenticator's.
        Unproved: no second factor was shown again.
    """
    account = _account(session, actor)
    row = session.get(NewAuthenticator, account.id, with_for_update=True)
    if row is None or row.session_id != actor.session_id or now() >= row.created_at + LIFE:
        raise Conflict("identity.error.authenticator_over")
    secret = unseal_text(row.secret, _WAITING, account.id)
    step = totp.step_of(secret, "".join(code.split())[:_LONGEST], now())
    if not step:
        raise Invalid("identity.error.authenticator", field="code")
    account.totp, account.totp_step = seal_text(secret, "identity_account.totp", account.id), step
    session.add(account)
    session.delete(row)
    _changed(session, actor, "authenticator")


def new_recovery_codes(session: Session, actor: Actor) -> list[str]:
    """Replace the recovery codes; returns them for the one time they are shown.

    Raises:
        Unproved: no second factor was shown again.
    """
    account = _account(session, actor)
    made = totp.new_recovery_codes(session, account.id)
    _changed(session, actor, "recovery")
    return made


def _account(session: Session, actor: Actor) -> Account:
    if not decide(actor, Action.CHANGE_FACTOR).allowed:
        raise Denied(action=Action.CHANGE_FACTOR.value)
    require_shown_again(session, actor)
    return session.get_one(Account, actor.account_id, with_for_update=True)


def _changed(session: Session, actor: Actor, what: str) -> None:
    """End the other sessions, tell the owner, keep what changed."""
    sessions.end_all(session, actor.account_id, but=actor.session_id)
    changes.note(session, f"account:{actor.account_id}")
    agent = agent_words(actor.visitor.agent)
    session.add(FactorChange(account_id=actor.account_id, what=what, agent=agent, at=now()))
    alerts.tell(session, actor.account_id, f"identity.alert.{what}", link="/me/security")
    detail: dict[str, str | int] = {"account": actor.account_id, "what": what}
    ledger.write(session, actor, Action.CHANGE_FACTOR, ledger.DONE, person_id=actor.person_id, detail=detail)


def _offer(secret: str, name: str) -> AuthenticatorOffer:
    address = totp.uri(secret, name)
    picture, size = totp.picture(address)
    return AuthenticatorOffer(
        secret=" ".join(secret[start : start + 4] for start in range(0, len(secret), 4)),
        address=address,
        picture=picture,
        size=size,
        demo_code=totp.demo_code(secret),
    )
