"""Word to the other side of what happens to an appointment."""

from __future__ import annotations

from sqlmodel import Session

from health_cloud.chart.service.released import is_released
from health_cloud.core.policy import Role
from health_cloud.followup.models import Appointment, Slot, Visit, VisitQuestion
from health_cloud.followup.service import rows
from health_cloud.followup.service.asking import ASKED, WAS_ANSWERED
from health_cloud.followup.service.asking_times import OVERDUE
from health_cloud.followup.service.attaching import GONE, erase_bytes
from health_cloud.followup.service.noting.signed import signed_of
from health_cloud.followup.service.queueing import offered_at
from health_cloud.followup.service.reminding import BOOKING, said_at
from health_cloud.identity.service import alerts, family
from health_cloud.identity.service.faces import account_card, accounts_at
from health_cloud.notify.views import Kind


def requested(session: Session, payload: dict[str, str]) -> None:
    """Tell the physician that somebody asks for a time."""
    _tell_physician(session, payload, "followup.news.asked")


def accepted(session: Session, payload: dict[str, str]) -> None:
    """Tell the patient that the physician has accepted."""
    _tell_patient(session, payload, "followup.news.accepted")


def declined(session: Session, payload: dict[str, str]) -> None:
    """Tell the patient that the physician has declined."""
    _tell_patient(session, payload, "followup.news.declined")


def cancelled(session: Session, payload: dict[str, str]) -> None:
    """Tell the side that did not cancel."""
    appointment = session.get(Appointment, payload["appointment"])
    if appointment is None:
        return
    if appointment.ended_by != "physician":
        _tell_physician(session, payload, "followup.news.cancelled_by_patient")
    if appointment.ended_by != "patient":
        _tell_patient(session, payload, "followup.news.cancelled")


def moved(session: Session, payload: dict[str, str]) -> None:
    """Tell the physician that a patient has moved a visit of theirs."""
    _tell_physician(session, payload, "followup.news.moved")


def proposed(session: Session, payload: dict[str, str]) -> None:
    """Tell the patient that the physician proposes another time."""
    _tell_patient(session, payload, "followup.news.proposed")


def taken(session: Session, payload: dict[str, str]) -> None:
    """Tell the physician that the proposed time was taken."""
    _tell_physician(session, payload, "followup.news.taken")


def refused(session: Session, payload: dict[str, str]) -> None:
    """Tell the physician that the proposed time does not suit."""
    _tell_physician(session, payload, "followup.news.refused")


def begun(session: Session, payload: dict[str, str]) -> None:
    """Tell the patient that the physician waits for them now."""
    _tell_patient(session, payload, "followup.news.begun", f"/followup/visit/{payload['appointment']}")


def offered(session: Session, payload: dict[str, str]) -> None:
    """Tell who waits that a time is theirs to take, and until when; nothing where that is past."""
    found = offered_at(session, payload["waiting"])
    if found is None:
        return
    row, slot, until = found
    zone = rows.zone_of(session, slot.organization_id)
    family.tell(
        session,
        row.person_id,
        "followup.news.offered",
        "followup.news.offered_of",
        kind=Kind.APPOINTMENT,
        link="/followup",
        levels=BOOKING,
        at=said_at(slot.starts_at, zone),
        until=said_at(until, zone),
        physician=account_card(session, slot.physician_account_id).name,
    )


def missed(session: Session, payload: dict[str, str]) -> None:
    """Tell both sides the same: why a visit did not take place."""
    visit = session.get(Visit, payload["appointment"])
    if visit is not None and visit.absent:
        _tell_physician(session, payload, f"followup.news.missed.{visit.absent}")
        _tell_patient(session, payload, f"followup.news.missed.{visit.absent}")


def note_signed(session: Session, payload: dict[str, str]) -> None:
    """Tell the patient that the physician's note can be read, where the hospital's rules open it to them."""
    appointment = session.get(Appointment, payload["appointment"])
    signed = signed_of(session, appointment) if appointment else []
    if appointment is None or not signed or not is_released(session, appointment.person_id, signed[0].entry_id):
        return
    again = payload["number"] != "1"
    alerts.tell_person(
        session,
        appointment.person_id,
        "followup.news.note_corrected" if again else "followup.news.note",
        kind=Kind.APPOINTMENT,
        link=f"/followup/visit/{appointment.id}",
    )


def referred(session: Session, payload: dict[str, str]) -> None:
    """Tell the patient that the physician wants them to be seen in person, and where the times are."""
    _tell_patient(session, payload, "followup.news.referred", f"/followup/in-person/{payload['department']}")


def question_asked(session: Session, payload: dict[str, str]) -> None:
    """Tell the visit's physician that its patient asks; the others of the department see it in their list."""
    row = session.get(VisitQuestion, payload["question"])
    if row is not None:
        alerts.tell(
            session,
            row.physician_account_id,
            "followup.news.question",
            kind=Kind.APPOINTMENT,
            link=f"/physician/question/{row.id}",
        )


def question_answered(session: Session, payload: dict[str, str]) -> None:
    """Tell the patient, and whoever books for them, that there is an answer."""
    row = session.get(VisitQuestion, payload["question"])
    if row is not None:
        link = f"/followup/visit/{row.appointment_id}"
        _tell_patient(session, {"appointment": row.appointment_id}, "followup.news.answered", link)


def question_overdue(session: Session, payload: dict[str, str]) -> None:
    """Tell both sides, and the desk, that an answer is late."""
    row = session.get(VisitQuestion, payload["question"])
    if row is None or row.state != "open":
        return
    to = f"/followup/visit/{row.appointment_id}"
    _tell_patient(session, {"appointment": row.appointment_id}, "followup.news.answer_late", to)
    link = f"/physician/question/{row.id}"
    alerts.tell(session, row.physician_account_id, "followup.news.question_late", kind=Kind.APPOINTMENT, link=link)
    for account_id in accounts_at(session, row.organization_id, Role.STAFF):
        alerts.tell(session, account_id, "followup.news.desk_late", kind=Kind.APPOINTMENT, link="/desk/times")


SUBSCRIBERS = {
    ASKED: question_asked,
    WAS_ANSWERED: question_answered,
    OVERDUE: question_overdue,
    GONE: erase_bytes,
    "followup.note_signed": note_signed,
    "followup.referred": referred,
    "followup.appointment_requested": requested,
    "followup.appointment_accepted": accepted,
    "followup.appointment_declined": declined,
    "followup.appointment_cancelled": cancelled,
    "followup.appointment_moved": moved,
    "followup.time_proposed": proposed,
    "followup.proposal_taken": taken,
    "followup.proposal_refused": refused,
    "followup.visit_begun": begun,
    "followup.time_offered": offered,
    "followup.visit_missed": missed,
}


def _tell_physician(session: Session, payload: dict[str, str], key: str) -> None:
    appointment = session.get(Appointment, payload["appointment"])
    slot = session.get(Slot, appointment.slot_id) if appointment else None
    if slot is not None:
        alerts.tell(session, slot.physician_account_id, key, kind=Kind.APPOINTMENT, link="/physician/slots")


def _tell_patient(session: Session, payload: dict[str, str], key: str, link: str = "/followup") -> None:
    """Tell the patient and those who book for them."""
    appointment = session.get(Appointment, payload["appointment"])
    if appointment is not None:
        of = key.replace("followup.news.", "followup.news_of.", 1)
        person = appointment.person_id
        family.tell(session, person, key, of, kind=Kind.APPOINTMENT, link=link, levels=BOOKING)
