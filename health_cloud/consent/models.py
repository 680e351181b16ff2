# pyright: reportAssignmentType=false, reportIncompatibleVariableOverride=false
# SQLModel declares __tablename__ as a declared_attr; a plain name is what it wants.
"""Tables of consent: what was asked, and what the patient decided."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from health_cloud.core.crypto import blinded, sealed
from health_cloud.core.ids import new_id
from health_cloud.core.instants import instant


class AccessRequest(SQLModel, table=True):
    """A physician asks for part of a patient's records. Without a match `person_id` is empty, and looks the same."""

    __tablename__ = "consent_request"
    __table_args__ = (
        Index("ix_consent_request_person", "person_id", "state"),
        Index("ix_consent_request_asker", "asker_account_id", "created_at"),
    )

    id: str = Field(default_factory=new_id, primary_key=True, max_length=36)
    person_id: str = Field(default="", max_length=36)
    asker_account_id: str = Field(foreign_key="identity_account.id", max_length=36)
    organization_id: str = Field(foreign_key="identity_organization.id", max_length=36)
    asked_by: str = Field(default="visit_card", max_length=12)
    """How the patient was named: `visit_card`, `national_id`, `today` (an own follow-up of that day), `ward` (an open
    visit to the asker's department) or `qr` (a code that they showed)."""
    asked_for: bytes | None = sealed(4, nullable=True)
    """What the physician typed (of a national ID number a part), or when the follow-up is; shown back to them alone."""
    purpose: str = Field(max_length=30)
    message: bytes | None = sealed(3, nullable=True)
    classes: str = Field(max_length=120)
    """Record classes, parted by commas."""
    period_from: date | None = None
    period_to: date | None = None
    hours: int
    """For so long from the decision on; at most so long where something else ends it; 0 where `until_at` says when."""
    until_at: datetime | None = instant(nullable=True)
    ends_with: str = Field(default="", max_length=10)
    """What ends it besides the clock: nothing, `opening` (its one) or `visit` (the follow-up)."""
    state: str = Field(default="sent", max_length=20)
    """`sent`, `kept` (away from the patient, as they chose once and for all), `approved`, `denied`, `withdrawn`,
    `lapsed`."""
    reply: bytes | None = sealed(3, nullable=True)
    """What the patient chose to tell the asker, if anything."""
    created_at: datetime = instant()
    lapses_at: datetime = instant()
    decided_at: datetime | None = instant(nullable=True)


class Emergency(SQLModel, table=True):
    """A physician opened a chart without the patient's word: why, until when, and what the review found."""

    __tablename__ = "consent_emergency"
    __table_args__ = (
        Index("ix_consent_emergency_person", "person_id", "until_at"),
        Index("ix_consent_emergency_physician", "account_id", "from_at"),
        Index("ix_consent_emergency_unended", "ended_at", "until_at"),
        Index("ix_consent_emergency_review", "organization_id", "reviewed_at", "review_due_at"),
    )

    id: str = Field(default_factory=new_id, primary_key=True, max_length=36)
    person_id: str = Field(foreign_key="identity_person.id", max_length=36)
    account_id: str = Field(foreign_key="identity_account.id", max_length=36)
    organization_id: str = Field(foreign_key="identity_organization.id", max_length=36)
    named_by: str = Field(max_length=12)
    """How the patient was named: `visit_card` or `national_id`."""
    code: str = Field(max_length=30)
    """Why, one of `breaking.CODES`."""
    reason: bytes = sealed(3)
    """Why, in the physician's words; the patient reads it too."""
    from_at: datetime = instant()
    until_at: datetime = instant()
    """The first instant at which it is over, at most four hours later; it never moves."""
    ended_at: datetime | None = instant(nullable=True)
    ended_reason: str = Field(default="", max_length=20)
    """`closed` by the physician, `time`, `disabled` (their account), `event` (death, account closed)."""
    review_due_at: datetime = instant()
    overdue_told_at: datetime | None = instant(nullable=True)
    reviewer_account_id: str | None = Field(default=None, foreign_key="identity_account.id", max_length=36)
    verdict: str = Field(default="", max_length=20)
    """`justified`, `unjustified`, or empty while nobody has reviewed it."""
    remark: bytes | None = sealed(3, nullable=True)
    """What the reviewer says to it; the patient reads it too."""
    reviewed_at: datetime | None = instant(nullable=True)


