"""Everything that one feed has sent about one patient, latest contents first in hand, histories behind them."""

from __future__ import annotations

import zlib
from collections import OrderedDict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlmodel import Session

from health_cloud.core.crypto import unseal
from health_cloud.ingest.service.context import Feeding, newest_last
from health_cloud.ingest.service.mapping import fhir
from health_cloud.ingest.service.mapping.fhir import Json, Ref, obj
from health_cloud.ingest.service.mapping.medicines import Look
from health_cloud.ingest.service.reading import json_text
from health_cloud.ingest.service.rows import MESSAGE, RESOURCE

_COLUMNS: list[ColumnElement[Any]] = [
    RESOURCE.c[name]
    for name in (
        "id", "type", "source_key", "alias_key", "content_hash", "message_id", "run_id", "accounted", "reason",
        "source_at", "within", "owner_key", "body",
    )
]  # fmt: skip
_REMEMBERED = 2_000


@dataclass(slots=True)
class Piece:
    """One content of one resource, as it lies in the history."""

    id: str
    type: str
    source_key: str
    alias_key: str
    content_hash: str
    message_id: str
    run_id: str
    accounted: str
    reason: str
    source_at: datetime | None
    within: bool
    owner_key: str
    raw: bytes
    """Canonical JSON of the resource."""
    history: list[Piece] = field(default_factory=list["Piece"])
    """Of the latest content: all contents, oldest first, itself last."""

    parsed: Json | None = None

    @property
    def resource(self) -> Json:
        """The resource, parsed when it is first looked at: many are only counted."""
        if self.parsed is None:
            self.parsed = obj(json_text.parse(self.raw))
        return self.parsed

    @property
    def name(self) -> str:
        """`Type/id`, as the source calls it."""
        return f"{self.type}/{fhir.text(self.resource.get('id'))}"


def body_of(row: Any) -> bytes:
    """Return the canonical JSON of a row that carries its own body."""
    return zlib.decompress(unseal(row.body, "ingest_resource.body", row.id))


def message_of(session: Session, message_id: str) -> Any:
    """Return a message as it came, parsed."""
    sealed = session.connection().execute(select(MESSAGE.c.body).where(MESSAGE.c.id == message_id)).scalar()
    return json_text.parse(zlib.decompress(unseal(sealed or b"", "ingest_message.body", message_id)))


def pieces(session: Session, condition: Any, limit: int | None = None) -> Iterator[Piece]:
    """Yield the contents that meet a condition on keys, in the order in which they arrived.

    The feed is not asked for: keys are digests of their feed, and a planner without statistics would take the
    feed's index and read everything that the feed has ever sent.
    """
    query = (
        select(*_COLUMNS, MESSAGE.c.body.label("whole"))
        .join(MESSAGE, (MESSAGE.c.id == RESOURCE.c.message_id) & (RESOURCE.c.body.is_(None)), isouter=True)
        .where(condition)
        .order_by(RESOURCE.c.id)
        .limit(limit)
    )
    for row in session.connection().execute(query):
        raw = (
            body_of(row)
            if row.body is not None
            else zlib.decompress(unseal(row.whole, "ingest_message.body", row.message_id))
        )
        found: tuple[Any, ...] = tuple(row)[:12]
        yield Piece(*found, raw=raw)


