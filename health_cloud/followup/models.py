# pyright: reportAssignmentType=false, reportIncompatibleVariableOverride=false
# SQLModel declares __tablename__ as a declared_attr; a plain name is what it wants.
"""Tables of follow-up: weekly hours, days without a clinic, slots, appointments, visits and their talk."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from health_cloud.core.crypto import sealed
from health_cloud.core.ids import new_id
from health_cloud.core.instants import instant

_LIVE = text("state IN ('requested', 'accepted')")
_OPEN = text("state = 'open'")


class Clinic(SQLModel, table=True):
    """A physician who holds regular hours; who changes anything in their calendar locks this row first."""

    __tablename__ = "followup_clinic"

    physician_account_id: str = Field(primary_key=True, foreign_key="identity_account.id", max_length=36)
    organization_id: str = Field(foreign_key="identity_organization.id", max_length=36, index=True)
    laid_until: str = Field(default="", max_length=10)
    """The last day, on the hospital's calendar, whose times are laid out."""


class Hours(SQLModel, table=True):
    """Weekly hours of a physician (FHIR Schedule): days are ISO text, times HH:MM, all on the hospital's clock."""

    __tablename__ = "followup_hours"

    id: str = Field(default_factory=new_id, primary_key=True, max_length=36)
    organization_id: str = Field(foreign_key="identity_organization.id", max_length=36)
    physician_account_id: str = Field(foreign_key="followup_clinic.physician_account_id", max_length=36, index=True)
    department_id: str = Field(foreign_key="identity_department.id", max_length=36)
    weekday: int
    """0 is Monday."""
    begins: str = Field(max_length=5)
    ends: str = Field(max_length=5)
    minutes: int
    kinds: str = Field(max_length=30)
    quota: int = 0
    """At most so many times a day, the earliest; 0 for all that fit."""
    valid_from: str = Field(max_length=10)
    valid_until: str = Field(default="", max_length=10)
    """The last day; empty for no end."""
    ended_at: datetime | None = instant(nullable=True)
    created_at: datetime = instant()


class DayOff(SQLModel, table=True):
    """A day without regular hours: of one physician or, with an empty account, of the whole hospital."""

    __tablename__ = "followup_day_off"
    __table_args__ = (UniqueConstraint("organization_id", "physician_account_id", "day"),)

    id: str = Field(default_factory=new_id, primary_key=True, max_length=36)
    organization_id: str = Field(foreign_key="identity_organization.id", max_length=36)
    physician_account_id: str = Field(default="", max_length=36)
    day: str = Field(max_length=10)
    name: str = Field(default="", max_length=40)
    """What a hospital calls its holiday."""
    created_at: datetime = instant()


class Opening(SQLModel, table=True):
    """How far ahead a hospital opens its times and at which hour of its clock, and until when one may cancel."""

    __tablename__ = "followup_opening"

    organization_id: str = Field(primary_key=True, foreign_key="identity_organization.id", max_length=36)
    days_ahead: int
    opens_at: str = Field(max_length=5)
    cancel_hours: int
    changed_by: str = Field(foreign_key="identity_account.id", max_length=36)
    changed_at: datetime = instant()


