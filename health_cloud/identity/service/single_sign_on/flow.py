"""One single sign-on: begun in a browser, answered there within ten minutes, once; each end leaves its line.

The provider is called between transactions, never in one. Whatever does not fit opens nothing and is told in nine
sentences at most; which check it was, only the ledger says.
"""

from __future__ import annotations

import hmac
import json
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete
from sqlmodel import Session, col, select

from health_cloud.core import db, ledger
from health_cloud.core.actors import NOBODY, Actor, Visitor
from health_cloud.core.clock import now
from health_cloud.core.crypto import blind, seal_text, unseal_text
from health_cloud.core.ids import new_id
from health_cloud.core.policy import Action, Role
from health_cloud.core.settings import settings
from health_cloud.identity.models import Account, ProviderAttempt
from health_cloud.identity.service import sessions
from health_cloud.identity.service.single_sign_on import anew, linking, provider, second, started, tokens
from health_cloud.identity.service.single_sign_on.anew import Proof
from health_cloud.identity.service.single_sign_on.refusals import (
    CLOSED,
    DECLINED,
    ONE_FACTOR,
    OVER,
    TEXTS,
    UNREADY,
    UNTRUSTED,
    Refused,
)
from health_cloud.identity.service.single_sign_on.refusals import (
    NOBODY as NOBODY_HERE,
)
from health_cloud.identity.service.single_sign_on.tokens import LEEWAY, Claims

LIFE = timedelta(minutes=10)
METHOD = "single_sign_on"
_BYTES = 32
_LONGEST = 2000


@dataclass(frozen=True)
class Begun:
    """Where the browser goes, and the secret of the cookie that it takes along."""

    address: str
    secret: str


@dataclass(frozen=True)
class Answer:
    """What came back through the browser: anybody may have written it."""

    state: str
    code: str
    issuer: str = ""
    error: str = ""


@dataclass(frozen=True)
class Finished:
    """What an answer leads to: an entry code, the page to go on at after a fresh proof, or our own second factor."""

    entry: str = ""
    to: str = ""


@dataclass(frozen=True)
class _Kept:
    """An attempt as its answer finds it."""

    id: str
    nonce: str
    verifier: str
    again: bool
    begun_at: datetime
    proof: Proof | None = None


@dataclass(frozen=True)
class _Judged:
    """An entry code, or our own second factor to be shown, or why not."""

    entry: str = ""
    refused: Refused | None = None


def begin(visitor: Visitor, *, again: bool = False, proof: Proof | None = None) -> Begun:
    """Begin a single sign-on in this browser.

    Args:
        visitor: where.
        again: the provider is to ask anew, for a far-reaching act.
        proof: it is asked anew for this; then nobody is signed in.

    Raises:
        Refused: the browser has no cookie of ours, or the provider cannot be reached.
    """
    state, nonce, verifier, secret = (secrets.token_urlsafe(_BYTES) for _ in range(4))
    again = again or proof is not None
    try:
        _require_device(visitor)
        where = provider.address(state, nonce, verifier, again=again)
    except Refused as refused:
        db.perform(_line_of_refusal, NOBODY, visitor, refused)
        raise
    content = {"nonce": nonce, "verifier": verifier, "proof": vars(proof) if proof is not None else None}
    db.perform(_begin, NOBODY, visitor, state, secret, content, again)
    return Begun(where, secret)


def finish(visitor: Visitor, answer: Answer, secret: str) -> Finished:
    """Judge what came back.

    Raises:
        Refused: it opens nothing, and proves nothing.
    """
    kept = _taken(visitor, answer, secret)
    if kept.proof is not None:
        return _prove(visitor, answer, kept, kept.proof)
    try:
        claims, token = _ask(answer, kept)
    except Refused as refused:
        db.perform(_line_of_refusal, NOBODY, visitor, refused)
        raise
    judged = db.perform(_judge, NOBODY, visitor, kept, claims, token)
    if judged.refused is not None:
        raise judged.refused
    return Finished(judged.entry)


def _prove(visitor: Visitor, answer: Answer, kept: _Kept, proof: Proof) -> Finished:
    """Take the answer as fresh proof in the session that asked for it, if that still goes on."""
    actor = sessions.actor_of_row(proof.session_id, visitor, touch=False)
    if actor is None or actor.account_id != proof.account_id:
        refused = Refused(OVER, "session")
        db.perform(_line_of_refusal, NOBODY, visitor, refused)
        raise refused
    try:
        claims, token = _ask(answer, kept)
    except Refused as refused:
        db.perform(anew.note_refusal, actor, refused)
        raise
    wrong = db.perform(anew.judge, actor, claims, token)
    if wrong is not None:
        raise wrong
    return Finished(to=proof.to)


def _require_device(visitor: Visitor) -> None:
    if not visitor.device:
        raise Refused(OVER, "cookie")


def _begin(
    session: Session, actor: Actor, visitor: Visitor, state: str, secret: str, content: dict[str, Any], again: bool
) -> None:
    del actor
    at, row_id = now(), new_id()
    session.exec(delete(ProviderAttempt).where(col(ProviderAttempt.expires_at) < at - LIFE))
    started.prune(session)
    session.add(
        ProviderAttempt(
            id=row_id,
            state=blind(state, "identity_provider_attempt.state"),
            secret=blind(secret, "identity_provider_attempt.secret"),
            device=sessions.device_blind(visitor),
            content=_sealed(row_id, content),
            again=again,
            created_at=at,
            expires_at=at + LIFE,
        )
    )


