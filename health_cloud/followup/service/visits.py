"""A visit: who comes, when it begins, what is said in it, and its end."""

from __future__ import annotations

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, select

from health_cloud.consent.service.ending import end_of_visit, keep_with_visit
from health_cloud.core import changes, clock, facts, ledger
from health_cloud.core.actors import Actor
from health_cloud.core.crypto import seal_text
from health_cloud.core.errors import Conflict, Denied, Invalid, NotFound
from health_cloud.core.ids import is_id, new_id
from health_cloud.core.policy import Action, Decision, Role, decide
from health_cloud.followup.models import Appointment, Message, Slot, Visit
from health_cloud.followup.service import rows
from health_cloud.followup.service.allowing import allow, line
from health_cloud.followup.service.asking_again import ask_at_coming, require_yes
from health_cloud.followup.service.attaching import has_more_files
from health_cloud.followup.service.booking import found_for
from health_cloud.followup.service.video.seats import close
from health_cloud.followup.service.waiting import phase_of, room_of
from health_cloud.followup.views import VisitRoom

LONGEST = 2000
MESSAGES_AT_MOST = 1000


def visit_topic(appointment_id: str) -> str:
    """Return the topic of what happens in one visit."""
    return f"visit:{appointment_id}"


def queue_topic(physician_account_id: str) -> str:
    """Return the topic of who waits for one physician."""
    return f"queue:{physician_account_id}"


def enter_visit(session: Session, actor: Actor, appointment_id: str) -> tuple[VisitRoom, tuple[str, ...]]:
    """Come to a visit, or look at what was said in it; returns it, and the topics on which it depends.

    Who comes is noted once, from a quarter of an hour before its time on; in person its physician notes that.

    Raises:
        Denied: neither a patient nor a physician, or a guardian who is not given this.
        NotFound: absent, somebody else's, or never accepted.
    """
    decision, appointment, slot = accepted(session, actor, appointment_id, Action.ENTER_VISIT)
    visit, now = session.get(Visit, appointment.id), clock.now()
    if appointment.kind == rows.IN_PERSON:  # one comes to the hospital, not to this page
        if actor.role is Role.PHYSICIAN or actor.for_person_id:
            line(session, actor, Action.READ_REASON, appointment, decision, ledger.ALLOWED)
        return room_of(session, actor, appointment, slot, visit), _topics(appointment, slot)
    came = "patient_came_at" if actor.role is Role.PATIENT else "physician_came_at"
    phase = phase_of(appointment, slot, visit, now)
    living = phase in ("waiting", "open")
    if actor.role is Role.PATIENT and phase == "waiting":
        ask_at_coming(session, actor, appointment, slot)
    if living and (visit is None or getattr(visit, came) is None):
        visit = visit or Visit(appointment_id=appointment.id, physician_account_id=slot.physician_account_id)
        setattr(visit, came, now)
        session.add(visit)
        line(session, actor, Action.ENTER_VISIT, appointment, decision)
        _note(session, appointment, slot)
        session.flush()
    else:
        line(session, actor, Action.READ_TALK, appointment, _decision(session, actor, Action.READ_TALK))
    return room_of(session, actor, appointment, slot, visit), _topics(appointment, slot)


def look_at_visit(
    session: Session, actor: Actor, appointment_id: str, known: int = 0, files: int = 0
) -> tuple[VisitRoom, tuple[str, ...]]:
    """Return a visit as it is now to somebody who has it before them already; see `enter_visit`.

    What somebody else has said since is read with a line of its own.

    Args:
        session: the transaction.
        actor: the patient, who acts for them, or the physician.
        appointment_id: which visit.
        known: how many messages of it are before them.
        files: how many files.

    Raises:
        Denied: neither a patient nor a physician, or a guardian who is not given this (any more).
        NotFound: absent, somebody else's, or never accepted.
    """
    decision, appointment, slot = accepted(session, actor, appointment_id, Action.READ_TALK)
    visit = session.get(Visit, appointment.id)
    unread = select(Message.id).where(
        Message.appointment_id == appointment.id, Message.number > known, Message.account_id != actor.account_id
    )
    if session.exec(unread).first() is not None or has_more_files(session, actor, appointment, files):
        line(session, actor, Action.READ_TALK, appointment, decision)
    return room_of(session, actor, appointment, slot, visit), _topics(appointment, slot)


