# pyright: reportAssignmentType=false, reportIncompatibleVariableOverride=false
# SQLModel declares __tablename__ as a declared_attr; a plain name is what it wants.
"""Tables of single sign-on: who somebody is to the hospital's provider, what is under way, what it began."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Field, SQLModel

from health_cloud.core.crypto import blinded, sealed
from health_cloud.core.ids import new_id
from health_cloud.core.instants import instant


class ProviderIdentity(SQLModel, table=True):
    """An account's owner as a provider knows them: issuer and subject, never an e-mail address."""

    __tablename__ = "identity_provider_identity"

    id: str = Field(default_factory=new_id, primary_key=True, max_length=36)
    account_id: str = Field(foreign_key="identity_account.id", max_length=36, index=True)
    issuer: str = Field(max_length=300)
    blind: str = Field(unique=True, max_length=43, sa_column_kwargs={"info": {"grade": 2}})
    """Blind index of issuer and subject together."""
    subject: bytes | None = sealed(3, nullable=True)
    made_by: str = Field(default="desk", max_length=20)
    """`desk`: an account linked by hand; `first_sign_in`: made by the mapping, which keeps its word over it."""
    created_at: datetime = instant()


class ProviderAttempt(SQLModel, table=True):
    """A single sign-on under way: ten minutes, one browser, one answer."""

    __tablename__ = "identity_provider_attempt"

    id: str = Field(default_factory=new_id, primary_key=True, max_length=36)
    state: str = blinded()
    secret: str = blinded(index=False)
    """Of the cookie that the browser got with it."""
    device: str = blinded()
    content: bytes | None = sealed(4, nullable=True)
    """JSON: nonce and verifier; once the provider has answered, what its answer says of the session."""
    again: bool = False
    """Whether the provider was asked to see the person anew."""
    account_id: str = Field(default="", max_length=36)
    """Who has been named and owes our own second factor."""
    created_at: datetime = instant()
    expires_at: datetime = instant()
    answered_at: datetime | None = instant(nullable=True)
    used_at: datetime | None = instant(nullable=True)


class ProviderSession(SQLModel, table=True):
    """What the provider must be told, and may tell, about the end of a session that it began."""

    __tablename__ = "identity_provider_session"

    session_id: str = Field(foreign_key="identity_session.id", primary_key=True, max_length=36)
    subject: str = blinded()
    """As in the identity: issuer and subject."""
    sid: str = blinded()
    """The provider's own session, where it names one."""
    id_token: bytes | None = sealed(5, nullable=True)
    assurance: str = Field(default="", max_length=200)
    """`acr` and `amr` as the provider said them."""
    created_at: datetime = instant()
