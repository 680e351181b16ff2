# pyright: reportAssignmentType=false, reportIncompatibleVariableOverride=false
# SQLModel declares __tablename__ as a declared_attr; a plain name is what it wants.
"""Table of guardians: who sees to whose affairs, how far, until when."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, text
from sqlmodel import Field, SQLModel

from health_cloud.core.crypto import blinded
from health_cloud.core.ids import new_id
from health_cloud.core.instants import instant

_LIVING = "state = 'living'"


class Guardian(SQLModel, table=True):
    """A relation in which one person sees to another's affairs, under their own name; ended, never deleted."""

    __tablename__ = "identity_guardian"
    __table_args__ = (
        Index(
            "ix_identity_guardian_living",
            "person_id",
            "guardian_id",
            unique=True,
            sqlite_where=text(_LIVING),
            postgresql_where=text(_LIVING),
        ),
    )

    id: str = Field(default_factory=new_id, primary_key=True, max_length=36)
    person_id: str = Field(foreign_key="identity_person.id", max_length=36, index=True)
    """Whose affairs."""
    guardian_id: str | None = Field(default=None, foreign_key="identity_person.id", max_length=36, index=True)
    """Who sees to them: a person, so that an account closed and opened again changes nothing; none until named."""
    relation: str = Field(max_length=10)
    """What the guardian is to the person: `parent`, `child`, `spouse`, `other`."""
    levels: str = Field(max_length=30)
    """`read`, and maybe `decide` and `book`."""
    proof: str = Field(max_length=20)
    """`invitation` by the patient, or `desk`."""
    state: str = Field(max_length=10)
    """`invited`, `named` (the code was entered, the patient has to say yes), `living`, `declined`, `ended`."""
    code: str = blinded()
    """Of an invitation that waits; empty once used."""
    code_until: datetime | None = instant(nullable=True)
    created_at: datetime = instant()
    from_at: datetime | None = instant(nullable=True)
    until_at: datetime = instant()
    """First instant at which it is over."""
    ended_at: datetime | None = instant(nullable=True)
    ended_by: str = Field(default="", max_length=10)
    """`patient`, `guardian`, `desk`, `event` (an account is being closed, or somebody died), or `renewal` by another
    relation of the two."""
