"""Somebody else looks at what was opened in an emergency: within 72 hours, and what came late stays late (R13)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

from sqlmodel import Session, col, func, select

from health_cloud.consent.models import Emergency
from health_cloud.consent.service import wishes
from health_cloud.consent.service.emergencies import emergency_card, lives, tell_screens
from health_cloud.consent.service.review_word import tell_family, tell_physician
from health_cloud.consent.views import DoneLine, EmergencyCard, OpenedClass, ReviewPage
from health_cloud.core import clock, ledger
from health_cloud.core.actors import Actor
from health_cloud.core.crypto import seal_text
from health_cloud.core.errors import Conflict, Denied, Invalid, NotFound
from health_cloud.core.ids import is_id
from health_cloud.core.models import LedgerLine
from health_cloud.core.policy import READS, Action, Basis, decide
from health_cloud.core.proof import require_fresh
from health_cloud.identity.service.faces import account_card, same_person
from health_cloud.identity.service.people import person_name

JUSTIFIED, UNJUSTIFIED = "justified", "unjustified"
VERDICTS = (JUSTIFIED, UNJUSTIFIED)
LONGEST_REMARK = 300
LINES = 200
_ACTS = {
    Action.OPEN_EMERGENCY.value: "opened",
    Action.COUNT_ENTRIES.value: "counted",
    Action.READ_DOCUMENT.value: "original",
    Action.END_EMERGENCY.value: "closed",
}
_BATCH = 200
_MOST = 5000
_DONE_SHOWN = 30
_WAITING_SHOWN = 200
_SLACK = timedelta(minutes=1)


def waiting_reviews(session: Session, actor: Actor) -> list[EmergencyCard]:
    """Return what the actor's hospital has to review, what is due first above: so what is overdue leads.

    No patient and no free text stands in the list.

    Raises:
        Denied: not staff of a hospital.
    """
    _require(actor, Action.READ_EMERGENCY)
    found = session.exec(
        select(Emergency)
        .where(Emergency.organization_id == actor.organization_id, col(Emergency.reviewed_at).is_(None))
        .order_by(col(Emergency.review_due_at))
        .limit(_WAITING_SHOWN)
    ).all()
    return [_line(session, row) for row in found]


def waiting_count(session: Session, actor: Actor) -> int:
    """Return how many wait, for the badge of the desk.

    Raises:
        Denied: not staff of a hospital.
    """
    _require(actor, Action.READ_EMERGENCY)
    count = select(func.count()).where(
        Emergency.organization_id == actor.organization_id, col(Emergency.reviewed_at).is_(None)
    )
    return session.exec(count).one()


def done_reviews(session: Session, actor: Actor) -> list[EmergencyCard]:
    """Return what was reviewed last, the newest above.

    Raises:
        Denied: not staff of a hospital.
    """
    _require(actor, Action.READ_EMERGENCY)
    found = session.exec(
        select(Emergency)
        .where(Emergency.organization_id == actor.organization_id, col(Emergency.reviewed_at).is_not(None))
        .order_by(col(Emergency.reviewed_at).desc())
        .limit(_DONE_SHOWN)
    ).all()
    return [_line(session, row) for row in found]


def _line(session: Session, row: Emergency) -> EmergencyCard:
    return replace(emergency_card(session, row), reason="", remark="")


def review_page(session: Session, actor: Actor, emergency_id: str) -> ReviewPage:
    """Return one emergency to a reviewer: who, why, when, how much of which class; the look stands in the ledger.

    Raises:
        Denied: not staff of a hospital.
        NotFound: absent, or of another hospital.
    """
    row = _of_hospital(session, actor, emergency_id, Action.READ_EMERGENCY)
    ledger.write(
        session,
        actor,
        Action.READ_EMERGENCY,
        ledger.ALLOWED,
        person_id=row.person_id,
        decision=decide(actor, Action.READ_EMERGENCY),
        detail={"emergency": row.id},
    )
    return ReviewPage(
        emergency=emergency_card(session, row, name=person_name(session, row.person_id)),
        reviewer=account_card(session, row.reviewer_account_id or ""),
        classes=_opened(session, row),
        own=same_person(session, actor.account_id, row.account_id, row.person_id),
        told=_told(session, row),
    )


def _told(session: Session, row: Emergency) -> str:
    """Return who was told at the opening, as the ledger has it."""
    opened = (line for line in _lines(session, row) if line.action == Action.OPEN_EMERGENCY.value)
    return next((str(json.loads(line.detail).get("told", "")) for line in opened), "")


def done_in_emergency(session: Session, actor: Actor, emergency_id: str) -> list[DoneLine]:
    """Return what was done in an emergency as the ledger has it, oldest first, the first 200.

    Raises:
        Denied: not staff of a hospital.
        NotFound: absent, or of another hospital.
    """
    row = _of_hospital(session, actor, emergency_id, Action.READ_EMERGENCY)
    return [_done(line) for line, _ in zip(_lines(session, row), range(LINES), strict=False)]


def _done(line: LedgerLine) -> DoneLine:
    act = _ACTS.get(line.action, "looked") if line.outcome in (ledger.ALLOWED, ledger.DONE) else "refused"
    return DoneLine(line.at.isoformat(), act, line.record_class, _shown(json.loads(line.detail)))


def review(session: Session, actor: Actor, emergency_id: str, verdict: object, remark: object) -> None:
    """Decide on an emergency, once: whether it was justified. The patient and the physician are told.

    Raises:
        Denied: not staff of a hospital, or the one who broke the glass, under whatever account, or whose chart it is.
        NotFound: absent, or of another hospital.
        Unproved: no second factor was shown just now.
        Conflict: it is still open, or somebody was faster.
        Invalid: no verdict, or a remark that is missing or too long.
    """
    row = _of_hospital(session, actor, emergency_id, Action.REVIEW_EMERGENCY, locked=True)
    if same_person(session, actor.account_id, row.account_id, row.person_id):
        raise Denied("consent.error.review_own", action=Action.REVIEW_EMERGENCY.value, person_id=row.person_id)
    if verdict not in VERDICTS:
        raise Invalid("consent.error.verdict", field="verdict")
    said = wishes.text_of(remark, "remark", LONGEST_REMARK)
    if verdict == UNJUSTIFIED and not said:
        raise Invalid("consent.error.remark", field="remark")
    require_fresh(actor)
    now = clock.now()
    if lives(row, now):
        raise Conflict("consent.error.review_early")
    if row.reviewed_at is not None:
        raise Conflict("consent.error.reviewed")
    row.reviewer_account_id, row.verdict, row.reviewed_at = actor.account_id, str(verdict), now
    row.remark = seal_text(said, "consent_emergency.remark", row.id) if said else None
    session.add(row)
    ledger.write(
        session,
        actor,
        Action.REVIEW_EMERGENCY,
        ledger.DONE,
        person_id=row.person_id,
        decision=decide(actor, Action.REVIEW_EMERGENCY),
        note=said,
        detail={"emergency": row.id, "verdict": row.verdict, "late": int(now >= row.review_due_at)},
    )
    tell_family(session, row, f"consent.news.emergency_{verdict}", f"consent.news.emergency_{verdict}_of")
    tell_physician(session, row, f"consent.news.emergency_{verdict}_yours")
    tell_screens(session, row)


def _require(actor: Actor, action: Action, person_id: str = "") -> None:
    if not decide(actor, action).allowed or not actor.organization_id:
        raise Denied(action=action.value, person_id=person_id)


def _of_hospital(
    session: Session, actor: Actor, emergency_id: str, action: Action, *, locked: bool = False
) -> Emergency:
    query = select(Emergency).where(Emergency.id == emergency_id)
    row = session.exec(query.with_for_update() if locked else query).first() if is_id(emergency_id) else None
    _require(actor, action, row.person_id if row else "")
    if row is None or row.organization_id != actor.organization_id:
        raise NotFound(action=action.value, person_id=row.person_id if row else "")
    return row


def _lines(session: Session, row: Emergency) -> Iterator[LedgerLine]:
    """Go through what the physician did on this ground, oldest first."""
    narrowed = ledger.Narrowed(
        account=row.account_id,
        bases=(Basis.EMERGENCY.value,),
        since=row.from_at,
        until=(row.ended_at or row.until_at) + _SLACK,
    )
    first, read = 0, 0
    while read < _MOST:
        lines = ledger.lines_from(session, ledger.person_chain(row.person_id), first, limit=_BATCH, narrowed=narrowed)
        yield from (line for line in lines if line.basis_id == row.id)
        if len(lines) < _BATCH:
            return
        first, read = lines[-1].seq + 1, read + len(lines)


def _opened(session: Session, row: Emergency) -> tuple[OpenedClass, ...]:
    """Sum up what was shown, by class; what one look took from several classes stands under no name."""
    looks: dict[str, int] = {}
    shown: dict[str, set[str]] = {}
    beyond: dict[str, int] = {}
    for line in _lines(session, row):
        facts = json.loads(line.detail)
        entries = facts.get("entries", ())
        if line.action not in READS or line.outcome != ledger.ALLOWED or not (entries or facts.get("count")):
            continue
        name = line.record_class
        looks[name] = looks.get(name, 0) + 1
        shown.setdefault(name, set()).update(entries)
        beyond[name] = max(beyond.get(name, 0), int(facts.get("count") or 0))
    return tuple(
        OpenedClass(name, looks[name], max(len(shown[name]), beyond[name]))
        for name in sorted(looks, key=lambda each: (each == "", each))
    )


def _shown(facts: dict[str, Any]) -> int:
    return int(facts.get("count") or len(facts.get("entries", ())))
