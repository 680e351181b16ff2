"""Results and measures as FHIR Observations: the value's own text beside the number, no range and no flag invented."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Final

from health_cloud.core.words import Words
from health_cloud.links.service.fhir.concepts import NOTHING, Bundle, Json, coded, concept, dated, named, put
from health_cloud.records.views.content import Measured

_CATEGORY = "http://terminology.hl7.org/CodeSystem/observation-category"
_INTERPRETATION = "http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation"
_UCUM = "http://unitsofmeasure.org"
_AS_WRITTEN: Final = "http://hl7.org/fhir/StructureDefinition/rendered-value"
_STATUSES = frozenset(
    {"registered", "preliminary", "final", "amended", "corrected", "cancelled", "entered-in-error", "unknown"}
)
_FLAGS = {
    "critical_high": "HH", "critical_low": "LL", "high": "H", "low": "L", "abnormal": "A", "normal": "N",
    "positive": "POS", "negative": "NEG", "resistant": "R", "intermediate": "I", "susceptible": "S", "detected": "DET",
}  # fmt: skip
_LONGEST_NUMBER = 15


def observation(bundle: Bundle, one: Measured, category: str, at: str, hospital: Words = NOTHING) -> Json:
    """Take a result in, with its parts; returns a reference to it."""
    made: Json = {
        "resourceType": "Observation",
        "status": one.status if one.status in _STATUSES else "unknown",
        "category": [coded(_CATEGORY, category)],
        "subject": bundle.patient,
        **_said(one),
    }
    dated(made, "effectiveDateTime", one.at or at)
    if hospital != NOTHING:
        made["performer"] = [bundle.hospital(hospital)]
    if one.specimen != NOTHING:
        made["specimen"] = named(one.specimen)
    if one.method != NOTHING:
        made["method"] = concept(one.method)
    if one.note != NOTHING:
        made["note"] = [put({}, "text", one.note)]
    parts = [_said(each) for each in one.members]
    if parts:
        made["component"] = parts
    return bundle.add(made)


def _said(one: Measured) -> Json:
    """Return what an Observation and a part of one have in common."""
    made: Json = {"code": concept(one.name, one.codes), **_value(one)}
    if code := one.flag_code or _FLAGS.get(one.flag, ""):
        made["interpretation"] = [coded(_INTERPRETATION, code)]
    if ranged := _range(one):
        made["referenceRange"] = [ranged]
    if one.absent != NOTHING:
        made["dataAbsentReason"] = concept(one.absent)
    return made


def _value(one: Measured) -> Json:
    if one.absent != NOTHING:
        return {}
    if one.words != NOTHING:
        return (
            {"valueCodeableConcept": concept(one.words)} if one.kind == "coded" else put({}, "valueString", one.words)
        )
    number = _number(one.value)
    if number is None or one.kind not in ("quantity", "none"):
        return {"valueString": f"{one.comparator}{one.value} {one.unit}".strip()} if one.value else {}
    return {"valueQuantity": _quantity(one.value, number, one)}


def _quantity(text: str, number: float, one: Measured) -> Json:
    made: Json = {"value": number}
    if str(number) != text:
        made["extension"] = [{"url": _AS_WRITTEN, "valueString": text}]
    if one.comparator:
        made["comparator"] = one.comparator
    unit = put({}, "unit", one.unit_words) or ({"unit": one.unit} if one.unit else {})
    made |= unit
    if one.ucum:
        made |= {"system": _UCUM, "code": one.ucum}
    return made


def _range(one: Measured) -> Json:
    if one.range_words != NOTHING:
        return put({}, "text", one.range_words)
    low, high = _number(one.low), _number(one.high)
    if (one.low and low is None) or (one.high and high is None):
        return {"text": f"{one.low} - {one.high}"}
    made: Json = {}
    for name, text, number in (("low", one.low, low), ("high", one.high, high)):
        if number is not None:
            made[name] = _quantity(text, number, Measured(unit=one.unit, ucum=one.ucum, unit_words=one.unit_words))
    return made


def _number(text: str) -> float | int | None:
    """Read a number that JSON can carry without changing it; anything else stays text."""
    try:
        number = Decimal(text) if text else None
    except InvalidOperation:
        return None
    if number is None or not number.is_finite() or len(text) > _LONGEST_NUMBER:
        return None
    return int(number) if number == number.to_integral_value() and "." not in text else float(number)
