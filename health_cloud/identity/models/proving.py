# pyright: reportAssignmentType=false, reportIncompatibleVariableOverride=false
# SQLModel declares __tablename__ as a declared_attr; a plain name is what it wants.
"""Tables of verification attempts and one-time codes."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Field, SQLModel

from health_cloud.core.crypto import blinded, sealed
from health_cloud.core.ids import new_id
from health_cloud.core.instants import instant


class Verification(SQLModel, table=True):
    """One attempt at proving who one is; everything about it is judged at the end."""

    __tablename__ = "identity_verification"

    id: str = Field(default_factory=new_id, primary_key=True, max_length=36)
    device: str = blinded()
    """The browser's own secret: the attempt can be continued from there alone."""
    content: bytes | None = sealed(4, nullable=True)
    """JSON: the record found (or none), the questions with their right answers, the answers given."""
    state: str = Field(default="questions", max_length=20)
    """`questions`, `code`, `proved`, `young`, `activated`, `used`, `failed`, `dropped`."""
    person_id: str = Field(default="", max_length=36)
    account_id: str = Field(default="", max_length=36)
    """The account to activate: of a physician or staff member from the start, of a patient once made."""
    attempts: int = 0
    """Codes tried, and how many were sent in `sent`; both bounded, whatever browser they come from."""
    sent: int = 0
    created_at: datetime = instant()
    expires_at: datetime = instant()


class Code(SQLModel, table=True):
    """A one-time code: by SMS or e-mail for a verification, or printed at the desk."""

    __tablename__ = "identity_code"

    id: str = Field(default_factory=new_id, primary_key=True, max_length=36)
    purpose: str = Field(max_length=20)
    """`contact` (10 minutes), `desk` (patient, 7 days) or `account` (physician or staff, 7 days)."""
    verification_id: str = Field(default="", max_length=36, index=True)
    person_id: str = Field(default="", max_length=36, index=True)
    account_id: str = Field(default="", max_length=36, index=True)
    blind: str = blinded(index=False)
    attempts: int = 0
    created_at: datetime = instant()
    expires_at: datetime = instant()
    used_at: datetime | None = instant(nullable=True)
