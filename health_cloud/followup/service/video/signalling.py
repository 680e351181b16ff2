"""What the two browsers of a visit by video tell each other, so that picture and sound go straight between them.

Nothing of it is understood here: capped text, sealed, for the one tab that has the other side's seat; deleted when that
has taken it, and never in a log or a ledger. The appointment's lock puts the two sides in order.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlmodel import Session, col, delete, select

from health_cloud.consent.service.ending import grants_of_visit, is_taken_back
from health_cloud.core import changes, clock
from health_cloud.core.actors import Actor
from health_cloud.core.crypto import seal_text, unseal_text
from health_cloud.core.errors import Conflict, Invalid
from health_cloud.core.ids import is_id, new_id
from health_cloud.core.policy import Action, Role
from health_cloud.followup.models import Appointment, Slot, Video, VideoSeat, VideoSignal, Visit
from health_cloud.followup.service.allowing import line
from health_cloud.followup.service.video import seats
from health_cloud.followup.service.video.seats import PATIENT, PHYSICIAN, video_topic
from health_cloud.followup.service.visits import online_visit, visit_topic
from health_cloud.followup.service.waiting import phase_of
from health_cloud.followup.views.video import Signal, VideoStand
from health_cloud.identity.service.sessions import acting_until

LONGEST = 16_000
"""A description of audio and video in both directions has some 7,000 characters."""
A_MINUTE_AT_MOST = 240
WAITING_AT_MOST = 60
_A_MINUTE = timedelta(minutes=1)
_TAKEN_BACK = "followup.video.why.taken_back"


def look_at_video(
    session: Session, actor: Actor, appointment_id: str, tab: str = "", after: int = 0
) -> tuple[VideoStand, tuple[Signal, ...], tuple[str, ...]]:
    """Return how the picture of a visit stands, what came for a tab that has this side's seat, and the topics of both.

    A seat whose session is over is free from then on.

    Args:
        session: the transaction.
        actor: the patient, who acts for them, or the physician.
        appointment_id: which visit.
        tab: the browser's own name for its try, empty for none.
        after: the number of the newest signal that is before it already.

    Raises:
        Denied: neither a patient nor a physician, or a guardian who is not given this (any more).
        NotFound: absent, somebody else's, or never accepted.
    """
    _, appointment, slot = online_visit(session, actor, appointment_id, Action.TALK_VIDEO)
    if appointment.kind != "video":
        return VideoStand(), (), (visit_topic(appointment.id),)
    phase = phase_of(appointment, slot, session.get(Visit, appointment.id), clock.now())
    gone = phase == "open" and is_taken_back(session, appointment.id)
    is_open = phase == "open" and not gone
    there = seats.seats_of(session, appointment.id)
    ends = {} if not is_open else {name: _until(session, appointment, slot, seat) for name, seat in there.items()}
    over = [seat for name, seat in there.items() if ends.get(name) is None]
    seats.give_up(session, appointment.id, *over)
    living = {name: seat for name, seat in there.items() if seat not in over}
    side, mine, other = _sides(actor, living)
    again = min((end for end in ends.values() if end is not None), default=None)
    stand = VideoStand(
        id=appointment.id,
        open=is_open,
        why=_TAKEN_BACK if gone else "",
        waiting=phase == "waiting",
        mine=mine.tab if mine else "",
        other=other.tab if other else "",
        looks_again=again.isoformat() if again else "",
    )
    sessions = (f"session:{seat.session_id}" for seat in living.values())
    grants = (f"grant:{each}" for each in grants_of_visit(session, appointment.id))
    topics = (visit_topic(appointment.id), video_topic(appointment.id, side), f"person:{appointment.person_id}")
    came = _signals(session, appointment, mine, after) if mine and tab and mine.tab == tab else ()
    return stand, came, (*topics, *sessions, *grants, f"account:{slot.physician_account_id}")


def _sides(actor: Actor, there: dict[str, VideoSeat]) -> tuple[str, VideoSeat | None, VideoSeat | None]:
    """Return the actor's side, and the seats of it and of the other."""
    own, other = (PATIENT, PHYSICIAN) if actor.role is Role.PATIENT else (PHYSICIAN, PATIENT)
    return own, there.get(own), there.get(other)


