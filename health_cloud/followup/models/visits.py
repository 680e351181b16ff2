# pyright: reportAssignmentType=false, reportIncompatibleVariableOverride=false
# SQLModel declares __tablename__ as a declared_attr; a plain name is what it wants.
"""Visits and their talk."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from health_cloud.core.crypto import sealed
from health_cloud.core.ids import new_id
from health_cloud.core.instants import instant

_OPEN = text("state = 'open'")


class Visit(SQLModel, table=True):
    """What becomes of an accepted appointment once somebody comes: who came when, its beginning and its end.

    A physician has one open visit at a time, kept by the index itself.
    """

    __tablename__ = "followup_visit"
    __table_args__ = (
        Index(
            "ix_followup_visit_open", "physician_account_id", unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN
        ),
    )

    appointment_id: str = Field(foreign_key="followup_appointment.id", primary_key=True, max_length=36)
    physician_account_id: str = Field(foreign_key="identity_account.id", max_length=36)
    state: str = Field(default="waiting", max_length=10)
    """`waiting`, `open` or `ended`."""
    patient_came_at: datetime | None = instant(nullable=True)
    physician_came_at: datetime | None = instant(nullable=True)
    opened_at: datetime | None = instant(nullable=True)
    ended_at: datetime | None = instant(nullable=True)
    messages: int = 0
    """Number of the newest message."""
    absent: str = Field(default="", max_length=10)
    """Why it did not take place, noted when its time was over: `patient`, `physician`, `both` or `late`."""


class Reminder(SQLModel, table=True):
    """That a patient was reminded of a visit, so many hours before it begins; of another time they are told anew."""

    __tablename__ = "followup_reminder"
    __table_args__ = (UniqueConstraint("appointment_id", "hours", "starts_at"),)

    id: str = Field(default_factory=new_id, primary_key=True, max_length=36)
    appointment_id: str = Field(foreign_key="followup_appointment.id", max_length=36)
    hours: int
    starts_at: datetime = instant()
    at: datetime = instant()


class Message(SQLModel, table=True):
    """Something said in a visit. The browser names it by a key, so that however often it is sent it stands once."""

    __tablename__ = "followup_message"
    __table_args__ = (
        UniqueConstraint("appointment_id", "number"),
        UniqueConstraint("appointment_id", "account_id", "key"),
    )

    id: str = Field(default_factory=new_id, primary_key=True, max_length=36)
    appointment_id: str = Field(foreign_key="followup_visit.appointment_id", max_length=36)
    number: int
    account_id: str = Field(max_length=36)  # may be erased one day, and this stays
    side: str = Field(max_length=10)
    """`patient` (themselves or who acts for them) or `physician`."""
    speaker_id: str = Field(default="", max_length=36)
    """The person who spoke for the patient; empty where it was the patient, or the physician."""
    key: str = Field(max_length=36)
    text: bytes | None = sealed(4, nullable=True)
    at: datetime = instant()
