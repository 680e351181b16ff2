# pyright: reportAssignmentType=false, reportIncompatibleVariableOverride=false
# SQLModel declares __tablename__ as a declared_attr; a plain name is what it wants.
"""Questions on a past visit, and a hospital's rule for them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from health_cloud.core.crypto import sealed
from health_cloud.core.ids import new_id
from health_cloud.core.instants import instant

_FURTHER = text("follows <> ''")


class AskingRule(SQLModel, table=True):
    """For how many days after a visit a hospital's patients may ask, and within how many working days it answers."""

    __tablename__ = "followup_asking_rule"

    organization_id: str = Field(primary_key=True, foreign_key="identity_organization.id", max_length=36)
    days: int
    """0 where questions are not taken."""
    answer_days: int
    changed_by: str = Field(foreign_key="identity_account.id", max_length=36)
    changed_at: datetime = instant()


class VisitQuestion(SQLModel, table=True):
    """A question that a patient has on a past visit, and what the team of its department says to it.

    To an answer one further question can be asked, kept to one by the index itself.
    """

    __tablename__ = "followup_question"
    __table_args__ = (
        UniqueConstraint("appointment_id", "number"),
        Index("ix_followup_question_department", "department_id", "state", "due_at"),
        Index("ix_followup_question_physician", "physician_account_id", "state", "due_at"),
        Index("ix_followup_question_further", "follows", unique=True, sqlite_where=_FURTHER, postgresql_where=_FURTHER),
    )

    id: str = Field(default_factory=new_id, primary_key=True, max_length=36)
    appointment_id: str = Field(foreign_key="followup_appointment.id", max_length=36)
    number: int
    organization_id: str = Field(foreign_key="identity_organization.id", max_length=36)
    department_id: str = Field(foreign_key="identity_department.id", max_length=36)
    physician_account_id: str = Field(foreign_key="identity_account.id", max_length=36)
    """The visit's physician; others of the department may answer too."""
    account_id: str = Field(max_length=36)  # may be erased one day, and this stays
    speaker_id: str = Field(default="", max_length=36)
    """The person who asked for the patient; empty where it was the patient."""
    follows: str = Field(default="", max_length=36)
    """The answered question after which this one is asked; empty for a first one."""
    text: bytes | None = sealed(4, nullable=True)
    asked_at: datetime = instant()
    due_at: datetime = instant()
    state: str = Field(default="open", max_length=10)
    """`open`, `answered`, or `ended` where nobody waits for an answer any more."""
    taken_by: str = Field(default="", max_length=36)
    """The account that has taken it upon itself."""
    taken_at: datetime | None = instant(nullable=True)
    answered_by: str = Field(default="", max_length=36)
    answered_at: datetime | None = instant(nullable=True)
    kind: str = Field(default="", max_length=10)
    """How it was answered: `text`, or `book` where the patient is asked to come to a visit."""
    answer: bytes | None = sealed(4, nullable=True)
    overdue_at: datetime | None = instant(nullable=True)
    """When it was noted that nobody has answered in time."""
