# pyright: reportAssignmentType=false, reportIncompatibleVariableOverride=false
# SQLModel declares __tablename__ as a declared_attr; a plain name is what it wants.
"""Tables of prescribing: formularies, prescriptions with each signing of them, payments, and who may report these."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from health_cloud.core.crypto import sealed
from health_cloud.core.ids import new_id
from health_cloud.core.instants import instant

_TAKEN = text("state = 'taken'")
_LAPSING = text("state IN ('signed', 'approved') AND lapsed_at IS NULL")


class Formulary(SQLModel, table=True):
    """A version of what a hospital prescribes online; one of a hospital is taken, the one before stays readable."""

    __tablename__ = "prescribing_formulary"
    __table_args__ = (
        UniqueConstraint("organization_id", "number"),
        Index(
            "ix_prescribing_formulary_taken",
            "organization_id",
            unique=True,
            sqlite_where=_TAKEN,
            postgresql_where=_TAKEN,
        ),
    )

    id: str = Field(default_factory=new_id, primary_key=True, max_length=36)
    organization_id: str = Field(foreign_key="identity_organization.id", max_length=36)
    number: int
    state: str = Field(default="offered", max_length=10)
    """`offered` (loaded, not taken yet), `taken` (in force), `replaced`, `left` (never taken)."""
    hash: str = Field(max_length=64)
    """SHA-256 of the file's bytes."""
    loaded_by: str = Field(max_length=36)
    """Account, or the name of a job."""
    loaded_at: datetime = instant()
    taken_by: str = Field(default="", max_length=36)
    taken_at: datetime | None = instant(nullable=True)


class FormularyLine(SQLModel, table=True):
    """A line of a formulary: a medicine, a group of duplicates, an interaction or an allergy. Never changed."""

    __tablename__ = "prescribing_formulary_line"
    __table_args__ = (UniqueConstraint("formulary_id", "kind", "code"),)

    id: str = Field(default_factory=new_id, primary_key=True, max_length=36)
    formulary_id: str = Field(foreign_key="prescribing_formulary.id", max_length=36)
    kind: str = Field(max_length=12)
    code: str = Field(max_length=40)
    place: int
    """Its place in the file."""
    body: str
    """JSON of its fields."""


class Prescription(SQLModel, table=True):
    """What is prescribed in one visit, from the first draft to the payment."""

    __tablename__ = "prescribing_prescription"
    __table_args__ = (
        UniqueConstraint("visit_id"),
        UniqueConstraint("number"),
        Index("ix_prescribing_prescription_waiting", "organization_id", "state", "signed_at"),
        Index("ix_prescribing_prescription_person", "person_id"),
        Index("ix_prescribing_prescription_lapsing", "signed_at", sqlite_where=_LAPSING, postgresql_where=_LAPSING),
    )

    id: str = Field(default_factory=new_id, primary_key=True, max_length=36)
    visit_id: str = Field(max_length=36)
    """The appointment; its tables lie above this feature."""
    person_id: str = Field(foreign_key="identity_person.id", max_length=36)
    organization_id: str = Field(foreign_key="identity_organization.id", max_length=36)
    department_id: str | None = Field(default=None, foreign_key="identity_department.id", max_length=36)
    physician_account_id: str = Field(foreign_key="identity_account.id", max_length=36)
    number: str = Field(max_length=20)
    """What the cashier calls it."""
    state: str = Field(default="draft", max_length=10)
    """`draft`, `signed` (waits for the pharmacist), `returned`, `approved` (to be paid), `paid`, `refunded`."""
    version: int = 0
    """Number of the last change of the draft: whoever changes another one is told."""
    draft: bytes | None = sealed(4, nullable=True)
    """JSON: the medicines with the reasons given for warnings, and what the physician was given to see."""
    signings: int = 0
    signed_at: datetime | None = instant(nullable=True)
    """When it was signed last."""
    total: int = 0
    """What it costs, in hundredths, as signed last."""
    paid_at: datetime | None = instant(nullable=True)
    lapsed_at: datetime | None = instant(nullable=True)
    """When both were told that nobody reviewed or paid it in time."""
    created_at: datetime = instant()
    changed_at: datetime = instant()


