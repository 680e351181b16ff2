"""Where no time suits, one waits: a freed time is offered to the first who waits, then to the next.

A time is offered in the very transaction that frees it, so that nobody takes it in between. Whoever waits is locked
first, in their order, and holds after them: two times that are freed at once go to two people.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, and_, col, func, or_, select

from health_cloud.core import changes, clock, db, facts, jobs, ledger
from health_cloud.core.actors import Actor
from health_cloud.core.crypto import seal_text, unseal_text
from health_cloud.core.errors import Conflict, Invalid, NotFound
from health_cloud.core.ids import is_id, new_id
from health_cloud.core.policy import Action, Decision
from health_cloud.followup.models import Slot, Waiting
from health_cloud.followup.service import holding, rows
from health_cloud.followup.service.allowing import allow
from health_cloud.followup.service.checking import newest_yes, place_of
from health_cloud.followup.service.wishing import day_of, reason_in
from health_cloud.followup.views import WaitingCard
from health_cloud.identity.service.faces import account_card
from health_cloud.identity.service.people import department_name
from health_cloud.identity.views import AccountCard

JOB = "offers to those who wait"
OFFERED = "followup.time_offered"
LIVING_AT_MOST = 3
NEAREST = timedelta(minutes=10)
"""A time that begins sooner is not offered: nobody could come."""
_SECONDS = 5
_REASON = "followup_waiting.reason"
_LIVE = ("waiting", "offered")
_WAITS = col(Waiting.state) == "waiting"


def wait_for(
    session: Session, actor: Actor, department_id: str, physician_account_id: str, form: dict[str, object]
) -> str:
    """Wait for a time of a physician or, where `anybody` says so, of their department, until a day one names.

    Who waits there already keeps their place, and names another day or reason.

    Args:
        session: the transaction.
        actor: the patient, or a guardian who books.
        department_id: where.
        physician_account_id: with whom.
        form: `until` (ISO day), `reason`, `anybody` (`yes`) for everybody of the department, and `kind`: `in_person`,
            for which no rules are asked, or any way online.

    Returns:
        Its id.

    Raises:
        Denied: not a patient, nor a guardian who books; or the rules have not said yes within a day.
        NotFound: no such physician offers times there.
        Invalid: no reason, no day, one that is past or too far, or as many places in lists as one may have.
    """
    decision = allow(session, actor, Action.WAIT_FOR_TIME)
    place = place_of(session, actor, department_id, physician_account_id)
    kind = rows.IN_PERSON if form.get("kind") == rows.IN_PERSON else ""
    if not kind:
        newest_yes(session, actor, department_id, physician_account_id)
    day = day_of(form.get("until"), date.fromisoformat(rows.today(session, place.organization_id)))
    text = reason_in(form.get("reason"))
    whom = "" if form.get("anybody") == "yes" else physician_account_id
    _line(session, actor, decision, department_id, "joined")  # locks the person's chain before any list
    own = session.exec(
        select(Waiting)
        .where(Waiting.person_id == actor.subject_id, col(Waiting.state).in_(_LIVE))
        .order_by(col(Waiting.id))
        .with_for_update()
    ).all()
    same = (department_id, whom, kind)
    row = next((each for each in own if (each.department_id, each.physician_account_id, each.kind) == same), None)
    if row is None and len(own) >= LIVING_AT_MOST:
        raise Invalid("followup.wait.error.many", most=LIVING_AT_MOST)
    row = row or Waiting(
        id=new_id(),
        organization_id=place.organization_id,
        department_id=department_id,
        physician_account_id=whom,
        person_id=actor.subject_id,
        kind=kind,
        until_day=day,
        created_at=clock.now(),
    )
    row.until_day, row.reason = day, seal_text(text, _REASON, row.id)
    session.add(row)
    try:
        session.flush()
    except IntegrityError:  # the same person, on another screen
        raise Conflict("followup.error.changed_meanwhile") from None
    changes.note(session, f"person:{actor.subject_id}", f"followup:{department_id}")
    return row.id


def _line(session: Session, actor: Actor, decision: Decision, department_id: str, what: str) -> None:
    ledger.write(
        session,
        actor,
        Action.WAIT_FOR_TIME,
        ledger.DONE,
        person_id=actor.subject_id,
        decision=decision,
        detail={"department": department_id, "what": what},
    )


def my_waiting(session: Session, actor: Actor) -> list[WaitingCard]:
    """Return where the actor's subject waits, with how many come before them.

    Raises:
        Denied: not a patient, nor a guardian who books.
    """
    allow(session, actor, Action.WAIT_FOR_TIME)
    found = session.exec(
        select(Waiting)
        .where(Waiting.person_id == actor.subject_id, col(Waiting.state).in_(_LIVE))
        .order_by(col(Waiting.created_at), col(Waiting.id))
    ).all()
    return [_card(session, row) for row in found]


def _card(session: Session, row: Waiting) -> WaitingCard:
    slot = session.get(Slot, row.slot_id) if _is_offered(row) else None
    zone = rows.zone_of(session, row.organization_id)
    whose = slot.physician_account_id if slot else row.physician_account_id
    until = row.offered_until if slot else None
    return WaitingCard(
        id=row.id,
        physician=account_card(session, whose) if whose else AccountCard(),
        department=department_name(session, row.department_id),
        until_day=row.until_day,
        ahead=_ahead(session, row),
        offered_at=rows.local(slot.starts_at, zone) if slot else "",
        offered_until=until.isoformat() if until else "",
        kind=row.kind,
    )


def _is_offered(row: Waiting) -> bool:
    return row.state == "offered" and row.offered_until is not None and row.offered_until > clock.now()


def _ahead(session: Session, row: Waiting) -> int:
    """Count who waits longer and could be offered what this one waits for."""
    same = [
        col(Waiting.department_id) == row.department_id,
        col(Waiting.kind) == row.kind,
        col(Waiting.state).in_(_LIVE),
    ]
    if row.physician_account_id:
        same.append(col(Waiting.physician_account_id).in_(("", row.physician_account_id)))
    before = or_(
        col(Waiting.created_at) < row.created_at,
        and_(col(Waiting.created_at) == row.created_at, col(Waiting.id) < row.id),
    )
    return session.exec(select(func.count()).select_from(Waiting).where(*same, before)).one()


def leave_list(session: Session, actor: Actor, waiting_id: str) -> None:
    """Wait no longer; what was offered goes to the next.

    Raises:
        Denied: not a patient, nor a guardian who books.
        NotFound: absent, somebody else's, or over.
    """
    row = _own(session, actor, waiting_id, "left")
    _settle(session, row, "left")


def pass_over(session: Session, actor: Actor, waiting_id: str) -> None:
    """Let an offered time go to the next, and wait on.

    Raises:
        Denied: not a patient, nor a guardian who books.
        NotFound: absent, somebody else's, or over.
        Conflict: nothing is offered (any more).
    """
    row = _own(session, actor, waiting_id, "passed")
    if row.state != "offered":
        raise Conflict("followup.wait.error.over")
    _settle(session, row, "waiting")


def _own(session: Session, actor: Actor, waiting_id: str, what: str) -> Waiting:
    decision = allow(session, actor, Action.WAIT_FOR_TIME)
    known = session.get(Waiting, waiting_id) if is_id(waiting_id) else None
    if known is None or known.person_id != actor.subject_id or known.state not in _LIVE:
        raise NotFound(action=Action.WAIT_FOR_TIME.value, person_id=known.person_id if known else "")
    if known.slot_id:
        holding.lock(session, known.slot_id)
    _line(session, actor, decision, known.department_id, what)
    row = session.exec(
        select(Waiting).where(Waiting.id == waiting_id).with_for_update().execution_options(populate_existing=True)
    ).one()
    if row.state not in _LIVE:
        raise NotFound(action=Action.WAIT_FOR_TIME.value)
    return row


def offered_to(session: Session, actor: Actor, waiting_id: str) -> tuple[str, str, str, str]:
    """Return (time, reason, page of times, how to meet) of what is offered to the actor's subject now.

    Raises:
        Denied: not a patient, nor a guardian who books.
        NotFound: absent or somebody else's.
        Conflict: nothing is offered (any more).
    """
    allow(session, actor, Action.WAIT_FOR_TIME)
    row = session.get(Waiting, waiting_id) if is_id(waiting_id) else None
    if row is None or row.person_id != actor.subject_id:
        raise NotFound(action=Action.WAIT_FOR_TIME.value)
    slot = session.get(Slot, row.slot_id) if _is_offered(row) else None
    if slot is None:
        raise Conflict("followup.wait.error.over")
    where = "in-person" if row.kind else "book"
    page = f"/followup/{where}/{slot.department_id}/{slot.physician_account_id}"
    return slot.id, unseal_text(row.reason, _REASON, row.id), page, row.kind


def took(session: Session, person_id: str, slot: Slot, kind: str) -> None:
    """Note that somebody has booked a time to meet in this way.

    Who was offered it, or waited for that physician alone to meet so, waits no longer.
    """
    waited = rows.IN_PERSON if kind == rows.IN_PERSON else ""
    found = session.exec(
        select(Waiting)
        .where(
            Waiting.person_id == person_id,
            Waiting.department_id == slot.department_id,
            col(Waiting.state).in_(_LIVE),
            or_(
                col(Waiting.slot_id) == slot.id,
                and_(col(Waiting.physician_account_id) == slot.physician_account_id, col(Waiting.kind) == waited),
            ),
        )
        .order_by(col(Waiting.id))
        .with_for_update()
    ).all()
    for row in found:
        if row.slot_id == slot.id:
            row.state, row.slot_id, row.offered_until = "taken", "", None
            session.add(row)
            holding.release(session, slot.id, person_id)
        else:
            _settle(session, row, "taken")


def _settle(session: Session, row: Waiting, state: str) -> None:
    """Bring somebody further who waits; the time that was offered to them goes to the next after them."""
    slot = session.get(Slot, row.slot_id) if row.slot_id else None
    row.state, row.slot_id, row.offered_until = state, "", None
    session.add(row)
    session.flush()
    changes.note(session, f"person:{row.person_id}", f"followup:{row.department_id}")
    if slot is not None:
        nexts = [each for each in _waiting_for(session, slot) if (each.created_at, each.id) > (row.created_at, row.id)]
        holding.release(session, slot.id, row.person_id)
        _offer(session, slot, nexts)


def offer_freed(session: Session, slots: Iterable[Slot], *, but: str = "") -> None:
    """Offer times that have just become free, each to the first who waits for it; the person's chain is locked before.

    Args:
        session: the transaction that frees them.
        slots: the times.
        but: the person who has given them up.
    """
    there = sorted(slots, key=lambda each: each.starts_at)
    places = {each.department_id for each in there}
    some = select(Waiting.id).where(col(Waiting.department_id).in_(places), Waiting.state == "waiting").limit(1)
    if session.exec(some).first() is None:
        return
    for slot in there:
        _offer(session, slot, [each for each in _waiting_for(session, slot) if each.person_id != but])


def _waiting_for(session: Session, slot: Slot) -> list[Waiting]:
    """Return who waits for such a time, locked, the first first; all of them: one alone would be somebody's by then."""
    day = rows.local(slot.starts_at, rows.zone_of(session, slot.organization_id))[:10]
    found = select(Waiting).where(
        Waiting.department_id == slot.department_id,
        Waiting.state == "waiting",
        col(Waiting.physician_account_id).in_(("", slot.physician_account_id)),
        col(Waiting.kind).in_([wish for wish in ("", rows.IN_PERSON) if rows.kind_at(slot, wish)]),
        Waiting.until_day >= day,
    )
    in_order = found.order_by(col(Waiting.created_at), col(Waiting.id)).with_for_update()
    return list(session.exec(in_order.execution_options(populate_existing=True)).all())


