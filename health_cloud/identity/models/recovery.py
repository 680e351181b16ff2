# pyright: reportAssignmentType=false, reportIncompatibleVariableOverride=false
# SQLModel declares __tablename__ as a declared_attr; a plain name is what it wants.
"""Table of recoveries: a lost account waits until its owner has had time to object."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, text
from sqlmodel import Field, SQLModel

from health_cloud.core.crypto import blinded, sealed
from health_cloud.core.ids import new_id
from health_cloud.core.instants import instant


class Recovery(SQLModel, table=True):
    """Somebody who verified themselves and lost every factor; of an account one waits at a time."""

    __tablename__ = "identity_recovery"
    __table_args__ = (
        Index(
            "ix_identity_recovery_waiting",
            "account_id",
            unique=True,
            sqlite_where=text("state = 'waiting'"),
            postgresql_where=text("state = 'waiting'"),
        ),
    )

    id: str = Field(default_factory=new_id, primary_key=True, max_length=36)
    account_id: str = Field(foreign_key="identity_account.id", max_length=36, index=True)
    person_id: str = Field(max_length=36)
    device: str = blinded()
    """The browser's own secret: it is finished from there alone."""
    content: bytes | None = sealed(4, nullable=True)
    """JSON: document, number and hospital as they were given, for the second code; erased when it is over."""
    agent: str = Field(default="", max_length=80)
    """Browser and system in words, so that the owner sees from where."""
    state: str = Field(default="waiting", max_length=20)
    """`waiting`, `finished`, or how it ended: `stopped` (the owner: not me), `signed_in` (with an old factor),
    `proved` (the authenticator was found), `replaced` (begun anew), `desk`, `lapsed`; `settled` once the desk has
    seen to one that was stopped."""
    created_at: datetime = instant()
    ready_at: datetime = instant()
    ends_at: datetime = instant()
    over_at: datetime | None = instant(nullable=True)
    told_at: datetime | None = instant(nullable=True)
    """When the owner has acknowledged how it ended."""
