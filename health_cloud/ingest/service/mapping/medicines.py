"""MedicationRequests as medicines: the dose sentence as given, its parts beside it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation

from health_cloud.core.words import Words
from health_cloud.ingest.service.mapping import dosing, fhir, times
from health_cloud.ingest.service.mapping.dosing import quantity_words, span
from health_cloud.ingest.service.mapping.fhir import Json, obj, objs, text
from health_cloud.records.views.content import NOTHING, Medicine

Look = Callable[[Json, object], Json]
"""(resource, reference) to the resource that it names, an empty one where it is not here."""

_UNITS = {
    **dict.fromkeys(("h", "hr", "hrs", "hour", "hours", "小时"), "h"),
    **dict.fromkeys(("d", "day", "days", "天", "日"), "d"),
    **dict.fromkeys(("wk", "week", "weeks", "周", "星期"), "wk"),
    **dict.fromkeys(("mo", "month", "months", "月", "个月"), "mo"),
    **dict.fromkeys(("a", "year", "years", "年"), "a"),
}
"""UCUM units of a supply, and the words for them that say the same beyond doubt."""
_HOURS, _WEEK, _YEAR = 24, 7, 12
_MEAN_MONTH = Decimal("30.4375")
"""Days of a UCUM `mo`, where no day is given from which months could be counted."""
_MOST_MONTHS = 240


def medicine(request: Json, look: Look) -> Medicine:
    """Return the medicine of a MedicationRequest, MedicationStatement, -Administration or -Dispense."""
    drug = drug_of(request, look)
    dosages = objs(request.get("dosageInstruction")) or objs(request.get("dosage"))
    supply = obj(request.get("dispenseRequest"))
    lasting = obj(supply.get("expectedSupplyDuration") or request.get("daysSupply"))
    from_at = times.said(request, "authoredOn", "effectiveDateTime", "effectivePeriod", "whenHandedOver")
    return Medicine(
        name=name_of(request, drug),
        codes=fhir.codings(request.get("medicationCodeableConcept") or drug.get("code")),
        dose=dosing.dose(dosages),
        amount=dosing.together(dosages, dosing.amount),
        frequency=dosing.together(dosages, dosing.often),
        route=dosing.together(dosages, dosing.way),
        quantity=quantity_words(supply.get("quantity") or request.get("quantity")),
        days=days_of(lasting, from_at),
        lasts=span(lasting) if _unit(lasting) != "d" else NOTHING,
        repeats=text(supply.get("numberOfRepeatsAllowed")),
        reason=fhir.reasons(request, look),
        note=fhir.notes(request.get("note")),
        status=text(request.get("status")),
        from_at=from_at,
        to_at=times.ended(supply, "validityPeriod") or times.ended(request, "effectivePeriod"),
    )


def drug_of(request: Json, look: Look) -> Json:
    """Return the Medication that a request names, where it is one of its own."""
    reference = obj(request.get("medicationReference"))
    return look(request, reference) if reference else {}


def name_of(request: Json, drug: Json) -> Words:
    """Return what the medicine is called."""
    said = fhir.concept(request.get("medicationCodeableConcept"))
    if said == NOTHING:
        said = fhir.both(fhir.named(request.get("medicationReference")), fhir.concept(drug.get("code")))
    if said == NOTHING:
        said = fhir.joined([fhir.concept(each.get("itemCodeableConcept")) for each in objs(drug.get("ingredient"))])
    return said


def days_of(lasting: Json, from_at: str) -> str:
    """Return how many days a supply lasts, empty where its unit does not say: a bare number is no number of days.

    Args:
        lasting: a Duration. Days stand as they were sent, weeks are seven of them; months and years are counted on the
            calendar from the day of prescription, by UCUM's mean month where there is none.
        from_at: when it was prescribed, as given, maybe partial.
    """
    said, unit = text(lasting.get("value")), _unit(lasting)
    if not unit or text(lasting.get("comparator")):
        return ""
    if unit == "d":
        return said
    try:
        number = Decimal(said)
    except InvalidOperation:
        return ""
    if not number.is_finite() or not 0 < number <= _MOST_MONTHS * _WEEK * _HOURS:
        return ""
    counted = {"h": number / _HOURS, "wk": number * _WEEK}.get(unit)
    if counted is None:
        counted = _months(number * (_YEAR if unit == "a" else 1), from_at)
    return str(int(counted)) if counted and counted == int(counted) else ""


def _months(months: Decimal, from_at: str) -> int:
    if months > _MOST_MONTHS:
        return 0
    try:
        start = date.fromisoformat(from_at[:10])
    except ValueError:
        return int(months * _MEAN_MONTH)
    if months != int(months) or start.year + int(months) // _YEAR >= date.max.year:
        return int(months * _MEAN_MONTH)
    ahead = start.month - 1 + int(months)
    first = date(start.year + ahead // _YEAR, ahead % _YEAR + 1, 1)
    after = (first.replace(day=28) + timedelta(days=4)).replace(day=1)
    return (min(first + timedelta(days=start.day - 1), after - timedelta(days=1)) - start).days


def _unit(lasting: Json) -> str:
    code, unit = text(lasting.get("code")), text(lasting.get("unit")).lower()
    return _UNITS.get(code, "") if code else _UNITS.get(unit, "")
