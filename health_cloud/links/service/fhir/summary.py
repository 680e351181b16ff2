"""A summary shaped like the International Patient Summary: what hospitals have said, by kind.

Where nothing is recorded the section says so, which is no statement; that there is nothing of a kind stands there
only where a hospital has said so.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from health_cloud.chart.service import Chart, lately
from health_cloud.core.vocabulary import RecordClass
from health_cloud.core.words import Words
from health_cloud.links.service.fhir.concepts import (
    NOTHING,
    Bundle,
    Json,
    both,
    coded,
    concept,
    dated,
    narrative,
    put,
)
from health_cloud.links.service.fhir.measured import observation
from health_cloud.records.service.contents import parts_of
from health_cloud.records.service.prescribed import thing_of
from health_cloud.records.service.summary import Told, coded_summary, note_shown
from health_cloud.records.views.content import Measured, Medicine
from health_cloud.records.views.medicines import MedicineLine

_LOINC = "http://loinc.org"
_EMPTY = "http://terminology.hl7.org/CodeSystem/list-empty-reason"
_CLINICAL = "http://terminology.hl7.org/CodeSystem/condition-clinical"
_ALLERGY = "http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical"
_CERTAIN = "http://terminology.hl7.org/CodeSystem/condition-ver-status"
_ALLERGY_CERTAIN = "http://terminology.hl7.org/CodeSystem/allergyintolerance-verification"
_STATES = frozenset({"active", "recurrence", "relapse", "inactive", "remission", "resolved"})
_CERTAINTIES = frozenset({"unconfirmed", "provisional", "differential", "confirmed", "refuted"})
_REPORTS, _RESULTS = 40, 80
TITLE: Final = Words("健康摘要", "Health summary")
_NOT_RECORDED: Final = Words("没有记录，不等于没有", "Nothing recorded, which does not mean there is none")


@dataclass(frozen=True)
class Section:
    """A section of the document: LOINC code, title, its resources, and a line of text for each."""

    code: str
    title: Words
    entries: list[Json]
    lines: list[str]

    def written(self) -> Json:
        """Return it as FHIR has it."""
        made = put({}, "title", self.title)
        made["code"] = coded(_LOINC, self.code)
        if self.entries:
            return made | {"text": narrative(both(self.title), self.lines), "entry": self.entries}
        return made | {
            "text": narrative(f"{both(self.title)}: {both(_NOT_RECORDED)}", ()),
            "emptyReason": put(coded(_EMPTY, "unavailable", "Unavailable"), "text", _NOT_RECORDED),
        }


def summary_bundle(chart: Chart) -> Json:
    """Return the document: Composition, patient, and all that it names."""
    bundle = Bundle(chart)
    found = coded_summary(chart)
    note_shown(chart, found.page, found.entries)
    sections = [
        _things(bundle, "11450-4", Words("疾病与健康问题", "Problems"), found.things["diagnosis"], _condition),
        _things(
            bundle, "48765-2", Words("过敏与不良反应", "Allergies and intolerances"), found.things["allergy"], _allergy
        ),
        _medicines(bundle, found.medicines, found.things["medicine"]),
        _things(bundle, "11369-6", Words("疫苗接种", "Immunizations"), found.things["immunization"], _immunization),
        _results(bundle),
        _measures(bundle, [(measured, line.at, line.organization) for measured, line in found.measures]),
    ]
    hospitals = [bundle.hospital(name) for name in dict.fromkeys(chart.names.values()) if name != NOTHING]
    composition: Json = {
        "resourceType": "Composition",
        "language": "zh-CN",
        "status": "final",
        "type": coded(_LOINC, "60591-5", "Patient summary Document"),
        "subject": bundle.patient,
        "date": chart.now.isoformat(timespec="seconds"),
        "author": hospitals or [bundle.add({"resourceType": "Device", "deviceName": [_DEVICE]})],
        **put({}, "title", TITLE),
        "section": [each.written() for each in sections],
    }
    bundle.first(composition)
    return bundle.whole("document")


_DEVICE: Json = {"name": "Health Cloud", "type": "user-friendly-name"}


def _things(bundle: Bundle, code: str, title: Words, told: Sequence[Told], made: Any) -> Section:
    entries = [bundle.add(made(bundle, each)) for each in told]
    return Section(
        code,
        title,
        entries,
        [_line(each.line.title, each.line.newest.organization, each.line.newest.at) for each in told],
    )


def _line(title: Words, where: Words, at: str) -> str:
    return ", ".join(part for part in (both(title), both(where), at[:10]) if part)


def _condition(bundle: Bundle, told: Told) -> Json:
    item = told.item
    made: Json = {
        "resourceType": "Condition",
        "code": concept(item.title, item.codes),
        "subject": bundle.patient,
    }
    if item.status in _STATES:
        made["clinicalStatus"] = coded(_CLINICAL, item.status)
    if item.certainty in _CERTAINTIES:
        made["verificationStatus"] = coded(_CERTAIN, item.certainty)
    dated(made, "onsetDateTime", told.line.since)
    return _noted(_recorded(made, told), told)


def _allergy(bundle: Bundle, told: Told) -> Json:
    item = told.item
    made: Json = {
        "resourceType": "AllergyIntolerance",
        "clinicalStatus": coded(
            _ALLERGY, item.status if item.status in ("active", "inactive", "resolved") else "active"
        ),
        "code": concept(item.title, item.codes),
        "patient": bundle.patient,
    }
    if item.certainty in ("unconfirmed", "confirmed", "refuted"):
        made["verificationStatus"] = coded(_ALLERGY_CERTAIN, item.certainty)
    if item.severity in ("high", "low"):
        made["criticality"] = item.severity
    return _noted(_recorded(made, told), told)


def _immunization(bundle: Bundle, told: Told) -> Json:
    item = told.item
    made: Json = {
        "resourceType": "Immunization",
        "status": "not-done" if item.status == "not-done" else "completed",
        "vaccineCode": concept(item.title, item.codes),
        "patient": bundle.patient,
    }
    dated(made, "occurrenceDateTime", told.line.newest.at)
    if "occurrenceDateTime" not in made:
        made["occurrenceString"] = told.line.newest.at or "-"
    return _noted(made, told)


def _recorded(made: Json, told: Told) -> Json:
    return dated(made, "recordedDate", told.line.newest.at)


def _noted(made: Json, told: Told) -> Json:
    """Put in who said it, and what else they said."""
    notes = [put({}, "text", each) for each in (*told.line.details, told.line.newest.organization) if each != NOTHING]
    return made | {"note": notes} if notes else made


def _medicines(bundle: Bundle, lines: Sequence[tuple[MedicineLine, Medicine]], named: Sequence[Told]) -> Section:
    entries: list[Json] = []
    for line, medicine in lines:
        made: Json = {
            "resourceType": "MedicationStatement",
            "status": "unknown",
            "medicationCodeableConcept": concept(medicine.name, medicine.codes),
            "subject": bundle.patient,
        }
        dated(made, "effectiveDateTime", line.newest.at)
        if line.newest.dose != NOTHING:
            made["dosage"] = [put({}, "text", line.newest.dose)]
        if line.newest.organization != NOTHING:
            made["informationSource"] = bundle.hospital(line.newest.organization)
        entries.append(bundle.add(made))
    texts = [_line(line.name, line.newest.organization, line.newest.at) for line, _ in lines]
    for told in named:
        also: Json = {
            "resourceType": "MedicationStatement",
            "status": "unknown",
            "medicationCodeableConcept": concept(told.item.title, told.item.codes),
            "subject": bundle.patient,
        }
        entries.append(bundle.add(_noted(dated(also, "effectiveDateTime", told.line.newest.at), told)))
        texts.append(_line(told.line.title, told.line.newest.organization, told.line.newest.at))
    return Section("10160-0", Words("用药", "Medicines"), entries, texts)


def _results(bundle: Bundle) -> Section:
    """Return the last result of each analyte among the last reports."""
    chart = bundle.chart
    reports = lately(chart, (RecordClass.LABORATORY,), limit=_REPORTS)
    contents = parts_of(chart, reports, "results")
    shown: dict[Any, tuple[Measured, str, Words]] = {}
    for entry in reports:
        for one in contents[entry.id].results if entry.id in contents else ():
            key = (thing_of(one.codes, one.name), one.specimen, one.ucum or one.unit)
            if key not in shown and len(shown) < _RESULTS:
                shown[key] = one, one.at or entry.occurred, entry.organization
                chart.note(RecordClass.LABORATORY, [entry.id])
    return _observed(bundle, "30954-2", Words("检验结果", "Results"), "laboratory", list(shown.values()))


def _measures(bundle: Bundle, found: list[tuple[Measured, str, Words]]) -> Section:
    return _observed(bundle, "8716-3", Words("生命体征", "Vital signs"), "vital-signs", found)


def _observed(
    bundle: Bundle, code: str, title: Words, category: str, found: list[tuple[Measured, str, Words]]
) -> Section:
    entries = [observation(bundle, one, category, at, where) for one, at, where in found]
    return Section(
        code,
        title,
        entries,
        [_line(one.name, Words.same(f"{one.value} {one.unit}".strip()), at) for one, at, _ in found],
    )
