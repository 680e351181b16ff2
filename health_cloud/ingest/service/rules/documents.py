"""Documents that stand alone: DocumentReferences and notes without an encounter, and `document` Bundles."""

from __future__ import annotations

from health_cloud.core.vocabulary import RecordClass
from health_cloud.core.words import Words
from health_cloud.ingest.service.folder import Folder, Piece, message_of
from health_cloud.ingest.service.mapping import fhir, items, times
from health_cloud.ingest.service.mapping.fhir import Json, obj, objs, text, words
from health_cloud.ingest.service.mapping.papers import Papers, attachments
from health_cloud.ingest.service.reading import bundles
from health_cloud.ingest.service.rules import codes, reports
from health_cloud.ingest.service.rules.encounters import gather
from health_cloud.ingest.service.rules.verdict import Verdict, encounter_ref, outcomes, release
from health_cloud.records.views.content import NOTHING, EntryContent, Item, Measured, Section

_UNSETTLED = frozenset({"preliminary", "entered-in-error"})


def decide_documents(verdict: Verdict) -> None:
    """Decide every DocumentReference and every `document` Bundle."""
    for piece in verdict.folder.of("DocumentReference"):
        if piece.resource.get("status") != "current" or text(piece.resource.get("docStatus")) in _UNSETTLED:
            verdict.hold(piece, "status")
        elif encounter_ref(piece.resource) is not None:
            verdict.attach(piece)
            gather(verdict, piece)
        else:
            _publish_reference(verdict, piece)
    for piece in verdict.folder.documents:
        if text(piece.resource.get("status")) not in codes.COMPOSED:
            verdict.hold(piece, "status")
        else:
            _publish_bundle(verdict, piece)


def decide_note(verdict: Verdict, piece: Piece) -> None:
    """Attach a report that is a note to its encounter; without one it is a medical record."""
    if text(piece.resource.get("status")) not in codes.PUBLISHED:
        verdict.hold(piece, "status")
    elif encounter_ref(piece.resource) is not None:
        verdict.attach(piece)
        gather(verdict, piece)
    else:
        history = outcomes(piece, codes.PUBLISHED)
        contents = [reports.report_content(verdict, piece, each, RecordClass.MEDICAL_RECORDS, None) for each in history]
        zone = verdict.feeding.zone
        occurred = times.occurred(piece.resource, zone, "effectiveDateTime", "effectivePeriod", "issued")
        issued = times.when(piece.resource.get("issued"), zone)
        verdict.check_times(piece, occurred, issued)
        kind = release(RecordClass.MEDICAL_RECORDS, None, "note")
        verdict.add_entry(piece, contents, kind, occurred=occurred, outcome=issued, history=history)


def _publish_reference(verdict: Verdict, piece: Piece) -> None:
    zone = verdict.feeding.zone
    context = obj(piece.resource.get("context"))
    occurred = times.occurred(context, zone, "period") or times.when(piece.resource.get("date"), zone)
    issued = times.when(piece.resource.get("date"), zone)
    verdict.check_times(piece, occurred)
    history = outcomes(piece, codes.CURRENT)
    contents = [_reference_content(verdict, piece, each) for each in history]
    kind = release(RecordClass.MEDICAL_RECORDS, None, "document")
    verdict.add_entry(piece, contents, kind, occurred=occurred, outcome=issued, history=history)


def _reference_content(verdict: Verdict, piece: Piece, version: Piece) -> EntryContent:
    resource, look = version.resource, verdict.folder.look
    title = fhir.concept(resource.get("type"))
    title = title if title != NOTHING else words(resource, "description")
    then = verdict.folder.look_at(piece, version)
    papers = Papers(f"{verdict.feeding.feed_id}/DocumentReference/{piece.source_key}", then)
    for each in attachments(resource):
        papers.add(resource, each, title, read=True)
    verdict.originals |= papers.originals
    context = obj(resource.get("context"))
    custodian = items.called_by(resource, obj(resource.get("custodian")), look)
    return EntryContent(
        record_class=RecordClass.MEDICAL_RECORDS.value,
        title=title if title != NOTHING else fhir.concepts(resource.get("category")),
        status=text(resource.get("docStatus")) or text(resource.get("status")),
        category="document",
        occurred=times.said(context, "period") or text(resource.get("date")),
        ended=times.ended(context, "period"),
        issued=text(resource.get("date")),
        place=(custodian,) if custodian != NOTHING else (),
        people=items.people(resource, look, "author", "authenticator"),
        reason=words(resource, "description") if title != NOTHING else NOTHING,
        sections=tuple(papers.sections),
        papers=tuple(papers.papers),
        codes=fhir.codings(resource.get("type")),
        source_ids=(f"DocumentReference/{text(resource.get('id'))}",),
    )


