"""Entries as they should be shown by a better mapping: no version, no arrival and no instant of theirs changes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Table, func, select, update
from sqlmodel import Session, col
from sqlmodel import select as select_rows

from health_cloud.chart.models import Background, ChartEntry, EntryVersion
from health_cloud.chart.service.background import sealed_again
from health_cloud.chart.service.drafts import EntryDraft, Key, Known, VersionDraft, Written, WrittenVersion
from health_cloud.chart.service.writer import ChartWriter, line_of
from health_cloud.core import changes

_ENTRY: Table = ChartEntry.__table__  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType, reportUnknownVariableType]
_VERSION: Table = EntryVersion.__table__  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType, reportUnknownVariableType]


def count_records(session: Session, feed_id: str) -> int:
    """Return of how many patient records a feed has made entries."""
    query = select(func.count(func.distinct(_ENTRY.c.record_id))).where(_ENTRY.c.feed_id == feed_id)
    return session.connection().execute(query).scalar_one()


def records_after(session: Session, feed_id: str, after: str, limit: int) -> list[str]:
    """Return the next patient records of which a feed has made entries or a background, in the order of their ids."""
    # the feed's own index would bring all its entries each time
    found: set[str] = set()
    for record, feed in ((_ENTRY.c.record_id, _ENTRY.c.feed_id), (col(Background.record_id), col(Background.feed_id))):
        query = select(record).where(record > after, func.coalesce(feed, "") == feed_id)
        found.update(session.connection().execute(query.group_by(record).order_by(record).limit(limit)).scalars())
    return sorted(found)[:limit]


def remap_entries(
    session: Session, writer: ChartWriter, drafts: Sequence[EntryDraft], known: Mapping[Key, Known]
) -> Written:
    """Show entries in the words of these drafts; returns the versions whose content is another one now.

    A version is found by the resource that it was made of. An older one of several that were made of one resource
    stays as it is: what it was shown with then is not known any more.
    """
    written = Written()
    for draft in drafts:
        before = known[draft.key]
        hashes = {row["content_hash"] for row in before.versions}
        count = len(written.versions)
        for version in reversed(draft.versions):
            row = _made_of(before, version, newest=version is draft.versions[-1])
            if row is None or version.content_hash in hashes:
                continue
            hashes = hashes - {row["content_hash"]} | {version.content_hash}
            changed = {"content_hash": version.content_hash}
            session.connection().execute(update(_VERSION).where(_VERSION.c.id == row["id"]).values(changed))
            written.versions.append(
                WrittenVersion(before.row["id"], row["id"], version.body, row["current"], fresh_entry=False)
            )
        current = written.versions[count:]
        if any(each.current for each in current):
            session.connection().execute(update(_ENTRY).where(_ENTRY.c.id == before.row["id"]).values(line_of(draft)))
        if current:
            writer.note_entry(session, before.row)
    return written


def remap_background(session: Session, writer: ChartWriter, record_id: str, body: str, digest: str) -> bool:
    """Show what a feed says of a patient apart from any visit in these words; returns whether they are others now.

    It arrived when it arrived: its delay does not begin again.
    """
    query = select_rows(Background).where(
        col(Background.record_id) == record_id, func.coalesce(col(Background.feed_id), "") == writer.feed_id
    )
    row = session.exec(query).one_or_none()
    if row is None or not digest or row.digest == digest:
        return False
    sealed_again(row, digest, body)
    session.add(row)
    person = row.person_id
    topic = changes.class_topic(person, changes.BACKGROUND, writer.organization_id)
    changes.note(session, f"person:{person}", topic)
    return True


def _made_of(before: Known, draft: VersionDraft, *, newest: bool) -> dict[str, Any] | None:
    rows = [row for row in before.versions if draft.source_hash and row["source_hash"] == draft.source_hash]
    if newest:
        return next((row for row in rows if row["current"]), None)
    return rows[0] if len(rows) == 1 and not rows[0]["current"] else None
