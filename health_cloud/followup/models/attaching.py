# pyright: reportAssignmentType=false, reportIncompatibleVariableOverride=false
# SQLModel declares __tablename__ as a declared_attr; a plain name is what it wants.
"""Photographs and documents that belong to a visit."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from health_cloud.core.crypto import sealed
from health_cloud.core.ids import new_id
from health_cloud.core.instants import instant


class Attachment(SQLModel, table=True):
    """A file of a visit: its row here, its bytes in the store of originals, under a name that nothing else has.

    A file that was removed leaves its row, without name and bytes: it is counted on.
    """

    __tablename__ = "followup_attachment"
    __table_args__ = (
        UniqueConstraint("appointment_id", "account_id", "key"),
        Index("ix_followup_attachment_visit", "appointment_id", "at"),
    )

    id: str = Field(default_factory=new_id, primary_key=True, max_length=36)
    appointment_id: str = Field(foreign_key="followup_appointment.id", max_length=36)
    stage: str = Field(max_length=10)
    """`prepared` before the visit, or `talk`."""
    account_id: str = Field(max_length=36)  # may be erased one day, and this stays
    side: str = Field(max_length=10)
    """`patient` (themselves or who acts for them) or `physician`."""
    speaker_id: str = Field(default="", max_length=36)
    """The person who acted for the patient; empty where it was the patient, or the physician."""
    key: str = Field(max_length=36)
    """The browser's own name for it, so that however often it is sent it stands once."""
    kind: str = Field(max_length=10)
    """`photo` (JPEG) or `pdf`."""
    size: int
    facts: bytes | None = sealed(4, nullable=True)
    """JSON: `name` as it was sent, `sha256` of the bytes that are kept."""
    content: str = Field(default="", max_length=43)
    """Where the bytes lie in the store of originals; empty once they are gone."""
    thumb: str = Field(default="", max_length=43)
    """The same of a small picture of it; empty where there is none."""
    at: datetime = instant()
    removed_at: datetime | None = instant(nullable=True)
