"""Charts that a physician opened in an emergency: which of them live, for whom they count, and how they end."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_
from sqlmodel import Session, col, not_, select

from health_cloud.consent.models import Emergency
from health_cloud.consent.service.grants import opened_topic
from health_cloud.consent.service.owning import own_decision
from health_cloud.consent.views import EmergencyCard, GrantCard
from health_cloud.core import changes, clock, ledger
from health_cloud.core.actors import Actor
from health_cloud.core.crypto import unseal_text
from health_cloud.core.errors import Denied, NotFound
from health_cloud.core.ids import is_id
from health_cloud.core.policy import Action, Basis, Decision, RelationFact, Role, Scope, decide
from health_cloud.core.vocabulary import RecordClass
from health_cloud.core.words import Words
from health_cloud.identity.service.faces import account_card
from health_cloud.identity.service.people import person_name

LONGEST = timedelta(hours=4)
REVIEW_WITHIN = timedelta(hours=72)
_RECENT = timedelta(days=365)
_LATELY = timedelta(days=30)
_SHOWN = 20


def lives(row: Emergency, now: datetime) -> bool:
    """Tell whether it is open: not ended by anybody, and not by the clock."""
    return row.ended_at is None and row.from_at <= now < row.until_at


def living_at(now: datetime) -> ColumnElement[bool]:
    """Return the same as a condition."""
    return and_(col(Emergency.ended_at).is_(None), col(Emergency.until_at) > now)


def emergencies_between(session: Session, person_id: str, actor: Actor, now: datetime) -> tuple[RelationFact, ...]:
    """Return the emergencies by which this physician may read this person now, as the policy sees them."""
    found = session.exec(
        select(Emergency).where(
            Emergency.person_id == person_id, Emergency.account_id == actor.account_id, living_at(now)
        )
    ).all()
    return tuple(
        RelationFact(row.id, Basis.EMERGENCY, row.account_id, Scope(), row.from_at, row.until_at, row.organization_id)
        for row in found
        if lives(row, now)
    )


def emergency_to(session: Session, actor: Actor, emergency_id: str) -> GrantCard | None:
    """Return an emergency to the physician who declared it, as a ground to read on; nothing where there is none.

    Raises:
        NotFound: it is somebody else's; the attempt is in the patient's ledger.
        Denied: it was the actor's and is over; this too is in the patient's ledger.
    """
    row = session.get(Emergency, emergency_id) if is_id(emergency_id) else None
    if row is None:
        return None
    if actor.role is not Role.PHYSICIAN or row.account_id != actor.account_id:
        raise NotFound(action=Action.READ_ENTRIES.value, person_id=row.person_id)
    if not lives(row, clock.now()):
        raise Denied("consent.error.emergency_over", action=Action.READ_ENTRIES.value, person_id=row.person_id)
    return GrantCard(
        id=row.id,
        person_id=row.person_id,
        grantee=account_card(session, row.account_id),
        name=person_name(session, row.person_id),
        classes=tuple(RecordClass),
        from_at=row.from_at.isoformat(),
        until_at=row.until_at.isoformat(),
        opened_at=row.from_at.isoformat(),
        emergency=row.code,
        reason=reason_of(row),
    )


def emergency_holds(session: Session, actor: Actor, emergency_id: str) -> bool:
    """Tell whether an emergency of this actor still holds: what an open screen asks every few seconds."""
    row = session.get(Emergency, emergency_id) if is_id(emergency_id) else None
    return row is not None and row.account_id == actor.account_id and lives(row, clock.now())


def own_emergencies(session: Session, actor: Actor) -> list[EmergencyCard]:
    """Return what the actor has opened in emergencies and is still open, what ends first above.

    Raises:
        Denied: not a physician.
    """
    if not decide(actor, Action.OPEN_EMERGENCY).allowed:
        raise Denied(action=Action.OPEN_EMERGENCY.value)
    found = session.exec(
        select(Emergency)
        .where(Emergency.account_id == actor.account_id, living_at(clock.now()))
        .order_by(col(Emergency.until_at))
    ).all()
    return [emergency_card(session, row, name=person_name(session, row.person_id)) for row in found]


def own_past(session: Session, actor: Actor) -> list[EmergencyCard]:
    """Return what the actor opened in emergencies within 30 days and is over, with its review and without the patient.

    Raises:
        Denied: not a physician.
    """
    if not decide(actor, Action.OPEN_EMERGENCY).allowed:
        raise Denied(action=Action.OPEN_EMERGENCY.value)
    now = clock.now()
    found = session.exec(
        select(Emergency)
        .where(Emergency.account_id == actor.account_id, col(Emergency.from_at) > now - _LATELY, not_(living_at(now)))
        .order_by(col(Emergency.from_at).desc())
        .limit(_SHOWN)
    ).all()
    # whose it was and what had happened to them is no longer this physician's to see
    return [replace(emergency_card(session, row), reason="") for row in found]


def emergencies_of(session: Session, actor: Actor) -> list[EmergencyCard]:
    """Return who opened the records of the actor's subject in an emergency within a year, the newest above.

    Raises:
        Denied: not a patient, or a guardian whom this is not given.
    """
    own_decision(session, actor, Action.READ_GRANTS)
    found = session.exec(
        select(Emergency)
        .where(Emergency.person_id == actor.subject_id, col(Emergency.until_at) > clock.now() - _RECENT)
        .order_by(col(Emergency.until_at).desc())
        .limit(_SHOWN)
    ).all()
    return [emergency_card(session, row) for row in found]


def emergency_card(session: Session, row: Emergency, *, name: Words | None = None) -> EmergencyCard:
    """Return an emergency as a screen shows it."""
    now = clock.now()
    over = not lives(row, now)
    return EmergencyCard(
        id=row.id,
        physician=account_card(session, row.account_id),
        name=name or Words(),
        code=row.code,
        reason=reason_of(row),
        from_at=row.from_at.isoformat(),
        until_at=row.until_at.isoformat(),
        ended=(row.ended_reason or "time") if over else "",
        ended_at=(row.ended_at or row.until_at).isoformat() if over else "",
        review_due_at=row.review_due_at.isoformat(),
        verdict=row.verdict,
        remark=unseal_text(row.remark, "consent_emergency.remark", row.id) if row.remark else "",
        reviewed_at=row.reviewed_at.isoformat() if row.reviewed_at else "",
        late=is_late(row, now),
    )


def reason_of(row: Emergency) -> str:
    """Return why, in the physician's own words."""
    return unseal_text(row.reason, "consent_emergency.reason", row.id)


