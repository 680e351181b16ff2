# pyright: reportAssignmentType=false, reportIncompatibleVariableOverride=false
# SQLModel declares __tablename__ as a declared_attr; a plain name is what it wants.
"""The picture of a visit: that there was one, who has it before them, and what is on its way between their browsers."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from health_cloud.core.crypto import sealed
from health_cloud.core.ids import new_id
from health_cloud.core.instants import instant


class Video(SQLModel, table=True):
    """That a visit had a picture, since when, and for how long in all."""

    __tablename__ = "followup_video"

    appointment_id: str = Field(primary_key=True, foreign_key="followup_visit.appointment_id", max_length=36)
    begun_at: datetime = instant()
    on_since: datetime | None = instant(nullable=True)
    """Since when the two see each other now; nothing while they do not."""
    seconds: int = 0
    """How long they saw each other before that."""


class VideoSeat(SQLModel, table=True):
    """The one tab of a side of a visit that has the picture before it, or waits for the other; gone when it leaves."""

    __tablename__ = "followup_video_seat"

    appointment_id: str = Field(primary_key=True, foreign_key="followup_visit.appointment_id", max_length=36)
    side: str = Field(primary_key=True, max_length=10)
    """`patient` (themselves or who acts for them) or `physician`."""
    tab: str = Field(max_length=36)
    """The browser's own name for this try."""
    account_id: str = Field(max_length=36)  # may be erased one day
    session_id: str = Field(max_length=36)
    connected: bool = False
    """What its browser says."""
    received: int = 0
    """Number of the newest signal for it."""
    sent: int = 0
    """How many signals it sent since `counted_at`."""
    counted_at: datetime = instant()


class VideoSignal(SQLModel, table=True):
    """What one browser has to tell the other so that they find each other; deleted when it has, or within minutes."""

    __tablename__ = "followup_video_signal"
    __table_args__ = (UniqueConstraint("appointment_id", "tab", "number"),)

    id: str = Field(default_factory=new_id, primary_key=True, max_length=36)
    appointment_id: str = Field(foreign_key="followup_visit.appointment_id", max_length=36)
    tab: str = Field(max_length=36)
    """For which tab it is."""
    number: int
    body: bytes = sealed(3)
    at: datetime = instant()
