"""The directory as the import writes it: hospitals, departments, practitioners."""

from __future__ import annotations

from sqlmodel import Session, col, select

from health_cloud.core.clock import now
from health_cloud.core.errors import Conflict
from health_cloud.core.settings import settings
from health_cloud.core.words import Words
from health_cloud.identity.models import Department, Organization, Practitioner

SENSITIVE = (
    "精神", "心理", "性病", "艾滋", "生殖", "戒毒", "戒酒", "成瘾", "计划生育",
    "psychiatr", "psycholog", "mental", "venere", "hiv", "aids", "sexual", "reproductive", "fertility",
    "addiction", "substance", "detox", "abortion",
)  # fmt: skip
"""A department whose name has one of these is never an answer or decoy of a verification question."""


def put_organization(session: Session, code: str, name: str, *, demo: bool = False) -> Organization:
    """Return the hospital of this code, made at first use; a name given later replaces."""
    found = session.exec(select(Organization).where(Organization.code == code)).first()
    if found is None:
        found = Organization(code=code, timezone=settings().timezone, demo=demo, created_at=now())
        session.add(found)
        _call(found, name or code)
    elif name:
        _call(found, name)
    session.flush()
    return found


def found_demo(session: Session, code: str, name: Words) -> None:
    """Make the invented hospital of the demo.

    Raises:
        Conflict: the database holds a real hospital; the demo never mixes with one.
    """
    if not only_demo(session):
        raise Conflict("demo.error.real_hospital")
    made = put_organization(session, code, name.zh, demo=True)
    made.name_zh, made.name_en = name.zh, name.en
    session.flush()


def only_demo(session: Session) -> bool:
    """Tell whether every hospital of this installation is an invented one."""
    return session.exec(select(Organization.id).where(col(Organization.demo).is_(False))).first() is None


def _call(organization: Organization, name: str) -> None:
    organization.name_zh, organization.name_en = ("", name) if name.isascii() else (name, organization.name_en)


def codes(session: Session) -> dict[str, str]:
    """Return the code of each hospital by its id."""
    return dict(session.exec(select(Organization.id, Organization.code)).all())


def zone_of(session: Session, organization_id: str) -> str:
    """Return the IANA time zone of a hospital."""
    return session.get_one(Organization, organization_id).timezone


def put_department(
    session: Session, organization_id: str, source_id: str, name: Words, *, kind: str = "place", parent: str = ""
) -> str:
    """Write a department, campus or place as the hospital's feeds name it; returns its id."""
    found = session.exec(
        select(Department).where(Department.organization_id == organization_id, Department.source_id == source_id)
    ).first()
    if found is None:
        found = Department(organization_id=organization_id, source_id=source_id)
        session.add(found)
    found.name_zh, found.name_en, found.kind, found.parent_source_id = name.zh, name.en, kind, parent
    found.sensitive = any(word in f"{name.zh} {name.en}".lower() for word in SENSITIVE)
    session.flush()
    return found.id


def put_practitioner(session: Session, organization_id: str, source_id: str, name: Words) -> str:
    """Write a practitioner as the hospital's feeds name them; returns their id."""
    found = _practitioner(session, organization_id, source_id)
    found.name_zh, found.name_en = name.zh or found.name_zh, name.en or found.name_en
    session.flush()
    return found.id


def put_role(
    session: Session, organization_id: str, source_id: str, *, title: Words, department_id: str | None
) -> None:
    """Write a practitioner's title and department; the practitioner may come later."""
    found = _practitioner(session, organization_id, source_id)
    found.title_zh, found.title_en = title.zh or found.title_zh, title.en or found.title_en
    found.department_id = department_id or found.department_id
    session.flush()


def _practitioner(session: Session, organization_id: str, source_id: str) -> Practitioner:
    found = session.exec(
        select(Practitioner).where(Practitioner.organization_id == organization_id, Practitioner.source_id == source_id)
    ).first()
    if found is None:
        found = Practitioner(organization_id=organization_id, source_id=source_id)
        session.add(found)
    return found


def departments(session: Session, organization_id: str) -> dict[str, Department]:
    """Return the hospital's departments by the id that its feeds give them."""
    rows = session.exec(select(Department).where(Department.organization_id == organization_id)).all()
    return {row.source_id: row for row in rows}


def practitioners(session: Session, organization_id: str) -> dict[str, Practitioner]:
    """Return the hospital's practitioners by the id that its feeds give them."""
    rows = session.exec(select(Practitioner).where(Practitioner.organization_id == organization_id)).all()
    return {row.source_id: row for row in rows}
