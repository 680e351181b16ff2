"""How others come to know people and accounts: by the card that a physician types, and by the face they show."""

from __future__ import annotations

from sqlmodel import Session, col, select

from health_cloud.core.actors import Actor
from health_cloud.core.policy import Role
from health_cloud.core.words import Words
from health_cloud.identity.models import Account, Department, Identifier, Link, Organization, Person, Practitioner
from health_cloud.identity.service.numbers import VISIT_CARD, blind_identifier
from health_cloud.identity.views import AccountCard


def person_by_visit_card(session: Session, organization_id: str, number: str) -> str:
    """Return the person whose visit card of this hospital has this number, or nothing; one statement either way."""
    return person_by_number(session, organization_id, VISIT_CARD, number)


def person_by_number(session: Session, organization_id: str, kind: str, number: str) -> str:
    """Return the person who carries this number, or nothing; one statement either way.

    Args:
        session: the transaction.
        organization_id: whose number it is, of kinds that each hospital gives by itself.
        kind: of number, such as `visit_card` or `national_id`.
        number: as typed.
    """
    found = session.exec(
        select(Link.person_id)
        .join(Identifier, col(Identifier.record_id) == Link.record_id)
        .join(Person, col(Person.id) == Link.person_id)
        .where(
            Identifier.kind == kind,
            Identifier.blind == blind_identifier(kind, number, organization_id),
            col(Link.to_at).is_(None),
            Person.conflict == "",
            col(Person.deceased_at).is_(None),
        )
        .distinct()
        .limit(2)
    ).all()
    return found[0] if len(found) == 1 else ""


def account_card(session: Session, account_id: str) -> AccountCard:
    """Return the face of an account; an empty one where there is none."""
    account = session.get(Account, account_id)
    if account is None:
        return AccountCard()
    practitioner = session.get(Practitioner, account.practitioner_id) if account.practitioner_id else None
    department = _department(session, practitioner.department_id) if practitioner else None
    organization = session.get(Organization, account.organization_id) if account.organization_id else None
    name = Words(account.name_zh, account.name_en)
    if practitioner is not None and not (name.zh or name.en):
        name = Words(practitioner.name_zh, practitioner.name_en)
    return AccountCard(
        id=account.id,
        name=name,
        title=Words(practitioner.title_zh, practitioner.title_en) if practitioner else Words(),
        department=Words(department.name_zh, department.name_en) if department else Words(),
        organization=Words(organization.name_zh, organization.name_en) if organization else Words(),
    )


def worker(session: Session, account_id: str) -> Actor | None:
    """Return the actor of somebody who works at a hospital, for what is done in their name without a session."""
    row = session.get(Account, account_id)
    if row is None or not row.organization_id:
        return None
    return Actor(row.id, Role(row.role), organization_id=row.organization_id, practitioner_id=row.practitioner_id or "")


def accounts_at(session: Session, organization_id: str, role: Role) -> list[str]:
    """Return the ids of a hospital's accounts of this role that can sign in."""
    found = select(Account.id).where(
        Account.organization_id == organization_id, Account.role == role.value, Account.state == "active"
    )
    return list(session.exec(found.order_by(Account.id)).all())


def same_person(session: Session, account_id: str, other_id: str, person_id: str = "") -> bool:
    """Tell whether two accounts are one human being's, as far as the hospital knows; or whose records these are.

    Args:
        session: the transaction.
        account_id: one account.
        other_id: the other one.
        person_id: a patient, who may work here too; empty where nobody is meant.
    """
    one, other = session.get(Account, account_id), session.get(Account, other_id)
    if one is None or other is None:
        return True  # who is nobody is not somebody else
    return (
        one.id == other.id
        or (bool(one.practitioner_id) and one.practitioner_id == other.practitioner_id)
        or (bool(one.person_id) and one.person_id in (other.person_id, person_id))
    )


def _department(session: Session, department_id: str | None) -> Department | None:
    return session.get(Department, department_id) if department_id else None


def department_of(session: Session, practitioner_id: str) -> str:
    """Return the id of the department where a practitioner works, or nothing."""
    row = session.get(Practitioner, practitioner_id) if practitioner_id else None
    return (row.department_id or "") if row else ""


def departments_in(session: Session, organization_id: str) -> list[tuple[str, Words]]:
    """Return (id, name) of a hospital's departments."""
    rows = session.exec(
        select(Department)
        .where(Department.organization_id == organization_id, Department.kind == "department")
        .order_by(col(Department.name_zh), col(Department.name_en))
    ).all()
    return [(row.id, Words(row.name_zh, row.name_en)) for row in rows]


def hospital_of_department(session: Session, department_id: str) -> str:
    """Return the id of the hospital that a department belongs to; empty where there is none."""
    row = _department(session, department_id)
    return row.organization_id if row is not None else ""


def team_of(session: Session, practitioner_id: str, organization_id: str) -> str:
    """Return the id of the department whose team a physician belongs to, or nothing."""
    department_id = department_of(session, practitioner_id)
    return department_id if is_team(session, department_id, organization_id) else ""


def is_team(session: Session, department_id: str, organization_id: str) -> bool:
    """Tell whether this is a department of that hospital.

    A campus or the hospital as a whole is no team: whoever works "there" does not treat everybody who is there.
    """
    row = _department(session, department_id)
    return row is not None and row.kind == "department" and row.organization_id == organization_id


def department_face(session: Session, department_id: str) -> tuple[Words, Words]:
    """Return the names of a department and of its hospital; empty where there is none."""
    row = _department(session, department_id)
    organization = session.get(Organization, row.organization_id) if row else None
    if row is None or organization is None:
        return Words(), Words()
    return Words(row.name_zh, row.name_en), Words(organization.name_zh, organization.name_en)


def working_place(session: Session, account_id: str) -> tuple[str, str]:
    """Return (hospital, department) where an account works, each empty where it has none."""
    found = session.exec(
        select(Account.organization_id, Practitioner.department_id)
        .outerjoin(Practitioner, col(Practitioner.id) == Account.practitioner_id)
        .where(Account.id == account_id)
    ).first()
    return (found[0] or "", found[1] or "") if found else ("", "")
