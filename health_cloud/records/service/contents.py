"""Contents of entries, reached through a chart alone."""

from __future__ import annotations

import zlib
from collections.abc import Sequence

from sqlmodel import col, select

from health_cloud.chart.service import Chart
from health_cloud.chart.views import EntryHandle
from health_cloud.core.crypto import unseal
from health_cloud.records.models import Content, Document
from health_cloud.records.service.writer import SEALED
from health_cloud.records.views.content import EntryContent, from_json


def content_of(chart: Chart, handle: EntryHandle) -> EntryContent:
    """Return the current content of an entry that the chart has given out; empty where none was kept."""
    row = chart.session.get(Content, handle.version_id)
    return _read(row) if row is not None else EntryContent(record_class=handle.row.record_class)


def contents_of(chart: Chart, handles: Sequence[EntryHandle]) -> dict[str, EntryContent]:
    """Return the current contents of several entries, by entry."""
    wanted = {handle.version_id: handle.id for handle in handles}
    rows = chart.session.exec(select(Content).where(col(Content.id).in_(wanted))).all()
    return {wanted[row.id]: _read(row) for row in rows}


def documents_of(chart: Chart, handle: EntryHandle) -> dict[str, Document]:
    """Return the originals of an entry, by id."""
    found = chart.session.exec(select(Document).where(Document.entry_id == handle.id)).all()
    return {row.id: row for row in found}


def _read(row: Content) -> EntryContent:
    if row.body is None:
        return EntryContent()
    return from_json(zlib.decompress(unseal(row.body, SEALED, row.id)).decode())
