# pyright: reportAssignmentType=false, reportIncompatibleVariableOverride=false
# SQLModel declares __tablename__ as a declared_attr; a plain name is what it wants.
"""Details of entries. Keyed by entry, no person here: they are reached through a `Chart` alone."""

from __future__ import annotations

from sqlalchemy import Index, true
from sqlmodel import Field, SQLModel

from health_cloud.core.crypto import sealed
from health_cloud.core.ids import new_id


class Content(SQLModel, table=True):
    """The content of one version of an entry: zlib of JSON of `records.content.EntryContent`, sealed."""

    __tablename__ = "records_content"

    id: str = Field(primary_key=True, max_length=36, foreign_key="chart_entry_version.id")
    """The entry version's id."""
    entry_id: str = Field(foreign_key="chart_entry.id", max_length=36, index=True)
    body: bytes | None = sealed(4, nullable=True)


class EntryWords(SQLModel, table=True):
    """What one version of an entry may be found by: names of analytes, diagnoses and medicines, sealed."""

    __tablename__ = "records_words"

    id: str = Field(primary_key=True, max_length=36, foreign_key="chart_entry_version.id")
    """The entry version's id."""
    entry_id: str = Field(foreign_key="chart_entry.id", max_length=36, index=True)
    body: bytes | None = sealed(4, nullable=True)


class Result(SQLModel, table=True):
    """One result of an entry's current version, for trends. Values keep the text they came with."""

    __tablename__ = "records_result"
    __table_args__ = (Index("ix_records_result_analyte", "analyte", "entry_id"),)

    id: str = Field(default_factory=new_id, primary_key=True, max_length=36)
    entry_id: str = Field(foreign_key="chart_entry.id", max_length=36, index=True)
    position: int
    analyte: str = Field(default="", max_length=80)
    """`system|code`, or the name where there is no code."""
    value: str = ""
    number: str = Field(default="", max_length=40)
    """Decimal as text, empty where the value is no single number."""
    unit: str = Field(default="", max_length=60)
    flag: str = Field(default="", max_length=12)
    specimen: str = Field(default="", max_length=80)
    method: str = Field(default="", max_length=80)
    """What it was measured in and how, as given: without them two values are not comparable."""


class Blob(SQLModel, table=True):
    """An original (PDF, image, text), content-addressed; the bytes lie sealed in the blob store."""

    __tablename__ = "records_blob"

    id: str = Field(primary_key=True, max_length=43)
    """Keyed hash of the bytes."""
    size: int
    content_type: str = Field(max_length=100)


class Document(SQLModel, table=True):
    """An original that belongs to an entry, in its current version or in an earlier one."""

    __tablename__ = "records_document"

    id: str = Field(default_factory=new_id, primary_key=True, max_length=36)
    entry_id: str = Field(foreign_key="chart_entry.id", max_length=36, index=True)
    blob_id: str = Field(foreign_key="records_blob.id", max_length=43)
    title_zh: str = ""
    title_en: str = ""
    content_type: str = Field(max_length=100)
    position: int = 0
    current: bool = Field(default=True, sa_column_kwargs={"server_default": true()})
    """Whether the current version names it; else the hospital has replaced it, and earlier versions name it."""
