"""Fresh proof at the provider, in a session that is open: for whoever has no second factor here.

The provider sees the person anew and says when (`auth_time`); it has to name the session's own account, by two factors
again. That opens no session and changes nobody's: it is noted in the one that asked, as old as the provider says.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

from sqlmodel import Session

from health_cloud.core import ledger
from health_cloud.core.actors import Actor
from health_cloud.core.policy import Action
from health_cloud.core.settings import settings
from health_cloud.identity.service import proving
from health_cloud.identity.service.single_sign_on import linking, started, tokens
from health_cloud.identity.service.single_sign_on.refusals import (
    NOBODY,
    ONE_FACTOR,
    OTHER,
    OVER,
    TEXTS,
    UNTRUSTED,
    Refused,
)
from health_cloud.identity.service.single_sign_on.tokens import Claims

HOME: Final = "/"
METHOD: Final = "single_sign_on"
_PAGE = re.compile(r"/(?!auth/)(?:[A-Za-z0-9_-]+(?:/[A-Za-z0-9_-]+)*/?)?(?:\?[A-Za-z0-9_.~%=&+-]*)?")
_LONGEST = 300


@dataclass(frozen=True)
class Proof:
    """In which session somebody proves themselves once more, and at which page they go on."""

    session_id: str
    account_id: str
    to: str


def way(page: str) -> str:
    """Return where somebody goes from a page in order to prove themselves, and comes back to it."""
    return f"/auth/oidc/start?{urlencode({'again': '1', 'to': page_of(page)})}"


def page_of(text: str) -> str:
    """Return a page of this app that a browser named; anything else, wherever it would lead, is the first page."""
    return text if len(text) <= _LONGEST and _PAGE.fullmatch(text) else HOME


def proof_of(session: Session, actor: Actor, page: str) -> Proof | None:
    """Return what is to be proved where the provider's word counts as fresh proof of the actor's; else None."""
    return Proof(actor.session_id, actor.account_id, page_of(page)) if proving.ways(session, actor).provider else None


def judge(session: Session, actor: Actor, claims: Claims, token: str) -> Refused | None:
    """Note the proof in the actor's session; returns why not if it is none."""
    refused = _wrong(session, actor, claims)
    seen_at = tokens.seen_at(claims)
    if refused is not None or seen_at is None:
        refused = refused or Refused(UNTRUSTED, "auth_time")
        note_refusal(session, actor, refused)
        return refused
    proving.note_proved(session, actor, "provider", seen_at)
    started.renew(session, actor, started.Told.of(claims, token, seen_at))
    return None


def note_refusal(session: Session, actor: Actor, refused: Refused) -> None:
    """Leave the line of a proof that was none."""
    detail: dict[str, str | int] = {"method": METHOD, "check": refused.cause}
    ledger.write(session, actor, Action.PROVE_SELF, ledger.FAILED, reason=TEXTS[refused.why], detail=detail)


def _wrong(session: Session, actor: Actor, claims: Claims) -> Refused | None:
    known = linking.find(session, settings().oidc_issuer, claims["sub"])
    if known is None or known.account_id != actor.account_id:
        return Refused(OTHER, "other")
    if not linking.keeps(known, actor.role.value, linking.rule_for(claims)):
        return Refused(NOBODY, "role")
    if not tokens.two_factors(claims):
        return Refused(ONE_FACTOR, "one_factor")
    return None if proving.ways(session, actor).provider else Refused(OVER, "factor")
