"""What people see of access requests and grants. Times are ISO text."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from health_cloud.core.policy import Scope
from health_cloud.core.words import Words
from health_cloud.identity.views import AccountCard


@dataclass(frozen=True)
class Asked:
    """What a physician asks for, once it has been read and found in order."""

    card: str
    purpose: str
    scope: Scope
    hours: int
    message: str


@dataclass(frozen=True)
class Given:
    """What a patient gives: never more than what was asked."""

    scope: Scope
    hours: int


@dataclass(frozen=True)
class RequestCard:
    """An access request as the patient sees it."""

    id: str = ""
    asker: AccountCard = field(default_factory=AccountCard)
    purpose: str = ""
    message: str = ""
    classes: tuple[str, ...] = ()
    period_from: str = ""
    period_to: str = ""
    hours: int = 0
    created_at: str = ""
    lapses_at: str = ""


@dataclass(frozen=True)
class SentRow:
    """A request as its asker sees it.

    `state` is `sent`, `no_answer`, `declined` (only where the patient sent a word), `open` or `ended`: unknown,
    denied and ignored look the same. `name` is empty unless a grant is open.
    """

    id: str
    asked_for: str
    purpose: str
    classes: tuple[str, ...]
    created_at: str
    lapses_at: str
    state: str
    reply: str
    grant_id: str
    name: Words
    from_at: str
    until_at: str


@dataclass(frozen=True)
class GrantCard:
    """A living grant. `name` is the patient's, for the grantee alone; `grantee` is who may read."""

    id: str = ""
    person_id: str = ""
    grantee: AccountCard = field(default_factory=AccountCard)
    name: Words = field(default_factory=Words)
    purpose: str = ""
    classes: tuple[str, ...] = ()
    period_from: str = ""
    period_to: str = ""
    from_at: str = ""
    until_at: str = ""
    opened_at: str = ""


def day_text(day: date | None) -> str:
    """Return ISO text, or nothing."""
    return day.isoformat() if day else ""
