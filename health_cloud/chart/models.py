# pyright: reportAssignmentType=false, reportIncompatibleVariableOverride=false
# SQLModel declares __tablename__ as a declared_attr; a plain name is what it wants.
"""The only tables that tie clinical data to a person."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from health_cloud.core.crypto import sealed
from health_cloud.core.ids import new_id
from health_cloud.core.instants import instant

_GROUPED = text("group_key IS NOT NULL")


class ReleaseKey(SQLModel, table=True):
    """What a release rule can distinguish; many entries share one, so that publishing a policy touches none."""

    __tablename__ = "chart_release_key"
    __table_args__ = (
        UniqueConstraint("organization_id", "record_class", "visit_type", "kind_group", "department_id", "sensitivity"),
    )

    id: str = Field(default_factory=new_id, primary_key=True, max_length=36)
    organization_id: str = Field(foreign_key="identity_organization.id", max_length=36)
    record_class: str = Field(max_length=20)
    visit_type: str = Field(default="none", max_length=20)
    kind_group: str = Field(default="", max_length=30)
    department_id: str = Field(default="", max_length=36)
    sensitivity: str = Field(default="", max_length=20)


class ChartEncounter(SQLModel, table=True):
    """A visit of a patient, also one that is not (yet) an outcome: entries hang on it."""

    __tablename__ = "chart_encounter"
    __table_args__ = (
        UniqueConstraint("feed_id", "source_id", "record_id"),
        Index("ix_chart_encounter_person", "person_id", "occurred_at"),
        Index("ix_chart_encounter_record", "record_id"),
        Index("ix_chart_encounter_team", "department_id", "status", "occurred_at"),
    )

    id: str = Field(default_factory=new_id, primary_key=True, max_length=36)
    organization_id: str = Field(foreign_key="identity_organization.id", max_length=36)
    feed_id: str = Field(max_length=36)
    source_id: str = Field(max_length=200)
    record_id: str = Field(foreign_key="identity_patient_record.id", max_length=36)
    person_id: str = Field(foreign_key="identity_person.id", max_length=36)
    visit_type: str = Field(default="none", max_length=20)
    status: str = Field(default="", max_length=20)
    occurred_at: datetime | None = instant(nullable=True)
    occurred_text: str = Field(default="", max_length=40)
    ended_at: datetime | None = instant(nullable=True)
    department_id: str | None = Field(default=None, foreign_key="identity_department.id", max_length=36)
    practitioner_id: str | None = Field(default=None, foreign_key="identity_practitioner.id", max_length=36)
    title_zh: str = ""
    title_en: str = ""


class ChartEntry(SQLModel, table=True):
    """One entry of one of the six classes. `person_id` is maintained by link and unlink alone.

    `record_id` never changes. The index below serves keyset pages: newest first within person and class.
    """

    __tablename__ = "chart_entry"
    __table_args__ = (
        UniqueConstraint("feed_id", "source_type", "source_id", "record_id"),
        Index(
            "ix_chart_entry_page",
            "person_id",
            "record_class",
            "state",
            "occurred_at",
            "id",
            "release_key_id",
            "outcome_at",
        ),
        Index("ix_chart_entry_recent", "person_id", "state", "outcome_at"),
        Index("ix_chart_entry_encounter", "encounter_id"),
        Index("ix_chart_entry_record", "record_id"),
        Index("ix_chart_entry_group", "group_key", sqlite_where=_GROUPED, postgresql_where=_GROUPED),
    )

    id: str = Field(default_factory=new_id, primary_key=True, max_length=36)
    organization_id: str = Field(foreign_key="identity_organization.id", max_length=36)
    feed_id: str = Field(max_length=36)
    source_type: str = Field(max_length=40)
    source_id: str = Field(max_length=200)
    record_id: str = Field(foreign_key="identity_patient_record.id", max_length=36)
    person_id: str = Field(foreign_key="identity_person.id", max_length=36)
    record_class: str = Field(max_length=20)
    state: str = Field(max_length=10)
    held_reason: str = Field(default="", max_length=30)
    encounter_id: str | None = Field(default=None, foreign_key="chart_encounter.id", max_length=36)
    release_key_id: str = Field(foreign_key="chart_release_key.id", max_length=36)
    occurred_at: datetime = instant()
    """UTC; of a partial date its first instant in the hospital's zone. Unknown: arrival."""
    occurred_text: str = Field(default="", max_length=40)
    """As the source wrote it."""
    precision: str = Field(default="second", max_length=10)
    timezone: str = Field(default="", max_length=60)
    outcome_at: datetime = instant()
    """When it became an outcome (issued, paid, archived), else arrival: delays run from it."""
    arrived_at: datetime = instant()
    title_zh: str = ""
    title_en: str = ""
    place_zh: str = ""
    place_en: str = ""
    practitioner_zh: str = ""
    practitioner_en: str = ""
    flag: str = Field(default="", max_length=12)
    """Worst flag of its results: `critical`, `high`, `low`, `abnormal`, `normal`, or empty when none was given."""
    flagged: int = 0
    """How many of its results are flagged other than normal."""
    version: int = 1
    group_key: str | None = Field(default=None, max_length=22)
    """Keyed digest of what its feed calls the whole that it is a part of: medicines of one prescription share it."""