def _until(session: Session, appointment: Appointment, slot: Slot, seat: VideoSeat) -> datetime | None:
    """Return until when whoever has a seat may have it as things are; nothing where that is over."""
    if seat.side == PATIENT:
        return acting_until(session, seat.session_id, Action.TALK_VIDEO, appointment.person_id)
    theirs = seat.account_id == slot.physician_account_id
    return acting_until(session, seat.session_id) if theirs else None


def _signals(session: Session, appointment: Appointment, seat: VideoSeat, after: int) -> tuple[Signal, ...]:
    found = session.exec(
        select(VideoSignal)
        .where(
            VideoSignal.appointment_id == appointment.id,
            VideoSignal.tab == seat.tab,
            col(VideoSignal.number) > after,
            col(VideoSignal.at) > clock.now() - seats.KEPT,
        )
        .order_by(col(VideoSignal.number))
    ).all()
    return tuple(Signal(each.number, unseal_text(each.body, "followup_video_signal.body", each.id)) for each in found)


def take_seat(session: Session, actor: Actor, appointment_id: str, tab: object) -> None:
    """Take this side's seat for a tab; another tab of the same side loses it.

    Args:
        session: the transaction.
        actor: the patient, who acts for them, or the physician.
        appointment_id: which visit.
        tab: the browser's own name for this try, a UUID.

    Raises:
        Denied, NotFound: see `look_at_video`.
        Invalid: no such name.
        Conflict: the visit is none by video, not open, or what was given with it was taken back.
    """
    appointment = _living(session, actor, appointment_id)
    named = _tab(tab)
    there = seats.seats_of(session, appointment.id)
    side, mine, other = _sides(actor, there)
    if mine is not None and mine.tab == named and mine.session_id == actor.session_id:
        return
    if other is not None and other.tab == named:
        raise Invalid
    seats.give_up(session, appointment.id, *([mine] if mine else []))
    if other is not None:  # it begins anew with whoever comes
        seats.forget(session, appointment.id, other.tab)
        other.connected = False
        session.add(other)
    session.add(
        VideoSeat(
            appointment_id=appointment.id,
            side=side,
            tab=named,
            account_id=actor.account_id,
            session_id=actor.session_id,
            counted_at=clock.now(),
        )
    )
    session.flush()
    seats.note(session, appointment.id)


def send(session: Session, actor: Actor, appointment_id: str, tab: object, to: object, body: object) -> None:
    """Send something to the tab that has the other side's seat; to one that no longer has it, nothing goes.

    Args:
        session: the transaction.
        actor: the patient, who acts for them, or the physician.
        appointment_id: which visit.
        tab: the tab that sends: it has this side's seat, in this very session.
        to: the tab that it is for.
        body: up to 16,000 characters of ASCII.

    Raises:
        Denied, NotFound: see `look_at_video`.
        Invalid: too long, or no text.
        Conflict: the visit is none by video or not open, the tab has no seat, or too much came in a minute.
    """
    appointment = _living(session, actor, appointment_id)
    if not isinstance(body, str) or not body or len(body) > LONGEST or not (body.isascii() and body.isprintable()):
        raise Invalid
    _, mine, other = _sides(actor, seats.seats_of(session, appointment.id))
    _own(actor, mine, tab)
    if mine is None or other is None or other.tab != to:
        return
    now = clock.now()
    if now >= mine.counted_at + _A_MINUTE:
        mine.sent, mine.counted_at = 0, now
    mine.sent += 1
    here = (col(VideoSignal.appointment_id) == appointment.id, col(VideoSignal.tab) == other.tab)
    session.exec(delete(VideoSignal).where(*here, col(VideoSignal.at) <= now - seats.KEPT))
    waiting = session.exec(select(VideoSignal.id).where(*here).limit(WAITING_AT_MOST)).all()
    if mine.sent > A_MINUTE_AT_MOST or len(waiting) >= WAITING_AT_MOST:
        raise Conflict("followup.video.error.too_much")
    other.received += 1
    signal_id = new_id()
    sealed = seal_text(body, "followup_video_signal.body", signal_id)
    session.add(
        VideoSignal(
            id=signal_id,
            appointment_id=appointment.id,
            tab=other.tab,
            number=other.received,
            body=sealed,
            at=now,
        )
    )
    session.add_all((mine, other))
    changes.note(session, video_topic(appointment.id, other.side))


