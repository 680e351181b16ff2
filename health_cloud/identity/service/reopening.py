"""Signing in takes the closing of an account back, as long as it is not erased."""

from __future__ import annotations

from sqlmodel import Session, col, select

from health_cloud.core import ledger
from health_cloud.core.actors import Actor, Visitor
from health_cloud.core.clock import now
from health_cloud.core.policy import Action, Role
from health_cloud.identity.models import Account, Closing
from health_cloud.identity.service import alerts
from health_cloud.notify.views import Kind


def reopen(session: Session, account: Account, visitor: Visitor) -> None:
    """Keep an account whose owner has just signed in; where it is not being closed, nothing happens."""
    row = session.exec(
        select(Closing).where(
            Closing.account_id == account.id, col(Closing.undone_at).is_(None), col(Closing.erased_at).is_(None)
        )
    ).first()
    if row is None:
        return
    row.undone_at = now()
    session.add(row)
    actor = Actor(account.id, Role(account.role), person_id=account.person_id or "", visitor=visitor)
    detail: dict[str, str | int] = {"closing": row.id, "what": "undone"}
    ledger.write(session, actor, Action.CLOSE_ACCOUNT, ledger.DONE, person_id=actor.person_id, detail=detail)
    alerts.tell(session, account.id, "identity.alert.reopened", kind=Kind.ACCOUNT, link="/me/close")
