"""A physician opens a chart without asking, because somebody's life does not wait (docs/decisions/0014).

A reason, a second factor shown just now and for this patient alone, four hours at most. The patient is told in the very
transaction that opens it: there is no opening of which nobody is told.
"""

from __future__ import annotations

from datetime import timedelta

from sqlmodel import Session, col, func, select

from health_cloud.consent.models import Emergency
from health_cloud.consent.service import wishes
from health_cloud.consent.service.emergencies import REVIEW_WITHIN, end, ground_of, lives, living_at, tell_screens
from health_cloud.consent.service.review_word import tell_family, tell_reviewers
from health_cloud.consent.views import NATIONAL_ID, VISIT_CARD, Broken
from health_cloud.core import clock, ledger
from health_cloud.core.actors import Actor, Visitor
from health_cloud.core.crypto import seal_text
from health_cloud.core.errors import Conflict, Denied, Invalid, NotFound, Unproved
from health_cloud.core.ids import is_id, new_id
from health_cloud.core.policy import Action, decide
from health_cloud.core.proof import require_fresh
from health_cloud.core.settings import settings
from health_cloud.identity.service import agreements, throttle
from health_cloud.identity.service.faces import account_card, person_by_number
from health_cloud.identity.service.people import person_state

CODES = ("emergency_department", "unconscious", "urgent_operation", "sudden_change", "other_danger")
WAYS = (VISIT_CARD, NATIONAL_ID)
HOURS = (1, 2, 3, 4)
SHORTEST_REASON, LONGEST_REASON = 10, 300
PURPOSE = "emergency"
_A_DAY = timedelta(days=1)


def broken(number: object, by: object, code: object, reason: object, hours: object) -> Broken:
    """Read what a physician declares.

    Raises:
        Invalid: something is missing or not one of the choices; `field` says which.
    """
    if by not in WAYS:
        raise Invalid("consent.error.card", field="card")
    carried = wishes.named(number, by)
    if code not in CODES:
        raise Invalid("consent.error.emergency_code", field="code")
    text = wishes.text_of(reason, "reason", LONGEST_REASON)
    if len("".join(text.split())) < SHORTEST_REASON:
        raise Invalid("consent.error.emergency_reason", field="reason", shortest=SHORTEST_REASON)
    if isinstance(hours, bool) or hours not in HOURS:
        raise Invalid("consent.error.emergency_hours", field="hours")
    return Broken(carried, str(by), str(code), text, int(str(hours)))


def open_emergency(session: Session, actor: Actor, declared: Broken) -> str:
    """Open a chart in an emergency; returns its id, or nothing where nothing can be opened by this number.

    Nothing tells why not: nobody carries it, several do, they have died, who they are is in doubt, or they have taken
    their consent to the whole app back. Such an attempt is counted against the physician and stands in the ledger, in
    the same transaction; after five within a quarter of an hour the next must wait, and the reviewers are told.

    Raises:
        Denied: not a physician of a hospital.
        Unproved: no second factor was shown just now, or another chart was opened by the same one.
        Slowed: too many numbers that opened nothing.
        Conflict: this chart is open to the actor already; it is not made longer.
    """
    if not decide(actor, Action.OPEN_EMERGENCY).allowed or not actor.organization_id:
        raise Denied(action=Action.OPEN_EMERGENCY.value)
    require_fresh(actor)
    throttle.look(session, _apart(actor), PURPOSE, actor.account_id)  # and locked: one at a time for each physician
    if _proof_is_spent(session, actor):
        raise Unproved
    person_id = person_by_number(session, actor.organization_id, declared.by, declared.number)
    person = person_state(session, person_id or actor.account_id)
    if person is None or not person_id or person.agreed == agreements.WITHDRAWN:
        _refuse(session, actor, person_id)
        return ""
    now = clock.now()
    open_already = select(Emergency.id).where(
        Emergency.person_id == person_id, Emergency.account_id == actor.account_id, living_at(now)
    )
    if session.exec(open_already).first() is not None:
        raise Conflict("consent.error.emergency_open")
    emergency_id = new_id()
    row = Emergency(
        id=emergency_id,
        person_id=person_id,
        account_id=actor.account_id,
        organization_id=actor.organization_id,
        named_by=declared.by,
        code=declared.code,
        reason=seal_text(declared.reason, "consent_emergency.reason", emergency_id),
        from_at=now,
        until_at=now + timedelta(hours=declared.hours),
        review_due_at=now + REVIEW_WITHIN,
    )
    session.add(row)
    session.flush()
    told = tell_family(session, row, "consent.news.emergency", "consent.news.emergency_of")
    ledger.write(
        session,
        actor,
        Action.OPEN_EMERGENCY,
        ledger.DONE,
        person_id=person_id,
        decision=ground_of(row),
        note=declared.reason,
        detail={"emergency": row.id, "code": row.code, "hours": declared.hours, "by": row.named_by, "told": told},
    )
    _tell_others(session, row)
    return row.id


def close_emergency(session: Session, actor: Actor, emergency_id: str) -> None:
    """Close what the actor has opened, before its time; closing twice changes nothing.

    Raises:
        Denied: not a physician.
        NotFound: absent or somebody else's.
    """
    if not decide(actor, Action.END_EMERGENCY).allowed:
        raise Denied(action=Action.END_EMERGENCY.value)
    row = (
        session.exec(select(Emergency).where(Emergency.id == emergency_id).with_for_update()).first()
        if is_id(emergency_id)
        else None
    )
    if row is None or row.account_id != actor.account_id:
        raise NotFound(action=Action.END_EMERGENCY.value, person_id=row.person_id if row else "")
    if lives(row, clock.now()):
        end(session, actor, row, "closed")


def _apart(actor: Actor) -> Visitor:
    """Return under what attempts count: the physician's own account, and not the machine or network of a whole ward."""
    return Visitor(address=actor.account_id, device=actor.account_id)


def _proof_is_spent(session: Session, actor: Actor) -> bool:
    """Tell whether a chart was opened by what was shown last: each takes a second factor of its own."""
    spent = select(Emergency.id).where(
        Emergency.account_id == actor.account_id, col(Emergency.from_at) >= actor.proved_at
    )
    return session.exec(spent.limit(1)).first() is not None


def _refuse(session: Session, actor: Actor, person_id: str) -> None:
    """Count an attempt and leave its line: with whom it was about, else with the hospital."""
    throttle.charge(session, _apart(actor), PURPOSE, actor.account_id)
    ledger.write(session, actor, Action.OPEN_EMERGENCY, ledger.REFUSED, person_id=person_id)
    try:
        throttle.look(session, _apart(actor), PURPOSE, actor.account_id)
    except throttle.Slowed:  # this was the last one for now
        name = account_card(session, actor.account_id).name
        tell_reviewers(session, actor.organization_id, "consent.news.emergency_guessing", name=name)


def _tell_others(session: Session, row: Emergency) -> None:
    """Tell the reviewers, and every open screen."""
    physician = account_card(session, row.account_id).name
    link = f"/desk/emergencies/{row.id}"
    tell_reviewers(session, row.organization_id, "consent.news.emergency_review", link=link, name=physician)
    today = session.exec(
        select(func.count()).where(
            Emergency.account_id == row.account_id, col(Emergency.from_at) > row.from_at - _A_DAY
        )
    ).one()
    if today > settings().emergency_alarm:
        key = "consent.news.emergency_many"
        tell_reviewers(session, row.organization_id, key, link="/desk/emergencies", name=physician, number=str(today))
    tell_screens(session, row)