def taken(session: Session, actor: Actor, appointment_id: str, tab: object, number: object) -> None:
    """Delete what a tab has taken: all up to a number.

    Raises:
        Denied, NotFound: see `look_at_video`.
        Invalid: no number.
        Conflict: the visit is none by video or not open, or the tab has no seat.
    """
    appointment = _living(session, actor, appointment_id)
    if not isinstance(number, int) or isinstance(number, bool) or not 0 <= number < 2**31:
        raise Invalid
    _, mine, _ = _sides(actor, seats.seats_of(session, appointment.id))
    _own(actor, mine, tab)
    here = (col(VideoSignal.appointment_id) == appointment.id, col(VideoSignal.tab) == tab)
    session.exec(delete(VideoSignal).where(*here, col(VideoSignal.number) <= number))


def say_connected(session: Session, actor: Actor, appointment_id: str, tab: object, connected: object) -> None:
    """Note that a browser sees the other, or no longer; the ledger says once that a visit has a picture.

    Raises:
        Denied, NotFound: see `look_at_video`.
        Conflict: the visit is none by video or not open, or the tab has no seat.
    """
    decision, _, _ = online_visit(session, actor, appointment_id, Action.TALK_VIDEO)
    appointment = _living(session, actor, appointment_id)
    _, mine, other = _sides(actor, seats.seats_of(session, appointment.id))
    _own(actor, mine, tab)
    if mine is None:
        return
    mine.connected = connected is True and other is not None
    session.add(mine)
    session.flush()
    if mine.connected and session.get(Video, appointment.id) is None:
        session.add(Video(appointment_id=appointment.id, begun_at=clock.now()))
        session.flush()
        line(session, actor, Action.BEGIN_VIDEO, appointment, decision)
    seats.count(session, appointment.id)


def leave(session: Session, actor: Actor, appointment_id: str, tab: object) -> None:
    """Give up this side's seat, where the tab has it; the visit goes on in writing.

    Raises:
        Denied, NotFound: see `look_at_video`.
    """
    _, appointment, _ = online_visit(session, actor, appointment_id, Action.TALK_VIDEO)
    _, mine, _ = _sides(actor, seats.seats_of(session, appointment.id))
    if mine is not None and mine.tab == tab and mine.session_id == actor.session_id:
        seats.give_up(session, appointment.id, mine)


def _living(session: Session, actor: Actor, appointment_id: str) -> Appointment:
    """Return the appointment of a visit by video that is open, locked."""
    _, appointment, slot = online_visit(session, actor, appointment_id, Action.TALK_VIDEO)
    phase = phase_of(appointment, slot, session.get(Visit, appointment.id), clock.now())
    if appointment.kind != "video" or phase != "open":
        raise Conflict("followup.visit.error.closed")
    if is_taken_back(session, appointment.id):
        raise Conflict(_TAKEN_BACK)
    return appointment


def _tab(given: object) -> str:
    if not isinstance(given, str) or not is_id(given):
        raise Invalid
    return given


def _own(actor: Actor, mine: VideoSeat | None, tab: object) -> None:
    """Let the tab pass that has the actor's seat, in this very session."""
    if mine is None or mine.tab != tab or mine.session_id != actor.session_id:
        raise Conflict("followup.video.error.elsewhere")
