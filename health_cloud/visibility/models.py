# pyright: reportAssignmentType=false, reportIncompatibleVariableOverride=false
# SQLModel declares __tablename__ as a declared_attr; a plain name is what it wants.
"""Tables of visibility: versions of a hospital's release policy and their rules."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from health_cloud.core.ids import new_id
from health_cloud.core.instants import instant


class Policy(SQLModel, table=True):
    """One published version; the newest is in force. Version 1 is "all open, no delay"."""

    __tablename__ = "visibility_policy"
    __table_args__ = (UniqueConstraint("organization_id", "version"),)

    id: str = Field(default_factory=new_id, primary_key=True, max_length=36)
    organization_id: str = Field(foreign_key="identity_organization.id", max_length=36)
    version: int
    published_at: datetime = instant()
    published_by: str = Field(max_length=60)


class Rule(SQLModel, table=True):
    """What a version says of one record class."""

    __tablename__ = "visibility_rule"
    __table_args__ = (UniqueConstraint("policy_id", "record_class"),)

    id: str = Field(default_factory=new_id, primary_key=True, max_length=36)
    policy_id: str = Field(foreign_key="visibility_policy.id", max_length=36)
    record_class: str = Field(max_length=20)
    open: bool = True
    from_date: date | None = None
    """Only what happened on this day (in the hospital's zone) or later."""
    delay_hours: int = 0
    """Counted from the entry's outcome."""


class TeamSwitch(SQLModel, table=True):
    """Whether treating teams may read at a hospital: each change is a row, the newest is in force; none says no."""

    __tablename__ = "visibility_team_switch"
    __table_args__ = (UniqueConstraint("organization_id", "version"),)

    id: str = Field(default_factory=new_id, primary_key=True, max_length=36)
    organization_id: str = Field(foreign_key="identity_organization.id", max_length=36)
    version: int
    open: bool
    changed_at: datetime = instant()
    changed_by: str = Field(max_length=60)
