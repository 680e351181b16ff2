"""Contents of entries as the import writes them: sealed JSON, results for trends, originals."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import Table, delete, insert, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col, select

from health_cloud.core.crypto import seal
from health_cloud.core.ids import new_id
from health_cloud.core.words import Words
from health_cloud.records.models import Blob, Content, Document, EntryWords, Result
from health_cloud.records.service.words import put_words
from health_cloud.records.views.content import EntryContent, Measured

_CONTENT: Table = Content.__table__  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType, reportUnknownVariableType]
_WORDS: Table = EntryWords.__table__  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType, reportUnknownVariableType]
_RESULT: Table = Result.__table__  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType, reportUnknownVariableType]
_BLOB: Table = Blob.__table__  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType, reportUnknownVariableType]
_DOCUMENT: Table = Document.__table__  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType, reportUnknownVariableType]

SEALED = "records_content.body"


@dataclass(frozen=True, slots=True)
class ContentRow:
    """The content of one version, and its JSON.

    Attributes:
        current: whether readers see this one; its results replace those before, its originals stand before theirs.
        fresh: whether the entry itself is new, so that there is nothing to replace.
    """

    entry_id: str
    version_id: str
    content: EntryContent
    body: str
    current: bool
    fresh: bool


@dataclass(frozen=True, slots=True)
class Original:
    """An original that already lies in the blob store."""

    document_id: str
    blob_id: str
    size: int
    content_type: str


def put_content(session: Session, rows: Sequence[ContentRow], originals: dict[str, Original]) -> None:
    """Keep contents; `originals` are found by the document ids that the contents name."""
    if not rows:
        return
    fresh: dict[str, ContentRow] = {row.version_id: row for row in rows}
    rewritten = [row.version_id for row in rows if not row.fresh]
    _drop(session, rewritten, _CONTENT.c.id)
    _drop(session, rewritten, _WORDS.c.id)
    sealed = [
        {"id": row.version_id, "entry_id": row.entry_id, "body": seal(_packed(row.body), SEALED, row.version_id)}
        for row in fresh.values()
    ]
    session.connection().execute(insert(_CONTENT), sealed)
    current = [row for row in fresh.values() if row.current]
    replaced = [row.entry_id for row in current if not row.fresh]
    _drop(session, replaced, _RESULT.c.entry_id)
    _drop(session, replaced, _WORDS.c.entry_id)
    put_words(session, ((row.version_id, row.entry_id, row.content) for row in current))
    if results := [each for row in current for each in result_rows(row.entry_id, row.content)]:
        session.connection().execute(insert(_RESULT), results)
    for some in _portions(replaced):
        session.connection().execute(update(_DOCUMENT).where(_DOCUMENT.c.entry_id.in_(some)).values(current=False))
    _put_originals(session, list(fresh.values()), originals)


def _packed(body: str) -> bytes:
    return zlib.compress(body.encode(), 3)


def _drop(session: Session, ids: list[str], column: object) -> None:
    for some in _portions(ids):
        session.connection().execute(delete(column.table).where(column.in_(some)))  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType, reportUnknownArgumentType]


def _portions(ids: list[str]) -> Iterable[list[str]]:
    return (ids[start : start + 500] for start in range(0, len(ids), 500))


def result_rows(entry_id: str, content: EntryContent) -> Iterable[dict[str, object]]:
    """Return the results of an entry as rows of their table, for what lies before a later one."""
    if content.record_class != "laboratory":
        return  # a check-up shows laboratory results that count where they were made
    for position, each in enumerate(flat(content.results)):
        yield {
            "id": new_id(),
            "entry_id": entry_id,
            "position": position,
            "analyte": analyte_of(each),
            "value": f"{each.comparator}{each.value}" or each.words.zh or each.words.en,
            "number": each.value[:40] if each.kind == "quantity" and not each.comparator else "",
            "unit": unit_of(each),
            "flag": each.flag[:12],
            "specimen": said_of(each.specimen),
            "method": said_of(each.method),
        }


def flat(results: Iterable[Measured]) -> Iterable[Measured]:
    """Return results with their members, each after the one that it belongs to."""
    for each in results:
        yield each
        yield from flat(each.members)


def analyte_of(each: Measured) -> str:
    """Return what was measured: `system|code`, or the name where there is no code."""
    if each.codes:
        return f"{each.codes[0].system}|{each.codes[0].code}"[:80]
    return (each.name.zh or each.name.en)[:80]


def unit_of(each: Measured) -> str:
    """Return the unit that values are compared by: UCUM where given, else as printed."""
    return (each.ucum or each.unit)[:60]


def said_of(words: Words) -> str:
    """Return a specimen or a method as one text to compare by."""
    return (words.zh or words.en)[:80]


def documents_named(session: Session, entry_ids: Sequence[str]) -> dict[str, set[str]]:
    """Return the ids of the originals that the current versions of entries have, by entry."""
    found: dict[str, set[str]] = {}
    query = select(Document.entry_id, Document.id).where(col(Document.entry_id).in_(entry_ids), col(Document.current))
    for entry_id, document_id in session.exec(query).all():
        found.setdefault(entry_id, set()).add(document_id)
    return found


def _put_originals(session: Session, rows: list[ContentRow], originals: dict[str, Original]) -> None:
    """Keep the originals of all versions; a document is its bytes, so that equal ones of two versions are one."""
    blobs: dict[str, dict[str, object]] = {}
    documents: dict[bool, dict[str, dict[str, object]]] = {True: {}, False: {}}
    for row in rows:
        for position, paper in enumerate(row.content.papers):
            original = originals.get(paper.document_id)
            if original is None:
                continue
            blobs[original.blob_id] = {
                "id": original.blob_id,
                "size": original.size,
                "content_type": original.content_type[:100],
            }
            documents[row.current][original.document_id] = {
                "id": original.document_id,
                "entry_id": row.entry_id,
                "blob_id": original.blob_id,
                "title_zh": paper.title.zh,
                "title_en": paper.title.en,
                "content_type": original.content_type[:100],
                "position": position,
                "current": row.current,
            }
    if not blobs:
        return
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    session.connection().execute(dialect.insert(_BLOB).on_conflict_do_nothing(), list(blobs.values()))
    put = dialect.insert(_DOCUMENT)
    told = {
        name: put.excluded[name] for name in ("entry_id", "title_zh", "title_en", "content_type", "position", "current")
    }
    if documents[True]:
        again = put.on_conflict_do_update(index_elements=["id"], set_=told)
        session.connection().execute(again, list(documents[True].values()))
    if earlier := [each for name, each in documents[False].items() if name not in documents[True]]:
        session.connection().execute(put.on_conflict_do_nothing(), earlier)
