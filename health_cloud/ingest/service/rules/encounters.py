"""Encounters: check-ups and medical records, with everything that belongs to them."""

from __future__ import annotations

from health_cloud.chart.service.drafts import EncounterDraft
from health_cloud.core.vocabulary import RecordClass, VisitType
from health_cloud.core.words import Words
from health_cloud.ingest.service.folder import Piece, part_of
from health_cloud.ingest.service.mapping import fhir, items, times
from health_cloud.ingest.service.mapping.fhir import Json, first, obj, objs, text
from health_cloud.ingest.service.mapping.measured import category, is_laboratory
from health_cloud.ingest.service.mapping.papers import Papers
from health_cloud.ingest.service.rules import codes, notes, reports, stays
from health_cloud.ingest.service.rules.verdict import Verdict, Visit, encounter_ref, outcomes, release
from health_cloud.records.views.content import NOTHING, EntryContent, Item, Measured, Person, Section

_MEASURES = frozenset({"vital-signs", "exam"})
_DEPTH = 5


def note_visits(verdict: Verdict) -> None:
    """Read every Encounter, so that other rules know the visits."""
    for piece in verdict.folder.of("Encounter"):
        resource = piece.resource
        code = text(obj(resource.get("class")).get("code"))
        check_up = _is_check_up(verdict, resource)
        kind = VisitType.CHECK_UP if check_up else codes.VISIT_TYPES.get(code, VisitType.NONE)
        visit = Visit(piece, code, kind, check_up)
        visit.place = place_of(verdict, resource)
        provider = fhir.ref(resource.get("serviceProvider"))
        visit.department_id = verdict.feeding.departments.get(provider.id, "") if provider else ""
        visit.practitioner = _attender(verdict, resource)
        verdict.visits[piece.source_key] = visit
        verdict.encounters.append(_draft(verdict, visit))
        if not text(resource.get("status")):
            verdict.problem("profile", piece, "no status")


def decide_visits(verdict: Verdict) -> None:
    """Publish finished visits; the rest is held with its reason."""
    for visit in verdict.visits.values():
        reason = _held(verdict, visit)
        if reason:
            verdict.hold(visit.piece, reason)
            continue
        record_class = RecordClass.CHECK_UPS if visit.check_up else RecordClass.MEDICAL_RECORDS
        history = outcomes(visit.piece, codes.FINISHED)
        contents = [
            _content(verdict, visit, version, following, record_class)
            for version, following in zip(history, [*history[1:], None], strict=True)
        ]
        zone = verdict.feeding.zone
        occurred = times.occurred(visit.piece.resource, zone, "period")
        ended = times.when(obj(visit.piece.resource.get("period")).get("end"), zone)
        verdict.check_times(visit.piece, occurred, ended)
        verdict.add_entry(
            visit.piece,
            contents,
            release(record_class, visit),
            occurred=occurred,
            outcome=ended,
            encounter_key=visit.piece.source_key,
            practitioner=visit.practitioner,
            history=history,
        )


def place_of(verdict: Verdict, resource: Json) -> tuple[Words, ...]:
    """Return where a visit was: the place given, then its parents through `partOf`, from the narrowest outwards."""
    found: list[Words] = []
    reference = obj(resource.get("serviceProvider"))
    for _ in range(_DEPTH):
        if not reference:
            break
        organization = verdict.folder.look(resource, reference)
        said = fhir.both(fhir.named(reference), fhir.words(organization, "name"))
        if said != NOTHING and said not in found:
            found.append(said)
        reference = obj(organization.get("partOf"))
    return tuple(found)


def _is_check_up(verdict: Verdict, resource: Json) -> bool:
    given = {f"{each.system}|{each.code}" for concept in objs(resource.get("type")) for each in fhir.codings(concept)}
    return bool(given & (codes.CHECK_UPS | verdict.feeding.check_up_types))


def _attender(verdict: Verdict, resource: Json) -> Words:
    ranked = sorted(objs(resource.get("participant")), key=_rank)
    for each in ranked:
        said = items.called_by(resource, obj(each.get("individual")), verdict.folder.look)
        if said != NOTHING:
            return said
    return NOTHING


def _rank(participant: Json) -> int:
    given = fhir.codes(participant.get("type"))
    return next((rank for rank, code in enumerate(("ATND", "PPRF", "SPRF", "CON")) if code in given), 9)


def _practitioner_id(verdict: Verdict, resource: Json) -> str | None:
    for each in sorted(objs(resource.get("participant")), key=_rank):
        named = fhir.ref(each.get("individual"))
        if named is not None and named.type == "PractitionerRole":
            role = verdict.folder.look(resource, obj(each.get("individual")))
            named = fhir.ref(role.get("practitioner"))
        if named is not None and named.id in verdict.feeding.practitioners:
            return verdict.feeding.practitioners[named.id]
    return None


def _draft(verdict: Verdict, visit: Visit) -> EncounterDraft:
    resource, zone = visit.piece.resource, verdict.feeding.zone
    ended = times.when(obj(resource.get("period")).get("end"), zone)
    return EncounterDraft(
        source_key=visit.piece.source_key,
        visit_type=visit.visit_type,
        status=text(resource.get("status")),
        occurred=times.occurred(resource, zone, "period"),
        ended_at=ended.at if ended else None,
        department_id=visit.department_id or None,
        practitioner_id=_practitioner_id(verdict, resource),
        title=_title(resource),
    )


