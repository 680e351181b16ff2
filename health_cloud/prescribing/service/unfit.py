"""Payments that do not fit: a cashier's report that was refused, kept until somebody of the hospital has seen to it."""

from __future__ import annotations

import hashlib

from sqlmodel import Session, col, func, select

from health_cloud.core import changes, clock, ledger
from health_cloud.core.actors import Actor
from health_cloud.core.errors import Denied, NotFound
from health_cloud.core.ids import is_id
from health_cloud.core.policy import Action, decide
from health_cloud.identity.service.people import account_names
from health_cloud.prescribing.models import UnfitPayment
from health_cloud.prescribing.service import rows
from health_cloud.prescribing.service.wording import money
from health_cloud.prescribing.views.payments import UnfitPage, UnfitRow

KEPT = frozenset(
    {"nobody", "other", "unapproved", "not_paid", "refunded_before", "paid_before", "lapsed", "total", "early"}
)
"""Answers after which a report is kept; after any other one there is nothing to see to, or it is only sent again."""
_SHOWN, _SETTLED = 200, 20


def unfit_topic(organization_id: str) -> str:
    """Return the topic of a hospital's payments that do not fit."""
    return f"payments:{organization_id}"


def keep(session: Session, said: UnfitPayment) -> None:
    """Keep a refused report; the same one again, for the same reason, is counted and open again."""
    told = (said.number, said.reference, said.kind, said.amount, said.reason)
    said.mark = hashlib.sha256("\n".join(map(str, told)).encode()).hexdigest()
    known = session.exec(
        select(UnfitPayment)
        .where(UnfitPayment.organization_id == said.organization_id, UnfitPayment.mark == said.mark)
        .with_for_update()
    ).first()
    if known is not None:
        known.times, known.last_at = known.times + 1, said.last_at
    session.add(known or said)
    changes.note(session, unfit_topic(said.organization_id))


def fits_now(session: Session, organization_id: str, number: str, reference: str) -> None:
    """Settle what was refused under a reference that has been taken now."""
    open_ones = select(UnfitPayment).where(
        UnfitPayment.organization_id == organization_id,
        UnfitPayment.number == number,
        UnfitPayment.reference == reference,
        col(UnfitPayment.settled_at).is_(None),
    )
    for row in session.exec(open_ones).all():
        row.settled_at = clock.now()
        session.add(row)
        changes.note(session, unfit_topic(organization_id))


def unfit_page(session: Session, actor: Actor) -> UnfitPage:
    """Return the payments of the actor's hospital that do not fit, the newest first, and those settled last.

    Raises:
        Denied: not staff of a hospital.
    """
    _allowed(actor)
    of_hospital = UnfitPayment.organization_id == actor.organization_id
    is_open = col(UnfitPayment.settled_at).is_(None)
    found = session.exec(
        select(UnfitPayment).where(of_hospital, is_open).order_by(col(UnfitPayment.last_at).desc()).limit(_SHOWN)
    ).all()
    settled = session.exec(
        select(UnfitPayment).where(of_hospital, ~is_open).order_by(col(UnfitPayment.settled_at).desc()).limit(_SETTLED)
    ).all()
    return UnfitPage(
        waiting=tuple(_row(session, row) for row in found),
        count=session.exec(select(func.count()).select_from(UnfitPayment).where(of_hospital, is_open)).one(),
        settled=tuple(_row(session, row) for row in settled),
    )


def settle(session: Session, actor: Actor, payment_id: object) -> None:
    """Say that a payment that does not fit has been seen to; twice is as once.

    Raises:
        Denied: not staff of a hospital.
        NotFound: absent, or another hospital's.
    """
    decision = _allowed(actor)
    row = (
        session.get(UnfitPayment, payment_id, with_for_update=True)
        if isinstance(payment_id, str) and is_id(payment_id)
        else None
    )
    if row is None or row.organization_id != actor.organization_id:
        raise NotFound(action=Action.SETTLE_PAYMENT.value)
    if row.settled_at is not None:
        return
    row.settled_at, row.settled_by = clock.now(), actor.account_id
    session.add(row)
    detail: dict[str, str | int] = {"payment": row.id, "reason": row.reason, "hundredths": row.amount}
    ledger.write(session, actor, Action.SETTLE_PAYMENT, ledger.DONE, decision=decision, detail=detail)
    changes.note(session, unfit_topic(actor.organization_id))


def _allowed(actor: Actor):  # noqa: ANN202 - a decision
    decision = decide(actor, Action.SETTLE_PAYMENT)
    if not decision.allowed or not actor.organization_id:
        raise Denied(action=Action.SETTLE_PAYMENT.value)
    return decision


def _row(session: Session, row: UnfitPayment) -> UnfitRow:
    names = account_names(session, {row.settled_by}) if row.settled_by else {}
    return UnfitRow(
        id=row.id,
        number=row.number,
        reference=row.reference,
        kind=row.kind,
        amount=money(row.amount),
        total=money(row.total) if row.total else "",
        at=rows.local(session, row.organization_id, row.at),
        reason=row.reason,
        times=row.times,
        last_at=rows.local(session, row.organization_id, row.last_at),
        settled_at=rows.local(session, row.organization_id, row.settled_at),
        by=names[row.settled_by][0] if row.settled_by in names else UnfitRow().by,
    )
