"""The history of an entry: which versions it has, in which order, and which one is current."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Table, insert, update
from sqlmodel import Session

from health_cloud.chart.models import EntryVersion
from health_cloud.chart.service.drafts import EntryDraft, Known, VersionDraft, Written, WrittenVersion
from health_cloud.core.ids import new_id

_VERSION: Table = EntryVersion.__table__  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType, reportUnknownVariableType]


def _version_row(entry_id: str, draft: VersionDraft, number: int, arrived_at: datetime) -> dict[str, Any]:
    return {
        "id": new_id(),
        "entry_id": entry_id,
        "number": number,
        "content_hash": draft.content_hash,
        "source_hash": draft.source_hash,
        "status": draft.status[:20],
        "message_id": draft.message_id,
        "source_at": draft.source_at,
        "arrived_at": arrived_at,
        "current": False,
    }


def first_versions(entry_id: str, draft: EntryDraft, arrived_at: datetime, written: Written) -> list[dict[str, Any]]:
    """Return the rows of a new entry's versions, the last one current."""
    rows = [_version_row(entry_id, each, number, arrived_at) for number, each in enumerate(draft.versions, start=1)]
    rows[-1]["current"] = True
    for row, each in zip(rows, draft.versions, strict=True):
        written.versions.append(WrittenVersion(entry_id, row["id"], each.body, row["current"], fresh_entry=True))
    return rows


def merge_versions(
    session: Session, entry_id: str, draft: EntryDraft, before: Known, arrived_at: datetime, written: Written
) -> None:
    """Bring the history up to date: a version for each content of the source, the newest one current.

    An older one that arrives later takes its place in the order and never becomes current.
    """
    by_content = {row["content_hash"]: row for row in before.versions}
    sources = {row["source_hash"] for row in before.versions}
    newest = draft.versions[-1]
    fresh = [
        (_version_row(entry_id, each, 0, arrived_at), each)
        for each in draft.versions[:-1]
        if each.source_hash not in sources and each.content_hash not in by_content
    ]
    current = by_content.get(newest.content_hash)
    if current is None:
        current = _version_row(entry_id, newest, 0, arrived_at)
        fresh.append((current, newest))
    elif not current["current"]:
        written.versions.append(WrittenVersion(entry_id, current["id"], newest.body, current=True, fresh_entry=False))
    if not fresh and current["current"]:
        return
    places = {each.source_hash: place for place, each in enumerate(draft.versions)}
    rows = [*before.versions, *(row for row, _ in fresh)]
    rows.sort(key=lambda row: (row is current, places.get(row["source_hash"], -1), row["number"] == 0, row["number"]))
    changed = [
        row | {"number": number, "current": row is current}
        for number, row in enumerate(rows, start=1)
        if row["number"] != number or row["current"] != (row is current)
    ]
    fresh_ids = {row["id"] for row, _ in fresh}
    for row in changed:
        if row["id"] not in fresh_ids:
            place = {"number": row["number"], "current": row["current"]}
            session.connection().execute(update(_VERSION).where(_VERSION.c.id == row["id"]).values(place))
    if fresh:
        session.connection().execute(insert(_VERSION), [row for row in changed if row["id"] in fresh_ids])
    for row, each in fresh:
        written.versions.append(WrittenVersion(entry_id, row["id"], each.body, row is current, fresh_entry=False))
    before.versions[:] = rows