def _taken(visitor: Visitor, answer: Answer, secret: str) -> _Kept:
    kept = db.perform(_take, NOBODY, visitor, answer.state[:_LONGEST], secret[:_LONGEST])
    if kept is None:  # some providers say no without naming the attempt: nothing opens, so their word may be passed on
        refused = Refused(DECLINED if answer.error else OVER, "state")
        db.perform(_line_of_refusal, NOBODY, visitor, refused)
        raise refused
    return kept


def _take(session: Session, actor: Actor, visitor: Visitor, state: str, secret: str) -> _Kept | None:
    """Return the attempt that this answer belongs to, once, in its own browser."""
    del actor
    row = session.exec(
        select(ProviderAttempt)
        .where(ProviderAttempt.state == blind(state, "identity_provider_attempt.state"))
        .with_for_update()
    ).first()
    ours = blind(secret, "identity_provider_attempt.secret")
    if row is None or not state or not secret or row.answered_at is not None or now() >= row.expires_at:
        return None
    if not hmac.compare_digest(row.secret, ours) or row.device != sessions.device_blind(visitor):
        return None  # another browser: it stays the one's who began it
    row.answered_at = now()
    content = _opened(row)
    proof = Proof(**content["proof"]) if content["proof"] else None
    return _Kept(row.id, content["nonce"], content["verifier"], row.again, row.created_at, proof)


def _ask(answer: Answer, kept: _Kept) -> tuple[Claims, str]:
    """Redeem the code at our own provider, if the answer is its answer at all (RFC 9207)."""
    known = provider.metadata()
    if (answer.issuer or known.names_itself) and answer.issuer != settings().oidc_issuer:
        raise Refused(UNTRUSTED, "mix_up")
    if answer.error:
        raise Refused(DECLINED, "declined")
    if not answer.code or len(answer.code) > _LONGEST:
        raise Refused(UNTRUSTED, "code")
    claims, token = provider.redeem(answer.code, kept.nonce, kept.verifier)
    if kept.again:
        seen = tokens.seen_at(claims)
        if seen is None or seen < kept.begun_at - timedelta(seconds=LEEWAY):
            raise Refused(UNTRUSTED, "auth_time")
    return claims, token


def _judge(session: Session, actor: Actor, visitor: Visitor, kept: _Kept, claims: Claims, token: str) -> _Judged:
    del actor
    account, why = _account(session, claims)
    if account is None or why is not None:
        refused = why or Refused(NOBODY_HERE, "unknown")
        _line(session, account, visitor, refused)
        return _Judged(refused=refused)
    told = started.Told.of(claims, token, tokens.seen_at(claims))
    if settings().oidc_second_factor == "here":
        row = session.get_one(ProviderAttempt, kept.id)
        row.account_id, row.content = account.id, _sealed(row.id, told.kept())
        row.device = sessions.device_blind(visitor)
        return _Judged()
    account.state = "active"
    entry = sessions.begin(session, account, visitor, METHOD)
    started.note(session, entry, told, proved_at=told.seen_at)
    _line(session, account, visitor, None)
    return _Judged(entry)


def _account(session: Session, claims: Claims) -> tuple[Account | None, Refused | None]:
    """Return whose sign-in this is, and why it opens nothing if it does not."""
    known = linking.find(session, settings().oidc_issuer, claims["sub"])
    rule = linking.rule_for(claims)
    account = session.get_one(Account, known.account_id) if known else None
    if known is None and rule is not None and settings().oidc_create:
        account = linking.make(session, claims, rule)
    if account is None:
        return None, Refused(NOBODY_HERE, "unknown")
    if account.role == Role.PATIENT.value:
        return None, Refused(NOBODY_HERE, "patient")
    if known is not None and not linking.keeps(known, account.role, rule):
        return account, Refused(NOBODY_HERE, "role")
    if account.state not in ("new", "active"):
        return account, Refused(CLOSED, "disabled")
    if settings().oidc_second_factor == "provider":
        return account, None if tokens.two_factors(claims) else Refused(ONE_FACTOR, "one_factor")
    return account, None if second.ready(session, account) else Refused(UNREADY, "no_factor")


def _line_of_refusal(session: Session, actor: Actor, visitor: Visitor, refused: Refused) -> None:
    del actor
    _line(session, None, visitor, refused)


def _line(session: Session, account: Account | None, visitor: Visitor, refused: Refused | None) -> None:
    actor = sessions.plain_actor(account, visitor) if account is not None else NOBODY
    ledger.prepare(session, "", actor.organization_id)
    outcome = ledger.DONE if refused is None else ledger.FAILED
    detail: dict[str, str | int] = {"method": METHOD}
    if refused is not None:
        detail["check"] = refused.cause
    reason = TEXTS[refused.why] if refused is not None else ""
    ledger.write(session, actor, Action.SIGN_IN, outcome, reason=reason, detail=detail)


def _sealed(row_id: str, content: dict[str, Any]) -> bytes:
    return seal_text(json.dumps(content), "identity_provider_attempt.content", row_id)


def _opened(row: ProviderAttempt) -> dict[str, Any]:
    return json.loads(unseal_text(row.content, "identity_provider_attempt.content", row.id))
