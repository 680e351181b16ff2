# pyright: reportAssignmentType=false, reportIncompatibleVariableOverride=false
# SQLModel declares __tablename__ as a declared_attr; a plain name is what it wants.
"""Who waits for a time."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, text
from sqlmodel import Field, SQLModel

from health_cloud.core.crypto import sealed
from health_cloud.core.ids import new_id
from health_cloud.core.instants import instant

_LIVE = text("state IN ('waiting', 'offered')")


class Waiting(SQLModel, table=True):
    """A patient who waits for a time of a physician, or of anybody in a department; first come, first served."""

    __tablename__ = "followup_waiting"
    __table_args__ = (
        Index(
            "ix_followup_waiting_live",
            "person_id",
            "department_id",
            "physician_account_id",
            "kind",
            unique=True,
            sqlite_where=_LIVE,
            postgresql_where=_LIVE,
        ),
        Index("ix_followup_waiting_place", "department_id", "state", "created_at"),
    )

    id: str = Field(default_factory=new_id, primary_key=True, max_length=36)
    organization_id: str = Field(foreign_key="identity_organization.id", max_length=36)
    department_id: str = Field(foreign_key="identity_department.id", max_length=36)
    physician_account_id: str = Field(default="", max_length=36)
    """Empty for anybody of the department."""
    kind: str = Field(default="", max_length=10)
    """`in_person`, or empty for any way to meet online."""
    person_id: str = Field(foreign_key="identity_person.id", max_length=36)
    reason: bytes | None = sealed(4, nullable=True)
    until_day: str = Field(max_length=10)
    """The last day that suits, on the hospital's calendar."""
    state: str = Field(default="waiting", max_length=10)
    """`waiting`, `offered`, `taken`, `left`, or `over` when the last day is past."""
    slot_id: str = Field(default="", max_length=36)
    """The time that is offered now."""
    offered_until: datetime | None = instant(nullable=True)
    created_at: datetime = instant()
