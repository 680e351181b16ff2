"""What a passkey is shown for: signing in with it alone, beside a password, or as fresh proof in an open session.

Nobody waits for a passkey and no lock of a password holds it back (R3): it cannot be guessed, and the owner keeps a
way in while others guess.
"""

from __future__ import annotations

from sqlmodel import Session

from health_cloud.core import db, ledger
from health_cloud.core.actors import NOBODY, Actor, Visitor
from health_cloud.core.errors import Invalid
from health_cloud.core.policy import Action
from health_cloud.identity.models import Account
from health_cloud.identity.service import ceremony, passkeys, proving, sessions
from health_cloud.identity.service.ceremony import Answer, Purpose


def ask_to_sign_in(session: Session, actor: Actor, visitor: Visitor) -> str:
    """Return what a passkey of anybody's is to sign in order to sign in with it alone."""
    del actor
    return ceremony.ask_for_answer(session, visitor, Purpose.SIGN_IN)


def ask_beside_password(session: Session, actor: Actor, visitor: Visitor) -> str:
    """Return what a passkey of anybody's is to sign beside a password; the same whoever asks (R2)."""
    del actor
    return ceremony.ask_for_answer(session, visitor, Purpose.SECOND)


def ask_to_prove(session: Session, actor: Actor, visitor: Visitor) -> str:
    """Return what one of the actor's own passkeys is to sign as fresh proof; empty where there is none."""
    known = passkeys.credentials(session, actor.account_id)
    return ceremony.ask_for_answer(session, visitor, Purpose.PROVE, actor.account_id, known) if known else ""


def sign_in(visitor: Visitor, text: str) -> str:
    """Sign in with a passkey alone; returns the entry code that this browser trades for its cookie.

    Raises:
        Invalid: it proves nothing, or nobody's; which, is not told.
    """
    if not visitor.device:
        raise Invalid("identity.error.no_cookie")
    answer = ceremony.read_answer(text)
    ceremony.spend(visitor, Purpose.SIGN_IN, "", answer.challenge)
    entry = db.perform(_sign_in, NOBODY, visitor, answer)
    if not entry:
        raise Invalid("identity.passkey.error.unfit")
    return entry


def prove(actor: Actor, visitor: Visitor, text: str) -> None:
    """Take the answer of one of the actor's own passkeys as a second factor shown just now.

    Raises:
        Invalid: it proves nothing, or the passkey is not theirs.
    """
    answer = ceremony.read_answer(text)
    ceremony.spend(visitor, Purpose.PROVE, actor.account_id, answer.challenge)
    if not db.perform(_prove, actor, visitor, answer):
        raise Invalid("identity.passkey.error.unfit")


def _sign_in(session: Session, actor: Actor, visitor: Visitor, answer: Answer) -> str:
    account = passkeys.accept(session, None, visitor, answer, verified=True)
    if account is None:
        ledger.prepare(session)
        ledger.write(session, actor, Action.SIGN_IN, ledger.FAILED)
        return ""
    owner = sessions.plain_actor(account, visitor)
    ledger.prepare(session, owner.person_id, owner.organization_id)
    ledger.write(session, owner, Action.SIGN_IN, ledger.DONE, person_id=owner.person_id)
    return sessions.begin(session, account, visitor, "passkey")


def _prove(session: Session, actor: Actor, visitor: Visitor, answer: Answer) -> bool:
    account = session.get_one(Account, actor.account_id)
    if passkeys.accept(session, account, visitor, answer, verified=False) is None:
        ledger.write(session, actor, Action.PROVE_SELF, ledger.FAILED, person_id=actor.person_id)
        return False
    proving.note_proved(session, actor, "passkey")
    return True
