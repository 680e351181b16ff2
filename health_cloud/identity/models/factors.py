# pyright: reportAssignmentType=false, reportIncompatibleVariableOverride=false
# SQLModel declares __tablename__ as a declared_attr; a plain name is what it wants.
"""Tables of factors as their owner changes them."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Field, SQLModel

from health_cloud.core.crypto import sealed
from health_cloud.core.ids import new_id
from health_cloud.core.instants import instant


class NewAuthenticator(SQLModel, table=True):
    """An authenticator that waits for its first code; until then the old one works."""

    __tablename__ = "identity_new_authenticator"

    account_id: str = Field(primary_key=True, foreign_key="identity_account.id", max_length=36)
    session_id: str = Field(max_length=36)
    """The session that asked for it, which alone may confirm it."""
    secret: bytes | None = sealed(5, nullable=True)
    created_at: datetime = instant()


class FactorChange(SQLModel, table=True):
    """What changed in how an account signs in, for its owner to look back at."""

    __tablename__ = "identity_factor_change"

    id: str = Field(default_factory=new_id, primary_key=True, max_length=36)
    account_id: str = Field(foreign_key="identity_account.id", max_length=36, index=True)
    what: str = Field(max_length=30)
    """`password`, `authenticator`, `recovery`, `passkey_added`, `passkey_removed`."""
    agent: str = Field(default="", max_length=80)
    """Browser and system in words, in which it was done."""
    at: datetime = instant()
