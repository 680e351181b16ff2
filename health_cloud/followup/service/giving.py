"""Before booking, too: what the physician will be able to read, and that one agrees to online care.

Nothing is given here: the wish is kept with the yes of the rules, and the grant is made with the booking, in one
transaction. It ends with the visit, and with whatever calls the visit off.
"""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from sqlmodel import Session, col, func, select

from health_cloud.access.service.deciding import previewed
from health_cloud.consent.service import giving
from health_cloud.consent.service.decisions import may_decide
from health_cloud.consent.views import Visit
from health_cloud.core import clock, ledger
from health_cloud.core.actors import Actor
from health_cloud.core.crypto import seal_text, unseal_text
from health_cloud.core.errors import Conflict, Denied, Invalid, NotFound
from health_cloud.core.ids import is_id
from health_cloud.core.policy import Action, Scope
from health_cloud.core.vocabulary import RecordClass
from health_cloud.followup.models import Appointment, Checked, Slot
from health_cloud.followup.service import rows
from health_cloud.followup.service.allowing import allow
from health_cloud.followup.service.checking import Place, newest_yes, place_of
from health_cloud.followup.service.eligibility.rules import GRANT, shipped
from health_cloud.followup.views import GivePage
from health_cloud.identity.service.faces import account_card
from health_cloud.identity.service.people import department_name

USUAL = frozenset(
    {RecordClass.LABORATORY, RecordClass.PRESCRIPTIONS, RecordClass.EXAMINATIONS, RecordClass.MEDICAL_RECORDS}
)
"""What a follow-up usually needs; one begins with it, and gives more or less."""
_GIVEN, IN_PERSON = "followup_checked.given", "followup_appointment.given"


def give_page(
    session: Session, actor: Actor, department_id: str, physician_account_id: str, chosen: Scope | None = None
) -> GivePage:
    """Return what this physician would be able to read, class by class, with counts.

    Args:
        session: the transaction.
        actor: the patient, or a guardian who books.
        department_id: where.
        physician_account_id: with whom one would book.
        chosen: what is chosen; the usual where there is nothing yet.

    Raises:
        NotFound: no such physician offers times there.
        Denied: the rules have not said yes within a day.
    """
    place = place_of(session, actor, department_id, physician_account_id)
    _own(session, actor)
    newest_yes(session, actor, department_id, physician_account_id)
    wanted = chosen or Scope(USUAL)
    shown = previewed(session, actor, Scope(), wanted)
    held = giving.held_by(session, actor, physician_account_id)
    return GivePage(
        physician=account_card(session, physician_account_id),
        department=department_name(session, department_id),
        rows=shown,
        total=sum(row.given for row in shown),
        today=rows.local(clock.now(), rows.zone_of(session, place.organization_id))[:10],
        held_until=held.until_at if held else "",
        latest=_latest(session, place),
        rule=shipped().texts[GRANT],
    )


def _latest(session: Session, place: Place) -> str:
    """Return until when the physician could read with the last time that is open now."""
    last = session.exec(
        select(func.max(Slot.ends_at)).where(
            Slot.physician_account_id == place.physician_account_id,
            Slot.department_id == place.department_id,
            Slot.state == "open",
            col(Slot.starts_at) > clock.now(),
        )
    ).one()
    return rows.local(last + rows.LATEST, rows.zone_of(session, place.organization_id)) if last else ""


def agree(
    session: Session, actor: Actor, department_id: str, physician_account_id: str, chosen: Scope, online: object
) -> None:
    """Keep what the physician may read once a time is booked, and that online care is agreed to.

    Raises:
        NotFound: no such physician offers times there.
        Denied: the rules have not said yes within a day, or who may read is not the actor's to decide.
        Invalid: online care is not agreed to.
        Unproved: no second factor was shown just now, and the hospital asks for one.
    """
    place_of(session, actor, department_id, physician_account_id)
    if online is not True:
        raise Invalid("followup.give.error.online", field="online")
    _own(session, actor)
    decision = allow(session, actor, Action.AGREE_ONLINE)
    giving.may_give(session, actor)
    row = newest_yes(session, actor, department_id, physician_account_id)
    told = _told(chosen) | {"online": clock.now().isoformat(), "by": actor.account_id}
    row.given = seal_text(json.dumps(told), _GIVEN, row.id)
    session.add(row)
    ledger.write(
        session,
        actor,
        Action.AGREE_ONLINE,
        ledger.DONE,
        person_id=actor.subject_id,
        decision=decision,
        detail={"physician": physician_account_id, "department": department_id, "classes": ",".join(told["classes"])},
    )


def _own(session: Session, actor: Actor) -> None:
    """Let those pass who decide who may read: a guardian may be there to book alone."""
    if not may_decide(session, actor):
        raise Denied("followup.give.error.not_yours", action=Action.DECIDE_REQUEST.value, person_id=actor.subject_id)


def give(session: Session, actor: Actor, row: Checked, kept: Checked, slot: Slot) -> None:
    """Let the physician of a time read what was agreed to, until the visit is over.

    Args:
        session: the transaction of the booking.
        actor: who books.
        row: the yes on which the booking rests.
        kept: what is kept of it with the booking.
        slot: the time.

    Raises:
        Denied: nothing was agreed to, or who may read is not the actor's to decide.
    """
    if row.given is None:
        raise Denied("followup.rule.grant", action=Action.BOOK_APPOINTMENT.value, person_id=actor.subject_id)
    _own(session, actor)
    told = json.loads(unseal_text(row.given, _GIVEN, row.id))
    if told["by"] != actor.account_id:  # what somebody else agreed to is shown to whoever books before it counts
        raise Denied("followup.rule.grant", action=Action.BOOK_APPOINTMENT.value, person_id=actor.subject_id)
    row.given = None  # once: the next booking is agreed to anew, also where this one was taken back
    session.add(row)
    kept.given = seal_text(json.dumps(told), _GIVEN, kept.id)
    session.add(kept)
    visit = Visit(kept.appointment_id, slot.starts_at, slot.ends_at + rows.LATEST)  # it may begin as late as that
    giving.give_for_visit(session, actor, slot.physician_account_id, _scope(told), visit)


