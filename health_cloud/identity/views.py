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
