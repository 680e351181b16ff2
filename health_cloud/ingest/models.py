# pyright: reportAssignmentType=false, reportIncompatibleVariableOverride=false
# SQLModel declares __tablename__ as a declared_attr; a plain name is what it wants.
"""Tables of ingestion: feeds, runs, verbatim messages, resources with their history, and cases.

Ids that a source gave stand here as keyed digests: some hospitals use ID numbers as resource ids.
"""

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


class CheckUpType(SQLModel, table=True):
    """An encounter type that a hospital uses for check-ups, beside the three of SNOMED CT."""

    __tablename__ = "ingest_check_up_type"

    organization_id: str = Field(primary_key=True, foreign_key="identity_organization.id", max_length=36)
    system: str = Field(primary_key=True, max_length=200)
    code: str = Field(primary_key=True, max_length=60)


class Run(SQLModel, table=True):
    """One import; a killed one is continued by the next over the same files."""

    __tablename__ = "ingest_run"

    id: str = Field(default_factory=new_id, primary_key=True, max_length=36)
    feed_id: str = Field(foreign_key="ingest_feed.id", max_length=36, index=True)
    state: str = Field(default="reading", max_length=10)
    """`reading`, `deciding`, `done`, `left` (other files came before it was continued)."""
    files: str = Field(default="", max_length=43)
    """Digest of the names, sizes and times of the files: by it a run is recognised as the one to continue."""
    place: int = 0
    """So many items of its files, in their order, are in the history."""
    counts: str = Field(default="{}")
    """JSON of what was counted up to there."""
    started_at: datetime = instant()
    finished_at: datetime | None = instant(nullable=True)


class Message(SQLModel, table=True):
    """What a feed sent, verbatim: zlib of the bytes, sealed."""

    __tablename__ = "ingest_message"
    __table_args__ = (
        UniqueConstraint("feed_id", "hash"),
        Index("ix_ingest_message_received", "feed_id", "received_at"),
    )

    id: str = Field(default_factory=new_id, primary_key=True, max_length=36)
    feed_id: str = Field(foreign_key="ingest_feed.id", max_length=36)
    hash: str = Field(max_length=43)
    """Keyed hash of the bytes: never an unkeyed one of something that may hold an ID number alone."""
    size: int
    body: bytes | None = sealed(4, nullable=True)
    received_at: datetime = instant()
    kind: str = Field(default="resource", max_length=20)
    """`resource`, or the type of the Bundle."""
    done: bool = False
    """Whether all its resources are in the history."""


class Resource(SQLModel, table=True):
    """One content that one resource has had, and how it was accounted for: staging and history in one."""

    __tablename__ = "ingest_resource"
    __table_args__ = (
        UniqueConstraint("feed_id", "content_hash"),
        Index("ix_ingest_resource_source", "source_key", "type", "patient_key"),
        Index("ix_ingest_resource_patient", "patient_key"),
    )

    id: str = Field(default_factory=new_id, primary_key=True, max_length=36)
    feed_id: str = Field(foreign_key="ingest_feed.id", max_length=36)
    message_id: str = Field(foreign_key="ingest_message.id", max_length=36)
    run_id: str = Field(max_length=36)
    """The run that read it: its counts are of its own resources."""
    type: str = Field(max_length=60)
    source_key: str = Field(max_length=22)
    """Keyed digest of feed and id; references carry the same."""
    alias_key: str = Field(default="", max_length=22)
    """The same of the full URL, where it names the resource otherwise than its id does."""
    patient_key: str = Field(default="", max_length=22)
    """The same of the patient that it names; empty where it names none."""
    owner_key: str = Field(default="", max_length=22)
    """Patient of the newest content of this resource, where that is another than this content names."""
    content_hash: str = Field(max_length=22)
    """Keyed digest of type, id and canonical content."""
    body: bytes | None = sealed(4, nullable=True)
    """zlib of canonical JSON; empty where the message is this resource alone."""
    source_at: datetime | None = instant(nullable=True)
    accounted: str = Field(default="", max_length=10)
    """`entry`, `attached`, `held`."""
    reason: str = Field(default="", max_length=30)
    within: bool = False
    """Part of a `document` Bundle: it belongs to that document alone."""


class Undecided(SQLModel, table=True):
    """A patient about whom something arrived that no decision has taken in yet."""

    __tablename__ = "ingest_undecided"

    feed_id: str = Field(primary_key=True, max_length=36)
    patient_key: str = Field(primary_key=True, max_length=22)


class Awaited(SQLModel, table=True):
    """A reference to something that has not arrived: when it does, this patient is decided again."""

    __tablename__ = "ingest_awaited"

    feed_id: str = Field(primary_key=True, max_length=36)
    source_key: str = Field(primary_key=True, max_length=22)
    patient_key: str = Field(primary_key=True, max_length=22)


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
    key: str = Field(max_length=22)
    """Keyed digest of rule and resource, so that the same problem is one case."""
    rule: str = Field(max_length=40)
    message_id: str = Field(default="", max_length=36)
    record_id: str = Field(default="", max_length=36, index=True)
    """Patient record that it touches, where there is one."""
    evidence: bytes | None = sealed(4, nullable=True)
    """JSON: type and id of the resource, and what was found."""
    state: str = Field(default="open", max_length=10)
    owner: str = Field(default="", max_length=60)
    opened_at: datetime = instant()
