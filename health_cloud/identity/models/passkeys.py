# pyright: reportAssignmentType=false, reportIncompatibleVariableOverride=false
# SQLModel declares __tablename__ as a declared_attr; a plain name is what it wants.
"""Tables of passkeys, and of the challenges that browsers answer with them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger
from sqlmodel import Field, SQLModel

from health_cloud.core.crypto import blinded, sealed
from health_cloud.core.ids import new_id
from health_cloud.core.instants import instant


class Passkey(SQLModel, table=True):
    """A passkey of an account; removed, never deleted, so that it cannot come back."""

    __tablename__ = "identity_passkey"

    id: str = Field(default_factory=new_id, primary_key=True, max_length=36)
    account_id: str = Field(foreign_key="identity_account.id", max_length=36, index=True)
    credential: str = Field(unique=True, max_length=1400)
    """The authenticator's id of it, Base64url; at most 1023 bytes (WebAuthn, section 4)."""
    handle: str = Field(max_length=36)
    """The user handle it was made under: a random id, which the authenticator returns with each answer."""
    public_key: bytes | None = sealed(2, nullable=True)
    """COSE key. Sealed not because it is secret: whoever can write to the database alone cannot put in theirs."""
    sign_count: int = Field(default=0, sa_type=BigInteger)
    """The authenticator's own counter at its last answer; 0 for ever where it keeps none."""
    name: bytes | None = sealed(3, nullable=True)
    transports: str = Field(default="", max_length=80)
    backed_up: bool = False
    """Kept by a service of the device's maker: a lost phone does not lose it, and other devices have it."""
    verified: bool = False
    """It verified the person (PIN, finger, face) when it was made: it is two factors in one."""
    created_at: datetime = instant()
    used_at: datetime | None = instant(nullable=True)
    doubted_at: datetime | None = instant(nullable=True)
    """When its counter fell back: somebody has a copy. From then on it opens nothing."""
    removed_at: datetime | None = instant(nullable=True)


class PasskeyChallenge(SQLModel, table=True):
    """What an authenticator is to sign, once, in the browser that asked for it; deleted as it is used."""

    __tablename__ = "identity_passkey_challenge"

    id: str = Field(default_factory=new_id, primary_key=True, max_length=36)
    blind: str = blinded()
    purpose: str = Field(max_length=20)
    """One of `ceremony.Purpose`."""
    device: str = blinded(index=False)
    account_id: str = Field(default="", max_length=36)
    """Whose, where that is known; of an activation the user handle; empty at sign-in."""
    expires_at: datetime = instant(index=True)
