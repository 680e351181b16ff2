"""MedicationRequests as medicines: the dose sentence as given, its parts beside it."""

from __future__ import annotations

from collections.abc import Callable

from health_cloud.core.words import Words
from health_cloud.ingest.service.mapping import fhir, times
from health_cloud.ingest.service.mapping.fhir import Json, first, obj, objs, text, words
from health_cloud.records.views.content import NOTHING, Medicine

Look = Callable[[Json, object], Json]
"""(resource, reference) to the resource that it names, an empty one where it is not here."""

_PERIODS = {
    "s": ("秒", "second"), "min": ("分钟", "minute"), "h": ("小时", "hour"), "d": ("天", "day"),
    "wk": ("周", "week"), "mo": ("月", "month"), "a": ("年", "year"),
}  # fmt: skip


def medicine(request: Json, look: Look) -> Medicine:
    """Return the medicine of a MedicationRequest, MedicationStatement, -Administration or -Dispense."""
    drug = drug_of(request, look)
    dosages = objs(request.get("dosageInstruction")) or objs(request.get("dosage"))
    dose = first(dosages)
    supply = obj(request.get("dispenseRequest"))
    return Medicine(
        name=name_of(request, drug),
        codes=fhir.codings(request.get("medicationCodeableConcept") or drug.get("code")),
        dose=fhir.lines([_sentence(each) for each in dosages]),
        amount=_amount(dose),
        frequency=_frequency(obj(dose.get("timing"))),
        route=fhir.concept(dose.get("route")),
        quantity=quantity_words(supply.get("quantity") or request.get("quantity")),
        days=text(obj(supply.get("expectedSupplyDuration") or request.get("daysSupply")).get("value")),
        repeats=text(supply.get("numberOfRepeatsAllowed")),
        reason=fhir.reasons(request, look),
        note=fhir.notes(request.get("note")),
        status=text(request.get("status")),
        from_at=times.said(request, "authoredOn", "effectiveDateTime", "effectivePeriod", "whenHandedOver"),
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


def quantity_words(value: object, below: str = "") -> Words:
    """Return a quantity as one text; the unit is as the source translates it, else as it stands.

    Args:
        value: a Quantity.
        below: the lower end, where the quantity is the upper end of a range.
    """
    quantity = obj(value)
    number = f"{below}{text(quantity.get('comparator'))}{text(quantity.get('value'))}"
    unit = words(quantity, "unit")
    if unit == NOTHING:
        unit = Words.same(text(quantity.get("code")))
    if not number and unit == NOTHING:
        return NOTHING
    return Words(f"{number} {unit.pick('zh')}".strip(), f"{number} {unit.pick('en')}".strip())


def _sentence(dose: Json) -> Words:
    said = words(dose, "text")
    extra = words(dose, "patientInstruction")
    asked = (
        Words("需要时", "as needed")
        if dose.get("asNeededBoolean") is True
        else fhir.concept(dose.get("asNeededCodeableConcept"))
    )
    return said if said != NOTHING else fhir.joined([extra, asked])


def _amount(dose: Json) -> Words:
    given = first(dose.get("doseAndRate"))
    if "doseRange" in given:
        low, high = obj(obj(given.get("doseRange")).get("low")), obj(obj(given.get("doseRange")).get("high"))
        return quantity_words(high, f"{text(low.get('value'))}-")
    return quantity_words(given.get("doseQuantity") or given.get("rateQuantity"))


def _frequency(timing: Json) -> Words:
    said = fhir.concept(timing.get("code"))
    repeat = obj(timing.get("repeat"))
    count, period, unit = text(repeat.get("frequency")), text(repeat.get("period")), text(repeat.get("periodUnit"))
    if said != NOTHING or not period or unit not in _PERIODS:
        return said
    zh, en = _PERIODS[unit]
    count = count or "1"
    times_en = "once" if count == "1" else "twice" if count == "2" else f"{count} times"
    if period in ("1", "1.0"):
        return Words(f"每{zh} {count} 次", f"{times_en} a {en}" if en != "hour" else f"{times_en} an hour")
    return Words(f"每 {period} {zh} {count} 次", f"{times_en} every {period} {en}s")
