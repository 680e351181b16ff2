"""Diagnostic reports and the results that they carry; laboratory results that nothing carries."""

from __future__ import annotations

from dataclasses import replace

from health_cloud.core.vocabulary import RecordClass
from health_cloud.core.words import Words
from health_cloud.ingest.service import checks
from health_cloud.ingest.service.folder import Piece
from health_cloud.ingest.service.mapping import fhir, items, times
from health_cloud.ingest.service.mapping.fhir import Json, objs, text, words
from health_cloud.ingest.service.mapping.measured import is_laboratory, measured, worst
from health_cloud.ingest.service.mapping.papers import Papers
from health_cloud.ingest.service.rules import codes, examined
from health_cloud.ingest.service.rules.verdict import Verdict, Visit, encounter_ref, outcomes, release
from health_cloud.records.views.content import NOTHING, EntryContent, Measured, Series

NOTE = "note"
_EFFECTIVE = ("effectiveDateTime", "effectivePeriod", "effectiveInstant")


def kind_of(report: Json) -> RecordClass | str:
    """Return the class that a report's category gives it, `note`, or nothing where it says neither."""
    given = [code.code for concept in objs(report.get("category")) for code in fhir.codings(concept)]
    classes = [code for code in given if code in codes.SERVICES]
    if classes:
        return codes.SERVICES[next((code for code in classes if code not in codes.VAGUE), classes[0])]
    noted = given or [code.code for code in fhir.codings(report.get("code"))]
    return NOTE if any(code in codes.NOTES for code in noted) else ""


def class_of(verdict: Verdict, piece: Piece) -> RecordClass | str:
    """Return a report's class; without one it is laboratory if a carried result is, else an examination, and a case."""
    found = kind_of(piece.resource)
    if found:
        return found
    given = ", ".join(sorted(fhir.codes(piece.resource.get("category"))))
    verdict.problem("unknown_code", piece, f"category {given or 'not given'}")
    carried = (verdict.folder.find(fhir.ref(each), "Observation") for each in objs(piece.resource.get("result")))
    laboratory = any(each is not None and is_laboratory(each.resource) for each in carried)
    return RecordClass.LABORATORY if laboratory else RecordClass.EXAMINATIONS


def carried_keys(verdict: Verdict) -> set[str]:
    """Return the keys of Observations that a report carries or another Observation has as member."""
    folder = verdict.folder
    found: set[str] = set()
    for piece in folder.of("DiagnosticReport"):
        found.update(folder.feeding.keys.of(each.id) for each in fhir.refs(piece.resource.get("result")))
    for piece in folder.of("Observation"):
        if "hasMember" in piece.resource:
            members = {folder.feeding.keys.of(each.id) for each in fhir.refs(piece.resource.get("hasMember"))}
            found.update(members - {piece.source_key, piece.alias_key})
    return found


def decide_report(verdict: Verdict, piece: Piece, record_class: RecordClass) -> None:
    """Publish a report of an outcome status; hold any other."""
    visit = _visit(verdict, piece)
    if text(piece.resource.get("status")) not in codes.PUBLISHED:
        verdict.hold(piece, "status")
        return
    history = outcomes(piece, codes.PUBLISHED)
    contents = [report_content(verdict, piece, each, record_class, visit) for each in history]
    zone = verdict.feeding.zone
    occurred = times.occurred(piece.resource, zone, *_EFFECTIVE) or times.when(piece.resource.get("issued"), zone)
    issued = times.when(piece.resource.get("issued"), zone)
    verdict.check_times(piece, occurred, issued)
    checks.check_results(verdict, piece, contents[-1].results, record_class)
    verdict.add_entry(
        piece,
        contents,
        release(record_class, visit, contents[-1].category),
        occurred=occurred,
        outcome=issued,
        encounter_key=verdict.encounter_key(piece.resource),
        flag=worst(contents[-1].results),
        history=history,
    )
    if visit is not None and visit.check_up and record_class is RecordClass.LABORATORY:
        visit.reports.append(piece)


