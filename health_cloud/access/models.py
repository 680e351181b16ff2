# pyright: reportAssignmentType=false, reportIncompatibleVariableOverride=false
# SQLModel declares __tablename__ as a declared_attr; a plain name is what it wants.
"""Table of access: what a patient asked of a line of their ledger, and the answer."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index
from sqlmodel import Field, SQLModel

from health_cloud.core.crypto import sealed
from health_cloud.core.ids import new_id
from health_cloud.core.instants import instant


class Question(SQLModel, table=True):
    """A patient asks, once of a line, why it was opened; whoever read owes an answer by `due_at`."""

    __tablename__ = "access_question"
    __table_args__ = (
        Index("ix_access_question_person", "person_id", "asked_at"),
        Index("ix_access_question_reader", "reader_account_id", "state", "due_at"),
        Index("ix_access_question_organization", "organization_id", "state", "due_at"),
        Index("ix_access_question_due", "state", "overdue_at", "due_at"),
    )

    id: str = Field(default_factory=new_id, primary_key=True, max_length=36)
    line_id: str = Field(max_length=36, unique=True)
    """The line of the person's chain; one question each, whoever asks it and however often."""
    person_id: str = Field(foreign_key="identity_person.id", max_length=36)
    asker_account_id: str = Field(default="", max_length=36)
    """Who asked: the patient, or a guardian; empty once that account is erased."""
    by_guardian: bool = False
    organization_id: str = Field(foreign_key="identity_organization.id", max_length=36)
    """For which hospital whoever read was at work."""
    reader_account_id: str = Field(foreign_key="identity_account.id", max_length=36)
    record_class: str = Field(default="", max_length=20)
    read_at: datetime = instant()
    question: bytes | None = sealed(3, nullable=True)
    asked_at: datetime = instant()
    due_at: datetime = instant()
    """First instant at which the answer is late."""
    overdue_at: datetime | None = instant(nullable=True)
    """When it was noted that it is late; the patient was told then, once."""
    state: str = Field(default="open", max_length=10)
    """`open` or `answered`."""
    answer: bytes | None = sealed(3, nullable=True)
    answered_at: datetime | None = instant(nullable=True)
    answered_by: str = Field(default="", max_length=36)
    """The account that answered: who read, or staff of the hospital in the department's name."""