def _offer(session: Session, slot: Slot, waiting: list[Waiting]) -> bool:
    now = clock.now()
    minutes = rows.rule_of(session, slot.organization_id).offer_minutes
    until = min(now + timedelta(minutes=minutes), slot.starts_at - NEAREST)
    rows.tell(session, slot)
    if not waiting or slot.state != "open" or until <= now:
        return False
    row = waiting[0]
    if not holding.offer(session, slot, row.person_id, until):
        return False
    row.state, row.slot_id, row.offered_until = "offered", slot.id, until
    session.add(row)
    session.flush()
    facts.emit(session, OFFERED, waiting=row.id)
    changes.note(session, f"person:{row.person_id}")
    return True


def forget_waiting(session: Session, person_id: str) -> None:
    """End all waiting of somebody who has died or closes the account; what was offered to them goes to the next."""
    found = session.exec(
        select(Waiting)
        .where(Waiting.person_id == person_id, col(Waiting.state).in_(_LIVE))
        .order_by(col(Waiting.id))
        .with_for_update()
    ).all()
    for row in found:
        _settle(session, row, "left")


def pass_on() -> int:
    """Offer to the next what was not taken in time; returns how many."""
    with db.reading() as session:
        late = select(Waiting.id, Waiting.slot_id).where(
            Waiting.state == "offered", col(Waiting.offered_until) <= clock.now()
        )
        due = session.exec(late.order_by(col(Waiting.offered_until))).all()
    return sum(_pass_on(waiting_id, slot_id) for waiting_id, slot_id in due)


