"""Entries that are one to a reader: the medicines of one prescription stand on one line and on one page."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import ColumnElement, and_, exists, or_
from sqlalchemy.orm import aliased
from sqlmodel import col, func

from health_cloud.chart.models import ChartEntry, ReleaseKey
from health_cloud.core.vocabulary import RecordClass

Condition = Callable[[type[ChartEntry], type[ReleaseKey]], ColumnElement[bool]]
"""What may be seen of the two tables, or of aliases of them."""

GROUPED = frozenset({RecordClass.PRESCRIPTIONS})
"""The classes in which entries have groups."""

WHOLE = func.coalesce(col(ChartEntry.group_key), col(ChartEntry.id))
"""The same for all entries of one group; to be counted once."""

_OTHER = (aliased(ChartEntry), aliased(ReleaseKey))
"""Another of a group; made once, as an alias learns each of its columns anew."""


def leads(seen: Condition) -> ColumnElement[bool]:
    """Return the condition under which an entry stands for its group: the first of those that may be seen.

    Who may see two of three medicines reads a prescription of two.
    """
    other, key = _OTHER
    earlier = or_(
        col(other.occurred_at) < col(ChartEntry.occurred_at),
        and_(col(other.occurred_at) == col(ChartEntry.occurred_at), col(other.id) < col(ChartEntry.id)),
    )
    before = exists().where(
        together(other, key),
        seen(other, key),
        earlier,
    )
    return or_(col(ChartEntry.group_key).is_(None), ~before)


def together(other: type[ChartEntry], key: type[ReleaseKey]) -> ColumnElement[bool]:
    """Return the condition that joins an entry to another of its own group, and that one to its release key."""
    # wrapped, so that SQLite seeks the few of a group, and does not walk all of the person for each entry
    same_person = func.coalesce(col(other.person_id), "") == col(ChartEntry.person_id)
    return and_(
        col(other.group_key) == col(ChartEntry.group_key), col(key.id) == col(other.release_key_id), same_person
    )