class Grant(SQLModel, table=True):
    """A patient's living decision: who may read what, until when."""

    __tablename__ = "consent_grant"
    __table_args__ = (
        Index("ix_consent_grant_person", "person_id", "until_at"),
        Index("ix_consent_grant_grantee", "grantee_account_id", "until_at"),
        Index("ix_consent_grant_unended", "ended_at", "until_at"),
        Index("ix_consent_grant_visit", "visit_id"),
    )

    id: str = Field(default_factory=new_id, primary_key=True, max_length=36)
    request_id: str | None = Field(default=None, foreign_key="consent_request.id", max_length=36)
    person_id: str = Field(foreign_key="identity_person.id", max_length=36)
    grantee_account_id: str = Field(foreign_key="identity_account.id", max_length=36)
    organization_id: str = Field(foreign_key="identity_organization.id", max_length=36)
    purpose: str = Field(max_length=30)
    classes: str = Field(max_length=120)
    period_from: date | None = None
    period_to: date | None = None
    from_at: datetime = instant()
    until_at: datetime = instant()
    ended_at: datetime | None = instant(nullable=True)
    ended_reason: str = Field(default="", max_length=20)
    """`revoked`, `replaced`, `event`, `left` (its one opening), `lapsed` (never opened), `time`."""
    opened_at: datetime | None = instant(nullable=True)
    ends_with: str = Field(default="", max_length=10)
    """What ends it besides the clock: nothing, `opening`, `visit` (a follow-up) or `encounter` (an open visit)."""
    visit_id: str = Field(default="", max_length=36)
    """The appointment whose end or cancelling ends it, or the visit that is open."""
    opener_session: str = Field(default="", max_length=36)
    """Of the one opening: the session in which it happens."""
    opener_screen: str = Field(default="", max_length=64)
    """Of the one opening: the screen in which it happens."""
    kept_until: datetime | None = instant(nullable=True)
    """Of the one opening: over by then, unless its screen has shown a sign of life."""


class StandingChoice(SQLModel, table=True):
    """What a patient has said once and for all of requests from somewhere; what is not here may ask."""

    __tablename__ = "consent_standing_choice"
    __table_args__ = (UniqueConstraint("person_id", "kind", "target_id"),)

    id: str = Field(default_factory=new_id, primary_key=True, max_length=36)
    person_id: str = Field(foreign_key="identity_person.id", max_length=36)
    kind: str = Field(max_length=12)
    """`all`, `hospital`, `department` or `physician`: the narrowest that fits decides."""
    target_id: str = Field(default="", max_length=36)
    """The hospital, the department or the account; empty for `all`."""
    choice: str = Field(max_length=10)
    """`never`: requests are kept away; `ask`: they come through, whatever is said of a wider circle."""
    chosen_at: datetime = instant()


class ShownCode(SQLModel, table=True):
    """A code that a patient shows, by which one request reaches them; of the code itself only digests are kept."""

    __tablename__ = "consent_shown_code"

    id: str = Field(default_factory=new_id, primary_key=True, max_length=36)
    person_id: str = Field(foreign_key="identity_person.id", max_length=36, index=True)
    account_id: str = Field(max_length=36)
    """Who shows it: the patient, or a guardian who decides."""
    token: str = blinded()
    digits: str = blinded()
    made_at: datetime = instant()
    until_at: datetime = instant()
    read_at: datetime | None = instant(nullable=True)
    reader_account_id: str = Field(default="", max_length=36)
    """The physician who has read it, whom alone it serves from then on."""
    request_id: str = Field(default="", max_length=36)
    """What was asked by it; empty until then."""