def _held(verdict: Verdict, visit: Visit) -> str:
    resource = visit.piece.resource
    if resource.get("status") != "finished":
        return "not_finished"
    if visit.code in codes.INPATIENT:
        if not text(obj(resource.get("period")).get("end")):
            return "not_discharged"
        if verdict.feeding.options.archived != "finished" and not _archived(verdict, visit):
            return "not_archived"
    return ""


def _archived(verdict: Verdict, visit: Visit) -> bool:
    """Tell whether a Provenance says that the stay was archived (ISO 21089 life cycle event)."""
    for piece in verdict.folder.of("Provenance"):
        if "archive" in fhir.codes(piece.resource.get("activity")):
            for each in objs(piece.resource.get("target")):
                found = verdict.folder.find(fhir.ref(each), "Encounter")
                if found is not None and found.source_key == visit.piece.source_key:
                    return True
    return False


def _title(resource: Json) -> Words:
    said = fhir.concepts(resource.get("type"))
    if said == NOTHING:
        said = fhir.concept(resource.get("serviceType"))
    return said if said != NOTHING else fhir.words(obj(resource.get("class")), "display")


def _content(
    verdict: Verdict, visit: Visit, version: Piece, following: Piece | None, record_class: RecordClass
) -> EntryContent:
    """Return what a reader sees of a visit in one of its versions, with what this one was sent with."""
    resource, look = version.resource, verdict.folder.look
    then = verdict.folder.look_at(visit.piece, version) if following else look
    attached = _sent_with(visit.attached, version, following)
    papers = Papers(f"{verdict.feeding.feed_id}/Encounter/{visit.piece.source_key}", then)
    measures: list[Measured] = []
    found: list[Item] = []
    sections: list[Section] = []
    for piece in sorted(
        attached,
        key=lambda each: times.said(each.resource, "effectiveDateTime", "issued", "date", "recordedDate"),
    ):
        if piece.type == "Observation":
            one = reports.measured_by(piece.resource, then)
            if category(piece.resource) in _MEASURES or one.kind == "quantity" or one.members:
                measures.append(one)
            else:
                found.append(items.of_measure(one))
        elif piece.type in ("DiagnosticReport", "DocumentReference", "Composition"):
            sections += notes.told(papers, piece)
        elif piece.type in items.SHOWN:
            found.append(items.item(piece.resource, look))
    verdict.originals |= papers.originals
    carried = _sent_with(visit.reports, version, following) if visit.check_up else []
    results = [each for report in carried for each in _results(report, then)]
    found.sort(key=lambda each: items.ORDER.index(each.kind))
    return EntryContent(
        record_class=record_class.value,
        title=_title(resource),
        status=text(resource.get("status")),
        category=visit.visit_type.value,
        occurred=times.said(resource, "period"),
        ended=times.ended(resource, "period"),
        place=visit.place + _rooms(resource, look),
        people=_people(resource, look),
        reason=fhir.reasons(resource, look),
        admitted=stays.admitted(resource),
        discharged=stays.discharged(resource),
        sections=tuple(sections + papers.sections),
        results=tuple(results),
        measures=tuple(measures),
        items=(*stays.wards(resource, look), *found),
        papers=tuple(papers.papers),
        codes=tuple(code for each in objs(resource.get("type")) for code in fhir.codings(each)),
        source_ids=(f"Encounter/{text(resource.get('id'))}", *(piece.name for piece in attached)),
    )


def _sent_with(pieces: list[Piece], version: Piece, following: Piece | None) -> list[Piece]:
    """Return the contents that parts of a visit had in this version of it, those that were there and were outcomes."""
    sent = [(each, part_of(each, version, following)) for each in pieces]
    return [then for now, then in sent if then is not None and (then is now or _counts(then))]


def _counts(piece: Piece) -> bool:
    status = text(piece.resource.get("status"))
    return piece.type not in ("Observation", "DiagnosticReport") or status in codes.PUBLISHED


def _rooms(resource: Json, look: items.Look) -> tuple[Words, ...]:
    found = [items.called_by(resource, obj(each.get("location")), look) for each in objs(resource.get("location"))]
    return tuple(dict.fromkeys(each for each in found if each != NOTHING))


def _people(resource: Json, look: items.Look) -> tuple[Person, ...]:
    found: list[Person] = []
    for each in objs(resource.get("participant")):
        name = items.called_by(resource, obj(each.get("individual")), look)
        role = fhir.concept(first(each.get("type")))
        found += fhir.person(name, role.en or role.zh or "attender")
    return tuple(dict.fromkeys(found))


def _results(piece: Piece, look: items.Look) -> list[Measured]:
    if piece.type == "Observation":
        return [reports.measured_by(piece.resource, look)]
    return list(reports.results_of(piece.resource, look)[0])


def gather(verdict: Verdict, piece: Piece) -> bool:
    """Attach a resource to the visit that it names; returns whether that visit is here."""
    reference = encounter_ref(piece.resource)
    if reference is None:
        return False
    visit = verdict.visit_of(piece.resource)
    if visit is None:
        verdict.orphan(piece, reference)
        return False
    visit.attached.append(piece)
    return True


def is_check_up_result(visit: Visit | None, piece: Piece) -> bool:
    """Tell whether a laboratory result is shown in a check-up as well."""
    return visit is not None and visit.check_up and (piece.type == "DiagnosticReport" or is_laboratory(piece.resource))
