"""What somebody keeps on a phone beyond a session, such as an emergency card: whether it still may be there.

A session that only ran out by the clock leaves it: that is when it is needed. One that was ended does not, be it by
signing out, from another device, by a changed factor, by closing, locking or death, which all end sessions.
"""

from __future__ import annotations

from hmac import compare_digest

from sqlmodel import Session, col, select

from health_cloud.core.actors import Actor
from health_cloud.core.crypto import blind
from health_cloud.core.errors import Denied
from health_cloud.core.ids import is_id
from health_cloud.core.policy import Role
from health_cloud.identity.models import Account, SignInSession
from health_cloud.identity.service import agreements
from health_cloud.identity.service.people import person_state

_COLUMN = "identity_session.kept"
_LONGEST = 100


def token_of(actor: Actor) -> str:
    """Return what a phone asks with later: it names the session in which something was kept, and nobody else can.

    Raises:
        Denied: there is no session that could be ended.
    """
    if not is_id(actor.session_id):
        raise Denied
    return f"{actor.session_id}.{_mark(actor.session_id)}"


def holds(session: Session, actor: Actor, token: str) -> bool:
    """Tell whether what was kept may stay: its owner's last session in that browser was not ended.

    Args:
        session: the transaction.
        actor: who is signed in there now, or nobody; anybody but the owner ends it.
        token: from `token_of`.
    """
    row = _session_of(session, token)
    account = session.get(Account, row.account_id) if row is not None else None
    if row is None or account is None or account.state != "active" or not account.person_id:
        return False
    if actor.role is not Role.VISITOR and actor.account_id != account.id:
        return False
    person = person_state(session, account.person_id)
    if person is None or person.conflict or person.deceased or person.agreed == agreements.WITHDRAWN:
        return False
    return _last(session, row).ended_at is None


def _session_of(session: Session, token: str) -> SignInSession | None:
    session_id, _, mark = token.partition(".") if len(token) <= _LONGEST else ("", "", "")
    known = is_id(session_id) and compare_digest(mark.encode(), _mark(session_id).encode())
    return session.get(SignInSession, session_id) if known else None


def _last(session: Session, row: SignInSession) -> SignInSession:
    """Return the owner's last session in the same browser: signing in anew there ends the one before, rightly."""
    if not row.device:
        return row
    query = select(SignInSession).where(
        SignInSession.account_id == row.account_id,
        SignInSession.device == row.device,
        col(SignInSession.entered_at).is_not(None),
    )
    return session.exec(query.order_by(col(SignInSession.created_at).desc()).limit(1)).first() or row


def _mark(session_id: str) -> str:
    return blind(session_id, _COLUMN)
