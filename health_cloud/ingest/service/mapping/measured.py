"""Observations as results and measures: values keep their text, flags and ranges are as given or absent."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from decimal import Decimal, InvalidOperation

from health_cloud.core.words import Words
from health_cloud.ingest.service.mapping import fhir, times
from health_cloud.ingest.service.mapping.fhir import Json, first, obj, objs, text, words
from health_cloud.records.views.content import NOTHING, Measured

FLAGS = {
    "HH": "critical_high", "LL": "critical_low", "AA": "abnormal", "HU": "high", "LU": "low", "H": "high", "L": "low",
    ">": "high", "<": "low", "A": "abnormal", "N": "normal", "POS": "positive", "NEG": "negative", "R": "resistant",
    "I": "intermediate", "SDD": "intermediate", "S": "susceptible", "DET": "detected", "ND": "negative",
}  # fmt: skip
"""Interpretation codes of v3-ObservationInterpretation; others keep their code without a flag."""

_HARMLESS = frozenset({"", "normal", "negative", "susceptible"})
_WORST = ("critical", "high", "low", "abnormal", "normal")
_OF_ENTRY = {
    "critical_high": "critical",
    "critical_low": "critical",
    "high": "high",
    "low": "low",
    "abnormal": "abnormal",
    "positive": "abnormal",
    "detected": "abnormal",
    "resistant": "abnormal",
    "intermediate": "abnormal",
    "normal": "normal",
    "negative": "normal",
    "susceptible": "normal",
}
_DEEPEST = 4
_LARGEST = 30
"""Powers of ten beyond which nothing is measured or paid; sums and databases could not hold it."""

Members = Callable[[Json], list[Json]]
"""Gives the Observations that an Observation has as members, as far as they are here."""
Specimen = Callable[[Json], Words]


def measured(observation: Json, members: Members, specimen: Specimen, depth: int = 0) -> Measured:
    """Return an Observation as one result, its components and members inside."""
    inner = [_component(each) for each in objs(observation.get("component"))]
    if depth < _DEEPEST:
        inner += [measured(each, members, specimen, depth + 1) for each in members(observation)]
    return replace(
        _component(observation),
        specimen=specimen(observation) if observation.get("specimen") else NOTHING,
        method=fhir.concept(observation.get("method")) if observation.get("method") else NOTHING,
        note=fhir.notes(observation.get("note")) if observation.get("note") else NOTHING,
        at=times.said(observation, "effectiveDateTime", "effectivePeriod", "effectiveInstant", "issued"),
        status=text(observation.get("status")),
        source_id=f"Observation/{text(observation.get('id'))}" if observation.get("id") else "",
        members=tuple(inner),
    )


def _component(holder: Json) -> Measured:
    """Return what an Observation and each of its components say alike."""
    kind, value, comparator, unit, ucum, said = _value(holder)
    flag, code = _flag(holder)
    low, high, range_words = _range(holder)
    return Measured(
        name=fhir.concept(holder.get("code")),
        codes=fhir.codings(holder.get("code")),
        kind=kind,
        value=value,
        comparator=comparator,
        unit=unit,
        ucum=ucum,
        unit_words=_unit_words(holder),
        words=said,
        low=low,
        high=high,
        range_words=range_words,
        flag=flag,
        flag_code=code,
        absent=fhir.concept(holder.get("dataAbsentReason")) if holder.get("dataAbsentReason") else NOTHING,
    )


Value = tuple[str, str, str, str, str, Words]
"""Kind, value, comparator, unit, UCUM code, words."""


def _value(holder: Json) -> Value:
    quantity = holder.get("valueQuantity")
    if isinstance(quantity, dict):
        return _quantity(obj(quantity))
    for name, read in _READERS.items():
        if name in holder:
            return read(holder)
    return ("none", "", "", "", "", NOTHING)


def _quantity(quantity: Json) -> Value:
    code = text(quantity.get("code"))
    ucum = code if quantity.get("system") == fhir.UCUM else ""
    value = text(quantity.get("value"))
    kind = "quantity" if value else "none"
    return (kind, value, text(quantity.get("comparator")), text(quantity.get("unit")) or code, ucum, NOTHING)


def _unit_words(holder: Json) -> Words:
    """Return a unit in both languages where the source translates it; else nothing, it stays as printed."""
    quantity = obj(holder.get("valueQuantity") or obj(holder.get("valueRange")).get("low"))
    return words(quantity, "unit") if "_unit" in quantity else NOTHING


def _coded(holder: Json) -> Value:
    return ("coded", "", "", "", "", fhir.concept(holder.get("valueCodeableConcept")))


def _text(holder: Json) -> Value:
    return ("text", "", "", "", "", words(holder, "valueString"))


def _number(holder: Json) -> Value:
    return ("quantity", text(holder.get("valueInteger")), "", "", "", NOTHING)


def _boolean(holder: Json) -> Value:
    return ("boolean", text(holder.get("valueBoolean")), "", "", "", NOTHING)


def _range_value(holder: Json) -> Value:
    given = obj(holder.get("valueRange"))
    low, high = obj(given.get("low")), obj(given.get("high"))
    unit = text(low.get("unit") or high.get("unit") or low.get("code") or high.get("code"))
    ucum = text(low.get("code") or high.get("code"))
    return ("range", f"{text(low.get('value'))}-{text(high.get('value'))}", "", unit, ucum, NOTHING)


def _ratio(holder: Json) -> Value:
    given = obj(holder.get("valueRatio"))
    parts = [obj(given.get(name)) for name in ("numerator", "denominator")]
    sides = [f"{text(each.get('comparator'))}{text(each.get('value'))}" for each in parts]
    units = [text(each.get("unit") or each.get("code")) for each in parts]
    return ("ratio", ":".join(sides), "", "/".join(each for each in units if each), "", NOTHING)


def _time(holder: Json) -> Value:
    said = times.said(holder, "valueDateTime", "valueTime", "valuePeriod")
    return ("time", said, "", "", "", NOTHING)


_READERS: dict[str, Callable[[Json], Value]] = {
    "valueCodeableConcept": _coded,
    "valueString": _text,
    "valueInteger": _number,
    "valueBoolean": _boolean,
    "valueRange": _range_value,
    "valueRatio": _ratio,
    "valueDateTime": _time,
    "valueTime": _time,
    "valuePeriod": _time,
}


def _flag(holder: Json) -> tuple[str, str]:
    codes = [
        text(each.get("code")) for concept in objs(holder.get("interpretation")) for each in objs(concept.get("coding"))
    ]
    for code in codes:
        if code in FLAGS:
            return FLAGS[code], code
    return "", codes[0] if codes else ""


def _range(holder: Json) -> tuple[str, str, Words]:
    """Return the normal range as given. Several for different people cannot be chosen from: they become words."""
    ranges = objs(holder.get("referenceRange"))
    normal = [each for each in ranges if "normal" in fhir.codes(each.get("type"))] or [
        each for each in ranges if not each.get("type") and not each.get("appliesTo") and not each.get("age")
    ]
    if len(normal) == 1 or len(ranges) == 1:
        only = normal[0] if normal else ranges[0]
        low, high = text(obj(only.get("low")).get("value")), text(obj(only.get("high")).get("value"))
        return low, high, words(only, "text")
    return "", "", fhir.lines([_range_words(each) for each in ranges])


def _range_words(each: Json) -> Words:
    said = words(each, "text")
    if said != NOTHING:
        return said
    low, high = text(obj(each.get("low")).get("value")), text(obj(each.get("high")).get("value"))
    whom = fhir.joined([fhir.concept(each.get("type")), fhir.concepts(each.get("appliesTo"))])
    span = f"{low}-{high}"
    return Words(f"{whom.zh} {span}".strip() if whom.zh else "", f"{whom.en} {span}".strip())


def worst(results: Iterable[Measured]) -> tuple[str, int]:
    """Return the worst flag of an entry, and how many of its results are flagged other than normal."""
    flags = list(_all_flags(results))
    given = {_OF_ENTRY[each] for each in flags if each in _OF_ENTRY}
    return next((each for each in _WORST if each in given), ""), sum(each not in _HARMLESS for each in flags)


def _all_flags(results: Iterable[Measured]) -> Iterable[str]:
    for each in results:
        yield each.flag
        yield from _all_flags(each.members)


def number(value: str) -> Decimal | None:
    """Return a value's number where it is one."""
    try:
        found = Decimal(value)
    except InvalidOperation:
        return None
    return found if found.is_finite() and (not found or abs(found.adjusted()) <= _LARGEST) else None


def is_laboratory(observation: Json) -> bool:
    """Tell whether an Observation is of category laboratory."""
    return "laboratory" in fhir.codes(observation.get("category"))


def category(observation: Json) -> str:
    """Return the first category code."""
    return text(first(first(observation.get("category")).get("coding")).get("code"))
