# pyright: reportAssignmentType=false, reportIncompatibleVariableOverride=false
# SQLModel declares __tablename__ as a declared_attr; a plain name is what it wants.
"""Tables of what a person has agreed to, and of accounts that are being closed."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Field, SQLModel

from health_cloud.core.ids import new_id
from health_cloud.core.instants import instant


class Agreement(SQLModel, table=True):
    """Consent to one purpose of one version of the notice; withdrawn, never deleted."""

    __tablename__ = "identity_agreement"

    id: str = Field(default_factory=new_id, primary_key=True, max_length=36)
    person_id: str = Field(foreign_key="identity_person.id", max_length=36, index=True)
    account_id: str = Field(max_length=36)
    """Who gave it; outlives the account."""
    purpose: str = Field(max_length=20)
    version: int
    text_digest: str = Field(max_length=64)
    """SHA-256 of the version's words in both languages: what exactly was agreed to."""
    given_at: datetime = instant()
    withdrawn_at: datetime | None = instant(nullable=True)


class Closing(SQLModel, table=True):
    """An account that its owner has asked to close; at the end of the days to think it over it is erased, once."""

    __tablename__ = "identity_closing"

    id: str = Field(default_factory=new_id, primary_key=True, max_length=36)
    account_id: str = Field(max_length=36, index=True)
    """Of an account that may be gone by now."""
    person_id: str = Field(foreign_key="identity_person.id", max_length=36)
    asked_at: datetime = instant()
    due_at: datetime = instant()
    undone_at: datetime | None = instant(nullable=True)
    erased_at: datetime | None = instant(nullable=True)
