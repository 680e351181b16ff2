"""Somebody with a known disease who is well: they may be seen online."""

from __future__ import annotations

from typing import Any

from health_cloud.core import db
from health_cloud.core.actors import Actor
from health_cloud.core.policy import Scope
from health_cloud.core.words import Words
from health_cloud.followup import service
from health_cloud.followup.models import Slot
from health_cloud.followup.service.giving import USUAL
from health_cloud.followup.views import AppointmentCard, SlotRow, VerdictPage
from health_cloud.records.views.content import Coding, EntryContent, Item
from tests import charts
from tests.people import Patient, Town

ICD = "http://hl7.org/fhir/sid/icd-10"
DIABETES = Item("diagnosis", Words("2 型糖尿病", "Type 2 diabetes"), (Coding(ICD, "E11.9"),), status="active")
WELL: dict[str, Any] = {"disease": "diabetes", "flags": [], "none": True, "controlled": "no"}


def diagnosed(town: Town, patient: Patient, *items: Item, **columns: Any) -> str:
    """Write a record of a visit that says so; returns its id."""
    content = EntryContent(record_class="medical_records", items=items or (DIABETES,))
    return charts.put(town, patient, "medical_records", content=content, source_type="Condition", **columns)


def answered(patient: Actor, physician: Actor, department_id: str, **answers: Any) -> VerdictPage:
    """Answer, and have the rules asked."""
    given = WELL | answers
    read = service.answers_of(given["disease"], given["flags"], none=given["none"], controlled=given["controlled"])
    return db.perform(service.check, patient, department_id, physician.account_id, read)


def agreed(patient: Actor, physician: Actor, department_id: str, scope: Scope | None = None) -> None:
    """Agree to online care, and to what the physician may read."""
    db.perform(service.agree, patient, department_id, physician.account_id, scope or Scope(USUAL), True)


def may_book(town: Town, patient: Actor, physician: Actor, department: str = "endocrinology") -> None:
    """Let somebody book with a physician who offers times there."""
    own = next(each for each in (town.lin, town.wang, town.zhou) if each.person_id == patient.subject_id)
    diagnosed(town, own)
    assert answered(patient, physician, town.departments[department]).verdict.met
    agreed(patient, physician, town.departments[department])


def book(patient: Actor, slot_id: str, reason: str = "想调一下药") -> AppointmentCard:
    """Agree anew, and book: what was agreed to serves one booking."""
    with db.reading() as session:
        slot = session.get_one(Slot, slot_id)
        place = slot.department_id, slot.physician_account_id
    db.perform(service.agree, patient, *place, Scope(USUAL), True)
    return db.perform(service.book, patient, slot_id, reason)


def may_book_all(patient: Actor) -> None:
    """Answer for every physician with whom somebody can book, about the first of their own diseases."""
    for offer in db.perform(service.offers, patient).offers:
        if offer.check:
            *_, department, physician = offer.check.split("/")
            page = db.perform(service.check_page, patient, department, physician)
            answers = service.answers_of(page.diseases[0].name, [], none=True, controlled="no")
            assert db.perform(service.check, patient, department, physician, answers).verdict.met
            db.perform(service.agree, patient, department, physician, Scope(USUAL), True)


def free_slots(patient: Actor) -> list[SlotRow]:
    """Return all times that somebody can choose, of every physician, in their order."""
    found: list[SlotRow] = []
    for offer in db.perform(service.offers, patient).offers:
        *_, department, physician = offer.times.split("/")
        days = [each.day for each in db.perform(service.times_page, patient, department, physician).days if each.free]
        for day in days:
            page = db.perform(service.times_page, patient, department, physician, day)
            found += [*page.morning, *page.afternoon]
    return sorted(found, key=lambda slot: (slot.starts_at, slot.id))


def free_times(patient: Actor) -> list[str]:
    """Return the ids of the same."""
    return [slot.id for slot in free_slots(patient)]
