# pyright: reportAssignmentType=false, reportIncompatibleVariableOverride=false
# SQLModel declares __tablename__ as a declared_attr; a plain name is what it wants.
"""What patients say is wrong in what a hospital holds of them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, text
from sqlmodel import Field, SQLModel

from health_cloud.core.crypto import blinded, sealed
from health_cloud.core.ids import new_id
from health_cloud.core.instants import instant


class Correction(SQLModel, table=True):
    """One datum that its owner says is wrong. The hospital mends it in its own system, and the feed brings it."""

    __tablename__ = "identity_correction"
    __table_args__ = (
        Index(
            "ix_identity_correction_open",
            "record_id",
            "datum",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
        Index("ix_identity_correction_person", "person_id", "created_at"),
    )

    id: str = Field(default_factory=new_id, primary_key=True, max_length=36)
    record_id: str = Field(foreign_key="identity_patient_record.id", max_length=36)
    person_id: str = Field(foreign_key="identity_person.id", max_length=36)
    datum: str = Field(max_length=70)
    """`name`, `sex`, `birth_date`, `address`, or kind and row of a number or contact (`phone:<id>`)."""
    reason: str = Field(max_length=10)
    """`mistaken`, `outdated` or `not_mine`."""
    words: bytes | None = sealed(4, nullable=True)
    """What the patient wrote about it."""
    held: str = blinded(index=False)
    """Keyed digest of what the hospital had at the time: another value now means that it has been changed."""
    created_at: datetime = instant()
    ended_at: datetime | None = instant(nullable=True)
    """When its owner took it back, or said it anew of another value."""
