# pyright: reportAssignmentType=false, reportIncompatibleVariableOverride=false
# SQLModel declares __tablename__ as a declared_attr; a plain name is what it wants.
"""Tables of sessions."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Field, SQLModel

from health_cloud.core.crypto import blinded, sealed
from health_cloud.core.ids import new_id
from health_cloud.core.instants import instant


class SignInSession(SQLModel, table=True):
    """A session; the cookie's token is kept as HMAC only."""

    __tablename__ = "identity_session"

    id: str = Field(default_factory=new_id, primary_key=True, max_length=36)
    account_id: str = Field(foreign_key="identity_account.id", max_length=36, index=True)
    token: str = blinded()
    entry: str = blinded()
    """One-time code that the browser trades for the cookie; empty once used."""
    created_at: datetime = instant()
    seen_at: datetime = instant()
    ends_at: datetime = instant()
    ended_at: datetime | None = instant(nullable=True)
    device: str = blinded(index=False)
    """The browser's own secret: the entry code opens nothing from another one."""
    entered_at: datetime | None = instant(nullable=True)
    method: str = Field(default="", max_length=20)
    """How it began: `password`, `recovery`, `passkey`, `single_sign_on`, `activation`."""
    proved_at: datetime | None = instant(nullable=True)
    """When a second factor was last shown in it."""
    proved_by: str = Field(default="", max_length=20, sa_column_kwargs={"server_default": ""})
    """By what then: `authenticator`, `recovery`, `passkey`, `provider`; empty while only signing in has shown one."""
    agent: str = Field(default="", max_length=80)
    """Browser and system in words, e.g. `Chrome, Android`."""
    address: bytes | None = sealed(3, nullable=True)
    """Network address at sign-in, for the owner's eyes."""
    acting_for: str = Field(default="", max_length=36)
    """The person whose affairs a guardian sees to in it; empty for one's own."""
    lock_minutes: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    """After so long without a sign of life it is locked until the person proves themselves; 0 for never."""
