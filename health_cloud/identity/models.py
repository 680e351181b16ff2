# pyright: reportAssignmentType=false, reportIncompatibleVariableOverride=false
# SQLModel declares __tablename__ as a declared_attr; a plain name is what it wants.
"""Tables of identity: the directory, the patient index, accounts, factors and sessions."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from health_cloud.core.crypto import blinded, sealed
from health_cloud.core.ids import new_id
from health_cloud.core.instants import instant


class Organization(SQLModel, table=True):
    """A hospital: the tenant that feeds, records, accounts and policies belong to."""

    __tablename__ = "identity_organization"

    id: str = Field(default_factory=new_id, primary_key=True, max_length=36)
    code: str = Field(max_length=60, unique=True)
    name_zh: str = ""
    name_en: str = ""
    timezone: str = Field(default="Asia/Shanghai", max_length=60)
    demo: bool = False
    created_at: datetime = instant()


class Department(SQLModel, table=True):
    """A department or campus as the hospital's feeds name it; `partOf` gives the parent."""

    __tablename__ = "identity_department"
    __table_args__ = (UniqueConstraint("organization_id", "source_id"),)

    id: str = Field(default_factory=new_id, primary_key=True, max_length=36)
    organization_id: str = Field(foreign_key="identity_organization.id", max_length=36)
    source_id: str = Field(max_length=200)
    name_zh: str = ""
    name_en: str = ""
    parent_source_id: str = Field(default="", max_length=200)
    kind: str = Field(default="department", max_length=20)
    """`department`, `campus` or `place` (an organization that is named but is no department)."""
    sensitive: bool = False
    """Never an answer or decoy of a verification question (psychiatry, venereology, ...)."""


class Practitioner(SQLModel, table=True):
    """A physician or other professional as the hospital's feeds name them."""

    __tablename__ = "identity_practitioner"
    __table_args__ = (UniqueConstraint("organization_id", "source_id"),)

    id: str = Field(default_factory=new_id, primary_key=True, max_length=36)
    organization_id: str = Field(foreign_key="identity_organization.id", max_length=36)
    source_id: str = Field(max_length=200)
    name_zh: str = ""
    name_en: str = ""
    title_zh: str = ""
    title_en: str = ""
    department_id: str | None = Field(default=None, foreign_key="identity_department.id", max_length=36)


class Person(SQLModel, table=True):
    """Somebody in the patient index. All they are called stands in their patient records."""

    __tablename__ = "identity_person"

    id: str = Field(default_factory=new_id, primary_key=True, max_length=36)
    created_at: datetime = instant()
    conflict: str = Field(default="", max_length=40)
    """Rule of an unresolved identity conflict; while set, nothing of this person is shown to anyone."""
    deceased_at: datetime | None = instant(nullable=True)


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
    """`national_id`, `social_security_card`, `visit_card`, `medical_record`, `passport`, `other`."""
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
    """`new` (must set password and second factor), `active`, `disabled`."""
    password_hash: str = ""
    totp: bytes | None = sealed(5, nullable=True)
    totp_step: int = 0
    """Last accepted time step: a code is accepted once."""
    failures: int = 0
    """Consecutive failures; 100 disable the password until unlocked (NIST SP 800-63B-4)."""
    language: str = Field(default="", max_length=5)
    created_at: datetime = instant()


class RecoveryCode(SQLModel, table=True):
    """A one-time way in without the authenticator app, kept as HMAC."""

    __tablename__ = "identity_recovery_code"

    id: str = Field(default_factory=new_id, primary_key=True, max_length=36)
    account_id: str = Field(foreign_key="identity_account.id", max_length=36, index=True)
    blind: str = blinded(index=False)
    used_at: datetime | None = instant(nullable=True)


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


class Verification(SQLModel, table=True):
    """One attempt at proving who one is; everything about it is judged at the end."""

    __tablename__ = "identity_verification"

    id: str = Field(default_factory=new_id, primary_key=True, max_length=36)
    device: str = blinded()
    """The browser's own secret: the attempt can be continued from there alone."""
    content: bytes | None = sealed(4, nullable=True)
    """JSON: the record found (or none), the questions with their right answers, the answers given."""
    state: str = Field(default="questions", max_length=20)
    """`questions`, `code`, `proved`, `activated`, `used`, `failed`, `dropped`."""
    person_id: str = Field(default="", max_length=36)
    account_id: str = Field(default="", max_length=36)
    """The account to activate: of a physician or staff member from the start, of a patient once made."""
    attempts: int = 0
    """Codes tried, and how many were sent in `sent`; both bounded, whatever browser they come from."""
    sent: int = 0
    created_at: datetime = instant()
    expires_at: datetime = instant()


class Code(SQLModel, table=True):
    """A one-time code: by SMS or e-mail for a verification, or printed at the desk."""

    __tablename__ = "identity_code"

    id: str = Field(default_factory=new_id, primary_key=True, max_length=36)
    purpose: str = Field(max_length=20)
    """`contact` (10 minutes), `desk` (patient, 7 days) or `account` (physician or staff, 7 days)."""
    verification_id: str = Field(default="", max_length=36, index=True)
    person_id: str = Field(default="", max_length=36, index=True)
    account_id: str = Field(default="", max_length=36, index=True)
    blind: str = blinded(index=False)
    attempts: int = 0
    created_at: datetime = instant()
    expires_at: datetime = instant()
    used_at: datetime | None = instant(nullable=True)


class Throttle(SQLModel, table=True):
    """Failures of one identifier, device or address within a window."""

    __tablename__ = "identity_throttle"

    key: str = Field(primary_key=True, max_length=80)
    failures: int = 0
    window_ends_at: datetime = instant()
    blocked_until: datetime | None = instant(nullable=True)
