# pyright: reportAssignmentType=false, reportIncompatibleVariableOverride=false
# SQLModel declares __tablename__ as a declared_attr; a plain name is what it wants.
"""What a hospital itself says of who may be seen online."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from health_cloud.core.ids import new_id
from health_cloud.core.instants import instant


class RuleVersion(SQLModel, table=True):
    """One version of a hospital's own rules: the highest whose day has come holds, none means what is shipped.

    Published ones never change. Number 0 is what staff are working at.
    """

    __tablename__ = "followup_rule_version"
    __table_args__ = (UniqueConstraint("organization_id", "number"),)

    id: str = Field(default_factory=new_id, primary_key=True, max_length=36)
    organization_id: str = Field(foreign_key="identity_organization.id", max_length=36)
    number: int
    body: str
    """JSON of `eligibility.hospital.Own`."""
    turn: int = 0
    """Of number 0: counts its changes, so that two colleagues do not overwrite each other unseen."""
    from_at: datetime = instant()
    """From when on it holds."""
    changed_by: str = Field(foreign_key="identity_account.id", max_length=36)
    changed_at: datetime = instant()