class Signing(SQLModel, table=True):
    """A prescription as its physician signed it, and what the pharmacist said to that. Never changed but for that."""

    __tablename__ = "prescribing_signing"
    __table_args__ = (UniqueConstraint("prescription_id", "number"),)

    id: str = Field(default_factory=new_id, primary_key=True, max_length=36)
    prescription_id: str = Field(foreign_key="prescribing_prescription.id", max_length=36)
    number: int
    body: bytes | None = sealed(4, nullable=True)
    """Canonical JSON of what was signed."""
    digest: str = Field(max_length=64)
    """SHA-256 of that; it stands in the ledger."""
    account_id: str = Field(foreign_key="identity_account.id", max_length=36)
    signed_at: datetime = instant()
    verdict: str = Field(default="", max_length=10)
    """`approved` or `returned`; empty while it waits."""
    reviewer_account_id: str | None = Field(default=None, foreign_key="identity_account.id", max_length=36)
    reviewed_at: datetime | None = instant(nullable=True)
    word: bytes | None = sealed(4, nullable=True)
    """Why it was returned."""


class Payment(SQLModel, table=True):
    """Money that a hospital's cashier says has moved; one line a reference of theirs."""

    __tablename__ = "prescribing_payment"
    __table_args__ = (
        UniqueConstraint("organization_id", "reference"),
        Index("ix_prescribing_payment_prescription", "prescription_id"),
    )

    id: str = Field(default_factory=new_id, primary_key=True, max_length=36)
    organization_id: str = Field(foreign_key="identity_organization.id", max_length=36)
    prescription_id: str = Field(foreign_key="prescribing_prescription.id", max_length=36)
    reference: str = Field(max_length=60)
    kind: str = Field(max_length=10)
    """`payment` or `refund`."""
    amount: int
    """In hundredths."""
    at: datetime = instant()
    """When it moved, as the cashier says."""
    received_at: datetime = instant()
    channel: str = Field(default="cashier", max_length=10)
    """`cashier`, or `demo` (the demonstration's own button)."""


class UnfitPayment(SQLModel, table=True):
    """A cashier's report that was refused: money may have moved, so somebody of the hospital has to see to it."""

    __tablename__ = "prescribing_unfit_payment"
    __table_args__ = (
        UniqueConstraint("organization_id", "mark"),
        Index("ix_prescribing_unfit_payment_open", "organization_id", "settled_at", "last_at"),
    )

    id: str = Field(default_factory=new_id, primary_key=True, max_length=36)
    organization_id: str = Field(foreign_key="identity_organization.id", max_length=36)
    mark: str = Field(max_length=64)
    """SHA-256 of what was said and why it was refused: the same again is counted."""
    number: str = Field(max_length=20)
    """Of the prescription, as the cashier says."""
    reference: str = Field(max_length=60)
    kind: str = Field(max_length=10)
    """`payment` or `refund`."""
    amount: int
    """In hundredths."""
    at: datetime = instant()
    """When it moved, as the cashier says."""
    reason: str = Field(max_length=20)
    """Last part of the key of what was answered."""
    total: int = 0
    """What the prescription costs, in hundredths; nought where there is none of that number."""
    times: int = 1
    first_at: datetime = instant()
    last_at: datetime = instant()
    settled_at: datetime | None = instant(nullable=True)
    settled_by: str = Field(default="", max_length=36)
    """Account; empty where the same reference was taken later."""


class Cashier(SQLModel, table=True):
    """The secret by which a hospital's cashier signs what it reports."""

    __tablename__ = "prescribing_cashier"

    organization_id: str = Field(foreign_key="identity_organization.id", primary_key=True, max_length=36)
    secret: bytes | None = sealed(5, nullable=True)
    set_at: datetime = instant()
