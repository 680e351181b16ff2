"""Everything else that belongs to a visit or a document, each as one line with its details."""

from __future__ import annotations

from health_cloud.core.words import Words
from health_cloud.ingest.service.mapping import fhir, times
from health_cloud.ingest.service.mapping.fhir import Json, first, obj, objs, text, words
from health_cloud.ingest.service.mapping.medicines import Look, medicine, quantity_words
from health_cloud.records.views.content import NOTHING, Item, Measured, Person

KINDS = {
    "Condition": "diagnosis",
    "Procedure": "procedure",
    "AllergyIntolerance": "allergy",
    "Immunization": "immunization",
    "CarePlan": "care_plan",
    "Goal": "goal",
    "MedicationRequest": "medicine",
    "MedicationStatement": "medicine",
    "MedicationAdministration": "medicine",
    "MedicationDispense": "medicine",
    "Observation": "observation",
    "Device": "device",
    "DeviceUseStatement": "device",
    "ServiceRequest": "order",
    "NutritionOrder": "order",
    "DeviceRequest": "order",
    "ClinicalImpression": "note",
    "Communication": "note",
    "Composition": "note",
    "DiagnosticReport": "report",
    "ImagingStudy": "report",
    "DocumentReference": "document",
    "Claim": "payment",
    "ExplanationOfBenefit": "payment",
}

ORDER = (
    "diagnosis", "procedure", "note", "medicine", "allergy", "immunization", "observation", "order", "care_plan",
    "goal", "device", "report", "document", "payment", "other",
)  # fmt: skip
"""The order in which a reader wants them."""

SHOWN = frozenset(KINDS) | {
    "CareTeam", "FamilyMemberHistory", "RiskAssessment", "Flag", "AdverseEvent", "QuestionnaireResponse",
    "VisionPrescription", "DetectedIssue", "ImmunizationRecommendation", "EpisodeOfCare", "Consent",
}  # fmt: skip
"""Types that are shown; definitions, specimens and the like are read where another resource names them."""

_TITLES = ("code", "vaccineCode", "type", "description", "title", "medicationCodeableConcept", "procedureCode")
_TIMES = (
    "onsetDateTime", "onsetPeriod", "performedDateTime", "performedPeriod", "occurrenceDateTime", "occurrencePeriod",
    "effectiveDateTime", "effectivePeriod", "recordedDate", "authoredOn", "startDate", "started", "period", "date",
    "created", "issued", "sent", "whenHandedOver",
)  # fmt: skip
_PEOPLE = ("performer", "recorder", "asserter", "author", "requester", "expressedBy", "sender")


def item(resource: Json, look: Look) -> Item:
    """Return a resource as one line; nothing that the source said in words is left out."""
    kind = text(resource.get("resourceType"))
    if kind.startswith("Medication"):
        return _of_medicine(resource, look)
    return Item(
        kind=KINDS.get(kind, "other"),
        title=_title(resource, look),
        codes=fhir.codings(resource.get("code") or resource.get("vaccineCode")),
        detail=tuple(each for each in _detail(resource, look) if each != NOTHING),
        at=times.said(resource, *_TIMES),
        until=_abated(resource) or times.ended(resource, *_TIMES),
        status=_status(resource),
        severity=_severity(resource),
        certainty=_certainty(resource),
        people=people(resource, look, *_PEOPLE),
    )


def _abated(resource: Json) -> str:
    """Return when a condition was over; of a period in which it came to its end, the later end, else the earlier."""
    period = obj(resource.get("abatementPeriod"))
    return text(resource.get("abatementDateTime")) or text(period.get("end")) or text(period.get("start"))


def withdrawn(resource: Json) -> bool:
    """Tell whether the source took a statement back as an error of its own."""
    return _certainty(resource) == "entered-in-error"


def _certainty(resource: Json) -> str:
    """Return how sure the source is; empty where it is, or says nothing of that."""
    code = text(first(obj(resource.get("verificationStatus")).get("coding")).get("code"))
    return code if code != "confirmed" else ""


def of_measure(each: Measured) -> Item:
    """Return a result without a number as one line."""
    detail = (each.words, each.absent, each.note)
    return Item("observation", each.name, each.codes, tuple(part for part in detail if part != NOTHING), each.at)


def people(resource: Json, look: Look, *names: str) -> tuple[Person, ...]:
    """Return who took part, from references or backbone elements with an actor."""
    found: list[Person] = []
    for name in names:
        for each in objs(resource.get(name)):
            reference = obj(each.get("actor")) if "actor" in each else each
            called = called_by(resource, reference, look)
            if called != NOTHING and all(person.name != called for person in found):
                role = fhir.concept(each.get("function") or each.get("role")) if "actor" in each else NOTHING
                found.append(Person(called, role.en or role.zh or name))
    return tuple(found)