class Slot(SQLModel, table=True):
    """A time that a physician offers for one follow-up visit."""

    __tablename__ = "followup_slot"
    __table_args__ = (
        UniqueConstraint("physician_account_id", "starts_at"),
        Index("ix_followup_slot_free", "department_id", "starts_at"),
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


class Hold(SQLModel, table=True):
    """A time that its patient has chosen and is about to book; one a time, and one a person. Over at `until_at`."""

    __tablename__ = "followup_hold"
    __table_args__ = (UniqueConstraint("person_id"),)

    slot_id: str = Field(primary_key=True, foreign_key="followup_slot.id", max_length=36)
    person_id: str = Field(foreign_key="identity_person.id", max_length=36)
    until_at: datetime = instant()


class Appointment(SQLModel, table=True):
    """A patient's claim on a slot; at most one living claim a slot, kept by the index itself."""

    __tablename__ = "followup_appointment"
    __table_args__ = (
        Index("ix_followup_appointment_live", "slot_id", unique=True, sqlite_where=_LIVE, postgresql_where=_LIVE),
        Index("ix_followup_appointment_person", "person_id", "created_at"),
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


class Checked(SQLModel, table=True):
    """What a patient answered before booking with a physician, and what the rules said; a yes holds for a day.

    What was said at the booking itself is kept with that; the others go when the next one is made.
    """

    __tablename__ = "followup_checked"
    __table_args__ = (
        Index("ix_followup_checked_person", "person_id", "physician_account_id", "department_id", "made_at"),
        Index("ix_followup_checked_appointment", "appointment_id"),
    )

    id: str = Field(default_factory=new_id, primary_key=True, max_length=36)
    person_id: str = Field(foreign_key="identity_person.id", max_length=36)
    account_id: str = Field(max_length=36)  # may be erased one day, and this stays
    """Who answered: the patient, or a guardian who books."""
    physician_account_id: str = Field(foreign_key="identity_account.id", max_length=36)
    department_id: str = Field(foreign_key="identity_department.id", max_length=36)
    rules_version: int
    answers: bytes = sealed(4)
    """JSON: the disease, the symptoms, whether a controlled medicine is wanted."""
    verdict: bytes = sealed(4)
    """JSON of `views.Verdict`."""
    met: bool
    given: bytes | None = sealed(3, nullable=True)
    """JSON: what the physician may read once a time is booked, and when online care was agreed to; empty until then."""
    made_at: datetime = instant()
    until_at: datetime = instant()
    appointment_id: str = Field(default="", max_length=36)
    """The booking at which the rules were asked again; empty for what came before."""


class Visit(SQLModel, table=True):
    """What becomes of an accepted appointment once somebody comes: who came when, its beginning and its end.

    A physician has one open visit at a time, kept by the index itself.
    """

    __tablename__ = "followup_visit"
    __table_args__ = (
        Index(
            "ix_followup_visit_open", "physician_account_id", unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN
        ),
    )

    appointment_id: str = Field(foreign_key="followup_appointment.id", primary_key=True, max_length=36)
    physician_account_id: str = Field(foreign_key="identity_account.id", max_length=36)
    state: str = Field(default="waiting", max_length=10)
    """`waiting`, `open` or `ended`."""
    patient_came_at: datetime | None = instant(nullable=True)
    physician_came_at: datetime | None = instant(nullable=True)
    opened_at: datetime | None = instant(nullable=True)
    ended_at: datetime | None = instant(nullable=True)
    messages: int = 0
    """Number of the newest message."""


class Message(SQLModel, table=True):
    """Something said in a visit. The browser names it by a key, so that however often it is sent it stands once."""

    __tablename__ = "followup_message"
    __table_args__ = (
        UniqueConstraint("appointment_id", "number"),
        UniqueConstraint("appointment_id", "account_id", "key"),
    )

    id: str = Field(default_factory=new_id, primary_key=True, max_length=36)
    appointment_id: str = Field(foreign_key="followup_visit.appointment_id", max_length=36)
    number: int
    account_id: str = Field(max_length=36)  # may be erased one day, and this stays
    side: str = Field(max_length=10)
    """`patient` (themselves or who acts for them) or `physician`."""
    speaker_id: str = Field(default="", max_length=36)
    """The person who spoke for the patient; empty where it was the patient, or the physician."""
    key: str = Field(max_length=36)
    text: bytes | None = sealed(4, nullable=True)
    at: datetime = instant()


class Prepared(SQLModel, table=True):
    """What a patient has prepared for a follow-up: their own words and what they measured at home."""

    __tablename__ = "followup_prepared"

    appointment_id: str = Field(foreign_key="followup_appointment.id", primary_key=True, max_length=36)
    account_id: str = Field(max_length=36)  # may be erased one day, and this stays
    """Who wrote it last: the patient, or a guardian who books."""
    body: bytes = sealed(4)
    """JSON: text, values by name of `measures.toml`, the day on which they were measured."""
    changed_at: datetime = instant()
