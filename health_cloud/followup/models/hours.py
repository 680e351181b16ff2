# pyright: reportAssignmentType=false, reportIncompatibleVariableOverride=false
# SQLModel declares __tablename__ as a declared_attr; a plain name is what it wants.
"""Weekly hours, days without a clinic, and a hospital's rule of opening."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from health_cloud.core.ids import new_id
from health_cloud.core.instants import instant


class Clinic(SQLModel, table=True):
    """A physician who holds regular hours; who changes anything in their calendar locks this row first."""

    __tablename__ = "followup_clinic"

    physician_account_id: str = Field(primary_key=True, foreign_key="identity_account.id", max_length=36)
    organization_id: str = Field(foreign_key="identity_organization.id", max_length=36, index=True)
    laid_until: str = Field(default="", max_length=10)
    """The last day, on the hospital's calendar, whose times are laid out."""


class Hours(SQLModel, table=True):
    """Weekly hours of a physician (FHIR Schedule): days are ISO text, times HH:MM, all on the hospital's clock."""

    __tablename__ = "followup_hours"

    id: str = Field(default_factory=new_id, primary_key=True, max_length=36)
    organization_id: str = Field(foreign_key="identity_organization.id", max_length=36)
    physician_account_id: str = Field(foreign_key="followup_clinic.physician_account_id", max_length=36, index=True)
    department_id: str = Field(foreign_key="identity_department.id", max_length=36)
    weekday: int
    """0 is Monday."""
    begins: str = Field(max_length=5)
    ends: str = Field(max_length=5)
    minutes: int
    kinds: str = Field(max_length=30)
    room: str = Field(default="", max_length=80)
    """Where one comes to in person; see `Slot.room`."""
    quota: int = 0
    """At most so many times a day, the earliest; 0 for all that fit."""
    valid_from: str = Field(max_length=10)
    valid_until: str = Field(default="", max_length=10)
    """The last day; empty for no end."""
    ended_at: datetime | None = instant(nullable=True)
    created_at: datetime = instant()


class DayOff(SQLModel, table=True):
    """A day without regular hours: of one physician or, with an empty account, of the whole hospital."""

    __tablename__ = "followup_day_off"
    __table_args__ = (UniqueConstraint("organization_id", "physician_account_id", "day"),)

    id: str = Field(default_factory=new_id, primary_key=True, max_length=36)
    organization_id: str = Field(foreign_key="identity_organization.id", max_length=36)
    physician_account_id: str = Field(default="", max_length=36)
    day: str = Field(max_length=10)
    name: str = Field(default="", max_length=40)
    """What a hospital calls its holiday."""
    created_at: datetime = instant()


class Opening(SQLModel, table=True):
    """How far ahead a hospital opens its times and at which hour of its clock, and until when one may cancel."""

    __tablename__ = "followup_opening"

    organization_id: str = Field(primary_key=True, foreign_key="identity_organization.id", max_length=36)
    days_ahead: int
    opens_at: str = Field(max_length=5)
    cancel_hours: int
    offer_minutes: int = 30
    """So long a freed time is offered to each who waits for one."""
    changed_by: str = Field(foreign_key="identity_account.id", max_length=36)
    changed_at: datetime = instant()
