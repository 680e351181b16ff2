"""The patient index as other features may read it: who belongs together, and whether anything may be shown."""

from __future__ import annotations

import json

from sqlalchemy import and_, bindparam
from sqlalchemy import select as select_columns
from sqlmodel import Session, col, select

from health_cloud.core.crypto import unseal_text
from health_cloud.core.prepared import rows_of
from health_cloud.core.words import Words
from health_cloud.identity.models import Account, Department, Link, Organization, PatientRecord, Person, Practitioner
from health_cloud.identity.views import Hospital, PersonFacts, PersonState

_STATE = (
    select_columns(
        col(Person.conflict),
        col(Person.deceased_at),
        col(Person.agreed),
        col(Organization.id),
        col(Organization.name_zh),
        col(Organization.name_en),
        col(Organization.timezone),
    )
    .outerjoin(Link, and_(col(Link.person_id) == Person.id, col(Link.to_at).is_(None)))
    .outerjoin(PatientRecord, col(PatientRecord.id) == Link.record_id)
    .outerjoin(Organization, col(Organization.id) == PatientRecord.organization_id)
    .where(col(Person.id) == bindparam("person_id"))
    .distinct()
    .order_by(col(Organization.id))
)


def person_state(session: Session, person_id: str) -> PersonState | None:
    """Return what the door must know of a person, or nothing where there is no such person."""
    rows = rows_of(session, _STATE, person_id=person_id)
    if not rows:
        return None
    hospitals = tuple(Hospital(row.id, Words(row.name_zh, row.name_en), row.timezone) for row in rows if row.id)
    return PersonState(person_id, rows[0].conflict, rows[0].deceased_at is not None, hospitals, rows[0].agreed)


def organization_names(session: Session, organization_ids: tuple[str, ...]) -> dict[str, Words]:
    """Return the names of these hospitals."""
    rows = session.exec(select(Organization).where(col(Organization.id).in_(organization_ids))).all()
    return {row.id: Words(row.name_zh, row.name_en) for row in rows}


def organization_zones(session: Session, organization_ids: tuple[str, ...]) -> dict[str, str]:
    """Return the IANA time zones of these hospitals."""
    rows = session.exec(select(Organization).where(col(Organization.id).in_(organization_ids))).all()
    return {row.id: row.timezone for row in rows}


def department_name(session: Session, department_id: str | None) -> Words:
    """Return a department's name, or nothing."""
    row = session.get(Department, department_id) if department_id else None
    return Words(row.name_zh, row.name_en) if row else Words()


def practitioner_name(session: Session, practitioner_id: str | None) -> Words:
    """Return a practitioner's name, or nothing."""
    row = session.get(Practitioner, practitioner_id) if practitioner_id else None
    return Words(row.name_zh, row.name_en) if row else Words()


def person_name(session: Session, person_id: str) -> Words:
    """Return what a person is called, as the hospital that wrote last has it; it lies sealed."""
    row = session.exec(
        select(PatientRecord.id, PatientRecord.demographics)
        .join(Link, col(Link.record_id) == PatientRecord.id)
        .where(Link.person_id == person_id, col(Link.to_at).is_(None))
        .order_by(col(PatientRecord.updated_at).desc())
        .limit(1)
    ).first()
    return name_in(*row) if row is not None else Words()


def birth_date_of_person(session: Session, person_id: str) -> str:
    """Return when a person was born, as the hospital that wrote last and knows it has it; maybe partial, or empty."""
    return person_facts(session, person_id).birth_date


def person_facts(session: Session, person_id: str) -> PersonFacts:
    """Return name, sex and birth date of a person, each as the hospital that wrote last and knows it has it."""
    rows = session.exec(
        select(PatientRecord.id, PatientRecord.demographics)
        .join(Link, col(Link.record_id) == PatientRecord.id)
        .where(Link.person_id == person_id, col(Link.to_at).is_(None))
        .order_by(col(PatientRecord.updated_at).desc())
    ).all()
    told = [
        json.loads(unseal_text(sealed, "identity_patient_record.demographics", record_id) or "{}")
        for record_id, sealed in rows
    ]
    name = name_in(*rows[0]) if rows else Words()
    sex, born = (next((str(facts[key]) for facts in told if facts.get(key)), "") for key in ("sex", "birth_date"))
    return PersonFacts(name, sex, born)


def name_in(record_id: str, demographics: bytes | None) -> Words:
    """Return the name in a patient record's sealed demographics."""
    if not demographics:
        return Words()
    told = json.loads(unseal_text(demographics, "identity_patient_record.demographics", record_id))
    return Words(str(told.get("name_zh") or ""), str(told.get("name_en") or ""))


def account_names(session: Session, account_ids: set[str]) -> dict[str, tuple[Words, Words]]:
    """Return name and department of these accounts, as those whose records they opened are told."""
    rows = session.exec(
        select(Account, Department)
        .outerjoin(Practitioner, col(Practitioner.id) == Account.practitioner_id)
        .outerjoin(Department, col(Department.id) == Practitioner.department_id)
        .where(col(Account.id).in_(account_ids))
    ).all()
    return {
        account.id: (
            Words(account.name_zh, account.name_en),
            Words(department.name_zh, department.name_en) if department else Words(),
        )
        for account, department in rows
    }


def working_accounts(session: Session, account_ids: set[str]) -> dict[str, str]:
    """Return what those of these accounts are that can sign in: role by id."""
    active = col(Account.id).in_(account_ids), Account.state == "active"
    return dict(session.exec(select(Account.id, Account.role).where(*active)).all()) if account_ids else {}
