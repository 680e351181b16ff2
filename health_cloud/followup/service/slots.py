"""A physician offers times, and answers those who ask for one."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, func, select

from health_cloud.consent.service.ending import end_of_visit
from health_cloud.core import clock, facts, ledger
from health_cloud.core.actors import Actor
from health_cloud.core.crypto import seal_text
from health_cloud.core.errors import Conflict, Denied, Invalid, NotFound
from health_cloud.core.ids import is_id
from health_cloud.core.policy import Action, decide
from health_cloud.followup.models import Appointment, Clinic, Slot
from health_cloud.followup.service import rows
from health_cloud.followup.service.allowing import line, reasons_read
from health_cloud.followup.service.booking import found_for
from health_cloud.followup.service.holding import drop_proposal, lock, promised
from health_cloud.followup.service.queueing import offer_freed
from health_cloud.followup.service.week import KINDS
from health_cloud.followup.views import AppointmentCard, SlotRow, SlotsPage
from health_cloud.identity.service.faces import department_of, departments_in
from health_cloud.identity.service.people import person_name

MINUTES = (10, 15, 20, 30)
LONGEST_WORD = 200
LONGEST_ROOM = 80
_AHEAD = timedelta(days=60)
_AT_ONCE = 60
_SHOWN = 300


def open_slots(
    session: Session,
    actor: Actor,
    day: object,
    begin: object,
    end: object,
    minutes: object,
    department_id: str = "",
    kinds: object = ("text",),
    room: object = "",
) -> int:
    """Offer times of `minutes` each from `begin` to `end` on a day of the hospital's calendar.

    Times that overlap one already on offer are left out. `kinds` are the ways to meet then, `room` is where in the
    hospital one comes to in person.

    Returns:
        How many times were added.

    Raises:
        Denied: not a physician.
        Invalid: a wrong or past day, an end before the beginning, too many at once, or no department.
    """
    decision = decide(actor, Action.MANAGE_SLOTS)
    if not decision.allowed or not actor.organization_id:
        raise Denied(action=Action.MANAGE_SLOTS.value)
    department = chosen_department(session, actor, department_id)
    zone = rows.zone_of(session, actor.organization_id)
    wanted = list(_times(day, begin, end, minutes, zone))
    met = chosen_kinds(kinds), chosen_room(room)
    # regular hours are laid out under the same lock: the two never overlap
    session.exec(select(Clinic).where(Clinic.physician_account_id == actor.account_id).with_for_update()).first()
    there = session.exec(
        select(Slot).where(
            Slot.physician_account_id == actor.account_id,
            col(Slot.ends_at) > wanted[0][0],
            col(Slot.starts_at) < wanted[-1][1],
        )
    ).all()
    known = [(slot.starts_at, slot.ends_at) for slot in there if slot.state != "withdrawn"]
    withdrawn = {slot.starts_at: slot for slot in there if slot.state == "withdrawn"}
    made = [
        _by_hand(withdrawn.get(starts), actor, department, (starts, ends), met)
        for starts, ends in wanted
        if all(ends <= begun or starts >= gone for begun, gone in known)
    ]
    if not made:
        raise Conflict("followup.error.all_there")
    session.add_all(made)
    try:
        session.flush()
    except IntegrityError:  # the same person, on another screen
        raise Conflict("followup.error.all_there") from None
    ledger.write(
        session,
        actor,
        Action.MANAGE_SLOTS,
        ledger.DONE,
        decision=decision,
        detail={"opened": len(made), "from": made[0].starts_at.isoformat(), "department": department},
    )
    offer_freed(session, made)
    rows.tell(session, made[0])
    return len(made)


def _by_hand(
    withdrawn: Slot | None, actor: Actor, department_id: str, at: tuple[datetime, datetime], met: tuple[str, str]
) -> Slot:
    """Make a time, or open again what hours have left at that moment: a physician has one row a moment."""
    starts, ends = at
    made = withdrawn or Slot(
        organization_id=actor.organization_id,
        physician_account_id=actor.account_id,
        department_id=department_id,
        starts_at=starts,
        ends_at=ends,
    )
    made.department_id, made.ends_at, made.state, made.hours_id = department_id, ends, "open", None
    made.kinds, made.room = met
    return made


def chosen_department(session: Session, actor: Actor, department_id: str) -> str:
    """Return the department that a physician has chosen of their hospital's, or their own.

    Raises:
        Invalid: none of them.
    """
    known = [name for name, _ in departments_in(session, actor.organization_id)]
    own = department_of(session, actor.practitioner_id)
    chosen = department_id or own
    if not chosen or (chosen != own and chosen not in known):
        raise Invalid("followup.error.department", field="department")
    return chosen


def _times(day: object, begin: object, end: object, minutes: object, zone: str) -> Iterator[tuple[datetime, datetime]]:
    """Give the times in UTC, laid end to end; a change to summer time neither doubles nor overlaps them."""
    length = chosen_minutes(minutes)
    first, last = _at(day, begin, zone, "begin"), _at(day, end, zone, "end")
    now = clock.now()
    if first <= now or first > now + _AHEAD:
        raise Invalid("followup.error.when", field="day", days=_AHEAD.days)
    if last < first + length:
        raise Invalid("followup.error.end", field="end")
    if (last - first) // length > _AT_ONCE:
        raise Invalid("followup.error.many", field="end", most=_AT_ONCE)
    while first + length <= last:
        yield first, first + length
        first += length


def chosen_kinds(value: object) -> str:
    """Return the ways to meet as they are kept, parted by commas.

    Raises:
        Invalid: none of them.
    """
    chosen = [kind for kind in KINDS if kind in value] if isinstance(value, list | tuple) else []
    if not chosen:
        raise Invalid("followup.error.kinds", field="kinds")
    return ",".join(chosen)


def chosen_room(value: object) -> str:
    """Return where in the hospital one comes to in person, as its physician says it; it may be left out.

    Raises:
        Invalid: too long.
    """
    text = " ".join(value.split()) if isinstance(value, str) else ""
    if len(text) > LONGEST_ROOM:
        raise Invalid("followup.error.too_long", field="room", longest=LONGEST_ROOM)
    return text


def chosen_minutes(minutes: object) -> timedelta:
    """Return how long a visit takes.

    Raises:
        Invalid: none of the lengths there are.
    """
    if str(minutes) not in {str(each) for each in MINUTES}:
        raise Invalid("followup.error.minutes", field="minutes")
    return timedelta(minutes=int(str(minutes)))


def _at(day: object, clock_time: object, zone: str, field: str) -> datetime:
    try:
        date_part = date.fromisoformat(str(day))
    except ValueError:
        raise Invalid("followup.error.day", field="day") from None
    try:
        time_part = time.fromisoformat(str(clock_time))
    except ValueError:
        raise Invalid("followup.error.time", field=field) from None
    if time_part.tzinfo is not None:
        raise Invalid("followup.error.time", field=field)
    return datetime.combine(date_part, time_part, ZoneInfo(zone)).astimezone(UTC)


def close_slot(session: Session, actor: Actor, slot_id: str) -> None:
    """Take a time that nobody has asked for off again.

    Raises:
        NotFound: absent or somebody else's.
        Conflict: somebody has it: answer or cancel that instead.
    """
    decision = decide(actor, Action.MANAGE_SLOTS)
    slot = session.exec(select(Slot).where(Slot.id == slot_id).with_for_update()).first() if is_id(slot_id) else None
    if not decision.allowed or slot is None or slot.physician_account_id != actor.account_id:
        raise NotFound(action=Action.MANAGE_SLOTS.value)
    if rows.live_of(session, [slot.id]):
        raise Conflict("followup.error.asked_for")
    if promised(session, [slot.id]):
        raise Conflict("followup.propose.error.kept")
    slot.state = "closed"
    session.add(slot)
    ledger.write(session, actor, Action.MANAGE_SLOTS, ledger.DONE, decision=decision, detail={"closed": slot.id})
    rows.tell(session, slot)


def slots_page(session: Session, actor: Actor, known: Collection[str] = ()) -> SlotsPage:
    """Return a physician's own times from now on, what waits for an answer, and what is coming.

    Args:
        session: the transaction.
        actor: the physician.
        known: ids of the appointments that are before them already: each is read with a line when it comes.

    Raises:
        Denied: not a physician.
    """
    decision = decide(actor, Action.MANAGE_SLOTS)
    if not decision.allowed:
        raise Denied(action=Action.MANAGE_SLOTS.value)
    zone = rows.zone_of(session, actor.organization_id)
    slots = session.exec(
        select(Slot)
        .where(Slot.physician_account_id == actor.account_id, col(Slot.ends_at) > clock.now())
        .order_by(col(Slot.starts_at))
        .limit(_SHOWN)
    ).all()
    live = rows.live_of(session, [slot.id for slot in slots])
    reasons_read(session, actor, decision, live.values(), known)
    cards = [rows.card(session, live[slot.id], slot) for slot in slots if slot.id in live]
    there = departments_in(session, actor.organization_id)
    return SlotsPage(
        waiting=tuple(card for card in cards if card.can_answer),
        coming=tuple(card for card in cards if card.state == "accepted"),
        days=rows.by_day(_rows(session, [s for s in slots if s.state == "open" or s.id in live], live, zone)),
        department=department_of(session, actor.practitioner_id),
        department_names=tuple(name for _, name in there),
        department_ids=tuple(row_id for row_id, _ in there),
        today=rows.local(clock.now(), zone)[:10],
    )


def waiting_appointments(session: Session, actor: Actor) -> tuple[int, str]:
    """Return how many requests wait for a physician's answer, and when the first of their times comes, ISO text.

    Raises:
        Denied: not a physician.
    """
    if not decide(actor, Action.MANAGE_SLOTS).allowed:
        raise Denied(action=Action.MANAGE_SLOTS.value)
    asked = select(func.count(), func.min(Slot.starts_at)).where(
        Slot.physician_account_id == actor.account_id,
        col(Slot.starts_at) > clock.now(),
        Appointment.slot_id == Slot.id,
        Appointment.state == "requested",
    )
    count, first = session.exec(asked).one()
    return count, first.isoformat() if first else ""


def _rows(session: Session, slots: list[Slot], live: dict[str, Appointment], zone: str) -> list[SlotRow]:
    kept = promised(session, [slot.id for slot in slots])
    made: list[SlotRow] = []
    for slot in slots:
        hold = kept.get(slot.id) if slot.id not in live else None
        # who waits in a list is nothing to the physician until they book
        whose = live.get(slot.id) or (hold if hold and hold.appointment_id else None)
        patient = person_name(session, whose.person_id) if whose else None
        row = rows.slot_row(slot, zone, appointment=live.get(slot.id), patient=patient)
        made.append(replace(row, taken=True, state=hold.kind) if hold else row)
    return made


def answer_appointment(
    session: Session, actor: Actor, appointment_id: str, accepts: bool, word: object = ""
) -> AppointmentCard:
    """Accept or decline a request for a time, with a word for the patient; a declined time is free again.

    Raises:
        Denied: not a physician.
        NotFound: absent or another physician's.
        Invalid: the word is too long.
        Conflict: already answered or cancelled, or its time has come.
    """
    decision = decide(actor, Action.ANSWER_APPOINTMENT)
    if not decision.allowed:
        raise Denied(action=Action.ANSWER_APPOINTMENT.value)
    appointment, slot = found_for(session, actor, appointment_id, Action.ANSWER_APPOINTMENT)
    lock(session, slot.id)
    if appointment.state != "requested" or slot.starts_at <= clock.now():
        raise Conflict("followup.error.over")
    text = word.strip() if isinstance(word, str) else ""
    if len(text) > LONGEST_WORD:
        raise Invalid("followup.error.too_long", field="word", longest=LONGEST_WORD)
    appointment.state, appointment.changed_at = ("accepted" if accepts is True else "declined"), clock.now()
    appointment.answered_at = appointment.answered_at or appointment.changed_at
    appointment.word = seal_text(text, "followup_appointment.word", appointment.id) if text else None
    session.add(appointment)
    session.flush()
    if accepts is not True:
        end_of_visit(session, appointment.id)
    line(session, actor, Action.ANSWER_APPOINTMENT, appointment, decision, answer=appointment.state)
    if accepts is not True:
        offer_freed(session, [slot], but=appointment.person_id)
    drop_proposal(session, appointment.id)
    facts.emit(session, f"followup.appointment_{appointment.state}", appointment=appointment.id)
    rows.tell(session, slot, appointment.person_id)
    return rows.card(session, appointment, slot)