def _pass_on(waiting_id: str, slot_id: str) -> bool:
    with db.writing() as session:
        holding.lock(session, slot_id)
        found = select(Waiting).where(
            Waiting.id == waiting_id, Waiting.slot_id == slot_id, col(Waiting.offered_until) <= clock.now()
        )
        row = session.exec(found.with_for_update()).first()
        if row is not None:  # no other worker was faster
            _settle(session, row, "waiting")
        return row is not None


def offer_let_go() -> int:
    """Offer to who waits what somebody had chosen and left, or let end; returns how many."""
    with db.reading() as session:
        due = holding.ended(session) if session.exec(select(Waiting.id).where(_WAITS).limit(1)).first() else []
    return sum(_offer_let_go(slot_id, person_id) for slot_id, person_id in due)


def _offer_let_go(slot_id: str, person_id: str) -> bool:
    with db.writing() as session:
        holding.lock(session, slot_id)
        slot = session.get(Slot, slot_id)
        if slot is None or rows.live_of(session, [slot_id]) or (slot_id, person_id) not in holding.ended(session):
            return False
        waiting = [each for each in _waiting_for(session, slot) if each.person_id != person_id]
        return _offer(session, slot, waiting)


def end_past() -> int:
    """End what waits for a day that is past on its hospital's calendar; returns how many."""
    yesterday = (clock.now() - timedelta(days=1)).date().isoformat()
    past = select(Waiting).where(Waiting.state == "waiting", Waiting.until_day < yesterday)
    return jobs.work_off(past, lambda session, row: _settle(session, row, "over"))


async def run() -> None:
    """Pass offers on in one worker, until the server stops."""
    await jobs.attend(JOB, _SECONDS, pass_on, offer_let_go, end_past)


TASKS = (run,)


def offered_at(session: Session, waiting_id: str) -> tuple[Waiting, Slot, datetime] | None:
    """Return an offer that still stands, for the word to its patient."""
    row = session.get(Waiting, waiting_id)
    slot = session.get(Slot, row.slot_id) if row is not None and _is_offered(row) else None
    return (row, slot, row.offered_until) if row is not None and slot is not None and row.offered_until else None
