# pyright: reportAssignmentType=false, reportIncompatibleVariableOverride=false
# SQLModel declares __tablename__ as a declared_attr; a plain name is what it wants.
"""Tables of the hospitals, their departments and practitioners."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from health_cloud.core.ids import new_id
from health_cloud.core.instants import instant


class Organization(SQLModel, table=True):
    """A hospital: the tenant that feeds, records, accounts and policies belong to."""

    __tablename__ = "identity_organization"

    id: str = Field(default_factory=new_id, primary_key=True, max_length=36)
    code: str = Field(max_length=60, unique=True)
    name_zh: str = ""
    name_en: str = ""
    timezone: str = Field(default="Asia/Shanghai", max_length=60)
    demo: bool = False
    created_at: datetime = instant()


class Department(SQLModel, table=True):
    """A department or campus as the hospital's feeds name it; `partOf` gives the parent."""

    __tablename__ = "identity_department"
    __table_args__ = (UniqueConstraint("organization_id", "source_id"),)

    id: str = Field(default_factory=new_id, primary_key=True, max_length=36)
    organization_id: str = Field(foreign_key="identity_organization.id", max_length=36)
    source_id: str = Field(max_length=200)
    name_zh: str = ""
    name_en: str = ""
    parent_source_id: str = Field(default="", max_length=200)
    kind: str = Field(default="department", max_length=20)
    """`department`, `campus` or `place` (an organization that is named but is no department)."""
    sensitive: bool = False
    """Never an answer or decoy of a verification question (psychiatry, venereology, ...)."""


class Practitioner(SQLModel, table=True):
    """A physician or other professional as the hospital's feeds name them."""

    __tablename__ = "identity_practitioner"
    __table_args__ = (UniqueConstraint("organization_id", "source_id"),)

    id: str = Field(default_factory=new_id, primary_key=True, max_length=36)
    organization_id: str = Field(foreign_key="identity_organization.id", max_length=36)
    source_id: str = Field(max_length=200)
    name_zh: str = ""
    name_en: str = ""
    title_zh: str = ""
    title_en: str = ""
    department_id: str | None = Field(default=None, foreign_key="identity_department.id", max_length=36)