def called_by(resource: Json, reference: Json, look: Look) -> Words:
    """Return the name behind a reference: as displayed there, completed from the directory."""
    said = fhir.named(reference)
    if said.zh and said.en:
        return said
    named = look(resource, reference)
    if not named:
        return said
    kind = named.get("resourceType")
    if kind in ("Practitioner", "Patient", "RelatedPerson"):
        return fhir.both(said, fhir.human_name(named.get("name")))
    if kind == "PractitionerRole":
        return fhir.both(said, called_by(named, obj(named.get("practitioner")), look))
    if kind in ("Organization", "Location", "HealthcareService"):
        return fhir.both(said, words(named, "name"))
    return said


def _title(resource: Json, look: Look) -> Words:
    for name in _TITLES:
        value = resource.get(name)
        said = words(resource, name) if isinstance(value, str) else fhir.concepts(value) if value else NOTHING
        if said != NOTHING:
            return said
    for name in ("category", "topic", "serviceType"):
        if resource.get(name):
            return fhir.concepts(resource.get(name))
    for name in ("device", "addresses", "focus"):
        for each in objs(resource.get(name)):
            said = fhir.both(fhir.named(each), device_name(look(resource, each)))
            if said != NOTHING:
                return said
    return device_name(resource)


def device_name(device: Json) -> Words:
    """Return what a device is called: its kind, else its own name."""
    said = fhir.concept(device.get("type") or device.get("code"))
    return said if said != NOTHING else words(first(device.get("deviceName")), "name")


def _status(resource: Json) -> str:
    clinical = first(obj(resource.get("clinicalStatus")).get("coding")).get("code")
    return text(clinical) or text(resource.get("status")) or text(resource.get("lifecycleStatus"))


def _severity(resource: Json) -> str:
    said = fhir.concept(resource.get("severity"))
    return text(resource.get("criticality")) or said.en or said.zh


def _detail(resource: Json, look: Look) -> list[Words]:
    """Return what else was said, in the order in which sources say it."""
    said = [
        fhir.concepts(resource.get("bodySite")),
        fhir.concept(resource.get("outcome")) if isinstance(resource.get("outcome"), dict) else NOTHING,
        fhir.concepts(resource.get("reasonCode")),
        words(resource, "summary"),
        words(resource, "conclusion"),
        _dose(resource),
        _money(resource),
    ]
    said += [
        fhir.both(fhir.named(each), _title(look(resource, each), _nowhere))
        for each in objs(resource.get("reasonReference"))
    ]
    for reaction in objs(resource.get("reaction")):
        said.append(fhir.joined([fhir.concepts(reaction.get("manifestation")), words(reaction, "description")]))
    for activity in objs(resource.get("activity")):
        detail = obj(activity.get("detail"))
        said += [fhir.both(fhir.concept(detail.get("code")), words(detail, "description"))]
    for target in objs(resource.get("target")):
        said.append(worded_target(target))
    for payload in objs(resource.get("payload")):
        said.append(words(payload, "contentString"))
    for section in objs(resource.get("section")):
        said.append(fhir.worded(fhir.narrative(section.get("text"))))
    for step in objs(resource.get("followUp")) if isinstance(resource.get("followUp"), list) else []:
        said.append(fhir.concept(step))
    said.append(fhir.notes(resource.get("note")))
    return said


def worded_target(target: Json) -> Words:
    """Return what a goal aims at."""
    measure = fhir.concept(target.get("measure"))
    between = obj(target.get("detailRange"))
    low = text(obj(between.get("low")).get("value"))
    value = quantity_words(target.get("detailQuantity"))
    if value == NOTHING and "high" in between:
        value = quantity_words(between.get("high"), f"{low}-" if low else "")
    elif value == NOTHING:
        value = quantity_words(between.get("low"))
    return fhir.joined([measure, value if value != NOTHING else fhir.concept(target.get("detailCodeableConcept"))])


def _nowhere(_resource: Json, _reference: object) -> Json:
    return {}


def _dose(resource: Json) -> Words:
    dose = quantity_words(resource.get("doseQuantity"))
    lot = text(resource.get("lotNumber"))
    return Words(f"{dose.zh} {lot}".strip(), f"{dose.en} {lot}".strip())


def _money(resource: Json) -> Words:
    total = resource.get("total")
    amount = obj(total) if isinstance(total, dict) else obj(first(total).get("amount"))
    value = text(amount.get("value"))
    return Words.same(f"{value} {text(amount.get('currency'))}".strip()) if value else NOTHING


def _of_medicine(resource: Json, look: Look) -> Item:
    drug = medicine(resource, look)
    detail = (
        drug.dose,
        drug.amount,
        drug.frequency,
        drug.route,
        drug.reason,
        drug.note,
    )
    return Item(
        kind="medicine",
        title=drug.name,
        codes=drug.codes,
        detail=tuple(each for each in detail if each != NOTHING),
        at=drug.from_at,
        until=drug.to_at,
        status=drug.status,
        people=people(resource, look, "requester", "performer", "informationSource"),
    )