class Background(SQLModel, table=True):
    """What a feed says of a patient apart from any visit (problem list, allergies): no entry, shown in the summary.

    `person_id` is maintained by link and unlink alone, as for entries.
    """

    __tablename__ = "chart_background"
    __table_args__ = (UniqueConstraint("feed_id", "record_id"),)

    id: str = Field(default_factory=new_id, primary_key=True, max_length=36)
    organization_id: str = Field(foreign_key="identity_organization.id", max_length=36)
    feed_id: str = Field(max_length=36)
    record_id: str = Field(foreign_key="identity_patient_record.id", max_length=36, index=True)
    person_id: str = Field(foreign_key="identity_person.id", max_length=36, index=True)
    digest: str = Field(max_length=22)
    """Keyed digest of what a reader sees."""
    body: bytes | None = sealed(4, nullable=True)
    """zlib of JSON of `records.content.EntryContent`."""
    arrived_at: datetime = instant()
    """When this content came: the state that it tells is of then."""


class EntryVersion(SQLModel, table=True):
    """A version of an entry; all stay. Its content lies with `records`, under this id."""

    __tablename__ = "chart_entry_version"
    __table_args__ = (UniqueConstraint("entry_id", "content_hash"),)

    id: str = Field(default_factory=new_id, primary_key=True, max_length=36)
    entry_id: str = Field(foreign_key="chart_entry.id", max_length=36, index=True)
    number: int
    content_hash: str = Field(max_length=64)
    """Keyed digest of what a reader sees."""
    source_hash: str = Field(default="", max_length=22)
    """Keyed digest of the resource that it was made of: a history has each content of the source once."""
    status: str = Field(default="", max_length=20)
    message_id: str | None = Field(default=None, max_length=36)
    source_at: datetime | None = instant(nullable=True)
    """When the source last changed it (meta.lastUpdated, else issued): decides which version is newest."""
    arrived_at: datetime = instant()
    current: bool = True


class Source(SQLModel, table=True):
    """How far one feed of a hospital has brought everything: its imports write it, whoever shows records reads it."""

    __tablename__ = "chart_source"

    feed_id: str = Field(primary_key=True, max_length=36)
    organization_id: str = Field(foreign_key="identity_organization.id", max_length=36, index=True)
    name_zh: str = Field(default="", max_length=200)
    """What the hospital calls it; empty where it said nothing."""
    name_en: str = Field(default="", max_length=200)
    cycle: str = Field(default="day", max_length=10)
    """How often it delivers: `real_time`, `day` (within 24 hours), `night`, `none` (promises nothing)."""
    patience_hours: int = 0
    """Silent for longer than so many hours is told; 0: as its cycle has it."""
    state: str = Field(default="whole", max_length=10)
    """How its last import ended: `whole`, `cut_off`, `refused` (some of it could not be read)."""
    complete_to: datetime | None = instant(nullable=True)
    """Everything that it sent up to then is here."""
    tried_at: datetime | None = instant(nullable=True)
    """When its last import began."""
    alive_at: datetime | None = instant(nullable=True)
    """When an import that has not come to its end was at work last; empty while there is none."""


class Gap(SQLModel, table=True):
    """What a feed sent about one patient record could not be taken in: this record stays as it was."""

    __tablename__ = "chart_gap"

    feed_id: str = Field(primary_key=True, max_length=36)
    record_id: str = Field(primary_key=True, foreign_key="identity_patient_record.id", max_length=36)
    person_id: str = Field(foreign_key="identity_person.id", max_length=36, index=True)
    """Maintained by link and unlink alone."""
    since: datetime = instant()


class Opened(SQLModel, table=True):
    """An account has opened an entry in one of its versions: what is not here, or is newer, is "new"."""

    __tablename__ = "chart_opened"

    account_id: str = Field(primary_key=True, max_length=36)
    entry_id: str = Field(primary_key=True, max_length=36, foreign_key="chart_entry.id")
    at: datetime = instant()
    version: int = Field(default=1, sa_column_kwargs={"server_default": "1"})
    """The number of the newest version that was opened."""


class TeamReading(SQLModel, table=True):
    """A treating team has read the records of whom it treats in a visit: since when, so that it is told once."""

    __tablename__ = "chart_team_reading"

    encounter_id: str = Field(primary_key=True, foreign_key="chart_encounter.id", max_length=36)
    department_id: str = Field(primary_key=True, foreign_key="identity_department.id", max_length=36)
    at: datetime = instant()
