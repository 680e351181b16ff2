"""Chosen entries as FHIR resources, with their originals where these are small."""

from __future__ import annotations

import base64
from collections.abc import Callable, Sequence
from datetime import date
from typing import Final
from zoneinfo import ZoneInfo

from health_cloud.chart.service import Chart, lately
from health_cloud.chart.views import DatedEntry
from health_cloud.core.errors import Invalid
from health_cloud.core.policy import Scope
from health_cloud.core.vocabulary import RecordClass
from health_cloud.links.service.fhir.concepts import NOTHING, Bundle, Json, both, coded, concept, dated, narrative, put
from health_cloud.links.service.fhir.measured import observation
from health_cloud.records.service.carrying import Original, originals_of
from health_cloud.records.service.contents import contents_of
from health_cloud.records.views.content import EntryContent, Medicine

MOST: Final = 200
"""So many entries a link shows at most."""
_LOOKED = 2000
_KINDS = {
    RecordClass.LABORATORY: ("LAB", "laboratory"),
    RecordClass.EXAMINATIONS: ("OTH", "exam"),
    RecordClass.IMAGING: ("RAD", "imaging"),
    RecordClass.CHECK_UPS: ("OTH", "exam"),
}
_SECTION = "http://terminology.hl7.org/CodeSystem/v2-0074"
_REPORT_STATUSES = frozenset({"registered", "partial", "preliminary", "final", "amended", "corrected", "appended"})
_REQUEST_STATUSES = frozenset({"active", "on-hold", "cancelled", "completed", "stopped", "draft"})


def picked(chart: Chart, scope: Scope, entry_id: str = "") -> list[DatedEntry]:
    """Return the entries of these classes and days, or the one that is named, newest first.

    Raises:
        NotFound: no such entry, or none that the reader sees.
        Invalid: more than a link shows.
    """
    if entry_id:
        handle = chart.entry(entry_id)
        whole = {each.id for each in chart.group(handle)}  # what stands on one page is shown as one
        found = lately(chart, (RecordClass(handle.row.record_class),), limit=_LOOKED)
        return [each for each in found if each.id in whole]
    found = [each for each in lately(chart, scope.classes, limit=_LOOKED) if _within(chart, each, scope)]
    if len(found) > MOST:
        raise Invalid("links.error.too_many", field="what", most=MOST)
    return found


def _within(chart: Chart, entry: DatedEntry, scope: Scope) -> bool:
    day: date = entry.at.astimezone(ZoneInfo(chart.zones.get(entry.organization_id) or "UTC")).date()
    return (scope.period_from is None or day >= scope.period_from) and (
        scope.period_to is None or day <= scope.period_to
    )


def chosen_bundle(chart: Chart, entries: Sequence[DatedEntry]) -> Json:
    """Return a collection of these entries; every one of them stands in the ledger's line."""
    bundle = Bundle(chart)
    contents = contents_of(chart, entries)
    originals = originals_of(chart, entries)
    for entry in entries:
        record_class = RecordClass(entry.record_class)
        chart.note(record_class, [entry.id])
        content = contents.get(entry.id, EntryContent())
        _MADE.get(record_class, _report)(bundle, entry, content)
        for original in originals.get(entry.id, []):
            bundle.add(_document(bundle, entry, original))
    return bundle.whole("collection")


def _report(bundle: Bundle, entry: DatedEntry, content: EntryContent) -> None:
    section, category = _KINDS[RecordClass(entry.record_class)]
    made: Json = {
        "resourceType": "DiagnosticReport",
        "status": content.status if content.status in _REPORT_STATUSES else "unknown",
        "category": [coded(_SECTION, section)],
        "code": concept(content.title, content.codes),
        "subject": bundle.patient,
        "performer": [bundle.hospital(entry.organization)],
    }
    dated(made, "effectiveDateTime", content.occurred or entry.occurred)
    results = [observation(bundle, one, category, entry.occurred) for one in content.results]
    results += [observation(bundle, one, "vital-signs", entry.occurred) for one in content.measures]
    if results:
        made["result"] = results
    put(made, "conclusion", content.conclusion)
    lines = [f"{both(each.heading)}: {both(each.text)}" for each in content.sections]
    lines += [both(each) for each in (content.findings, content.conclusion) if each != NOTHING]
    made["text"] = narrative(both(content.title), lines)
    if content.series:
        made["imagingStudy"] = [bundle.add(_study(bundle, entry, content))]
    bundle.add(made)


