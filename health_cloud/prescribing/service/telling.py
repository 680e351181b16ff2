"""Word of what happens to a prescription: to its patient at each step, to its physician at a return."""

from __future__ import annotations

from sqlmodel import Session

from health_cloud.identity.service import alerts
from health_cloud.notify.views import Kind
from health_cloud.prescribing.models import Prescription
from health_cloud.prescribing.service.lapsing import LAPSED
from health_cloud.prescribing.service.paying import PAID, REFUNDED
from health_cloud.prescribing.service.reviewing import APPROVED, RETURNED
from health_cloud.prescribing.service.signing import SIGNED


def signed(session: Session, payload: dict[str, str]) -> None:
    """Tell the patient that a pharmacist looks at it."""
    _tell_patient(session, payload, "prescribing.news.signed", Kind.APPOINTMENT)


def returned(session: Session, payload: dict[str, str]) -> None:
    """Tell both that it has to be amended."""
    _tell_patient(session, payload, "prescribing.news.returned", Kind.APPOINTMENT)
    row = session.get(Prescription, payload["prescription"])
    if row is not None:
        link = f"/physician/visit/{row.visit_id}"
        key = "prescribing.news.returned_to_you"
        alerts.tell(session, row.physician_account_id, key, kind=Kind.APPOINTMENT, link=link)


def approved(session: Session, payload: dict[str, str]) -> None:
    """Tell the patient that it is to be paid."""
    _tell_patient(session, payload, "prescribing.news.approved", Kind.APPOINTMENT)


def paid(session: Session, payload: dict[str, str]) -> None:
    """Tell the patient that it stands among their prescriptions."""
    _tell_patient(session, payload, "prescribing.news.paid", Kind.RECORDS, "/records/prescriptions")


def refunded(session: Session, payload: dict[str, str]) -> None:
    """Tell the patient that it does not count any more."""
    _tell_patient(session, payload, "prescribing.news.refunded", Kind.RECORDS)


def lapsed(session: Session, payload: dict[str, str]) -> None:
    """Tell both that it lapsed: nobody reviewed it, or nobody paid it, in time."""
    row = session.get(Prescription, payload["prescription"])
    if row is None:
        return
    paid = "unpaid" if row.state == "approved" else "unreviewed"
    _tell_patient(session, payload, f"prescribing.news.{paid}", Kind.APPOINTMENT)
    link = f"/physician/visit/{row.visit_id}"
    key = f"prescribing.news.{paid}_to_you"
    alerts.tell(session, row.physician_account_id, key, kind=Kind.APPOINTMENT, link=link)


SUBSCRIBERS = {
    SIGNED: signed,
    RETURNED: returned,
    APPROVED: approved,
    PAID: paid,
    REFUNDED: refunded,
    LAPSED: lapsed,
}


def _tell_patient(session: Session, payload: dict[str, str], key: str, kind: Kind, link: str = "") -> None:
    row = session.get(Prescription, payload["prescription"])
    if row is not None:
        alerts.tell_person(session, row.person_id, key, kind=kind, link=link or f"/followup/visit/{row.visit_id}")