def _publish_bundle(verdict: Verdict, piece: Piece) -> None:
    zone = verdict.feeding.zone
    dated = times.when(piece.resource.get("date"), zone)
    verdict.check_times(piece, dated)
    history = outcomes(piece, codes.COMPOSED)
    contents = [_bundle_content(verdict, each) for each in history]
    kind = release(RecordClass.MEDICAL_RECORDS, None, "document")
    verdict.add_entry(piece, contents, kind, occurred=dated, outcome=dated, history=history)


class _Inside:
    """The resources of one `document` Bundle, found by what its references call them."""

    def __init__(self, folder: Folder, message: object) -> None:
        self.folder = folder
        self.resources: list[Json] = []
        self._named: dict[str, Json] = {}
        for found in bundles.unfold(message):
            if isinstance(found, bundles.Found):
                self.resources.append(found.resource)
                kind, own = found.resource.get("resourceType"), text(found.resource.get("id"))
                for name in (found.full_url, f"{kind}/{own}" if own else ""):
                    if name:
                        self._named.setdefault(name, found.resource)

    def look(self, resource: Json, reference: object) -> Json:
        """Return what a reference names: contained or in the bundle, else nothing."""
        address = text(obj(reference).get("reference"))
        if address.startswith("#"):
            return fhir.contained(resource, fhir.Ref("", address))
        found = self._named.get(address)
        if found is None and (named := fhir.ref_of(address)) is not None:
            found = self._named.get(f"{named.type}/{named.id}")
        return obj(found)


def _bundle_content(verdict: Verdict, piece: Piece) -> EntryContent:
    inside = _Inside(verdict.folder, message_of(verdict.folder.session, piece.message_id))
    composition, look = piece.resource, inside.look
    papers = Papers(f"{verdict.feeding.feed_id}/Composition/{piece.source_key}", look)
    sections, results, measures, found = _chapters(inside, composition, papers)
    verdict.originals |= papers.originals
    custodian = items.called_by(composition, obj(composition.get("custodian")), look)
    title = words(composition, "title")
    return EntryContent(
        record_class=RecordClass.MEDICAL_RECORDS.value,
        title=title if title != NOTHING else fhir.concept(composition.get("type")),
        status=text(composition.get("status")),
        category="document",
        occurred=text(composition.get("date")),
        issued=text(composition.get("date")),
        place=(custodian,) if custodian != NOTHING else (),
        people=items.people(composition, look, "author"),
        sections=tuple(sections + papers.sections),
        results=tuple(results),
        measures=tuple(measures),
        items=tuple(sorted(found, key=lambda each: items.ORDER.index(each.kind))),
        papers=tuple(papers.papers),
        codes=fhir.codings(composition.get("type")),
        source_ids=(
            f"Composition/{text(composition.get('id'))}",
            *(
                f"{each.get('resourceType')}/{text(each.get('id'))}"
                for each in inside.resources
                if each is not composition
            ),
        ),
    )


Chapters = tuple[list[Section], list[Measured], list[Measured], list[Item]]


def _chapters(inside: _Inside, composition: Json, papers: Papers) -> Chapters:
    """Part a document: its chapters' text, and the resources in it as results, measures and lines."""
    sections = [Section(title, told) for title, told in _narratives(composition)]
    results: list[Measured] = []
    measures: list[Measured] = []
    found: list[Item] = []
    for resource in inside.resources:
        kind = text(resource.get("resourceType"))
        if kind == "Observation":
            one = reports.measured_by(resource, inside.look)
            if "laboratory" in fhir.codes(resource.get("category")):
                results.append(one)
            elif one.kind == "quantity" or one.members:
                measures.append(one)
            else:
                found.append(items.of_measure(one))
        elif kind == "DocumentReference":
            for each in attachments(resource):
                papers.add(resource, each, fhir.concept(resource.get("type")), read=True)
        elif kind in items.SHOWN and kind not in ("Composition", "Claim", "ExplanationOfBenefit"):
            found.append(items.item(resource, inside.look))
    return sections, results, measures, found


def _narratives(holder: Json, depth: int = 0) -> list[tuple[Words, Words]]:
    found: list[tuple[Words, Words]] = []
    for each in objs(holder.get("section")):
        title = words(each, "title")
        told = fhir.worded(fhir.narrative(each.get("text")))
        if told == NOTHING:
            told = fhir.concept(each.get("emptyReason"))
        if told != NOTHING:
            found.append((title if title != NOTHING else fhir.concept(each.get("code")), told))
        if depth < 5:  # noqa: PLR2004 - no document is headed deeper
            found += _narratives(each, depth + 1)
    return found