def _study(bundle: Bundle, entry: DatedEntry, content: EntryContent) -> Json:
    series = [
        {"uid": each.uid, "modality": {"code": each.modality or "OT"}, "numberOfInstances": each.images}
        for each in content.series
        if each.uid
    ]
    study: Json = {"resourceType": "ImagingStudy", "status": "available", "subject": bundle.patient}
    dated(study, "started", content.occurred or entry.occurred)
    return study | {"series": series} if series else study


def _prescription(bundle: Bundle, entry: DatedEntry, content: EntryContent) -> None:
    for medicine in content.medicines:
        bundle.add(_request(bundle, entry, content, medicine))


def _request(bundle: Bundle, entry: DatedEntry, content: EntryContent, medicine: Medicine) -> Json:
    made: Json = {
        "resourceType": "MedicationRequest",
        "status": medicine.status if medicine.status in _REQUEST_STATUSES else "unknown",
        "intent": "order",
        "medicationCodeableConcept": concept(medicine.name, medicine.codes),
        "subject": bundle.patient,
        "requester": next(
            (put({}, "display", each.name) for each in content.people if each.role == "requester"),
            bundle.hospital(entry.organization),
        ),
    }
    dated(made, "authoredOn", medicine.from_at or entry.occurred)
    said = [each for each in (medicine.dose, medicine.amount, medicine.frequency, medicine.route) if each != NOTHING]
    if said:
        made["dosageInstruction"] = [put({}, "text", said[0])]
    notes = [put({}, "text", each) for each in (medicine.quantity, medicine.note) if each != NOTHING]
    if notes:
        made["note"] = notes
    return made


def _visit(bundle: Bundle, entry: DatedEntry, content: EntryContent) -> None:
    """Take a visit or a note of one in: its chapters as text, what was found and measured as resources."""
    found = [
        bundle.add(
            {
                "resourceType": "Condition",
                "code": concept(item.title, item.codes),
                "subject": bundle.patient,
                **dated({}, "recordedDate", item.at or entry.occurred),
            }
        )
        for item in content.items
        if item.kind == "diagnosis"
    ]
    found += [observation(bundle, one, "vital-signs", entry.occurred) for one in content.measures]
    found += [observation(bundle, one, "laboratory", entry.occurred) for one in content.results]
    sections: list[Json] = []
    for part in content.sections:
        told = put({}, "title", part.heading)
        sections.append(told | {"text": narrative("", both(part.text).splitlines())})
    others = [both(item.title) for item in content.items if item.kind != "diagnosis"]
    if others:
        sections.append({"title": "其他记录 · Also recorded", "text": narrative("", others)})
    if found:
        sections.append({"title": "诊断与测量 · Diagnoses and measurements", "entry": found})
    made: Json = {
        "resourceType": "Composition",
        "status": "final",
        "type": {"text": both(content.title) or "-"},
        "subject": bundle.patient,
        "author": [bundle.hospital(entry.organization)],
        **put({}, "title", content.title),
    }
    dated(made, "date", content.occurred or entry.occurred)
    if sections:
        made["section"] = sections
    bundle.add(made)


def _document(bundle: Bundle, entry: DatedEntry, original: Original) -> Json:
    attachment: Json = {"contentType": original.content_type, "size": original.size, **put({}, "title", original.title)}
    if original.content is not None:
        attachment["data"] = base64.b64encode(original.content).decode()
    made: Json = {
        "resourceType": "DocumentReference",
        "status": "current",
        "subject": bundle.patient,
        "custodian": bundle.hospital(entry.organization),
        "content": [{"attachment": attachment}],
    }
    return put(made, "description", original.title)


_MADE: dict[RecordClass, Callable[[Bundle, DatedEntry, EntryContent], None]] = {
    RecordClass.PRESCRIPTIONS: _prescription,
    RecordClass.MEDICAL_RECORDS: _visit,
}
