"""Notes of a visit: running text in chapters, each with the part of the visit that its code says it tells."""

from __future__ import annotations

from dataclasses import replace

from health_cloud.core.words import Words
from health_cloud.ingest.service.folder import Piece
from health_cloud.ingest.service.mapping import fhir, times
from health_cloud.ingest.service.mapping.fhir import Json, objs
from health_cloud.ingest.service.mapping.papers import Papers, attachments
from health_cloud.records.views.content import NOTHING, Section

_CHAPTERS = {
    "complaint": "10154-3 29299-5 42349-1 46239-0 8661-1",
    "history": "10164-2 8684-3",
    "findings": ("29545-1 10210-3 8716-3 30954-2 51848-0 11535-2 46241-6 29548-5 11493-4 10184-0 59776-5"),
    "done": "8648-8 47519-4 29549-3 29554-3 11504-8 28570-0",
    "next": "18776-5 8653-8 69730-0 10183-2",
    "summary": "18842-5 11490-0 28655-9 34105-7 34106-5",
    "conclusion": "51847-2",
}
KINDS = {code: kind for kind, given in _CHAPTERS.items() for code in given.split()}
"""LOINC codes of notes and of their chapters (as C-CDA 2.1 uses them), and the part of a visit that each tells."""
_WRITTEN = ("effectiveDateTime", "effectivePeriod", "issued", "date", "created")


def told(papers: Papers, piece: Piece) -> list[Section]:
    """Return a note as sections: its conclusion, its chapters, or its plain text; originals stand beside."""
    resource = piece.resource
    named = resource.get("code") or resource.get("type")
    title = fhir.concept(named)
    title = title if title != NOTHING else _title(piece)
    kind, at = _kind(named) or _kind(resource.get("category")), times.said(resource, *_WRITTEN)
    sections = [Section(title, fhir.words(resource, "conclusion"), kind, at)] if resource.get("conclusion") else []
    sections += _chapters(resource, kind, at)
    before = len(papers.sections)
    for each in objs(resource.get("presentedForm")) + attachments(resource):
        papers.add(resource, each, title, read=not sections)
    papers.sections[before:] = [replace(each, kind=kind, at=at) for each in papers.sections[before:]]
    if not sections and len(papers.sections) == before and (plain := fhir.narrative(resource.get("text"))):
        sections.append(Section(title, fhir.worded(plain), kind, at))
    return sections


def _title(piece: Piece) -> Words:
    return fhir.words(piece.resource, "title" if piece.type == "Composition" else "description")


def _chapters(resource: Json, kind: str, at: str) -> list[Section]:
    """Return the chapters of a note; one whose own code says nothing tells what its note tells."""
    found: list[Section] = []
    for chapter in objs(resource.get("section")):
        text = fhir.narrated(chapter.get("text"))
        if text != NOTHING:
            heading = fhir.words(chapter, "title")
            heading = heading if heading != NOTHING else fhir.concept(chapter.get("code"))
            found.append(Section(heading, text, _kind(chapter.get("code")) or kind, at))
    return found


def _kind(concepts: object) -> str:
    given = (code.code for each in objs(concepts) for code in fhir.codings(each))
    return next((KINDS[code] for code in given if code in KINDS), "")
