"""Contents of entries, reached through a chart alone."""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import replace

from sqlmodel import col, select

from health_cloud.chart.service import Chart
from health_cloud.chart.views import EarlierEntry, EntryHandle, VersionRow
from health_cloud.core.crypto import unseal
from health_cloud.records.models import Content, Document
from health_cloud.records.service.writer import SEALED
from health_cloud.records.views.content import EntryContent, Paper, from_json

_TOGETHER = 500
"""So many contents are asked for at once."""


def contents_of(chart: Chart, handles: Sequence[EntryHandle | EarlierEntry]) -> dict[str, EntryContent]:
    """Return the current contents of entries, by entry, in the order given; where none was kept there is none."""
    found = contents_of_versions(chart, [each.version_id for each in handles])
    return {each.id: found[each.version_id] for each in handles if each.version_id in found}


def contents_of_versions(chart: Chart, version_ids: Sequence[str]) -> dict[str, EntryContent]:
    """Return the contents of versions that the chart gave, by version; where none was kept there is none."""
    rows = chart.session.exec(select(Content).where(col(Content.id).in_(version_ids))).all()
    return {row.id: _read(row) for row in rows}


def papers_of_versions(
    chart: Chart, versions: Sequence[VersionRow], documents: Mapping[str, Document]
) -> dict[str, tuple[Paper, ...]]:
    """Return which of these originals each version names, by version; without any, nothing is read."""
    wanted = [each.id for each in versions] if documents else []
    return {
        version_id: tuple(each for each in content.papers if each.document_id in documents)
        for version_id, content in contents_of_versions(chart, wanted).items()
    }


def parts_of(chart: Chart, handles: Sequence[EarlierEntry], *names: str) -> dict[str, EntryContent]:
    """Return these parts alone of the current contents of many entries, by entry: the rest is not even built."""
    found: dict[str, EntryContent] = {}
    for start in range(0, len(handles), _TOGETHER):
        some = {each.version_id: each.id for each in handles[start : start + _TOGETHER]}
        query = select(col(Content.id), col(Content.body)).where(col(Content.id).in_(some))
        for version_id, body in chart.session.exec(query).all():
            if body is not None:
                text = zlib.decompress(unseal(body, SEALED, version_id)).decode()
                found[some[version_id]] = from_json(text, names)
    return found


def whole_of(one: EntryContent, parts: Sequence[EntryContent]) -> EntryContent:
    """Return the content of a group as one: everything is as in `one`, with the medicines and papers of all parts."""
    if len(parts) <= 1:
        return one
    return replace(
        one,
        people=tuple(dict.fromkeys(each for part in parts for each in part.people)),
        medicines=tuple(each for part in parts for each in part.medicines),
        papers=tuple(each for part in parts for each in part.papers),
        source_ids=tuple(each for part in parts for each in part.source_ids),
    )


def documents_of(
    chart: Chart, handles: Sequence[EntryHandle | EarlierEntry], *, replaced: bool = False
) -> dict[str, Document]:
    """Return the originals of entries, by id; those too that only earlier versions have, where `replaced` is asked."""
    wanted = [handle.id for handle in handles]
    found = chart.session.exec(select(Document).where(col(Document.entry_id).in_(wanted))).all()
    return {row.id: row for row in found if row.current or replaced}


def _read(row: Content) -> EntryContent:
    if row.body is None:
        return EntryContent()
    return from_json(zlib.decompress(unseal(row.body, SEALED, row.id)).decode())
