# pyright: reportAssignmentType=false, reportIncompatibleVariableOverride=false
# SQLModel declares __tablename__ as a declared_attr; a plain name is what it wants.
"""The physician's note of a visit: what is being written, what was signed, and the physician's own templates."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from health_cloud.core.crypto import sealed
from health_cloud.core.ids import new_id
from health_cloud.core.instants import instant


class Note(SQLModel, table=True):
    """What a physician is writing of a visit, one of each; nobody else reads it."""

    __tablename__ = "followup_note"

    appointment_id: str = Field(primary_key=True, foreign_key="followup_visit.appointment_id", max_length=36)
    physician_account_id: str = Field(foreign_key="identity_account.id", max_length=36)
    body: bytes = sealed(4)
    """JSON of `noting.content.Written`."""
    state: str = Field(default="draft", max_length=10)
    """`draft`, `signed`, or `correcting` while a signed one is written anew."""
    version: int = 0
    """Counts what was kept: two windows never overwrite each other unseen."""
    writer: str = Field(default="", max_length=36)
    """The window that kept it last, by its own name."""
    changed_at: datetime = instant()


class SignedNote(SQLModel, table=True):
    """A note as it was signed, never changed; a correction is a further one with its reason."""

    __tablename__ = "followup_signed_note"
    __table_args__ = (UniqueConstraint("appointment_id", "number"),)

    id: str = Field(default_factory=new_id, primary_key=True, max_length=36)
    appointment_id: str = Field(foreign_key="followup_visit.appointment_id", max_length=36)
    number: int
    """1 is the first."""
    physician_account_id: str = Field(foreign_key="identity_account.id", max_length=36)
    body: bytes = sealed(4)
    """JSON of all that the signature covers, a salt among it."""
    digest: str = Field(max_length=64)
    """SHA-256 of that JSON, which stands in the ledger too."""
    factor: str = Field(max_length=20)
    """By what it was signed: `authenticator`, `recovery`, `passkey`, `provider`."""
    entry_id: str = Field(max_length=36)
    """The entry of the chart that it became."""
    signed_at: datetime = instant()


class Template(SQLModel, table=True):
    """A piece of note that a physician uses again and again, their own."""

    __tablename__ = "followup_template"

    id: str = Field(default_factory=new_id, primary_key=True, max_length=36)
    physician_account_id: str = Field(foreign_key="identity_account.id", max_length=36, index=True)
    name: bytes = sealed(3)
    body: bytes = sealed(3)
    """JSON: situation, judgement, plan."""
    changed_at: datetime = instant()