class Folder:
    """All of one patient record in one feed."""

    def __init__(self, session: Session, feeding: Feeding, patient_keys: Iterable[str], outside: Outside) -> None:
        self.feeding, self.outside, self.session = feeding, outside, session
        self.awaited: set[str] = set()
        self.all: list[Piece] = []
        self._by_key: dict[str, list[Piece]] = {}
        self._by_type: dict[str, list[Piece]] = {}
        self.documents: list[Piece] = []
        """Compositions of `document` Bundles, latest content of each."""
        self.strayed: list[Piece] = []
        """Contents of resources that by their newest content are about somebody else."""
        by_name: dict[tuple[str, str, bool], list[Piece]] = {}
        keys = set(patient_keys)
        for piece in pieces(session, RESOURCE.c.patient_key.in_(list(keys))):
            self.all.append(piece)
            if piece.owner_key and piece.owner_key not in keys:
                self.strayed.append(piece)
            elif not piece.within or piece.type == "Composition":
                by_name.setdefault((piece.type, piece.source_key, piece.within), []).append(piece)
        for contents in by_name.values():
            self._add(contents)

    def _add(self, contents: list[Piece]) -> None:
        latest = newest_last(contents)[-1] if len(contents) > 1 else contents[0]
        latest.history = newest_last(contents)
        if latest.within:
            self.documents.append(latest)
            return
        self._by_type.setdefault(latest.type, []).append(latest)
        for key in (latest.source_key, latest.alias_key):
            if key:
                self._by_key.setdefault(key, []).append(latest)

    def of(self, kind: str) -> list[Piece]:
        """Return the latest content of each resource of a type."""
        return self._by_type.get(kind, [])

    def kinds(self) -> Iterable[str]:
        """Return the types that are here."""
        return self._by_type

    def find(self, reference: Ref | None, kind: str = "") -> Piece | None:
        """Return what a reference names, if it is this patient's."""
        if reference is None or reference.id.startswith("#"):
            return None
        wanted = kind or reference.type
        for piece in self._by_key.get(self.feeding.keys.of(reference.id), ()):
            if not wanted or piece.type == wanted:
                return piece
        return None

    def look(self, resource: Json, reference: object) -> Json:
        """Return what a reference names: contained, this patient's, or of the hospital; empty when it is not here."""
        found = fhir.ref(reference)
        if found is None:
            return {}
        if found.id.startswith("#"):
            return fhir.contained(resource, found)
        piece = self.find(found)
        if piece is not None:
            return piece.resource
        key = self.feeding.keys.of(found.id)
        named = self.outside.find(self.session, key, found.type)
        if named is None or found.type == "Binary":  # one that comes again with other bytes changes what names it
            self.awaited.add(key)
        return obj(named)

    def look_at(self, piece: Piece, version: Piece) -> Look:
        """Return how to look things up as they were when this content of a resource was sent.

        Its newest content has what is known now: what arrives after it is about it, too.
        """
        if version is piece:
            return self.look
        alone = sum(each.message_id == version.message_id for each in piece.history) == 1

        def look(resource: Json, reference: object) -> Json:
            named = fhir.ref(reference)
            found = self.find(named)
            if found is None and named is not None and named.type == "Binary":
                found = self.outside.piece(self.session, self.feeding.keys.of(named.id), named.type)
            return self.look(resource, reference) if found is None else _then(found, version, alone=alone).resource

        return look


def part_of(piece: Piece, version: Piece, following: Piece | None) -> Piece | None:
    """Return the content that a part of a visit had in an older version of the visit; none where it was not there yet.

    That is the newest which did not come with the version that followed, or after it: by its message, else by its
    date, else by its arrival. What only arrival tells counts as there: to leave out what was known would be worse.
    """
    if following is None:
        return piece
    history = piece.history or [piece]
    sent = [each for each in history if not _came_later(each, version, following)]
    if sent:
        return sent[-1]
    told = _together(history[0], version, following) or (history[0].source_at and following.source_at)
    return None if told else history[0]


def _together(content: Piece, version: Piece, following: Piece) -> str:
    """Return the message of one of two versions of a visit, if the content came in it and the other did not."""
    apart = version.message_id != following.message_id
    return content.message_id if apart and content.message_id in (version.message_id, following.message_id) else ""


def _came_later(content: Piece, version: Piece, following: Piece) -> bool:
    if message := _together(content, version, following):
        return message == following.message_id
    if content.source_at is not None and following.source_at is not None:
        return content.source_at >= following.source_at
    return content.id > following.id


def _then(piece: Piece, version: Piece, *, alone: bool) -> Piece:
    """Return the content that a resource had when `version`, of another one, was sent.

    That is what came in the same message, where no other version came in it (`alone`); else the newest that the
    source does not date after it. Equal and missing dates leave it to the order of arrival.
    """
    together = [each for each in piece.history if each.message_id == version.message_id]
    if together and alone:
        return together[-1]
    sent = version.source_at
    before = [each for each in piece.history if sent and each.source_at and each.source_at < sent]
    equal = [each for each in piece.history if not sent or not each.source_at or each.source_at == sent]
    if equal:
        return next((each for each in reversed(equal) if each.id <= version.id), equal[0])
    return before[-1] if before else piece.history[0]


class Outside:
    """Resources that are nobody's: practitioners, organizations, places, medicines. Remembers the last ones."""

    def __init__(self) -> None:
        self._known: OrderedDict[tuple[str, str], Json | None] = OrderedDict()

    def find(self, session: Session, key: str, kind: str) -> Json | None:
        """Return the latest content of a resource by its key."""
        if (key, kind) in self._known:
            self._known.move_to_end((key, kind))
            return self._known[key, kind]
        piece = self.piece(session, key, kind)
        latest = piece.resource if piece else None
        if kind != "Binary":  # those can be large
            self._known[key, kind] = latest
            if len(self._known) > _REMEMBERED:
                self._known.popitem(last=False)
        return latest

    def piece(self, session: Session, key: str, kind: str) -> Piece | None:
        """Return the latest content of a resource by its key, with all that it had before."""
        condition = (
            ((RESOURCE.c.source_key == key) | (RESOURCE.c.alias_key == key))
            if kind == "Binary"
            else (RESOURCE.c.source_key == key)
        )
        if kind:
            condition &= RESOURCE.c.type == kind
        history = newest_last(list(pieces(session, condition & (RESOURCE.c.patient_key == ""))))
        if not history:
            return None
        history[-1].history = history
        return history[-1]
