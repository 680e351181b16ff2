"""Who has the picture of a visit before them, and for how long the two saw each other."""

from __future__ import annotations

from datetime import timedelta

from sqlmodel import Session, col, delete, select

from health_cloud.core import changes, clock, jobs
from health_cloud.core.actors import Actor
from health_cloud.core.policy import Action, Decision
from health_cloud.followup.models import Appointment, Video, VideoSeat, VideoSignal
from health_cloud.followup.service.allowing import line

PATIENT, PHYSICIAN = "patient", "physician"
KEPT = timedelta(minutes=1)
"""So long a signal waits for its tab; what comes later is of no use to anybody."""


def video_topic(appointment_id: str, side: str) -> str:
    """Return the topic of what comes for one side of a visit's picture."""
    return f"video:{appointment_id}:{side}"


def seats_of(session: Session, appointment_id: str) -> dict[str, VideoSeat]:
    """Return who has the picture before them, by side; the caller has locked the appointment."""
    found = session.exec(select(VideoSeat).where(VideoSeat.appointment_id == appointment_id)).all()
    return {seat.side: seat for seat in found}


def give_up(session: Session, appointment_id: str, *seats: VideoSeat) -> None:
    """Free seats; what is on its way to them goes, and both sides look again."""
    for seat in seats:
        forget(session, appointment_id, seat.tab)
        session.delete(seat)
    if seats:
        session.flush()
        count(session, appointment_id)
        note(session, appointment_id)


def forget(session: Session, appointment_id: str, tab: str) -> None:
    """Forget what is on its way to a tab."""
    here = col(VideoSignal.appointment_id) == appointment_id
    session.exec(delete(VideoSignal).where(here, col(VideoSignal.tab) == tab))


def note(session: Session, appointment_id: str) -> None:
    """Have both sides look again."""
    changes.note(session, *(video_topic(appointment_id, side) for side in (PATIENT, PHYSICIAN)))


def count(session: Session, appointment_id: str) -> None:
    """Count on or stop counting: they see each other while both are there and a browser says so."""
    seats, video, now = seats_of(session, appointment_id), session.get(Video, appointment_id), clock.now()
    together = len(seats) == len((PATIENT, PHYSICIAN)) and any(seat.connected for seat in seats.values())
    if video is None or together == (video.on_since is not None):
        return
    if video.on_since is not None:
        video.seconds += max(0, int((now - video.on_since).total_seconds()))
    video.on_since = now if together else None
    session.add(video)


def seconds_of(session: Session, appointment_id: str) -> int | None:
    """Return for how long the two saw each other up to now; nothing where there was no picture."""
    video = session.get(Video, appointment_id)
    if video is None:
        return None
    running = (clock.now() - video.on_since).total_seconds() if video.on_since else 0
    return video.seconds + max(0, int(running))


def close(session: Session, actor: Actor, appointment: Appointment, decision: Decision) -> None:
    """End the picture with its visit, for both; the ledger says for how long they saw each other."""
    give_up(session, appointment.id, *seats_of(session, appointment.id).values())
    seconds = seconds_of(session, appointment.id)
    if seconds is not None:
        line(session, actor, Action.END_VIDEO, appointment, decision, seconds=seconds)


def erase_left() -> int:
    """Delete signals that no tab took in time; returns how many."""
    return jobs.work_off(select(VideoSignal).where(VideoSignal.at < clock.now() - KEPT), _delete)


def _delete(session: Session, signal: VideoSignal) -> None:
    session.delete(signal)
