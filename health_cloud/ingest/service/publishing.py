"""From verdicts to the chart: patient after patient, in short write transactions, resumable anywhere."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from functools import partial

from sqlalchemy import delete, select, update
from sqlmodel import Session

from health_cloud.chart.service.drafts import EncounterDraft, EntryDraft, Known
from health_cloud.chart.service.sources import close_gap, put_gap
from health_cloud.core import db
from health_cloud.identity.service.index import birth_date_of, keys_of_record, record_of_key
from health_cloud.ingest.service import cases
from health_cloud.ingest.service.context import Feeding, save_counts
from health_cloud.ingest.service.deciding import decide, without_patient
from health_cloud.ingest.service.folder import Folder, Outside, Piece, pieces
from health_cloud.ingest.service.mapping import fhir
from health_cloud.ingest.service.rows import AWAITED, RESOURCE, UNDECIDED, add_missing, portions, undecide
from health_cloud.ingest.service.rules.background import background_of
from health_cloud.ingest.service.rules.verdict import Verdict
from health_cloud.records.service.writer import ContentRow, put_content
from health_cloud.records.views.content import EntryContent, to_json

_log = logging.getLogger(__name__)
_AT_ONCE = 400
_NAMELESS = {"PaymentNotice": ("request", "response"), "Provenance": ("target",)}
"""Types that name no patient, but something that does."""


def adopt(feeding: Feeding) -> None:
    """Give payments and provenances that name no patient the patient of what they name."""
    last = ""
    while True:
        with db.reading() as session:
            nameless = RESOURCE.c.type.in_(list(_NAMELESS)) & (RESOURCE.c.patient_key == "") & (RESOURCE.c.id > last)
            some = list(pieces(session, nameless, limit=500))
            owners = {piece.id: owner for piece in some if (owner := _owner_of(session, feeding, piece))}
        if not some:
            return
        last = some[-1].id
        with db.writing() as session:
            for row_id, owner in owners.items():
                session.connection().execute(update(RESOURCE).where(RESOURCE.c.id == row_id).values(patient_key=owner))
            undecide(session, feeding.feed_id, set(owners.values()))


def _owner_of(session: Session, feeding: Feeding, piece: Piece) -> str:
    for name in _NAMELESS[piece.type]:
        for each in fhir.refs(piece.resource.get(name)):
            query = select(RESOURCE.c.patient_key).where(
                RESOURCE.c.source_key == feeding.keys.of(each.id), RESOURCE.c.patient_key != ""
            )
            if owner := session.connection().execute(query).scalar():
                return owner
    return ""


def decide_all(feeding: Feeding) -> Iterator[int]:
    """Decide every patient about whom something arrived; yields how many are left after each."""
    outside = Outside()
    with db.reading() as session:
        query = select(UNDECIDED.c.patient_key).where(UNDECIDED.c.feed_id == feeding.feed_id)
        waiting = list(session.connection().execute(query).scalars())
    done: set[str] = set()
    for number, key in enumerate(waiting, start=1):
        if key not in done:
            done |= _decide_one(feeding, key, outside)
        yield len(waiting) - number


def _decide_one(feeding: Feeding, patient_key: str, outside: Outside) -> set[str]:
    """Decide one patient; returns the keys under which the feed names them."""
    with db.reading() as session:
        found = record_of_key(session, feeding.feed_id, patient_key)
        if found is None:
            everything = list(pieces(session, RESOURCE.c.patient_key == patient_key))
            marks = {piece.id: without_patient(piece) for piece in everything}
            keys = {patient_key}
            verdict, known = None, {}
        else:
            record_id = found[0]
            keys = {patient_key, *keys_of_record(session, feeding.feed_id, record_id)}
            folder = Folder(session, feeding, keys, outside)
            verdict = judged(feeding, folder, record_id, birth_date_of(session, record_id))
            known = feeding.writer.known(session, record_id) if verdict.sound else {}
            everything, marks = folder.all, verdict.marks
    changed = [(piece, marks[piece.id]) for piece in everything if marks.get(piece.id, _of(piece)) != _of(piece)]
    steps: list[Step] = [] if verdict is None or found is None else _steps(feeding, verdict, found, known)
    steps += [(len(some), partial(_account, feeding=feeding, changed=some)) for some in portions(changed)]
    person_id = found[1] if found else ""
    steps.append((20, partial(_close, feeding=feeding, keys=keys, verdict=verdict, known=known, person_id=person_id)))
    _perform(feeding, steps)
    return keys


Step = tuple[int, Callable[[Session], None]]
"""A part of a write and its weight: so much is written in one transaction that readers and writers hardly wait."""


def judged(feeding: Feeding, folder: Folder, record_id: str, birth_date: str) -> Verdict:
    """Decide one patient. A shape that nobody thought of stops neither the others nor the run: it becomes a case.

    What this patient has stays as it is, and the next arrival decides them again.
    """
    try:
        return decide(feeding, folder, record_id, birth_date)
    except (TypeError, ValueError, AttributeError, LookupError, ArithmeticError, RecursionError) as error:
        _log.exception("patient record %s cannot be decided", record_id)
        verdict = Verdict(feeding, folder, record_id, birth_date, sound=False)
        verdict.problems.append(cases.Problem("undecided", f"record {record_id}", type(error).__name__, "", record_id))
        return verdict


def _perform(feeding: Feeding, steps: list[Step]) -> None:
    """Run steps in order, in as few transactions as their weights allow."""
    while steps:
        weight = 0
        with db.writing() as session:
            while steps and (not weight or weight + steps[0][0] <= _AT_ONCE):
                weight += steps[0][0]
                steps.pop(0)[1](session)
            save_counts(session, feeding)


def _steps(
    feeding: Feeding, verdict: Verdict, found: tuple[str, str], known: dict[tuple[str, str], Known]
) -> list[Step]:
    encounter_ids: dict[str, str] = {}

    def visits(session: Session, drafts: list[EncounterDraft]) -> None:
        encounter_ids.update(feeding.writer.put_encounters(session, *found, drafts))

    steps: list[Step] = [
        (len(some), partial(visits, drafts=some)) for some in list(portions(verdict.encounters, _AT_ONCE)) or [[]]
    ]
    write = partial(_entries, feeding=feeding, verdict=verdict, found=found, known=known, encounter_ids=encounter_ids)
    steps += [(weight, partial(write, drafts=some)) for weight, some in _portions(verdict.entries)]
    if verdict.sound:
        steps.append((2, partial(_background, feeding=feeding, found=found, content=background_of(verdict))))
    return steps


def _background(session: Session, feeding: Feeding, found: tuple[str, str], content: EntryContent) -> None:
    """Write what is said of the patient apart from any visit; nothing said is nothing kept."""
    body = to_json(content) if content.items or content.measures else ""
    digest = feeding.keys.shown(body) if body else ""
    feeding.writer.put_background(session, *found, body, digest, feeding.started_at)


def _portions(entries: list[EntryDraft]) -> Iterator[tuple[int, list[EntryDraft]]]:
    """Part entries by number and size; contents of a kilobyte weigh as much as an entry's rows."""
    some: list[EntryDraft] = []
    weight = 0
    for each in entries:
        some.append(each)
        weight += 2 + sum(len(version.body) for version in each.versions) // 2000
        if weight >= _AT_ONCE // 4:
            yield weight, some
            some, weight = [], 0
    if some:
        yield weight, some


