# pyright: reportAssignmentType=false, reportIncompatibleVariableOverride=false
# SQLModel declares __tablename__ as a declared_attr; a plain name is what it wants.
"""Table of the phone numbers and e-mail addresses that people themselves, or the desk for them, have given."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Field, SQLModel

from health_cloud.core.crypto import blinded, sealed
from health_cloud.core.ids import new_id
from health_cloud.core.instants import instant


class OwnContact(SQLModel, table=True):
    """One change of a contact, from the code sent to the new one until the next change takes its place."""

    __tablename__ = "identity_own_contact"

    id: str = Field(default_factory=new_id, primary_key=True, max_length=36)
    owner_id: str = Field(max_length=36, index=True)
    """The person of a patient; the account of others."""
    account_id: str = Field(default="", max_length=36)
    """Whose change it is; empty where the desk made it for somebody without an account."""
    kind: str = Field(max_length=10)
    """`phone` or `email`."""
    value: bytes | None = sealed(3, nullable=True)
    blind: str = blinded()
    state: str = Field(default="waiting", max_length=10)
    """`waiting` (for the code), `confirmed`, `stopped`, or `dropped` (never confirmed)."""
    code: str = blinded(index=False)
    attempts: int = 0
    created_at: datetime = instant()
    expires_at: datetime = instant()
    """Until when the code opens."""
    effective_at: datetime | None = instant(nullable=True)
    """From when on it counts as possession."""
    until_at: datetime | None = instant(nullable=True)
    """From when on the next one does."""
    stop: str = blinded()
    """Of the code by which whoever has the old contact stops the change."""
    by_desk: bool = False
