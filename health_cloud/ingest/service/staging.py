"""Reading's second half: messages and resources into the history, in short write transactions.

A transaction takes in so much that the write lock is held for well under 100 ms; where the run stands is
committed with it, so that a killed run goes on exactly there.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import insert, update
from sqlalchemy import select as _core_select
from sqlmodel import Session, col, select

from health_cloud.core import db
from health_cloud.core.clock import now
from health_cloud.core.crypto import seal
from health_cloud.core.ids import new_id
from health_cloud.ingest.models import Message
from health_cloud.ingest.service.arrivals import bring_out, take_in
from health_cloud.ingest.service.context import Feeding, save_counts
from health_cloud.ingest.service.mapping.fhir import Json
from health_cloud.ingest.service.naming import row_of
from health_cloud.ingest.service.reading import bundles, json_text, shapes
from health_cloud.ingest.service.reading.items import RESOURCE_LIMIT, Item
from health_cloud.ingest.service.rows import MESSAGE, RESOURCE, RUN, portions

REPORTED = 10_000
"""So many rejected items are listed one by one; all are counted."""
_WEIGHT = 400
_BYTES = 2 * 1024 * 1024
_WEIGHTS = {"Patient": 40, "Organization": 8, "Practitioner": 8, "PractitionerRole": 12}
"""What takes longer than a plain row counts for more in a transaction."""
_BEFORE = ("content_hash", "run_id", "message_id", "within", "id")


@dataclass(slots=True)
class _Draft:
    """A message on its way into the history."""

    item: Item
    row: dict[str, Any]
    alone: bool
    seen: set[str] = field(default_factory=set[str])
    stored: bool = False
    before: bool = False
    """Whether a former run has finished it."""
    resources: int = 0
    patients: int = 0
    attached: int = 0
    unchanged: int = 0
    rejected: list[list[Any]] = field(default_factory=list[list[Any]])
    complete: bool = False


class Stager:
    """Takes items one after another and writes them in batches."""

    def __init__(self, feeding: Feeding) -> None:
        self.feeding = feeding
        self._drafts: list[_Draft] = []
        self._rows: list[tuple[_Draft, dict[str, Any], Json]] = []
        self._weight = self._bytes = 0

    def take(self, item: Item) -> None:
        """Take in one message."""
        draft = self._draft(item)
        self._drafts.append(draft)
        self._bytes += len(item.raw)
        if item.cause:
            _reject(draft, item.position, item.cause)
            self._weight += 1
        else:
            for found in bundles.unfold(item.parsed):
                self._take_found(draft, found)
                if self._weight >= _WEIGHT or self._bytes >= _BYTES:
                    self.flush()
        draft.complete = True
        if self._weight >= _WEIGHT or self._bytes >= _BYTES:
            self.flush()

    def flush(self) -> None:
        """Write what has gathered, in one transaction."""
        if not self._drafts:
            return
        with db.writing() as session:
            self._store_messages(session)
            self._store_resources(session)
            self._finish(session)
        self._drafts = [each for each in self._drafts if not each.complete]
        self._rows.clear()
        self._weight = self._bytes = 0

    def _draft(self, item: Item) -> _Draft:
        kind = "rejected" if item.cause else bundles.kind_of(item.parsed)
        message_id = new_id()
        body = zlib.compress(item.raw, 1) if len(item.raw) <= RESOURCE_LIMIT or kind != "rejected" else b""
        row = {
            "id": message_id,
            "feed_id": self.feeding.feed_id,
            "hash": self.feeding.keys.message(item.raw),
            "size": len(item.raw),
            "body": seal(body, "ingest_message.body", message_id),
            "received_at": now(),
            "kind": kind,
            "done": False,
        }
        return _Draft(item, row, alone=kind == "resource")

    def _take_found(self, draft: _Draft, found: bundles.Found | bundles.Unread) -> None:
        self._weight += 1
        position = draft.item.position or found.position
        if isinstance(found, bundles.Unread):
            _reject(draft, position, found.cause)
            return
        cause = shapes.cause_of(found.resource)
        if cause:
            _reject(draft, position, cause)
            return
        try:
            canonical = json_text.canonical(found.resource)
        except RecursionError:  # brackets in texts had hidden how deep it is
            _reject(draft, position, "too_deep")
            return
        if len(canonical) > RESOURCE_LIMIT:
            _reject(draft, position, "too_large")
            return
        row = row_of(self.feeding, found, canonical, alone=draft.alone)
        if row is None:
            _reject(draft, position, "no_person")
            return
        row["message_id"] = draft.row["id"]
        draft.resources += 1
        draft.patients += row["type"] == "Patient"
        self._weight += _WEIGHTS.get(row["type"], 0)
        self._rows.append((draft, row, found.resource))

    def _store_messages(self, session: Session) -> None:
        waiting = {each.row["hash"]: each for each in reversed(self._drafts) if not each.stored}
        if not waiting:
            return
        query = select(Message.hash, Message.id, Message.done).where(
            Message.feed_id == self.feeding.feed_id, col(Message.hash).in_(list(waiting))
        )
        held = {found: (message_id, done) for found, message_id, done in session.exec(query).all()}
        fresh = [each.row for key, each in waiting.items() if key not in held]
        if fresh:
            session.connection().execute(insert(MESSAGE), fresh)
        for draft in self._drafts:
            if not draft.stored:
                message_id, draft.before = held.get(draft.row["hash"], (waiting[draft.row["hash"]].row["id"], False))
                draft.before = draft.before or draft is not waiting[draft.row["hash"]]
                draft.row["id"], draft.stored = message_id, True
        for draft, row, _ in self._rows:
            row["message_id"] = draft.row["id"]

    def _store_resources(self, session: Session) -> None:
        hashes = list({row["content_hash"] for _, row, _ in self._rows})
        held: dict[str, Any] = {}
        for some in portions(hashes):
            query = _core_select(*(RESOURCE.c[name] for name in _BEFORE)).where(
                RESOURCE.c.feed_id == self.feeding.feed_id, RESOURCE.c.content_hash.in_(some)
            )
            held |= {found[0]: found for found in session.connection().execute(query)}
        fresh: list[tuple[dict[str, Any], Json]] = []
        for draft, row, resource in self._rows:
            key = row["content_hash"]
            before = held.get(key)
            if before is None and key not in draft.seen:
                fresh.append((row, resource))
                held[key] = (key, row["run_id"], row["message_id"], row["within"], row["id"])
                draft.attached += 1
            elif before is not None and self._is_own(draft, before, key):
                draft.attached += 1  # this run had staged it before it was killed
            else:
                draft.unchanged += 1
                if before is not None and before[3] and not row["within"]:
                    bring_out(session, self.feeding, before[4], row["patient_key"])
            draft.seen.add(key)
        if fresh:
            session.connection().execute(insert(RESOURCE), [row for row, _ in fresh])
            take_in(session, self.feeding, fresh)

    def _is_own(self, draft: _Draft, before: Any, key: str) -> bool:
        own = before[1] == self.feeding.run_id and before[2] == draft.row["id"]
        return own and not draft.before and key not in draft.seen

    def _finish(self, session: Session) -> None:
        counts = self.feeding.counts
        for draft in self._drafts:
            if not draft.complete:
                continue
            counts.resources += draft.resources + len(draft.rejected)
            counts.patients += draft.patients
            counts.accounted["attached"] += draft.attached
            counts.accounted["unchanged"] += draft.unchanged
            counts.accounted["rejected"] += len(draft.rejected)
            counts.rejected += draft.rejected[: max(0, REPORTED - len(counts.rejected))]
        done = [each.row["id"] for each in self._drafts if each.complete]
        for some in portions(done):
            session.connection().execute(update(MESSAGE).where(MESSAGE.c.id.in_(some)).values(done=True))
        place = RUN.c.place + len(done)
        session.connection().execute(update(RUN).where(RUN.c.id == self.feeding.run_id).values(place=place))
        save_counts(session, self.feeding)


def _reject(draft: _Draft, position: int, cause: str) -> None:
    draft.rejected.append([draft.item.file, position, cause])
