# pyright: reportAssignmentType=false, reportIncompatibleVariableOverride=false
# SQLModel declares __tablename__ as a declared_attr; a plain name is what it wants.
"""Tables of the patient index: people, records, links, identifiers, contacts."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from health_cloud.core.crypto import blinded, sealed
from health_cloud.core.ids import new_id
from health_cloud.core.instants import instant


class Person(SQLModel, table=True):
    """Somebody in the patient index. All they are called stands in their patient records."""

    __tablename__ = "identity_person"

    id: str = Field(default_factory=new_id, primary_key=True, max_length=36)
    created_at: datetime = instant()
    conflict: str = Field(default="", max_length=40)
    """Rule of an unresolved identity conflict; while set, nothing of this person is shown to anyone."""
    deceased_at: datetime | None = instant(nullable=True)
    agreed: int = 0
    """Version of the notice whose needed purposes are in force; 0 for none yet, -1 once one is withdrawn."""


class PatientRecord(SQLModel, table=True):
    """A patient as one hospital knows them. Names and birth date are sealed as one JSON of demographics."""

    __tablename__ = "identity_patient_record"

    id: str = Field(default_factory=new_id, primary_key=True, max_length=36)
    organization_id: str = Field(foreign_key="identity_organization.id", max_length=36, index=True)
    demographics: bytes | None = sealed(3, nullable=True)
    """JSON: name_zh, name_en, sex (male female other unknown), birth_date (as given, maybe partial), address."""
    birth_blind: str = blinded()
    source_at: datetime | None = instant(nullable=True)
    """When the source last changed it: an older version that arrives later never replaces."""
    updated_at: datetime = instant()


class RecordKey(SQLModel, table=True):
    """An id under which a feed names a patient record; several may name the same one."""

    __tablename__ = "identity_record_key"

    feed_id: str = Field(primary_key=True, max_length=36)
    source_key: str = Field(primary_key=True, max_length=22)
    """Keyed digest of the id: some hospitals use ID numbers as ids."""
    record_id: str = Field(foreign_key="identity_patient_record.id", max_length=36, index=True)


class Link(SQLModel, table=True):
    """Why a patient record belongs to a person; ended, never deleted."""

    __tablename__ = "identity_link"
    __table_args__ = (
        Index(
            "ix_identity_link_live",
            "record_id",
            unique=True,
            sqlite_where=text("to_at IS NULL"),
            postgresql_where=text("to_at IS NULL"),
        ),
        Index("ix_identity_link_person", "person_id"),
    )

    id: str = Field(default_factory=new_id, primary_key=True, max_length=36)
    person_id: str = Field(foreign_key="identity_person.id", max_length=36)
    record_id: str = Field(foreign_key="identity_patient_record.id", max_length=36)
    method: str = Field(max_length=20)
    """`new`, `national_id`, `desk`."""
    by: str = Field(max_length=60)
    from_at: datetime = instant()
    to_at: datetime | None = instant(nullable=True)


class Identifier(SQLModel, table=True):
    """A number that names a patient record, sealed and found by its blind index."""

    __tablename__ = "identity_identifier"
    __table_args__ = (
        UniqueConstraint("record_id", "kind", "blind"),
        Index("ix_identity_identifier_blind", "kind", "blind"),
    )

    id: str = Field(default_factory=new_id, primary_key=True, max_length=36)
    record_id: str = Field(foreign_key="identity_patient_record.id", max_length=36)
    kind: str = Field(max_length=30)
    """`national_id`, `social_security_card`, `visit_card`, `medical_record`, `passport`, `hk_macau_permit`,
    `taiwan_permit`, `foreign_resident`, `other`."""
    value: bytes | None = sealed(4, nullable=True)
    blind: str = blinded(index=False)


class Contact(SQLModel, table=True):
    """A phone number or address that the hospital holds of a patient."""

    __tablename__ = "identity_contact"
    __table_args__ = (
        UniqueConstraint("record_id", "kind", "blind"),
        Index("ix_identity_contact_blind", "kind", "blind"),
    )

    id: str = Field(default_factory=new_id, primary_key=True, max_length=36)
    record_id: str = Field(foreign_key="identity_patient_record.id", max_length=36)
    kind: str = Field(max_length=10)
    """`phone` or `email`."""
    value: bytes | None = sealed(3, nullable=True)
    blind: str = blinded(index=False)
