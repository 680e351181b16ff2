# pyright: reportAssignmentType=false, reportIncompatibleVariableOverride=false
# SQLModel declares __tablename__ as a declared_attr; a plain name is what it wants.
"""Tables of notify: what is to be sent, what an owner has been told, and how each wants to be told.

An owner is an opaque id to this feature; who that is, only identity knows.
"""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Field, SQLModel

from health_cloud.core.crypto import blinded, sealed
from health_cloud.core.ids import new_id
from health_cloud.core.instants import instant


class Outgoing(SQLModel, table=True):
    """A message on its way out. Address and parameters are sealed, and erased as soon as it is out or useless."""

    __tablename__ = "notify_outgoing"

    id: str = Field(default_factory=new_id, primary_key=True, max_length=36)
    channel: str = Field(max_length=10)
    """`sms`, `email`, or `push` to every browser that its owner has subscribed."""
    owner: str = Field(default="", max_length=36, index=True)
    """Whom it is for, where known; forgotten after a day, like the next."""
    blind: str = blinded()
    """Of the address: by it and by the owner messages are counted, so that nobody is flooded."""
    address: bytes | None = sealed(3, nullable=True)
    template: str = Field(max_length=60)
    language: str = Field(max_length=5)
    params: bytes | None = sealed(4, nullable=True)
    state: str = Field(default="waiting", max_length=10)
    """`waiting`, `sending`, `sent`, `outbox` (shown in the demo instead), `unsent` (no channel), `failed`, `held`
    (too many to one address), or `void`: it goes to nobody, written so that an attempt of somebody unknown leaves
    the same traces; deleted after a day."""
    attempts: int = 0
    problem: str = Field(default="", max_length=200)
    created_at: datetime = instant()
    next_at: datetime | None = instant(nullable=True, index=True)
    expires_at: datetime = instant()
    """After this it helps nobody and is not sent any more."""
    sent_at: datetime | None = instant(nullable=True)


class News(SQLModel, table=True):
    """One line of somebody's inbox in the app: always there, whatever is sent outside."""

    __tablename__ = "notify_news"

    id: str = Field(default_factory=new_id, primary_key=True, max_length=36)
    owner: str = Field(max_length=36, index=True)
    kind: str = Field(max_length=20)
    key: str = Field(max_length=80)
    """Text of the line."""
    params: bytes | None = sealed(3, nullable=True)
    link: str = Field(default="", max_length=120)
    at: datetime = instant(index=True)
    seen_at: datetime | None = instant(nullable=True)


class Choice(SQLModel, table=True):
    """That an owner wants, or does not want, to be told of something by one channel; without a row the usual holds."""

    __tablename__ = "notify_choice"

    owner: str = Field(primary_key=True, max_length=36)
    subject: str = Field(primary_key=True, max_length=20)
    channel: str = Field(primary_key=True, max_length=10)
    wanted: bool


class QuietHours(SQLModel, table=True):
    """Minutes of the hospital's day between which nothing but what concerns security is sent to an owner."""

    __tablename__ = "notify_quiet_hours"

    owner: str = Field(primary_key=True, max_length=36)
    begins: int
    ends: int


class Subscription(SQLModel, table=True):
    """A browser that receives messages by web push (RFC 8030, 8291) through its maker's push service."""

    __tablename__ = "notify_subscription"

    id: str = Field(default_factory=new_id, primary_key=True, max_length=36)
    owner: str = Field(max_length=36, index=True)
    device: str = blinded()
    """The browser's own secret: it is forgotten when somebody signs out there."""
    blind: str = blinded()
    """Of the address: a browser that subscribes again takes its own place."""
    content: bytes | None = sealed(3, nullable=True)
    """JSON: endpoint, p256dh, auth."""
    last_message: str = Field(default="", max_length=36)
    """What it was sent last: a second attempt at the others is no second message here."""
    created_at: datetime = instant()
