"""How long what was said in a visit is kept: three years from its end (rules for internet hospitals, 2018)."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session, col, delete, func, select

from health_cloud.core import changes, clock, jobs, ledger
from health_cloud.core.actors import system
from health_cloud.core.policy import Action
from health_cloud.followup.models import Appointment, Attachment, Message, Note, Prepared, Slot, Visit, VisitQuestion
from health_cloud.followup.service.attaching import empty_row
from health_cloud.followup.service.video.seats import erase_left
from health_cloud.followup.service.visits import visit_topic

JOB = "keeping of talks"
YEARS = 3
_SECONDS = 600


def erase_due() -> int:
    """Erase what was said in visits that ended three years ago; that they took place stays. Returns how many.

    With it go its files, what was prepared for it, questions on it, and notes that were never signed; signed ones are
    records of the patient. Of a visit that never took place files and preparation go three years after its time.
    """
    ended = func.coalesce(col(Visit.ended_at), col(Visit.opened_at))
    unsigned = (
        select(Note)
        .join(Visit, col(Visit.appointment_id) == Note.appointment_id)
        .where(Note.state == "draft", ended < _years_ago(clock.now()))
    )
    jobs.work_off(unsigned, _erase_draft)
    visit = select(ended).where(Visit.appointment_id == Attachment.appointment_id).scalar_subquery()
    files = (
        select(Attachment)
        .join(Appointment, col(Appointment.id) == Attachment.appointment_id)
        .join(Slot, col(Slot.id) == Appointment.slot_id)
        .where(col(Attachment.removed_at).is_(None), func.coalesce(visit, col(Slot.ends_at)) < _years_ago(clock.now()))
    )
    jobs.work_off(files, _erase_file)
    prepared_for = select(ended).where(Visit.appointment_id == Prepared.appointment_id).scalar_subquery()
    prepared = (
        select(Prepared)
        .join(Appointment, col(Appointment.id) == Prepared.appointment_id)
        .join(Slot, col(Slot.id) == Appointment.slot_id)
        .where(func.coalesce(prepared_for, col(Slot.ends_at)) < _years_ago(clock.now()))
    )
    jobs.work_off(prepared, _erase_prepared)
    asked = select(VisitQuestion).where(
        select(ended).where(Visit.appointment_id == VisitQuestion.appointment_id).scalar_subquery()
        < _years_ago(clock.now())
    )
    jobs.work_off(asked, _erase_question)
    return jobs.work_off(select(Visit).where(Visit.messages > 0, ended < _years_ago(clock.now())), _erase)


def _years_ago(now: datetime) -> datetime:
    try:
        return now.replace(year=now.year - YEARS)
    except ValueError:  # 29 February
        return now.replace(year=now.year - YEARS, day=28)


def _erase(session: Session, visit: Visit) -> None:
    appointment = session.get_one(Appointment, visit.appointment_id)
    session.exec(delete(Message).where(col(Message.appointment_id) == visit.appointment_id))
    visit.messages = 0
    session.add(visit)
    ledger.write(
        session,
        system(JOB),
        Action.ERASE_TALK,
        ledger.DONE,
        person_id=appointment.person_id,
        detail={"appointment": appointment.id},
    )
    changes.note(session, visit_topic(appointment.id))


def _erase_file(session: Session, row: Attachment) -> None:
    appointment = session.get_one(Appointment, row.appointment_id)
    empty_row(session, row)
    detail: dict[str, str | int] = {"appointment": appointment.id, "file": row.id}
    ledger.write(session, system(JOB), Action.ERASE_TALK, ledger.DONE, person_id=appointment.person_id, detail=detail)
    changes.note(session, visit_topic(appointment.id))


def _erase_prepared(session: Session, row: Prepared) -> None:
    appointment = session.get_one(Appointment, row.appointment_id)
    session.delete(row)
    detail: dict[str, str | int] = {"appointment": appointment.id, "prepared": 1}
    ledger.write(session, system(JOB), Action.ERASE_TALK, ledger.DONE, person_id=appointment.person_id, detail=detail)
    changes.note(session, visit_topic(appointment.id))


def _erase_question(session: Session, row: VisitQuestion) -> None:
    appointment = session.get_one(Appointment, row.appointment_id)
    session.delete(row)
    detail: dict[str, str | int] = {"appointment": appointment.id, "question": row.id}
    ledger.write(session, system(JOB), Action.ERASE_TALK, ledger.DONE, person_id=appointment.person_id, detail=detail)
    changes.note(session, visit_topic(appointment.id))


def _erase_draft(session: Session, note: Note) -> None:
    session.delete(note)


async def run() -> None:
    """Erase what is due, in one worker, until the server stops."""
    await jobs.attend(JOB, _SECONDS, erase_due, erase_left)


TASKS = (run,)
