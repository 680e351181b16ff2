"""Forgetting somebody: what was sent and told to them, what they chose, and the browsers that they are told in."""

from __future__ import annotations

from sqlalchemy import delete
from sqlmodel import Session, SQLModel


def erase_owner(session: Session, owner: str) -> None:
    """Erase all that is kept for an owner, in every table of this feature that has owners."""
    if not owner:
        return  # messages to people who have no account stand under no owner
    for table in reversed(SQLModel.metadata.sorted_tables):
        if table.name.startswith("notify_") and "owner" in table.c:
            session.exec(delete(table).where(table.c["owner"] == owner))