def decide_result(verdict: Verdict, piece: Piece) -> None:
    """Publish a laboratory result that stands alone."""
    visit = _visit(verdict, piece)
    if text(piece.resource.get("status")) not in codes.PUBLISHED:
        verdict.hold(piece, "status")
        return
    zone = verdict.feeding.zone
    occurred = times.occurred(piece.resource, zone, *_EFFECTIVE) or times.when(piece.resource.get("issued"), zone)
    issued = times.when(piece.resource.get("issued"), zone)
    history = outcomes(piece, codes.PUBLISHED)
    contents = [_result_content(verdict, piece, each, visit) for each in history]
    verdict.check_times(piece, occurred, issued)
    checks.check_results(verdict, piece, contents[-1].results, RecordClass.LABORATORY)
    verdict.add_entry(
        piece,
        contents,
        release(RecordClass.LABORATORY, visit),
        occurred=occurred,
        outcome=issued,
        encounter_key=verdict.encounter_key(piece.resource),
        flag=worst(contents[-1].results),
        history=history,
    )
    if visit is not None and visit.check_up:
        visit.reports.append(piece)


def _visit(verdict: Verdict, piece: Piece) -> Visit | None:
    visit = verdict.visit_of(piece.resource)
    reference = encounter_ref(piece.resource)
    if visit is None and reference is not None:
        verdict.orphan(piece, reference)
    return visit


def measured_of(verdict: Verdict, observation: Json) -> Measured:
    """Return an Observation as a result, with the members that are here."""
    return measured_by(observation, verdict.folder.look)


def measured_by(observation: Json, look: items.Look) -> Measured:
    """Return an Observation as a result, its members and specimen found by `look`."""

    def members(of: Json) -> list[Json]:
        found = (look(of, each) for each in objs(of.get("hasMember")))
        return [each for each in found if each.get("resourceType") == "Observation"]

    def specimen(of: Json) -> Words:
        reference = fhir.obj(of.get("specimen"))
        return fhir.both(fhir.named(reference), fhir.concept(look(of, reference).get("type")))

    return measured(observation, members, specimen)


def results_of(report: Json, look: items.Look) -> tuple[tuple[Measured, ...], int]:
    """Return the results that a report carries, and how many of those it names are not here."""
    found: list[Measured] = []
    missing = 0
    for each in objs(report.get("result")):
        observation = look(report, each)
        if observation.get("resourceType") == "Observation":
            found.append(measured_by(observation, look))
        else:
            missing += 1
    return tuple(found), missing


def report_content(
    verdict: Verdict, piece: Piece, version: Piece, record_class: RecordClass, visit: Visit | None
) -> EntryContent:
    """Return what a reader sees of a report in one of its versions, with the results that this one was sent with."""
    report, look = version.resource, verdict.folder.look
    then = verdict.folder.look_at(piece, version)
    results, missing = results_of(report, then)
    papers = Papers(f"{verdict.feeding.feed_id}/DiagnosticReport/{piece.source_key}", then)
    title = fhir.concept(report.get("code"))
    for each in objs(report.get("presentedForm")):
        papers.add(report, each, title, read=not report.get("conclusion") and not results)
    for each in objs(report.get("media")):
        media = then(report, each.get("link"))
        if media:
            papers.add(media, fhir.obj(media.get("content")), fhir.both(words(each, "comment"), title))
    verdict.originals |= papers.originals
    findings, conclusion = NOTHING, words(report, "conclusion")
    if record_class is not RecordClass.LABORATORY:
        findings, impression, results = _told(results)
        conclusion = conclusion if conclusion != NOTHING else impression
    if conclusion == NOTHING:
        conclusion = fhir.concepts(report.get("conclusionCode"))
    specimens = [
        fhir.both(fhir.named(each), fhir.concept(look(report, each).get("type")))
        for each in objs(report.get("specimen"))
    ]
    about = examined.about(report, look) if record_class is RecordClass.EXAMINATIONS else examined.NOTHING_KNOWN
    if NOTHING == findings == conclusion and not results and not papers.sections:
        papers.sections.extend(examined.narrative(report, title))
    return EntryContent(
        record_class=record_class.value,
        title=title,
        status=text(report.get("status")),
        category=_section(report),
        occurred=times.said(report, *_EFFECTIVE),
        ended=times.ended(report, "effectivePeriod"),
        issued=text(report.get("issued")),
        place=_places(report, look, visit),
        people=items.people(report, look, "resultsInterpreter", "performer"),
        reason=_reason(report, look),
        specimen=about.specimen,
        body_site=about.body_site,
        device=about.device,
        findings=findings,
        conclusion=conclusion,
        sections=tuple(papers.sections),
        results=results if len(specimens) != 1 else _with_specimen(results, specimens[0]),
        papers=tuple(papers.papers),
        codes=fhir.codings(report.get("code")),
        missing_results=missing,
        source_ids=(f"DiagnosticReport/{text(report.get('id'))}",),
    )


