"""Sessions that the provider began: how sure it was, and how they end together with its own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import httpx
from sqlalchemy import delete
from sqlmodel import Session, col, select

from health_cloud.core import db, ledger
from health_cloud.core.actors import NOBODY, Actor, Visitor
from health_cloud.core.clock import now
from health_cloud.core.crypto import blind, seal_text, unseal_text
from health_cloud.core.policy import Action
from health_cloud.core.settings import settings
from health_cloud.identity.models import Account, ProviderSession, SignInSession
from health_cloud.identity.service import sessions
from health_cloud.identity.service.single_sign_on import linking, provider, tokens
from health_cloud.identity.service.single_sign_on.refusals import Refused

_KEPT = timedelta(hours=25)
_TOKEN = "identity_provider_session.id_token"  # noqa: S105 - a column
_LONGEST = 200


@dataclass(frozen=True)
class Told:
    """What the provider said of the session that it answers for."""

    subject: str
    sid: str
    token: str
    assurance: str
    seen_at: datetime | None

    @classmethod
    def of(cls, claims: tokens.Claims, token: str, seen_at: datetime | None) -> Told:
        """Take it out of an ID token's claims."""
        methods: Any = claims.get("amr")
        listed = cast("list[object]", methods) if isinstance(methods, list) else []
        said = [f"acr={claims['acr']}"] if isinstance(claims.get("acr"), str) else []
        said += [f"amr={' '.join(each for each in listed if isinstance(each, str))}"] if listed else []
        sid = claims.get("sid")
        return cls(claims["sub"], sid if isinstance(sid, str) else "", token, " ".join(said)[:_LONGEST], seen_at)

    def kept(self) -> dict[str, Any]:
        """Return it as JSON takes it."""
        return {**vars(self), "seen_at": self.seen_at.timestamp() if self.seen_at else 0}

    @classmethod
    def back(cls, kept: dict[str, Any]) -> Told:
        """Return what `kept` made."""
        seen = datetime.fromtimestamp(kept["seen_at"], UTC) if kept["seen_at"] else None
        return cls(kept["subject"], kept["sid"], kept["token"], kept["assurance"], seen)


def note(session: Session, entry: str, told: Told, *, proved_at: datetime | None, proved_by: str = "") -> None:
    """Note which session the provider began.

    Args:
        session: the transaction in which it began.
        entry: its entry code.
        told: what the provider said.
        proved_at: when a second factor was shown; None where the provider does not say when it was.
        proved_by: which of our own it was; empty for the provider's.
    """
    session.flush()
    row = session.exec(select(SignInSession).where(SignInSession.entry == blind(entry, "identity_session.entry"))).one()
    row.proved_at, row.proved_by = proved_at, proved_by
    session.add(
        ProviderSession(
            session_id=row.id,
            subject=linking.blind_of(settings().oidc_issuer, told.subject),
            sid=_sid(told.sid),
            id_token=seal_text(told.token, _TOKEN, row.id),
            assurance=told.assurance,
            created_at=now(),
        )
    )


def renew(session: Session, actor: Actor, told: Told) -> None:
    """Keep what the provider said last of a session: its own may be another by now, which it will then end."""
    row = session.get(ProviderSession, actor.session_id)
    if row is None:
        return
    row.sid, row.assurance = _sid(told.sid), told.assurance
    row.id_token = seal_text(told.token, _TOKEN, row.session_id)
    session.add(row)


def farewell(session: Session, actor: Actor) -> str:
    """Return the ID token of the session at hand, for the last time; empty where the provider did not begin it."""
    row = session.get(ProviderSession, actor.session_id) if actor.session_id else None
    if row is None:
        return ""
    session.delete(row)
    return unseal_text(row.id_token, _TOKEN, row.session_id)


def way_out(token: str) -> str:
    """Return where the browser signs out at the provider (RP-Initiated Logout 1.0), or nothing."""
    if not token or not provider.configured():
        return ""
    try:
        where = provider.metadata().leaving
    except Refused:
        return ""
    if not where:
        return ""
    asked = {
        "id_token_hint": token,
        "client_id": settings().oidc_client_id,
        "post_logout_redirect_uri": f"{settings().origin}/welcome",
    }
    return str(httpx.URL(where).copy_merge_params(asked))


def provider_ends(token: str) -> int:
    """End the sessions that a logout token names; returns how many (Back-Channel Logout 1.0).

    Raises:
        Refused: the token does not hold.
    """
    return db.perform(_end, NOBODY, tokens.ending_of(token, provider.keys))


def prune(session: Session) -> None:
    """Forget what belongs to sessions that are over by any clock."""
    session.exec(delete(ProviderSession).where(col(ProviderSession.created_at) < now() - _KEPT))


def _end(session: Session, actor: Actor, claims: tokens.Claims) -> int:
    """End what had begun when the token was made: shown a second time it ends nothing new."""
    del actor
    query = select(ProviderSession).where(
        col(ProviderSession.created_at) < datetime.fromtimestamp(claims["iat"] + 1, UTC)
    )
    if claims.get("sub"):
        query = query.where(ProviderSession.subject == linking.blind_of(settings().oidc_issuer, claims["sub"]))
    if claims.get("sid"):
        query = query.where(ProviderSession.sid == _sid(str(claims["sid"])))
    rows = session.exec(query).all()
    for row in rows:
        began = session.get_one(SignInSession, row.session_id)
        session.delete(row)
        if began.ended_at is None:
            sessions.end_row(session, began)
            whose = sessions.plain_actor(session.get_one(Account, began.account_id), Visitor())
            detail: dict[str, str | int] = {"session": began.id, "by": "provider"}
            ledger.write(session, whose, Action.SIGN_OUT, ledger.DONE, detail=detail)
    return len(rows)


def _sid(sid: str) -> str:
    return blind(f"{settings().oidc_issuer}\x1f{sid}", "identity_provider_session.sid") if sid else ""
