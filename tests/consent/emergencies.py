"""Breaking the glass in tests: as a physician, and as whoever reviews it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from sqlmodel import col, select

from health_cloud.consent.models import Emergency
from health_cloud.consent.service import breaking, reviewing
from health_cloud.core import clock, db, ledger
from health_cloud.core.actors import Actor
from health_cloud.core.models import LedgerLine
from health_cloud.notify.models import News

REASON = "送来时意识不清，镇静前要查过敏史"


def break_glass(
    physician: Actor,
    card: str,
    *,
    code: object = "unconscious",
    reason: object = REASON,
    hours: object = 4,
    by: object = "visit_card",
) -> str:
    """Open a chart in an emergency; returns its id."""
    declared = breaking.broken(card, by, code, reason, hours)
    return db.perform(breaking.open_emergency, physician, declared)


def proved(actor: Actor, ago: timedelta = timedelta()) -> Actor:
    """Return the actor with a second factor shown so long ago."""
    return replace(actor, proved_at=clock.now() - ago)


def review(staff: Actor, emergency: str, verdict: object = "justified", remark: object = "") -> None:
    """Decide on it."""
    db.perform(reviewing.review, staff, emergency, verdict, remark)


def row(emergency: str) -> Emergency:
    """Return what is kept of it."""
    with db.reading() as session:
        kept = session.get_one(Emergency, emergency)
        session.expunge(kept)
        return kept


def told(account: str) -> list[str]:
    """Return what somebody has been told, by key, the oldest first."""
    with db.reading() as session:
        return list(session.exec(select(News.key).where(News.owner == account).order_by(col(News.id))).all())


def lines(person_id: str, action: str) -> list[LedgerLine]:
    """Return the lines of one act in a person's chain, oldest first."""
    with db.reading() as session:
        found = ledger.lines_of(session, ledger.person_chain(person_id), limit=1000)
        session.expunge_all()
        return [line for line in reversed(found) if line.action == action]
