"""What others may know of people and accounts."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class PersonState:
    """A person as the door knows them. `conflict` is the rule of an unresolved identity conflict, or empty."""

    person_id: str
    conflict: str
    deceased: bool
    organization_ids: tuple[str, ...]


@dataclass(frozen=True)
class Entered:
    """A session that has just begun in a browser: the cookie's secret, and the role, which decides where to go."""

    secret: str
    role: str


@dataclass(frozen=True)
class SessionRow:
    """One of a person's own sessions. Times are ISO text."""

    id: str
    began: str
    seen: str
    here: bool
