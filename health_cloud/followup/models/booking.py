# pyright: reportAssignmentType=false, reportIncompatibleVariableOverride=false
# SQLModel declares __tablename__ as a declared_attr; a plain name is what it wants.
"""Times and who has them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from health_cloud.core.crypto import sealed
from health_cloud.core.ids import new_id
from health_cloud.core.instants import instant

_LIVE = text("state IN ('requested', 'accepted')")
_CHOSEN = text("kind = 'chosen'")


class Slot(SQLModel, table=True):
    """A time that a physician offers for one follow-up visit."""

    __tablename__ = "followup_slot"
    __table_args__ = (
        UniqueConstraint("physician_account_id", "starts_at"),
        Index("ix_followup_slot_place", "department_id", "physician_account_id", "starts_at"),
    )

    id: str = Field(default_factory=new_id, primary_key=True, max_length=36)
    organization_id: str = Field(foreign_key="identity_organization.id", max_length=36)
    physician_account_id: str = Field(foreign_key="identity_account.id", max_length=36)
    department_id: str = Field(foreign_key="identity_department.id", max_length=36)
    starts_at: datetime = instant()
    ends_at: datetime = instant()
    state: str = Field(default="open", max_length=10)
    """`open`, `closed` by hand, or `withdrawn` since the hours it came from no longer hold."""
    hours_id: str | None = Field(default=None, max_length=36)
    """The weekly hours (`followup_hours`) it was laid out from; nothing when the physician offered it by hand."""
    kinds: str = Field(default="text", max_length=30)
    """How one may meet then: of `text`, `video`, `in_person`, parted by commas."""
    room: str = Field(default="", max_length=80)
    """Where in the hospital one comes to in person, as its physician says it; it stays as it was booked."""


class Hold(SQLModel, table=True):
    """A time that is kept for one person, over at `until_at`; one a time.

    Of what somebody has chosen to book there is one a person, kept by the index itself.
    """

    __tablename__ = "followup_hold"
    __table_args__ = (
        Index("ix_followup_hold_chosen", "person_id", unique=True, sqlite_where=_CHOSEN, postgresql_where=_CHOSEN),
        Index("ix_followup_hold_appointment", "appointment_id"),
    )

    slot_id: str = Field(primary_key=True, foreign_key="followup_slot.id", max_length=36)
    person_id: str = Field(foreign_key="identity_person.id", max_length=36)
    until_at: datetime = instant()
    kind: str = Field(default="chosen", max_length=10)
    """`chosen` by its patient, `proposed` by the physician, `offered` to who waits; `left` where another was chosen."""
    appointment_id: str = Field(default="", max_length=36)
    """The appointment for which a physician proposes it; empty otherwise."""
    times: int = 1
    """How often in a row the same person has chosen it."""


class Appointment(SQLModel, table=True):
    """A patient's claim on a slot; at most one living claim a slot, kept by the index itself."""

    __tablename__ = "followup_appointment"
    __table_args__ = (
        Index("ix_followup_appointment_live", "slot_id", unique=True, sqlite_where=_LIVE, postgresql_where=_LIVE),
        Index("ix_followup_appointment_person", "person_id", "created_at"),
        Index("ix_followup_appointment_slot", "slot_id"),
    )

    id: str = Field(default_factory=new_id, primary_key=True, max_length=36)
    slot_id: str = Field(foreign_key="followup_slot.id", max_length=36)
    person_id: str = Field(foreign_key="identity_person.id", max_length=36)
    reason: bytes | None = sealed(4, nullable=True)
    word: bytes | None = sealed(3, nullable=True)
    """What the physician answered."""
    state: str = Field(default="requested", max_length=12)
    """`requested`, `accepted`, `declined`, `cancelled`."""
    ended_by: str = Field(default="", max_length=10)
    """`patient`, `physician` or `hospital` (an event in the life of the account), when cancelled."""
    created_at: datetime = instant()
    changed_at: datetime = instant()
    kind: str = Field(default="text", max_length=10)
    """How the two meet: `text`, `video` or `in_person`; one of its time's kinds."""
    given: bytes | None = sealed(3, nullable=True)
    """JSON: what the physician may read at a visit in person, and since when; one online keeps it with its check."""
    answered_at: datetime | None = instant(nullable=True)
    """When its physician accepted, declined, or proposed another time, first."""
    moved: int = 0
    """How often it was moved to another time (SEQUENCE of RFC 5545)."""
