# pyright: reportAssignmentType=false, reportIncompatibleVariableOverride=false
# SQLModel declares __tablename__ as a declared_attr; a plain name is what it wants.
"""What is asked and prepared before a visit."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index
from sqlmodel import Field, SQLModel

from health_cloud.core.crypto import sealed
from health_cloud.core.ids import new_id
from health_cloud.core.instants import instant


class Checked(SQLModel, table=True):
    """What a patient answered before booking with a physician, and what the rules said; a yes holds for a day.

    What was said at the booking itself is kept with that; the others go when the next one is made.
    """

    __tablename__ = "followup_checked"
    __table_args__ = (
        Index("ix_followup_checked_person", "person_id", "physician_account_id", "department_id", "made_at"),
        Index("ix_followup_checked_appointment", "appointment_id"),
    )

    id: str = Field(default_factory=new_id, primary_key=True, max_length=36)
    person_id: str = Field(foreign_key="identity_person.id", max_length=36)
    account_id: str = Field(max_length=36)  # may be erased one day, and this stays
    """Who answered: the patient, or a guardian who books."""
    physician_account_id: str = Field(foreign_key="identity_account.id", max_length=36)
    department_id: str = Field(foreign_key="identity_department.id", max_length=36)
    rules_version: int
    answers: bytes = sealed(4)
    """JSON: the disease, the symptoms, whether a controlled medicine is wanted."""
    verdict: bytes = sealed(4)
    """JSON of `views.Verdict`."""
    met: bool
    given: bytes | None = sealed(3, nullable=True)
    """JSON: what the physician may read once a time is booked, and when online care was agreed to; empty until then."""
    made_at: datetime = instant()
    until_at: datetime = instant()
    appointment_id: str = Field(default="", max_length=36)
    """The booking at which the rules were asked again; empty for what came before."""


class Prepared(SQLModel, table=True):
    """What a patient has prepared for a follow-up: their own words and what they measured at home."""

    __tablename__ = "followup_prepared"

    appointment_id: str = Field(foreign_key="followup_appointment.id", primary_key=True, max_length=36)
    account_id: str = Field(max_length=36)  # may be erased one day, and this stays
    """Who wrote it last: the patient, or a guardian who books."""
    body: bytes = sealed(4)
    """JSON: text, values by name of `measures.toml`, the day on which they were measured."""
    changed_at: datetime = instant()
