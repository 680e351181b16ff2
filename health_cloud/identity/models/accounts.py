# pyright: reportAssignmentType=false, reportIncompatibleVariableOverride=false
# SQLModel declares __tablename__ as a declared_attr; a plain name is what it wants.
"""Tables of accounts and what they sign in with."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, text
from sqlmodel import Field, SQLModel

from health_cloud.core.crypto import blinded, sealed
from health_cloud.core.ids import new_id
from health_cloud.core.instants import instant


class Account(SQLModel, table=True):
    """Somebody who can sign in: a patient (person), or a physician, staff member or auditor (organization)."""

    __tablename__ = "identity_account"
    __table_args__ = (
        Index(
            "ix_identity_account_person",
            "person_id",
            unique=True,
            sqlite_where=text("person_id IS NOT NULL"),
            postgresql_where=text("person_id IS NOT NULL"),
        ),
    )

    id: str = Field(default_factory=new_id, primary_key=True, max_length=36)
    role: str = Field(max_length=20)
    login: str | None = Field(default=None, unique=True, max_length=60)
    """User name of physicians and staff; patients sign in with national ID or a contact of theirs."""
    person_id: str | None = Field(default=None, foreign_key="identity_person.id", max_length=36)
    practitioner_id: str | None = Field(default=None, foreign_key="identity_practitioner.id", max_length=36)
    organization_id: str | None = Field(default=None, foreign_key="identity_organization.id", max_length=36)
    name_zh: str = ""
    name_en: str = ""
    state: str = Field(default="new", max_length=20)
    """`new` (must set password and second factor), `active`, `disabled`, `deceased`."""
    password_hash: str = ""
    totp: bytes | None = sealed(5, nullable=True)
    totp_step: int = 0
    """Last accepted time step: a code is accepted once."""
    failures: int = 0
    """Consecutive failures; 100 disable the password until unlocked (NIST SP 800-63B-4)."""
    failures_told: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    """How many of these failures the owner was told of."""
    language: str = Field(default="", max_length=5)
    created_at: datetime = instant()


class RecoveryCode(SQLModel, table=True):
    """A one-time way in without the authenticator app, kept as HMAC."""

    __tablename__ = "identity_recovery_code"

    id: str = Field(default_factory=new_id, primary_key=True, max_length=36)
    account_id: str = Field(foreign_key="identity_account.id", max_length=36, index=True)
    blind: str = blinded(index=False)
    used_at: datetime | None = instant(nullable=True)


class Throttle(SQLModel, table=True):
    """Failures of one identifier, device or address within a window."""

    __tablename__ = "identity_throttle"

    key: str = Field(primary_key=True, max_length=80)
    failures: int = 0
    window_ends_at: datetime = instant()
    blocked_until: datetime | None = instant(nullable=True)
