"""The page of one original: what it is, whose entry it belongs to, and which others there are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from sqlmodel import Session

from health_cloud.chart.service import Chart, open_chart, proof_of
from health_cloud.chart.views import EntryHandle
from health_cloud.core.actors import Actor
from health_cloud.core.errors import Invalid, NotFound
from health_cloud.core.policy import Action
from health_cloud.core.vocabulary import RecordClass
from health_cloud.core.words import Words
from health_cloud.records.models import Document
from health_cloud.records.service import blobs, cda, kinds, pictures
from health_cloud.records.service.clocks import on_clock
from health_cloud.records.service.contents import contents_of, documents_of, papers_of_versions, whole_of
from health_cloud.records.service.reading import opens_next, topics_of
from health_cloud.records.service.rendering import papers_of
from health_cloud.records.views.content import EntryContent, Paper
from health_cloud.records.views.original import Leaf, OriginalPage
from health_cloud.records.views.screens import Field, PaperLine

NOTHING = Words()
_BENEATH = {"frame": "/frame", "pages": "/pages"}
"""Where what is shown lies beneath the original's address, if it is not the original itself."""
_EMBEDDED = frozenset({"pdf", "pages"})
"""What the body of a clinical document is shown as, if it is a file and no narrative; pictures stand in its frame."""


def original_page(session: Session, actor: Actor, person_id: str, entry_id: str, document_id: str) -> OriginalPage:
    """Return the page of an original that belongs to this entry; its bytes come by their own address.

    Raises:
        NotFound: entry or original is absent, of somebody else, or not released: never told apart.
        Unavailable: the store of originals does not have it.
    """
    with open_chart(session, actor, person_id, Action.READ_ENTRIES) as chart:
        handle = chart.entry(entry_id)
        group = chart.group(handle)
        documents = documents_of(chart, group, replaced=True)
        if document_id not in documents:
            raise NotFound(action=Action.READ_ENTRIES.value, person_id=chart.person_id)
        page = _page(chart, handle, group, documents, document_id)
        proof = proof_of(chart, (RecordClass(handle.row.record_class),), {handle.row.organization})
        release = chart.why(handle)
        return replace(
            page,
            proof=proof,
            released=on_clock(release.released_at, release.zone),
            topics=topics_of(chart),
            opens=opens_next(chart),
        )


def _page(
    chart: Chart, handle: EntryHandle, group: list[EntryHandle], documents: Mapping[str, Document], document_id: str
) -> OriginalPage:
    parts = contents_of(chart, group)
    content = whole_of(parts.get(handle.id, EntryContent()), list(parts.values()))
    papers = papers_of(content, documents, handle.row)
    document, row = documents[document_id], handle.row
    version, earlier = (0, content) if document.current else _earlier(chart, group, document)
    shown, paper = _named(document, earlier, papers_of(earlier, documents, handle.row))
    look = _looked_at(document)
    address = f"/documents/{document.id}"
    file = f"{address}/body" if look.inside and look.name == "pdf" else address
    return OriginalPage(
        id=document.id,
        record_class=row.record_class,
        back=f"/records/{row.record_class}/{handle.id}",
        title=next((title for title in (shown.title, row.title) if title != NOTHING), content.title),
        organization=row.organization,
        at=paper.at or row.occurred or row.occurred_at,
        look=look.name,
        kind=look.name if look.inside or look.name == "frame" else shown.kind,
        size=shown.size,
        source=file + _BENEATH.get(look.name, ""),
        file=f"{file}?as=file",
        head=look.head,
        leaves=look.leaves,
        problem=look.problem,
        replaced=version,
        others=[each for each in papers if each.id not in ("", document.id)],
    )


def _earlier(chart: Chart, group: list[EntryHandle], document: Document) -> tuple[int, EntryContent]:
    """Return the last version that has an original which the current one has no more, and what it said."""
    versions = next(chart.versions(each) for each in group if each.id == document.entry_id)
    found = papers_of_versions(chart, versions, {document.id: document})
    for each in versions:
        if papers := found.get(each.id):
            return each.number, EntryContent(papers=papers)
    return versions[-1].number, EntryContent()


def _named(document: Document, content: EntryContent, papers: list[PaperLine]) -> tuple[PaperLine, Paper]:
    """Return the line and the paper of a document; a document that its content no longer names has its own title."""
    for line, paper in zip(papers, content.papers, strict=True):
        if line.id == document.id:
            return line, paper
    title = Words(document.title_zh, document.title_en)
    return PaperLine(title, kinds.look_of(kinds.essence_of(document.content_type)), "", "", "", False), Paper(title)


@dataclass(frozen=True)
class _Look:
    """How an original is shown, its pages if it is a scan, and why it cannot be shown if it cannot.

    Attributes:
        head: of a clinical document, where what is shown is the file in its body (`inside`).
    """

    name: str
    leaves: list[Leaf] = field(default_factory=list[Leaf])
    problem: str = ""
    head: list[Field] = field(default_factory=list[Field])
    inside: bool = False


def _looked_at(document: Document) -> _Look:
    essence = kinds.essence_of(document.content_type)
    if kinds.is_unsaid(document.content_type):
        essence = kinds.type_of(document.content_type, blobs.load(document.blob_id))
    look = kinds.look_of(essence)
    try:
        if kinds.is_xml(essence) and cda.is_document(content := blobs.load(document.blob_id)):
            look = "frame"
            body = cda.body_of(content)
            if body is not None and kinds.look_of(body[1]) in _EMBEDDED:
                look = kinds.look_of(body[1])
                head = [Field(key, Words.same(text)) for key, text in cda.head_of(content)]
                return _Look(look, _leaves(look, body[0]), "", head, inside=True)
        elif look == "pages":
            return _Look(look, _leaves(look, blobs.load(document.blob_id)))
    except Invalid as problem:
        return _Look(look, problem=problem.key.rpartition(".")[2])
    return _Look(look)


def _leaves(look: str, content: bytes) -> list[Leaf]:
    return pictures.leaves_of(content) if look == "pages" else []
