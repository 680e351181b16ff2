# pyright: reportAssignmentType=false, reportIncompatibleVariableOverride=false
# SQLModel declares __tablename__ as a declared_attr; a plain name is what it wants.
"""Table of the channels: what is to be sent, and what became of it."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Field, SQLModel

from health_cloud.core.crypto import sealed
from health_cloud.core.ids import new_id
from health_cloud.core.instants import instant


class Outgoing(SQLModel, table=True):
    """A message on its way out. Address and parameters are sealed, and erased as soon as it is out or useless."""

    __tablename__ = "notify_outgoing"

    id: str = Field(default_factory=new_id, primary_key=True, max_length=36)
    channel: str = Field(max_length=10)
    """`sms` or `email`."""
    address: bytes | None = sealed(3, nullable=True)
    template: str = Field(max_length=60)
    language: str = Field(max_length=5)
    params: bytes | None = sealed(4, nullable=True)
    state: str = Field(default="waiting", max_length=10)
    """`waiting`, `sending`, `sent`, `outbox` (shown in the demo instead), `unsent` (no channel), `failed`, or
    `void`: it goes to nobody, written so that an attempt of somebody unknown leaves the same traces."""
    attempts: int = 0
    problem: str = Field(default="", max_length=200)
    created_at: datetime = instant()
    next_at: datetime | None = instant(nullable=True, index=True)
    expires_at: datetime = instant()
    """After this it helps nobody and is not sent any more."""
    sent_at: datetime | None = instant(nullable=True)
