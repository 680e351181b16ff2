"""Imaging studies, and the reports that are the same entry."""

from __future__ import annotations

from dataclasses import replace

from health_cloud.core.vocabulary import RecordClass
from health_cloud.ingest.service.folder import Piece
from health_cloud.ingest.service.mapping import fhir, items, times
from health_cloud.ingest.service.mapping.fhir import Json, objs, text, words
from health_cloud.ingest.service.rules import codes, reports
from health_cloud.ingest.service.rules.encounters import place_of
from health_cloud.ingest.service.rules.verdict import Verdict, Visit, outcomes, release
from health_cloud.records.views.content import NOTHING, EntryContent, Section


def decide_studies(verdict: Verdict, classes: dict[str, RecordClass | str]) -> set[str]:
    """Decide every ImagingStudy; returns the keys of the reports that became part of one.

    Args:
        verdict: where decisions go.
        classes: class of each report by its key.
    """
    studies = verdict.folder.of("ImagingStudy")
    joined: dict[str, list[Piece]] = {
        study.source_key: [] for study in studies if study.resource.get("status") == "available"
    }
    available = [study for study in studies if study.source_key in joined]
    taken: set[str] = set()
    for report in verdict.folder.of("DiagnosticReport"):
        if classes.get(report.source_key) == reports.NOTE:
            continue
        study = _study_of(
            verdict, report, available, laboratory=classes.get(report.source_key) == RecordClass.LABORATORY
        )
        if study is not None and text(report.resource.get("status")) in codes.PUBLISHED:
            joined[study.source_key].append(report)
            taken.add(report.source_key)
    for study in studies:
        if study.source_key in joined:
            _publish(verdict, study, joined[study.source_key])
        else:
            verdict.hold(study, "status")
    return taken


def _study_of(verdict: Verdict, report: Piece, studies: list[Piece], *, laboratory: bool) -> Piece | None:
    """Return the study that a report belongs to: by reference, accession number, or the same order."""
    keys = verdict.feeding.keys
    named = {keys.of(each.id) for each in fhir.refs(report.resource.get("imagingStudy"))}
    for study in studies:
        if study.source_key in named or study.alias_key in named:
            return study
    if laboratory:
        return None
    numbers, orders = _accessions(report.resource), _orders(report.resource)
    for study in studies:
        if numbers & _accessions(study.resource) or orders & _orders(study.resource):
            return study
    return None


def _accessions(resource: Json) -> set[str]:
    return {
        text(each.get("value"))
        for each in objs(resource.get("identifier"))
        if "ACSN" in fhir.codes(each.get("type")) and text(each.get("value"))
    } | {
        text(fhir.obj(each.get("identifier")).get("value"))
        for each in objs(resource.get("basedOn"))
        if "ACSN" in fhir.codes(fhir.obj(each.get("identifier")).get("type"))
    }


def _orders(resource: Json) -> set[str]:
    return {each.id for each in fhir.refs(resource.get("basedOn"))}


def _publish(verdict: Verdict, study: Piece, joined: list[Piece]) -> None:
    visit = next((found for each in (study, *joined) if (found := verdict.visit_of(each.resource))), None)
    told = [reports.report_content(verdict, each, each, RecordClass.IMAGING, visit) for each in joined]
    history = outcomes(joined[0], codes.PUBLISHED) if joined else outcomes(study, codes.AVAILABLE)
    contents = [_content(verdict, each.resource, visit, []) for each in history] if not joined else []
    for each in history if joined else ():
        main = reports.report_content(verdict, joined[0], each, RecordClass.IMAGING, visit)
        contents.append(_content(verdict, study.resource, visit, [main, *told[1:]]))
    zone = verdict.feeding.zone
    first = study.resource.get("series")
    occurred = (
        times.when(study.resource.get("started"), zone)
        or times.occurred(fhir.first(first), zone, "started")
        or next(
            (
                found
                for each in joined
                if (found := times.occurred(each.resource, zone, "effectiveDateTime", "effectivePeriod", "issued"))
            ),
            None,
        )
    )
    issued = next((found for each in joined if (found := times.when(each.resource.get("issued"), zone))), None)
    verdict.check_times(study, occurred, issued)
    verdict.add_entry(
        study,
        contents,
        release(RecordClass.IMAGING, visit, _modality(study.resource, told[0].category if told else "")),
        occurred=occurred,
        outcome=issued,
        encounter_key=visit.piece.source_key if visit else "",
        history=history,
    )
    for each in joined:
        verdict.attach(each)


def _modality(study: Json, section: str) -> str:
    """Return the section that a report stands in, where that is one of a modality; else the study's own modality."""
    if section in codes.MODALITIES:
        return section
    series = [each.modality for each in reports.series_of(study)]
    given = [*series, *(text(each.get("code")) for each in objs(study.get("modality")))]
    return next((each for each in given if each and each not in codes.NO_PICTURES), section)


def _content(verdict: Verdict, study: Json, visit: Visit | None, told: list[EntryContent]) -> EntryContent:
    look = verdict.folder.look
    title = words(study, "description")
    if title == NOTHING:
        title = fhir.concepts(study.get("procedureCode"))
    series = reports.series_of(study)
    if title == NOTHING:
        parts = [
            fhir.joined(
                [
                    fhir.words(fhir.obj(each.get("modality")), "display"),
                    fhir.words(fhir.obj(each.get("bodySite")), "display"),
                ]
            )
            for each in objs(study.get("series"))[:1]
        ]
        title = fhir.joined(parts)
    own = EntryContent(
        record_class=RecordClass.IMAGING.value,
        title=title if title != NOTHING or not told else told[0].title,
        status=text(study.get("status")),
        occurred=text(study.get("started")),
        place=visit.place if visit else place_of(verdict, study),
        people=items.people(study, look, "interpreter", "referrer", "performer"),
        reason=fhir.concepts(study.get("reasonCode")),
        number=min(_accessions(study), default=""),
        series=series,
        codes=tuple(code for each in objs(study.get("procedureCode")) for code in fhir.codings(each)),
        source_ids=(f"ImagingStudy/{text(study.get('id'))}",),
    )
    if not told:
        return own
    main, others = told[0], told[1:]
    return replace(
        own,
        title=main.title if main.title != NOTHING else own.title,
        status=main.status,
        category=main.category,
        occurred=own.occurred or main.occurred,
        issued=main.issued,
        place=main.place or own.place,
        people=tuple(dict.fromkeys((*main.people, *own.people))),
        reason=main.reason if main.reason != NOTHING else own.reason,
        findings=main.findings,
        conclusion=main.conclusion,
        sections=main.sections + tuple(_section(each) for each in others),
        results=tuple(result for each in told for result in each.results),
        papers=tuple(paper for each in told for paper in each.papers),
        codes=main.codes or own.codes,
        missing_results=sum(each.missing_results for each in told),
        source_ids=own.source_ids + tuple(name for each in told for name in each.source_ids),
    )


def _section(report: EntryContent) -> Section:
    return Section(report.title, fhir.lines([report.findings, report.conclusion]))