def _entries(
    session: Session,
    feeding: Feeding,
    verdict: Verdict,
    found: tuple[str, str],
    known: dict[tuple[str, str], Known],
    encounter_ids: dict[str, str],
    drafts: list[EntryDraft],
) -> None:
    written = feeding.writer.put_entries(session, *found, drafts, known, encounter_ids, feeding.started_at)
    contents = {version.body: verdict.contents[version.content_hash] for each in drafts for version in each.versions}
    rows = [
        ContentRow(each.entry_id, each.version_id, contents[each.body], each.body, each.current, each.fresh_entry)
        for each in written.versions
    ]
    put_content(session, rows, verdict.originals)
    for name in written.published:
        feeding.counts.published[name] += 1
    feeding.counts.withdrawn += written.withdrawn


def _close(
    session: Session,
    feeding: Feeding,
    keys: set[str],
    verdict: Verdict | None,
    known: dict[tuple[str, str], Known],
    person_id: str,
) -> None:
    """Take back what is no entry any more, note what is awaited, and call the patient decided."""
    if verdict is not None:
        live = {each.key for each in verdict.entries}
        gone = [each for key, each in known.items() if key not in live]
        feeding.counts.withdrawn += feeding.writer.withdraw(session, gone, "superseded")
        cases.put_cases(session, feeding, verdict.problems)
        if verdict.sound:
            close_gap(session, feeding.feed_id, verdict.record_id)
        else:
            put_gap(session, feeding.feed_id, verdict.record_id, person_id)
        awaiting(session, feeding, verdict, keys)
    session.connection().execute(
        delete(UNDECIDED).where(UNDECIDED.c.feed_id == feeding.feed_id, UNDECIDED.c.patient_key.in_(list(keys)))
    )


def _of(piece: Piece) -> tuple[str, str]:
    return (piece.accounted, piece.reason)


def _account(session: Session, feeding: Feeding, changed: list[tuple[Piece, tuple[str, str]]]) -> None:
    """Note how each resource counts now; only this run's own are in its counts."""
    counts = feeding.counts
    by_mark: dict[tuple[str, str], list[str]] = {}
    for piece, mark in changed:
        by_mark.setdefault(mark, []).append(piece.id)
        if piece.run_id == feeding.run_id:
            _count(counts.accounted, piece.accounted, -1)
            _count(counts.accounted, mark[0], 1)
            _count(counts.held, piece.reason, -1)
            _count(counts.held, mark[1], 1)
    for (accounted, reason), row_ids in by_mark.items():
        session.connection().execute(
            update(RESOURCE).where(RESOURCE.c.id.in_(row_ids)).values(accounted=accounted, reason=reason)
        )


def _count(counts: dict[str, int], name: str, by: int) -> None:
    if name:
        counts[name] = counts.get(name, 0) + by
        if not counts[name] and name not in ("entry", "attached", "held"):
            del counts[name]


def awaiting(session: Session, feeding: Feeding, verdict: Verdict, keys: set[str]) -> None:
    """Remember what this patient's records name and is not here, so that its arrival decides them again."""
    patient_key = min(keys)
    rows = [
        {"feed_id": feeding.feed_id, "source_key": key, "patient_key": patient_key}
        for key in sorted(verdict.folder.awaited)
    ]
    add_missing(session, AWAITED, rows)
