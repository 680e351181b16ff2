# pyright: reportAssignmentType=false, reportIncompatibleVariableOverride=false
# SQLModel declares __tablename__ as a declared_attr; a plain name is what it wants.
"""Tables that every feature stands on: the ledger, facts, changes told to other processes, and leases of jobs."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, Column, Index, Integer, UniqueConstraint
from sqlmodel import Field, SQLModel

from health_cloud.core.crypto import sealed
from health_cloud.core.ids import new_id
from health_cloud.core.instants import instant


class LedgerLine(SQLModel, table=True):
    """One use of a chart or one security-relevant act. Ids and codes only; never changed, never deleted.

    `chain` is `person:<id>`, `organization:<id>` or `installation`; `hash` covers every other column, as
    `ledger.content_of` gives them.
    """

    __tablename__ = "core_ledger_line"
    __table_args__ = (
        UniqueConstraint("chain", "seq"),
        Index("ix_core_ledger_line_actor", "actor_account_id", "at"),
    )

    id: str = Field(default_factory=new_id, primary_key=True, max_length=36)
    chain: str = Field(max_length=60)
    seq: int
    at: datetime = instant()
    actor_account_id: str = Field(max_length=60)
    actor_role: str = Field(max_length=20)
    actor_organization_id: str = Field(default="", max_length=36)
    action: str = Field(max_length=60)
    outcome: str = Field(max_length=20)
    basis: str = Field(default="", max_length=20)
    basis_id: str = Field(default="", max_length=60)
    policy_version: int = 0
    record_class: str = Field(default="", max_length=20)
    reason: str = Field(default="", max_length=80)
    detail: str = Field(default="")
    """Canonical JSON of filter, entry ids (or digest and count over 50) and other ids."""
    previous: str = Field(max_length=64)
    hash: str = Field(max_length=64)


class LedgerHead(SQLModel, table=True):
    """The newest line of each chain; writing a line locks its head, so that a chain never forks."""

    __tablename__ = "core_ledger_head"

    chain: str = Field(primary_key=True, max_length=60)
    seq: int
    hash: str = Field(max_length=64)
    checked_seq: int = 0
    """Up to which line a signed checkpoint has covered this chain."""


class LedgerNote(SQLModel, table=True):
    """Free text of a line (a reason, a word), outside the chain by salted hash, so that it can be erased."""

    __tablename__ = "core_ledger_note"

    id: str = Field(primary_key=True, max_length=36, foreign_key="core_ledger_line.id")
    salt: str = Field(max_length=32)
    text: bytes | None = sealed(3, nullable=True)


class Fact(SQLModel, table=True):
    """Something that happened, for others to act on after the commit; ids only."""

    __tablename__ = "core_fact"

    id: str = Field(default_factory=new_id, primary_key=True, max_length=36)
    kind: str = Field(max_length=60)
    payload: str = "{}"
    at: datetime = instant()
    done_at: datetime | None = instant(nullable=True, index=True)


class FactDelivery(SQLModel, table=True):
    """One subscriber has acted on one fact, in the transaction that did so."""

    __tablename__ = "core_fact_delivery"

    fact_id: str = Field(primary_key=True, max_length=36, foreign_key="core_fact.id")
    subscriber: str = Field(primary_key=True, max_length=60)
    at: datetime = instant()


class Lease(SQLModel, table=True):
    """Which worker runs a job that must run once."""

    __tablename__ = "core_lease"

    job: str = Field(primary_key=True, max_length=60)
    holder: str = Field(max_length=60)
    until: datetime = instant()


class Change(SQLModel, table=True):
    """Topics that a committed transaction has changed, for the other processes' open screens; kept for minutes.

    `transaction` is PostgreSQL's own number of the transaction, since numbers given out in one order are committed
    in another there; SQLite has one writer, so that `id` is the order of commits.
    """

    __tablename__ = "core_change"
    __table_args__ = ({"sqlite_autoincrement": True},)  # a number that was pruned is never given out again

    id: int | None = Field(
        default=None, sa_column=Column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True)
    )
    transaction: int = Field(default=0, sa_column=Column(BigInteger, nullable=False, index=True))
    process: str = Field(max_length=60)
    topics: str
    """Names parted by blanks: ids only."""
    at: datetime = instant(index=True)
