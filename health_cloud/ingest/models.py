# pyright: reportAssignmentType=false, reportIncompatibleVariableOverride=false
# SQLModel declares __tablename__ as a declared_attr; a plain name is what it wants.
"""Tables of ingestion: feeds, runs, verbatim messages, resources with their history, and cases."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from health_cloud.core.crypto import sealed
from health_cloud.core.ids import new_id
from health_cloud.core.instants import instant


class Feed(SQLModel, table=True):
    """A source system of one hospital, and what it promises."""

    __tablename__ = "ingest_feed"
    __table_args__ = (UniqueConstraint("organization_id", "code"),)

    id: str = Field(default_factory=new_id, primary_key=True, max_length=36)
    organization_id: str = Field(foreign_key="identity_organization.id", max_length=36)
    code: str = Field(default="fhir", max_length=60)
    prescriptions: str = Field(default="unsettled", max_length=10)
    archived: str = Field(default="finished", max_length=10)


class Run(SQLModel, table=True):
    """One import; a killed one is continued by the next over the same files."""

    __tablename__ = "ingest_run"

    id: str = Field(default_factory=new_id, primary_key=True, max_length=36)
    feed_id: str = Field(foreign_key="ingest_feed.id", max_length=36, index=True)
    state: str = Field(default="reading", max_length=10)
    """`reading`, `deciding`, `done`, `failed`."""
    started_at: datetime = instant()
    finished_at: datetime | None = instant(nullable=True)
    summary: str = ""


class Message(SQLModel, table=True):
    """What a feed sent, verbatim: zlib of the bytes, sealed."""

    __tablename__ = "ingest_message"
    __table_args__ = (UniqueConstraint("feed_id", "hash"),)

    id: str = Field(default_factory=new_id, primary_key=True, max_length=36)
    feed_id: str = Field(foreign_key="ingest_feed.id", max_length=36)
    hash: str = Field(max_length=43)
    """Keyed hash of the bytes: never an unkeyed one of something that may hold an ID number alone."""
    size: int
    body: bytes | None = sealed(4, nullable=True)
    received_at: datetime = instant()
    done: bool = False
    """Whether all its resources are in the history."""


class Resource(SQLModel, table=True):
    """One content that one resource has had, and how it was accounted for: staging and history in one."""

    __tablename__ = "ingest_resource"
    __table_args__ = (
        UniqueConstraint("feed_id", "type", "source_id", "content_hash"),
        Index("ix_ingest_resource_pending", "feed_id", "pending"),
        Index("ix_ingest_resource_encounter", "feed_id", "encounter_ref"),
        Index("ix_ingest_resource_patient", "feed_id", "patient_ref"),
    )

    id: str = Field(default_factory=new_id, primary_key=True, max_length=36)
    feed_id: str = Field(foreign_key="ingest_feed.id", max_length=36)
    message_id: str = Field(foreign_key="ingest_message.id", max_length=36, index=True)
    type: str = Field(max_length=60)
    source_id: str = Field(max_length=200)
    content_hash: str = Field(max_length=43)
    body: bytes | None = sealed(4, nullable=True)
    patient_ref: str = Field(default="", max_length=240)
    encounter_ref: str = Field(default="", max_length=240)
    source_at: datetime | None = instant(nullable=True)
    accounted: str = Field(default="", max_length=10)
    """`entry`, `attached`, `held`, `rejected`; empty until decided."""
    reason: str = Field(default="", max_length=30)
    entry_id: str = Field(default="", max_length=36, index=True)
    pending: bool = True
    """Whether a later arrival can change what became of it."""
    latest: bool = True


class Case(SQLModel, table=True):
    """A data-quality problem with its evidence and owner."""

    __tablename__ = "ingest_case"
    __table_args__ = (
        Index("ix_ingest_case_state", "organization_id", "state", "rule"),
        UniqueConstraint("feed_id", "key"),
    )

    id: str = Field(default_factory=new_id, primary_key=True, max_length=36)
    organization_id: str = Field(foreign_key="identity_organization.id", max_length=36)
    feed_id: str = Field(foreign_key="ingest_feed.id", max_length=36)
    key: str = Field(max_length=43)
    """Keyed hash of rule and resource, so that the same problem is one case."""
    rule: str = Field(max_length=40)
    message_id: str = Field(default="", max_length=36)
    resource_id: str = Field(default="", max_length=36)
    evidence: bytes | None = sealed(4, nullable=True)
    state: str = Field(default="open", max_length=10)
    owner: str = Field(default="", max_length=60)
    opened_at: datetime = instant()