def begin_visit(session: Session, actor: Actor, appointment_id: str, reason: object = "") -> None:
    """Begin a visit, as its physician, whose only open one it is; what was granted until its end lasts until then.

    Where the hospital's own rules say no by now, and the law does not, it takes a `reason` to go on. In person the
    physician says by it that the patient is there, also of one who was noted not to have come.

    Raises:
        Denied: not a physician.
        NotFound: absent, somebody else's, or never accepted.
        Conflict: the patient has not come, it has begun or ended, its time is long over, another one is open, or the
            rules say no.
        Invalid: the reason is too long.
    """
    decision, appointment, slot = accepted(session, actor, appointment_id, Action.BEGIN_VISIT)
    visit = session.get(Visit, appointment.id)
    if appointment.kind == rows.IN_PERSON:
        visit = _in_person(appointment, slot, visit)
    elif visit is None or visit.patient_came_at is None:
        raise Conflict("followup.visit.error.not_come")
    elif phase_of(appointment, slot, visit, clock.now()) != "waiting":
        raise Conflict("followup.visit.error.moved_on")
    require_yes(session, appointment, reason)
    visit.state, visit.opened_at, visit.absent = "open", clock.now(), ""
    visit.physician_came_at = visit.physician_came_at or visit.opened_at
    session.add(visit)
    try:
        session.flush()
    except IntegrityError:  # the index has seen another open visit
        raise Conflict("followup.visit.error.another_open") from None
    line(session, actor, Action.BEGIN_VISIT, appointment, decision)
    keep_with_visit(session, appointment.id, clock.now() + rows.LATEST)
    if appointment.kind in rows.ONLINE:  # in person they stand before each other
        facts.emit(session, "followup.visit_begun", appointment=appointment.id)
    _note(session, appointment, slot)
    if appointment.kind == rows.IN_PERSON:
        rows.tell(session, slot, appointment.person_id)


def _in_person(appointment: Appointment, slot: Slot, visit: Visit | None) -> Visit:
    """Return what is kept of a visit in person whose physician notes something now.

    Raises:
        Conflict: it has begun or ended, its time has not come, or is over for longer than one may note it.
    """
    now = clock.now()
    begun = visit is not None and visit.state != "waiting"
    if begun or not slot.starts_at - rows.EARLY <= now < slot.ends_at + rows.NOTED_WITHIN:
        raise Conflict("followup.visit.error.moved_on")
    return visit or Visit(appointment_id=appointment.id, physician_account_id=slot.physician_account_id)


def note_absent(session: Session, actor: Actor, appointment_id: str) -> None:
    """Note that nobody came to a visit in person, as its physician, from its time on; both sides are told the same.

    Raises:
        Denied: not a physician.
        NotFound: absent, somebody else's, never accepted, or online, where the clock notes it.
        Conflict: it has begun or ended, its time has not come, it is over for longer than a week, or is noted already.
    """
    decision, appointment, slot = accepted(session, actor, appointment_id, Action.NOTE_ABSENCE)
    if actor.role is not Role.PHYSICIAN or appointment.kind != rows.IN_PERSON:
        raise NotFound(action=Action.NOTE_ABSENCE.value, person_id=appointment.person_id)
    visit = _in_person(appointment, slot, session.get(Visit, appointment.id))
    if visit.absent or clock.now() < slot.starts_at:
        raise Conflict("followup.visit.error.moved_on")
    visit.absent = "patient"
    session.add(visit)
    session.flush()
    line(session, actor, Action.NOTE_ABSENCE, appointment, decision, absent=visit.absent)
    facts.emit(session, "followup.visit_missed", appointment=appointment.id)
    _note(session, appointment, slot)
    rows.tell(session, slot, appointment.person_id)


