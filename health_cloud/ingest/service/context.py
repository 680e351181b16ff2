"""What every step of a run shares."""

from __future__ import annotations

import base64
import hashlib
import json
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from typing import Protocol, TypeVar
from zoneinfo import ZoneInfo

from sqlalchemy import update
from sqlmodel import Session

from health_cloud.chart.service.sources import keep_alive
from health_cloud.chart.service.writer import ChartWriter
from health_cloud.core.crypto import ring
from health_cloud.ingest.service.rows import RUN
from health_cloud.ingest.views import Counts, Options

_SIZE = 16
_KEY = 64
_ALIVE = 10.0
"""Seconds between two words that a run is at work."""
_LONG_AGO = datetime.min.replace(tzinfo=UTC)


class Keys:
    """Keyed digests of a feed: ids, contents and messages, 128 bits each.

    Never unkeyed: an id may be a national ID number, and those can be tried out one by one.
    """

    def __init__(self, feed_id: str) -> None:
        self._key = ring().index_key("ingest.keys")[:_KEY]
        self._feed = feed_id.encode()
        self.of = lru_cache(maxsize=20_000)(self._of)

    def _of(self, source_id: str) -> str:
        """Return the key of an id, as references carry it too."""
        return self._digest(b"id", source_id.encode())

    def group(self, system: str, value: str) -> str:
        """Return the key of what a source calls a whole, such as a prescription of several medicines."""
        return self._digest(b"group", system.encode(), value.encode())

    def content(self, kind: str, source_id: str, canonical: bytes) -> str:
        """Return the key of one content of one resource."""
        return self._digest(b"content", kind.encode(), source_id.encode(), canonical)

    def shown(self, body: str) -> str:
        """Return the key of what a reader sees."""
        return self._digest(b"shown", body.encode())

    def case(self, rule: str, *evidence: str) -> str:
        """Return the key of a data-quality problem."""
        return self._digest(b"case", rule.encode(), *(each.encode() for each in evidence))

    def message(self, raw: bytes) -> str:
        """Return the key of a message's bytes."""
        return self._digest(b"message", raw)

    def _digest(self, *parts: bytes) -> str:
        digest = hashlib.blake2b(self._feed, key=self._key, digest_size=_SIZE)
        for part in parts:
            digest.update(len(part).to_bytes(8))
            digest.update(part)
        return base64.urlsafe_b64encode(digest.digest()).decode().rstrip("=")


class Dated(Protocol):
    """Something that a source may have dated."""

    source_at: datetime | None
    """When the source last changed it."""


D = TypeVar("D", bound=Dated)


def newest_last(contents: Sequence[D]) -> list[D]:
    """Order contents of one resource, given as they arrived: as the source dates them, else by arrival.

    An older version that arrives later takes its place in the history and never replaces.
    """
    ranked: list[tuple[datetime, int, D]] = []
    latest = _LONG_AGO
    for arrival, each in enumerate(contents):
        stated = each.source_at or latest
        latest = max(latest, stated)
        ranked.append((stated, arrival, each))
    return [each for _, _, each in sorted(ranked, key=lambda each: each[:2])]


@dataclass
class Feeding:
    """One run over one feed of one hospital."""

    organization_id: str
    feed_id: str
    run_id: str
    zone: ZoneInfo
    options: Options
    counts: Counts
    writer: ChartWriter
    keys: Keys
    started_at: datetime
    check_up_types: frozenset[str] = frozenset()
    """`system|code` of encounter types that are check-ups here."""
    national_id_systems: frozenset[str] = frozenset()
    departments: dict[str, str] = field(default_factory=dict[str, str])
    """Id of each department by the id its feeds give it; filled when deciding begins."""
    practitioners: dict[str, str] = field(default_factory=dict[str, str])
    alive: float = 0.0
    """When it last said that it is at work, on the machine's own clock."""


def save_counts(session: Session, feeding: Feeding) -> None:
    """Write the run's counts, to be committed together with what they count."""
    if time.monotonic() - feeding.alive > _ALIVE:
        keep_alive(session, feeding.feed_id)
        feeding.alive = time.monotonic()
    counts = json.dumps(asdict(feeding.counts))
    session.connection().execute(update(RUN).where(RUN.c.id == feeding.run_id).values(counts=counts))
