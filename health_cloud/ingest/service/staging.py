"""Reading's second half: messages and resources into the history, in short write transactions.

A transaction takes in so much that the write lock is held for well under 100 ms; where the run stands is
committed with it, so that a killed run goes on exactly there.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from typing import Any

from sqlalchemy import Table, func, insert, update
from sqlalchemy import select as _core_select
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col, select

from health_cloud.core import db
from health_cloud.core.clock import now
from health_cloud.core.crypto import seal
from health_cloud.core.ids import new_id
from health_cloud.identity.service import directory
from health_cloud.identity.service.index import keys_of_record, put_patient
from health_cloud.ingest.models import Awaited, Message, Resource, Run, Undecided
from health_cloud.ingest.service import cases
from health_cloud.ingest.service.context import Feeding, newest_last
from health_cloud.ingest.service.mapping import fhir, patients, times
from health_cloud.ingest.service.mapping.fhir import Json, first, obj, objs, text, words
from health_cloud.ingest.service.reading import bundles, json_text, shapes

_RESOURCE: Table = Resource.__table__  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType, reportUnknownVariableType]
_MESSAGE: Table = Message.__table__  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType, reportUnknownVariableType]
_UNDECIDED: Table = Undecided.__table__  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType, reportUnknownVariableType]

RESOURCE_LIMIT = 32 * 1024 * 1024
REPORTED = 10_000
"""So many rejected items are listed one by one; all are counted."""
_WEIGHT = 400
_BYTES = 2 * 1024 * 1024
_WEIGHTS = {"Patient": 40, "Organization": 8, "Practitioner": 8, "PractitionerRole": 12}
"""What takes longer than a plain row counts for more in a transaction."""
_BEFORE = ("content_hash", "run_id", "message_id", "within", "id")
_SUBJECTS = ("subject", "patient", "beneficiary", "for", "individual")
_NOT_PEOPLE = frozenset({"Group", "Device", "Location", "Practitioner", "Organization", "Substance", "Medication"})


@dataclass(slots=True)
class Item:
    """A message as it came: where from, its bytes, and what it parses to (or why not)."""

    file: str
    position: int
    raw: bytes
    parsed: Any = None
    cause: str = ""


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
        position = found.position or draft.item.position
        if isinstance(found, bundles.Unread):
            _reject(draft, position, found.cause)
            return
        cause = shapes.cause_of(found.resource)
        if cause:
            _reject(draft, position, cause)
            return
        canonical = json_text.canonical(found.resource)
        if len(canonical) > RESOURCE_LIMIT:
            _reject(draft, position, "too_large")
            return
        row = self._row(draft, found, canonical)
        if row is None:
            _reject(draft, position, "no_person")
            return
        draft.resources += 1
        draft.patients += row["type"] == "Patient"
        self._weight += _WEIGHTS.get(row["type"], 0)
        self._rows.append((draft, row, found.resource))

    def _row(self, draft: _Draft, found: bundles.Found, canonical: bytes) -> dict[str, Any] | None:
        keys, resource = self.feeding.keys, found.resource
        kind: str = resource["resourceType"]
        named = fhir.ref_of(found.full_url)
        source_id = resource.get("id") or (named.id if named else "")
        content_hash = keys.content(kind, source_id, canonical)
        source_key = keys.of(source_id) if source_id else content_hash
        alias_key = keys.of(named.id) if named and named.id != source_id else ""
        patient_key = source_key if kind == "Patient" else self._patient_key(kind, resource)
        if patient_key is None:
            if not found.within:
                return None
            patient_key = ""
        row_id = new_id()
        body = None if draft.alone else seal(zlib.compress(canonical, 1), "ingest_resource.body", row_id)
        return {
            "id": row_id,
            "feed_id": self.feeding.feed_id,
            "message_id": draft.row["id"],
            "run_id": self.feeding.run_id,
            "type": kind,
            "source_key": source_key,
            "alias_key": alias_key,
            "patient_key": patient_key,
            "owner_key": "",
            "content_hash": content_hash,
            "body": body,
            "source_at": times.changed_at(resource, self.feeding.zone),
            "accounted": "attached",
            "reason": "",
            "within": found.within,
        }

    def _patient_key(self, kind: str, resource: Json) -> str | None:
        """Return the key of whom a resource is about, empty where it is about nobody, nothing where that is lost."""
        said = False
        for name in _SUBJECTS:
            for each in objs(resource.get(name)):
                found = fhir.ref(each) or _by_number(each)
                if found is not None and found.type in _NOT_PEOPLE:
                    said = True
                elif found is not None:
                    return self.feeding.keys.of(found.id)
        return None if kind in shapes.NEEDS_PERSON and not said else ""

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
            session.connection().execute(insert(_MESSAGE), fresh)
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
        for start in range(0, len(hashes), 500):
            query = _core_select(*(_RESOURCE.c[name] for name in _BEFORE)).where(
                _RESOURCE.c.feed_id == self.feeding.feed_id,
                _RESOURCE.c.content_hash.in_(hashes[start : start + 500]),
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
                self._bring_out(session, row, before)
            draft.seen.add(key)
        if fresh:
            session.connection().execute(insert(_RESOURCE), [row for row, _ in fresh])
            self._index(session, fresh)
            self._settle_owners(session, [row for row, _ in fresh])

    def _is_own(self, draft: _Draft, before: Any, key: str) -> bool:
        own = before[1] == self.feeding.run_id and before[2] == draft.row["id"]
        return own and not draft.before and key not in draft.seen

    def _settle_owners(self, session: Session, fresh: list[dict[str, Any]]) -> None:
        """Find resources whose contents name different patients: the newest content decides whose they are."""
        keys = sorted({row["source_key"] for row in fresh if row["patient_key"]})
        counts = (_RESOURCE.c.within.is_(False) | (_RESOURCE.c.type == "Composition")) & (_RESOURCE.c.patient_key != "")
        found: list[tuple[str, str]] = []
        for start in range(0, len(keys), 500):
            query = (
                _core_select(_RESOURCE.c.source_key, _RESOURCE.c.type)
                .where(_RESOURCE.c.source_key.in_(keys[start : start + 500]), _RESOURCE.c.patient_key != "")
                .group_by(_RESOURCE.c.source_key, _RESOURCE.c.type)
                .having(func.count(_RESOURCE.c.patient_key.distinct()) > 1)
            )
            found += [(key, kind) for key, kind in session.connection().execute(query)]
        for key, kind in found:
            condition = (_RESOURCE.c.source_key == key) & (_RESOURCE.c.type == kind) & counts
            rows = list(session.exec(select(Resource).where(condition).order_by(Resource.id)).all())
            if not rows:
                continue
            owner = newest_last(rows)[-1].patient_key
            for row in rows:
                values = {"owner_key": "" if row.patient_key == owner else owner}
                session.connection().execute(update(_RESOURCE).where(_RESOURCE.c.id == row.id).values(values))
            self._undecide(session, [row.patient_key for row in rows])

    def _bring_out(self, session: Session, row: dict[str, Any], before: Any) -> None:
        """Let what a document alone had brought count for itself from now on."""
        if before is not None and before[3] and not row["within"]:
            session.connection().execute(update(_RESOURCE).where(_RESOURCE.c.id == before[4]).values(within=False))
            self._undecide(session, [row["patient_key"]])

    def _index(self, session: Session, fresh: list[tuple[dict[str, Any], Json]]) -> None:
        problems: list[cases.Problem] = []
        for row, resource in fresh:
            kind = row["type"]
            if kind == "Patient":
                problems += self._put_patient(session, row, resource)
            elif kind in _DIRECTORY:
                _put_directory(session, self.feeding.organization_id, kind, resource, row["source_key"])
        patient_keys = {row["patient_key"] for row, _ in fresh}
        arrived = [
            key for row, _ in fresh for key in (row["source_key"], row["alias_key"]) if key and _may_be_awaited(row)
        ]
        for start in range(0, len(arrived), 500):
            query = select(Awaited.patient_key).where(
                Awaited.feed_id == self.feeding.feed_id, col(Awaited.source_key).in_(arrived[start : start + 500])
            )
            patient_keys.update(session.exec(query).all())
        self._undecide(session, patient_keys)
        cases.put_cases(session, self.feeding, problems)

    def _undecide(self, session: Session, patient_keys: Iterable[str]) -> None:
        rows = [{"feed_id": self.feeding.feed_id, "patient_key": key} for key in sorted({*patient_keys} - {""})]
        if rows:
            dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
            session.connection().execute(dialect.insert(_UNDECIDED).on_conflict_do_nothing(), rows)

    def _put_patient(self, session: Session, row: dict[str, Any], resource: Json) -> list[cases.Problem]:
        feeding = self.feeding
        numbers = [
            feeding.keys.of(f"Patient?identifier={text(each.get('system'))}|{text(each.get('value'))}")
            for each in objs(resource.get("identifier"))
            if text(each.get("value"))
        ]
        keys = tuple(key for key in (row["source_key"], row["alias_key"], *numbers) if key)
        told = patients.facts(resource, keys, feeding.zone, feeding.national_id_systems)
        indexed = put_patient(session, feeding.organization_id, feeding.feed_id, told, "ingest")
        for record_id, person_id in indexed.moved:
            feeding.writer.move(session, record_id, person_id)
        self._undecide(session, keys_of_record(session, feeding.feed_id, indexed.record_id))
        about = f"Patient/{text(resource.get('id'))}"
        return [
            cases.Problem(rule, about, other, row["message_id"], indexed.record_id, again=other)
            for rule, other in indexed.problems
        ] + patient_problems(told, about, row["message_id"], indexed.record_id)

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
        for start in range(0, len(done), 500):
            some = done[start : start + 500]
            session.connection().execute(update(_MESSAGE).where(_MESSAGE.c.id.in_(some)).values(done=True))
        values: dict[str, Any] = {"counts": json.dumps(asdict(counts))}
        if done:
            last = next(each.item for each in reversed(self._drafts) if each.complete)
            values["place"] = f"{last.file}\t{last.position}"
        session.connection().execute(
            update(Run.__table__).where(col(Run.id) == self.feeding.run_id).values(values)  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType, reportUnknownArgumentType]
        )


def _reject(draft: _Draft, position: int, cause: str) -> None:
    draft.rejected.append([draft.item.file, position, cause])


def _by_number(reference: Json) -> fhir.Ref | None:
    """Read a reference that names a patient by a number alone."""
    identifier = obj(reference.get("identifier"))
    value = text(identifier.get("value"))
    return fhir.Ref("Patient", f"Patient?identifier={text(identifier.get('system'))}|{value}") if value else None


def _may_be_awaited(row: dict[str, Any]) -> bool:
    return not row["patient_key"] or row["type"] in ("Patient", "Medication")


def patient_problems(told: Any, about: str, message_id: str, record_id: str) -> list[cases.Problem]:
    """Return what is wrong with a Patient by itself: a national ID that cannot be, or that says another birth date."""
    from stdnum.cn import ric  # noqa: PLC0415 - few feeds need it

    from health_cloud.core.normal import is_filler, national_id  # noqa: PLC0415

    found: list[cases.Problem] = []
    for number in told.numbers:
        spelled = national_id(number.value) if number.kind == "national_id" else ""
        if len(spelled) == 18 and not is_filler(spelled):  # noqa: PLR2004 - the length of a resident ID number
            born = f"{spelled[6:10]}-{spelled[10:12]}-{spelled[12:14]}"
            if not ric.is_valid(spelled) or (len(told.birth_date) == len(born) and born != told.birth_date):
                found.append(cases.Problem("national_id", about, "", message_id, record_id))
    return found


_DIRECTORY = frozenset({"Organization", "Practitioner", "PractitionerRole"})


def _put_directory(session: Session, organization_id: str, kind: str, resource: Json, source_key: str) -> None:
    source_id = (text(resource.get("id")) or source_key)[:200]
    if kind == "Organization":
        parent = fhir.ref(resource.get("partOf"))
        directory.put_department(
            session,
            organization_id,
            source_id,
            words(resource, "name"),
            kind=_kind_of(resource, part=parent is not None),
            parent=parent.id[:200] if parent else "",
        )
    elif kind == "Practitioner":
        directory.put_practitioner(session, organization_id, source_id, fhir.human_name(resource.get("name")))
        title = fhir.concept(first(resource.get("qualification")).get("code"))
        directory.put_role(session, organization_id, source_id, title=title, department_id=None)
    elif (practitioner := fhir.ref(resource.get("practitioner"))) is not None:
        department = fhir.ref(resource.get("organization"))
        departments = directory.departments(session, organization_id)
        directory.put_role(
            session,
            organization_id,
            practitioner.id[:200],
            title=fhir.concepts(resource.get("code")),
            department_id=departments[department.id].id if department and department.id in departments else None,
        )


def _kind_of(organization: Json, *, part: bool) -> str:
    codes = fhir.codes(organization.get("type"))
    if "dept" in codes:
        return "department"
    if part:
        return "campus" if "prov" in codes else "department"
    return "place"
