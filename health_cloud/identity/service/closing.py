"""Closing an account: at once nobody gets in by it, some days later what belongs to it is erased, exactly once.

The medical record and the ledger stay: the law makes the hospital keep them. Until it is erased, signing in takes it
back (`reopening`); afterwards the person may prove themselves anew and gets a new account.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Final, cast

from sqlalchemy import CursorResult, Table, delete, update
from sqlmodel import Session, SQLModel, col, select

from health_cloud.core import changes, db, facts, jobs, ledger
from health_cloud.core.actors import Actor, system
from health_cloud.core.clock import now
from health_cloud.core.errors import Conflict, Denied
from health_cloud.core.policy import Action, Situation, decide
from health_cloud.core.proof import require_fresh
from health_cloud.core.settings import settings
from health_cloud.identity.models import Account, Agreement, Closing, Code, Person, Verification
from health_cloud.identity.service import alerts, sessions
from health_cloud.notify.service import erasing, subscriptions
from health_cloud.notify.views import Kind

CLOSING: Final = "identity.account_closing"
"""Fact with the person's id: what they had allowed and booked ends."""
ERASED: Final = "identity.account_erased"
"""Fact with the account's id: whatever another feature keeps for it alone goes."""
JOB = "life of an account"
_SECONDS = 60.0
_BATCH = 100
_KEPT = frozenset({"identity_agreement", "identity_closing"})
"""Proof of what was agreed, and that it was erased; neither says more than ids and times."""
_forgetting: list[Callable[[Session, str], None]] = []


def plug(forget: Callable[[Session, str], None]) -> None:
    """Have another feature forget what names an account by a foreign key, in the transaction that erases it."""
    _forgetting.append(forget)


def close_account(session: Session, actor: Actor) -> int:
    """Close the actor's own account; returns after how many days it is erased.

    At once: all sessions end, what was allowed to others ends, appointments are cancelled, no browser is told anything
    any more.

    Raises:
        Unproved: no second factor was shown just now.
        Conflict: it is being closed already.
    """
    situation = Situation(person_id=actor.person_id, now=now())
    if not actor.person_id or actor.for_person_id or not decide(actor, Action.CLOSE_ACCOUNT, situation).allowed:
        raise Denied(action=Action.CLOSE_ACCOUNT.value)
    require_fresh(actor)
    account = session.exec(select(Account).where(Account.id == actor.account_id).with_for_update()).one()
    if _open(session, account.id) is not None:
        raise Conflict("identity.error.closing_already")
    days = settings().closing_days
    row = Closing(account_id=account.id, person_id=actor.person_id, asked_at=now(), due_at=now() + timedelta(days=days))
    session.add(row)
    session.flush()
    alerts.tell(session, account.id, "identity.alert.closing", kind=Kind.ACCOUNT, days=str(days))
    subscriptions.forget(session, account.id)
    facts.emit(session, CLOSING, person=actor.person_id)
    detail: dict[str, str | int] = {"closing": row.id, "what": "asked"}
    ledger.write(session, actor, Action.CLOSE_ACCOUNT, ledger.DONE, person_id=actor.person_id, detail=detail)
    sessions.end_all(session, account.id)
    changes.note(session, f"account:{account.id}", *changes.of_person(actor.person_id))
    return days


def erase_due(session: Session, actor: Actor) -> int:
    """Erase the accounts whose days are over; returns how many. Each is claimed first, so none is erased twice."""
    if not decide(actor, Action.ERASE_ACCOUNT).allowed:
        raise Denied(action=Action.ERASE_ACCOUNT.value)
    due = session.exec(
        select(Closing)
        .where(col(Closing.undone_at).is_(None), col(Closing.erased_at).is_(None), col(Closing.due_at) <= now())
        .order_by(col(Closing.due_at))
        .limit(_BATCH)
    ).all()
    return sum(_erase(session, actor, row) for row in due)


async def run() -> None:
    """Erase what is due once a minute, in the worker that holds the lease, until the server stops."""
    await jobs.attend(JOB, _SECONDS, lambda: db.perform(erase_due, system(JOB)))


TASKS = (run,)


def _open(session: Session, account_id: str) -> Closing | None:
    return session.exec(
        select(Closing).where(
            Closing.account_id == account_id, col(Closing.undone_at).is_(None), col(Closing.erased_at).is_(None)
        )
    ).first()


def _erase(session: Session, actor: Actor, row: Closing) -> bool:
    claimed = cast(
        "CursorResult[tuple[()]]",
        session.exec(
            update(Closing)
            .where(col(Closing.id) == row.id, col(Closing.erased_at).is_(None), col(Closing.undone_at).is_(None))
            .values(erased_at=now())
        ),
    )
    if not claimed.rowcount:
        return False
    sessions.end_all(session, row.account_id)
    session.flush()
    for table in _tables_of_accounts():
        session.exec(delete(table).where(table.c["account_id"] == row.account_id))
    session.exec(delete(Verification).where(col(Verification.person_id) == row.person_id))
    session.exec(delete(Code).where(col(Code.person_id) == row.person_id))
    _forget_contacts(session, row.person_id)
    erasing.erase_owner(session, row.account_id)
    for forget in _forgetting:
        forget(session, row.account_id)
    session.exec(
        update(Agreement)
        .where(col(Agreement.person_id) == row.person_id, col(Agreement.withdrawn_at).is_(None))
        .values(withdrawn_at=now())
    )
    session.get_one(Person, row.person_id).agreed = 0
    session.exec(delete(Account).where(col(Account.id) == row.account_id))
    facts.emit(session, ERASED, account=row.account_id)
    detail: dict[str, str | int] = {"closing": row.id, "account": row.account_id}
    ledger.write(session, actor, Action.ERASE_ACCOUNT, ledger.DONE, person_id=row.person_id, detail=detail)
    return True


def _tables_of_accounts() -> list[Table]:
    """Return identity's tables that hold something of an account, those that point at others first.

    By their column, so that no factor that is added later can be forgotten here.
    """
    return [
        table
        for table in reversed(SQLModel.metadata.sorted_tables)
        if table.name.startswith("identity_") and table.name not in _KEPT and "account_id" in table.c
    ]


def _forget_contacts(session: Session, person_id: str) -> None:
    """Forget the contacts that the person gave here; those in the hospital's record stay."""
    table = SQLModel.metadata.tables["identity_own_contact"]
    session.exec(delete(table).where(table.c["owner_id"] == person_id))
