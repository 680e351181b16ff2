# pyright: reportAssignmentType=false, reportIncompatibleVariableOverride=false
# SQLModel declares __tablename__ as a declared_attr; a plain name is what it wants.
"""What a hospital itself says of who may be seen online, and what the rules say as a visit opens."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from health_cloud.core.crypto import sealed
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


class AskedAgain(SQLModel, table=True):
    """What the rules said as the patient came to an accepted visit, and what its physician decided on that."""

    __tablename__ = "followup_asked_again"

    appointment_id: str = Field(foreign_key="followup_appointment.id", primary_key=True, max_length=36)
    state: str = Field(max_length=10)
    """`unasked` (the signs are to be answered anew), `yes`, `own` (the hospital's own rules alone say no), `law`."""
    rules_version: int
    answers: bytes | None = sealed(4, nullable=True)
    """JSON of what was answered in the room; nothing while the answers of the booking count."""
    answered_at: datetime | None = instant(nullable=True)
    verdict: bytes | None = sealed(4, nullable=True)
    """JSON of `views.Verdict`."""
    made_at: datetime = instant()
    decided_at: datetime | None = instant(nullable=True)
    """When its physician went on although the hospital's own rules say no; `reason` is why."""
    reason: bytes | None = sealed(4, nullable=True)