def _with_specimen(results: tuple[Measured, ...], specimen: Words) -> tuple[Measured, ...]:
    """Give results the one specimen that their report names, where they name none themselves."""
    return tuple(replace(each, specimen=specimen) if each.specimen == NOTHING else each for each in results)


def _told(results: tuple[Measured, ...]) -> tuple[Words, Words, tuple[Measured, ...]]:
    """Part running text from results: what was seen, what it means, and the rest."""
    seen: list[Words] = []
    meant: list[Words] = []
    rest: list[Measured] = []
    for each in results:
        given = {code.code for code in each.codes}
        if each.kind == "text" and given & codes.IMPRESSIONS:
            meant.append(each.words)
        elif each.kind == "text" and given & codes.FINDINGS:
            seen.append(each.words)
        else:
            rest.append(each)
    return fhir.lines(seen), fhir.lines(meant), tuple(rest)


def _section(report: Json) -> str:
    given = [code.code for concept in objs(report.get("category")) for code in fhir.codings(concept)]
    known = [code for code in given if code in codes.SERVICES]
    return next(
        (code for code in known if code not in codes.VAGUE), known[0] if known else (given[0] if given else "")
    )[:30]


def _places(report: Json, look: items.Look, visit: Visit | None) -> tuple[Words, ...]:
    own = [
        items.called_by(report, each, look)
        for each in objs(report.get("performer"))
        if (named := fhir.ref(each)) is not None and named.type in ("Organization", "CareTeam")
    ]
    return tuple(dict.fromkeys([each for each in own if each != NOTHING] + list(visit.place if visit else ())))


def _reason(report: Json, look: items.Look) -> Words:
    orders = [look(report, each) for each in objs(report.get("basedOn"))]
    return fhir.joined([fhir.concepts(each.get("reasonCode")) for each in orders if each])


def _result_content(verdict: Verdict, piece: Piece, version: Piece, visit: Visit | None) -> EntryContent:
    observation, look = version.resource, verdict.folder.look
    return EntryContent(
        record_class=RecordClass.LABORATORY.value,
        title=fhir.concept(observation.get("code")),
        status=text(observation.get("status")),
        occurred=times.said(observation, *_EFFECTIVE),
        issued=text(observation.get("issued")),
        place=_places(observation, look, visit),
        people=items.people(observation, look, "performer"),
        reason=_reason(observation, look),
        results=(measured_by(observation, verdict.folder.look_at(piece, version)),),
        codes=fhir.codings(observation.get("code")),
        source_ids=(f"Observation/{text(observation.get('id'))}",),
    )


def series_of(study: Json) -> tuple[Series, ...]:
    """Return the series of an ImagingStudy."""
    return tuple(
        Series(
            uid=text(each.get("uid")),
            modality=text(fhir.obj(each.get("modality")).get("code")),
            body=words(fhir.obj(each.get("bodySite")), "display"),
            title=words(each, "description"),
            images=_count(each),
            at=text(each.get("started")),
            number=text(each.get("number")),
        )
        for each in objs(study.get("series"))
    )


def _count(series: Json) -> int:
    given = text(series.get("numberOfInstances"))
    return int(given) if given.isdigit() and len(given) < 9 else len(objs(series.get("instance")))  # noqa: PLR2004
