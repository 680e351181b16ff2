"""From table rows to views, and cursors of keyset pages."""

from __future__ import annotations

from collections.abc import Container, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, or_
from sqlalchemy.orm import Mapped
from sqlmodel import Session, col, select

from health_cloud.chart.models import ChartEncounter, ChartEntry, Opened
from health_cloud.chart.views import EncounterRow, EntryHandle, EntryRow
from health_cloud.core.errors import Invalid
from health_cloud.core.ids import is_id
from health_cloud.core.words import Words
from health_cloud.identity.service.people import department_name, practitioner_name

NOTHING = Words()


def write_cursor(at: datetime | None, row_id: str) -> str:
    """Return where a page ends: an instant and an id."""
    return f"{at.isoformat() if at else ''}~{row_id}"


def read_cursor(cursor: str) -> tuple[datetime, str]:
    """Read what `write_cursor` wrote.

    Raises:
        Invalid: it is something else.
    """
    at, _, row_id = cursor.partition("~")
    try:
        instant = datetime.fromisoformat(at)
    except ValueError:
        raise Invalid(field="cursor") from None
    if instant.tzinfo is None or not is_id(row_id):
        raise Invalid(field="cursor")
    return instant, row_id


COLUMNS: tuple[Any, ...] = (
    ChartEntry.id,
    ChartEntry.record_class,
    ChartEntry.group_key,
    ChartEntry.organization_id,
    ChartEntry.title_zh,
    ChartEntry.title_en,
    ChartEntry.place_zh,
    ChartEntry.place_en,
    ChartEntry.practitioner_zh,
    ChartEntry.practitioner_en,
    ChartEntry.occurred_text,
    ChartEntry.occurred_at,
    ChartEntry.precision,
    ChartEntry.outcome_at,
    ChartEntry.flag,
    ChartEntry.flagged,
    ChartEntry.version,
    ChartEntry.encounter_id,
)
"""What a line of a list is made of; objects of whole rows cost several times as much."""

EntryColumns = Row[*tuple[Any, ...]]
"""A row read as `COLUMNS`."""


def opened(account_id: str, entry: type[ChartEntry] = ChartEntry) -> ColumnElement[bool]:
    """Return the condition that this account has opened the entry of a query as it stands now."""
    return (
        select(Opened.entry_id)
        .where(Opened.account_id == account_id, Opened.entry_id == entry.id, col(Opened.version) >= col(entry.version))
        .exists()
    )


def mark_opened(session: Session, account_id: str, handle: EntryHandle, at: datetime) -> None:
    """Note which version an account has opened; an older one than before changes nothing."""
    version, known = handle.row.version, session.get(Opened, (account_id, handle.id))
    if known is None:
        session.add(Opened(account_id=account_id, entry_id=handle.id, at=at, version=version))
    elif known.version < version:
        known.version, known.at = version, at


def opened_version(account_id: str) -> ColumnElement[Any]:
    """Return the number of the version that this account has opened last, null where none."""
    found = select(Opened.version).where(Opened.account_id == account_id, Opened.entry_id == ChartEntry.id)
    return found.scalar_subquery()


def entry_row(
    entry: EntryColumns, names: dict[str, Words], members: Sequence[EntryColumns], *, fresh: Container[str]
) -> EntryRow:
    """Return the line of an entry that stands for the `members` of its group; `fresh` are ids of what is new."""
    return EntryRow(
        id=entry.id,
        record_class=entry.record_class,
        title=Words(entry.title_zh, entry.title_en),
        place=Words(entry.place_zh, entry.place_en),
        practitioner=Words(entry.practitioner_zh, entry.practitioner_en),
        organization=names.get(entry.organization_id, NOTHING),
        occurred=entry.occurred_text,
        occurred_at=entry.occurred_at.isoformat(),
        precision=entry.precision,
        outcome_at=entry.outcome_at.isoformat(),
        flag=entry.flag,
        flagged=entry.flagged,
        version=entry.version,
        encounter_id=entry.encounter_id or "",
        fresh=any(each.id in fresh for each in members),
        corrected=any(each.id in fresh and each.opened is not None for each in members),
        members=len(members),
        cursor=write_cursor(entry.occurred_at, entry.id),
    )


def encounter_row(
    session: Session,
    encounter: ChartEncounter,
    names: dict[str, Words],
    counts: dict[str, int],
    own: EntryColumns | EntryRow | None = None,
) -> EncounterRow:
    """Return the line of a visit; `own` is the entry that is the visit itself."""
    return EncounterRow(
        id=encounter.id,
        title=Words(encounter.title_zh, encounter.title_en),
        department=department_name(session, encounter.department_id),
        practitioner=practitioner_name(session, encounter.practitioner_id),
        organization=names.get(encounter.organization_id, NOTHING),
        visit_type=encounter.visit_type,
        occurred=encounter.occurred_text,
        occurred_at=encounter.occurred_at.isoformat() if encounter.occurred_at else "",
        ended_at=encounter.ended_at.isoformat() if encounter.ended_at else "",
        counts=counts,
        entry_id=own.id if own else "",
        entry_class=own.record_class if own else "",
        cursor=write_cursor(encounter.occurred_at, encounter.id),
    )


def older_encounter(cursor: str) -> ColumnElement[bool]:
    """Return the condition for visits older than a cursor."""
    at, row_id = read_cursor(cursor)
    return older(col(ChartEncounter.occurred_at), col(ChartEncounter.id), at, row_id)


def at_or_newer(
    occurred: ColumnElement[Any] | Mapped[Any], ids: ColumnElement[Any] | Mapped[Any], at: datetime, row_id: str
) -> ColumnElement[bool]:
    """Return the condition for a place in a list and what stands before it."""
    return and_(occurred >= at, or_(occurred > at, ids >= row_id))


def older(
    occurred: ColumnElement[Any] | Mapped[Any], ids: ColumnElement[Any] | Mapped[Any], at: datetime, row_id: str
) -> ColumnElement[bool]:
    """Return the condition for what stands behind a place in a list; the first term is one that an index can seek."""
    return and_(occurred <= at, or_(occurred < at, ids < row_id))
