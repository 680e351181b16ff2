# pyright: reportAssignmentType=false, reportIncompatibleVariableOverride=false
# SQLModel declares __tablename__ as a declared_attr; a plain name is what it wants.
"""Tables of links. What a link opens lies here as ciphertext whose key is in the link alone (docs/decisions/0012)."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Column, Index, String
from sqlmodel import Field, SQLModel

from health_cloud.core.crypto import sealed
from health_cloud.core.ids import new_id
from health_cloud.core.instants import instant


class Link(SQLModel, table=True):
    """A link that its patient made."""

    __tablename__ = "links_link"
    __table_args__ = (Index("ix_links_link_person", "person_id", "until_at"),)

    id: str = Field(default_factory=new_id, primary_key=True, max_length=36)
    person_id: str = Field(foreign_key="identity_person.id", max_length=36)
    account_id: str = Field(foreign_key="identity_account.id", max_length=36)
    """Who made it: the patient, or a guardian."""
    token: str = Field(sa_column=Column(String(43), nullable=False, unique=True, info={"grade": 2}))
    """Blind index of the secret part of its address; the address itself is in the link alone."""
    label: bytes | None = sealed(3, nullable=True)
    passcode: str = ""
    """Argon2id hash; empty where whoever holds the link needs none."""
    summary: bool = True
    classes: str = Field(default="", max_length=120)
    period_from: date | None = None
    period_to: date | None = None
    entries: int = 0
    created_at: datetime = instant()
    until_at: datetime = instant()
    ended_at: datetime | None = instant(nullable=True)
    ended_reason: str = Field(default="", max_length=20)
    """`ended` by its owner, `exhausted` by wrong passcodes, `event`."""
    tries_left: int
    """Wrong passcodes that it still bears; each attempt takes one before it is judged, a right one gives it back."""
    wrong: int = 0


class LinkFile(SQLModel, table=True):
    """One file of a link: a JWE under the link's own key, sealed once more with the installation's."""

    __tablename__ = "links_file"

    id: str = Field(default_factory=new_id, primary_key=True, max_length=36)
    link_id: str = Field(foreign_key="links_link.id", max_length=36, index=True)
    position: int
    content: bytes = sealed(4)


class Opening(SQLModel, table=True):
    """A time when somebody opened a link."""

    __tablename__ = "links_opening"

    id: str = Field(default_factory=new_id, primary_key=True, max_length=36)
    link_id: str = Field(foreign_key="links_link.id", max_length=36, index=True)
    at: datetime = instant()
    recipient: bytes = sealed(3)
    """Who opened it, in their own words; nobody has checked them."""
    agent: str = Field(default="", max_length=80)
    """What the browser or program calls itself, in words, as sessions record it."""
