"""The rows of recovery, and when factors may be replaced: the one rule that every path of setting up asks.

Factors of an account in use are replaced by whoever a person at the desk has checked, who still holds the
authenticator or a recovery code, or whose recovery has waited long enough without the owner's objection.
"""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import update
from sqlmodel import Session, col, select

from health_cloud.core import changes, ledger
from health_cloud.core.actors import Actor
from health_cloud.core.clock import now
from health_cloud.core.crypto import unseal_text
from health_cloud.core.policy import Action
from health_cloud.identity.models import Account, Recovery

CONTENT = "identity_recovery.content"
CLOSED = timedelta(days=30)
"""For so long after "this is not me" only the desk recovers the account: somebody else can prove to be its owner."""
BY_DESK, BY_CONTACT = "desk", "contact"


def waiting_of(session: Session, account_id: str) -> Recovery | None:
    """Return the recovery of an account that waits or can be finished, locked; one that lapsed is ended."""
    row = session.exec(
        select(Recovery).where(Recovery.account_id == account_id, Recovery.state == "waiting").with_for_update()
    ).first()
    if row is not None and now() >= row.ends_at:
        end(session, row, "lapsed")
        return None
    return row


def of_browser(session: Session, device: str) -> Recovery | None:
    """Return the latest recovery begun in a browser; the same statement for one that has begun none."""
    return session.exec(
        select(Recovery)
        .where(Recovery.device == (device or "-"))
        .order_by(col(Recovery.created_at).desc(), col(Recovery.id).desc())
        .limit(1)
    ).first()


def closed_until(session: Session, account_id: str) -> datetime | None:
    """Return until when only the desk recovers an account, since its owner said "this is not me"."""
    row = session.exec(
        select(Recovery)
        .where(Recovery.account_id == account_id, Recovery.state == "stopped", col(Recovery.over_at) > now() - CLOSED)
        .order_by(col(Recovery.over_at).desc())
        .limit(1)
    ).first()
    return row.over_at + CLOSED if row is not None and row.over_at is not None else None


def end(session: Session, row: Recovery, state: str) -> None:
    """End a recovery; what was kept for it goes."""
    row.state, row.over_at, row.content = state, now(), None
    session.add(row)
    session.flush()
    changes.note(session, f"account:{row.account_id}")


def overtake(session: Session, actor: Actor, state: str) -> bool:
    """End the recovery that waits for an account, since its owner has shown a factor; tells whether one did."""
    row = waiting_of(session, actor.account_id)
    if row is None:
        return False
    end(session, row, state)
    ledger.prepare(session, actor.person_id, actor.organization_id)
    ledger.write(
        session,
        actor,
        Action.STOP_RECOVERY,
        ledger.DONE,
        person_id=actor.person_id,
        reason=f"identity.reason.{state}",
        detail={"recovery": row.id},
    )
    return True


def settle(session: Session, account_id: str) -> None:
    """Note that the desk has checked the owner: recovery is open again."""
    session.exec(
        update(Recovery)
        .where(col(Recovery.account_id) == account_id, col(Recovery.state) == "stopped")
        .values(state="settled")
        .execution_options(synchronize_session=False)
    )


def is_in_use(account: Account) -> bool:
    """Tell whether an account has factors that somebody could lose: one that is being closed too."""
    return account.state not in ("new", "disabled")


def may_replace(session: Session, account: Account, content: dict[str, Any], device: str) -> bool:
    """Tell whether whoever proved themselves in this browser may replace the factors of an account in use.

    Args:
        session: the transaction that would do it.
        account: whose.
        content: of the verification; how it was proved, and what else was shown since.
        device: blind index of the browser.
    """
    if content.get("by") == BY_DESK or content.get("shown"):
        return True
    row = waiting_of(session, account.id)
    return (
        row is not None
        and row.id == content.get("recovery")
        and row.device == device
        and row.ready_at <= now() < row.ends_at
    )


def conclude(session: Session, account: Account, content: dict[str, Any]) -> None:
    """Factors have been replaced: what waited is over, and how is noted."""
    by_desk = content.get("by") == BY_DESK
    row = waiting_of(session, account.id)
    if row is not None:
        finished = row.id == content.get("recovery") and not by_desk
        end(session, row, BY_DESK if by_desk else "finished" if finished else "proved")
    if by_desk:
        settle(session, account.id)


def read(row: Recovery) -> dict[str, Any]:
    """Open what was given when it began."""
    return json.loads(unseal_text(row.content, CONTENT, row.id) or "{}")
