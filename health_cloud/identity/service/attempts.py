"""Word to the owner of an account that others try to get into.

A job looks every half minute, apart from the attempts themselves: an attempt at somebody known must not cost more
than one at somebody unknown (R2). The owner is told at the fifth failure in a row, and more rarely from then on.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import update
from sqlmodel import Session, col, select

from health_cloud.core import db, jobs
from health_cloud.core.actors import Actor, system
from health_cloud.identity.models import Account
from health_cloud.identity.service import alerts
from health_cloud.notify.views import Kind

STAGES: Final = (5, 20, 50, 100)
_JOB = "identity.attempts"
_SECONDS = 30.0


def tell_owners(session: Session, actor: Actor) -> int:
    """Tell those whose accounts have failed so often since the owner was last in; returns how many were told."""
    del actor
    session.exec(
        update(Account).where(col(Account.failures_told) > 0, col(Account.failures) == 0).values(failures_told=0)
    )
    rows = session.exec(
        select(Account)
        .where(col(Account.failures) >= STAGES[0], col(Account.failures_told) < STAGES[-1])
        .with_for_update()
    ).all()
    told = 0
    for account in rows:
        stage = max(stage for stage in STAGES if stage <= account.failures)
        if account.failures_told < stage:
            account.failures_told = stage
            session.add(account)
            key = "identity.alert.locked" if stage == STAGES[-1] else "identity.alert.attempts"
            alerts.tell(session, account.id, key, kind=Kind.ATTEMPTS, link="/me/sessions", number=str(stage))
            told += 1
    return told


async def run() -> None:
    """Look until the server stops."""
    await jobs.attend(_JOB, _SECONDS, lambda: db.perform(tell_owners, system(_JOB)))


TASKS = (run,)