def given_for(session: Session, appointment_id: str) -> tuple[Scope, str] | None:
    """Return what was agreed to for a booking, and when, ISO text; the caller has asked whose it is."""
    row = session.exec(select(Checked).where(Checked.appointment_id == appointment_id)).first()
    if row is not None and row.given is not None:
        told = json.loads(unseal_text(row.given, _GIVEN, row.id))
        return _scope(told), told["online"]
    return given_in_person(session.get_one(Appointment, appointment_id))


def given_in_person(appointment: Appointment) -> tuple[Scope, str] | None:
    """Return what may be read at a visit in person, and since when, ISO text; the caller has asked whose it is."""
    if appointment.given is None:
        return None
    told = json.loads(unseal_text(appointment.given, IN_PERSON, appointment.id))
    return _scope(told), told["at"]


def let_page(session: Session, actor: Actor, appointment_id: str, chosen: Scope | None = None) -> GivePage:
    """Return what a physician would be able to read until a visit in person is over; nobody has to let them.

    Args:
        session: the transaction.
        actor: the patient, or a guardian who decides who reads.
        appointment_id: the visit.
        chosen: what is chosen; the usual where there is nothing yet.

    Raises:
        Denied: not a patient, or who may read is not the actor's to decide.
        NotFound: absent, somebody else's, or not in person.
        Conflict: it is over, called off, or agreed to already.
    """
    slot = _lettable(session, actor, appointment_id)[1]
    zone = rows.zone_of(session, slot.organization_id)
    shown = previewed(session, actor, Scope(), chosen or Scope(USUAL))
    held = giving.held_by(session, actor, slot.physician_account_id)
    return GivePage(
        physician=account_card(session, slot.physician_account_id),
        department=department_name(session, slot.department_id),
        rows=shown,
        total=sum(row.given for row in shown),
        today=rows.local(clock.now(), zone)[:10],
        held_until=held.until_at if held else "",
        latest=rows.local(slot.ends_at + rows.LATEST, zone),
        period_from=(chosen.period_from.isoformat() if chosen and chosen.period_from else ""),
        period_to=(chosen.period_to.isoformat() if chosen and chosen.period_to else ""),
    )


def let_read(session: Session, actor: Actor, appointment_id: str, chosen: Scope) -> None:
    """Let the physician of a visit in person read from now on until it is over.

    Raises:
        Denied, NotFound, Conflict: see `let_page`.
        Unproved: no second factor was shown just now, and the hospital asks for one.
    """
    appointment, slot = _lettable(session, actor, appointment_id)
    giving.may_give(session, actor)
    told = _told(chosen) | {"at": clock.now().isoformat()}
    appointment.given = seal_text(json.dumps(told), IN_PERSON, appointment.id)
    session.add(appointment)
    visit = Visit(appointment.id, slot.starts_at, slot.ends_at + rows.LATEST)
    giving.give_for_visit(session, actor, slot.physician_account_id, chosen, visit)
    rows.tell(session, slot, appointment.person_id)


def _lettable(session: Session, actor: Actor, appointment_id: str) -> tuple[Appointment, Slot]:
    allow(session, actor, Action.BOOK_APPOINTMENT)
    _own(session, actor)
    query = select(Appointment).where(Appointment.id == appointment_id).with_for_update()
    row = session.exec(query).first() if is_id(appointment_id) else None
    if row is None or row.person_id != actor.subject_id or row.kind != rows.IN_PERSON:
        raise NotFound(action=Action.DECIDE_REQUEST.value, person_id=row.person_id if row else "")
    slot = session.get_one(Slot, row.slot_id)
    if not rows.may_let(session, row, slot):
        raise Conflict("followup.let.error.over")
    return row, slot


def move(session: Session, actor: Actor, appointment: Appointment, before: Slot, slot: Slot) -> None:
    """Let what was given with a booking end with its visit at another time; the transaction is that of the move.

    Args:
        session: the transaction.
        actor: who moves it.
        appointment: the booking; what was agreed to stays with it.
        before: the time it was at.
        slot: the time it goes to.

    Raises:
        Denied: it would last longer, and who may read is not the actor's to decide.
        Unproved: the same, no second factor was shown just now, and the hospital asks for one.
    """
    given = given_for(session, appointment.id)
    longer = slot.ends_at > before.ends_at and (given is not None or appointment.kind in rows.ONLINE)
    if longer and not may_decide(session, actor):
        raise Denied("followup.move.error.not_yours", action=Action.DECIDE_REQUEST.value, person_id=actor.subject_id)
    if given is None:
        return
    visit = Visit(appointment.id, slot.starts_at, slot.ends_at + rows.LATEST)
    giving.move_with_visit(session, actor, slot.physician_account_id, given[0], before.ends_at + rows.LATEST, visit)


def _told(chosen: Scope) -> dict[str, Any]:
    return {
        "classes": [name.value for name in RecordClass if name in chosen.classes],
        "from": chosen.period_from.isoformat() if chosen.period_from else "",
        "to": chosen.period_to.isoformat() if chosen.period_to else "",
    }


def _scope(told: dict[str, Any]) -> Scope:
    first, last = (date.fromisoformat(told[name]) if told[name] else None for name in ("from", "to"))
    return Scope(frozenset(RecordClass(name) for name in told["classes"]), first, last)
