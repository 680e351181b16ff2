"""Originals that leave with their entries: small ones whole, of others only that they exist."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlmodel import col, select

from health_cloud.chart.service import Chart
from health_cloud.chart.views import EarlierEntry
from health_cloud.core.errors import Unavailable
from health_cloud.core.words import Words
from health_cloud.records.models import Blob
from health_cloud.records.service import blobs
from health_cloud.records.service.contents import documents_of

MOST_EACH: Final = 1_000_000
MOST_TOGETHER: Final = 3_000_000
"""Bytes of one original, and of all of them, that leave with their entries."""


@dataclass(frozen=True)
class Original:
    """An original of an entry. Without `content` it is too large to leave, or is not there."""

    title: Words
    content_type: str
    size: int
    content: bytes | None


def originals_of(chart: Chart, entries: Sequence[EarlierEntry]) -> dict[str, list[Original]]:
    """Return the originals of entries that the chart gave, by entry, in their order."""
    documents = sorted(documents_of(chart, entries).values(), key=lambda each: (each.entry_id, each.position))
    wanted = {each.blob_id for each in documents}
    sizes = dict(chart.session.exec(select(Blob.id, Blob.size).where(col(Blob.id).in_(wanted))).all()) if wanted else {}
    found: dict[str, list[Original]] = {}
    left = MOST_TOGETHER
    for each in documents:
        size = sizes.get(each.blob_id, 0)
        content = _loaded(each.blob_id) if size <= min(MOST_EACH, left) else None
        left -= len(content or b"")
        original = Original(Words(each.title_zh, each.title_en), each.content_type, size, content)
        found.setdefault(each.entry_id, []).append(original)
    return found


def _loaded(blob_id: str) -> bytes | None:
    try:
        return blobs.load(blob_id)
    except Unavailable:
        return None