def say_in_visit(session: Session, actor: Actor, appointment_id: str, key: object, text: object) -> None:
    """Say something in an open visit; however often the same key comes, it is said once.

    Args:
        session: the transaction.
        actor: the patient, who acts for them, or the physician.
        appointment_id: which visit.
        key: the browser's own id of the message, a UUID.
        text: up to 2,000 characters.

    Raises:
        Denied: neither a patient nor a physician, or a guardian who is not given this.
        NotFound: absent, somebody else's, or never accepted.
        Invalid: empty, too long, or without a key.
        Conflict: it is not open (any more), or as much was said as fits.
    """
    decision, appointment, _ = online_visit(session, actor, appointment_id, Action.WRITE_TALK)
    if not isinstance(key, str) or not is_id(key):
        raise Invalid
    said = select(Message.id).where(
        Message.appointment_id == appointment.id, Message.account_id == actor.account_id, Message.key == key
    )
    if session.exec(said).first() is not None:
        return
    words = text.strip() if isinstance(text, str) else ""
    if not words:
        raise Invalid("followup.visit.error.empty")
    if len(words) > LONGEST:
        raise Invalid("followup.error.too_long", longest=LONGEST)
    visit = session.get(Visit, appointment.id)
    if visit is None or visit.state != "open":
        raise Conflict("followup.visit.error.closed")
    if visit.messages >= MESSAGES_AT_MOST:
        raise Conflict("followup.visit.error.full", most=MESSAGES_AT_MOST)
    visit.messages += 1
    message_id = new_id()
    session.add(visit)
    session.add(
        Message(
            id=message_id,
            appointment_id=appointment.id,
            number=visit.messages,
            account_id=actor.account_id,
            side="patient" if actor.role is Role.PATIENT else "physician",
            speaker_id=actor.person_id if actor.for_person_id else "",
            key=key,
            text=seal_text(words, "followup_message.text", message_id),
            at=clock.now(),
        )
    )
    line(session, actor, Action.WRITE_TALK, appointment, decision)
    changes.note(session, visit_topic(appointment.id))


def end_visit(session: Session, actor: Actor, appointment_id: str) -> None:
    """End an open visit, as its physician; what was granted until its end is over with it.

    Raises:
        Denied: not a physician.
        NotFound: absent, somebody else's, or never accepted.
        Conflict: it is not open.
    """
    decision, appointment, slot = accepted(session, actor, appointment_id, Action.END_VISIT)
    visit = session.get(Visit, appointment.id)
    if visit is None or visit.state != "open":
        raise Conflict("followup.visit.error.moved_on")
    visit.state, visit.ended_at = "ended", clock.now()
    session.add(visit)
    close(session, actor, appointment, decision)
    line(session, actor, Action.END_VISIT, appointment, decision)
    end_of_visit(session, appointment.id)
    _note(session, appointment, slot)
    if appointment.kind == rows.IN_PERSON:
        rows.tell(session, slot, appointment.person_id)


def accepted(session: Session, actor: Actor, appointment_id: str, action: Action) -> tuple[Decision, Appointment, Slot]:
    """Return an accepted appointment of the actor's, locked, and why they may do this.

    Raises:
        Denied: they may not.
        NotFound: absent, somebody else's, or never accepted.
    """
    decision = _decision(session, actor, action)
    appointment, slot = found_for(session, actor, appointment_id, action)
    if appointment.state != "accepted":
        raise NotFound
    return decision, appointment, slot


def online_visit(
    session: Session, actor: Actor, appointment_id: str, action: Action
) -> tuple[Decision, Appointment, Slot]:
    """Return the same of one that takes place here: in person, booked without the rules of online care, has no room.

    Raises:
        Denied: they may not.
        NotFound: absent, somebody else's, never accepted, or in person.
    """
    decision, appointment, slot = accepted(session, actor, appointment_id, action)
    if appointment.kind not in rows.ONLINE:
        raise NotFound
    return decision, appointment, slot


def _decision(session: Session, actor: Actor, action: Action) -> Decision:
    if actor.role is Role.PATIENT:
        return allow(session, actor, action)
    decision = decide(actor, action)
    if not decision.allowed:
        raise Denied(action=action.value)
    return decision


def _topics(appointment: Appointment, slot: Slot) -> tuple[str, ...]:
    return visit_topic(appointment.id), queue_topic(slot.physician_account_id)


def _note(session: Session, appointment: Appointment, slot: Slot) -> None:
    changes.note(session, *_topics(appointment, slot))