def is_late(row: Emergency, now: datetime) -> bool:
    """Tell whether the review is overdue, or was when it came: what was late stays late."""
    return (row.reviewed_at or now) >= row.review_due_at


def ground_of(row: Emergency) -> Decision:
    """Return on what ground it happens, for its lines in the ledger."""
    return Decision(allowed=True, basis=Basis.EMERGENCY, basis_id=row.id, reason="core.reason.emergency")


def end(session: Session, actor: Actor, row: Emergency, why: str) -> None:
    """End an emergency that nobody has ended yet: by the clock, when its time was up; else now."""
    row.ended_at = row.until_at if why == "time" else clock.now()
    row.ended_reason = why
    session.add(row)
    detail: dict[str, str | int] = {"emergency": row.id, "why": why}
    decision = ground_of(row)
    ledger.write(
        session, actor, Action.END_EMERGENCY, ledger.DONE, person_id=row.person_id, decision=decision, detail=detail
    )
    tell_screens(session, row)


def reviews_topic(organization_id: str) -> str:
    """Return the topic of what a hospital has to review."""
    return f"reviews:{organization_id}"


def tell_screens(session: Session, row: Emergency) -> None:
    """Have the open screens of the patient, the physician and the reviewers look again; a chart is emptied first."""
    changes.note(
        session,
        opened_topic(row.person_id),
        f"account:{row.account_id}",
        f"grant:{row.id}",
        reviews_topic(row.organization_id),
    )
