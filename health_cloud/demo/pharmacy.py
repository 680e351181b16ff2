"""Prescriptions and their payment: each medicine has a claim; whether it was paid decides if it counts."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from health_cloud.demo.fhir import (
    ATC,
    LOCAL,
    TERMINOLOGY,
    Text,
    Unit,
    coding,
    concept,
    quantity,
    reference,
    said,
)
from health_cloud.demo.medicines import DIAGNOSES, MEDICINES, Medicine
from health_cloud.demo.story import Story, Visit

_INSURER: Text = ("北京市医疗保险（演示）", "Beijing medical insurance (demo)")
_UNITS: dict[str, Text] = {
    "{tablet}": ("片", "tablets"),
    "{capsule}": ("粒", "capsules"),
    "{sachet}": ("袋", "sachets"),
    "[drp]": ("滴", "drops"),
    "{puff}": ("吸", "puffs"),
    "{application}": ("次", "applications"),
    "[IU]": ("IU", "IU"),
    "mL": ("mL", "mL"),
    "g": ("g", "g"),
}


def prescribe(
    story: Story,
    visit: Visit,
    medicines: Sequence[str],
    *,
    reason: str = "",
    payment: str = "insured",
) -> None:
    """Writes one prescription of several medicines.

    `payment` is insured (ExplanationOfBenefit), cash (PaymentNotice), unpaid, or refunded (paid, then taken back).
    """
    group = story.key("rx", visit.day, visit.department.key)
    written = visit.start + timedelta(minutes=12)
    for name in medicines:
        key = f"{group}-{name}"
        _request(story, visit, (key, group), MEDICINES[name], reason, written)
        _claim(story, key, MEDICINES[name], written)
        paid = written + timedelta(minutes=25)
        if payment == "cash":
            _notice(story, key, "paid", MEDICINES[name].price, paid)
        elif payment != "unpaid":
            _benefit(story, key, MEDICINES[name], paid)
        if payment == "refunded":
            _notice(story, f"{key}-refund", "paid", -MEDICINES[name].price, paid + timedelta(days=1), claim=key)


def order_on_ward(story: Story, visit: Visit, name: str, when: datetime, reason: str) -> None:
    """Writes a medicine of an inpatient stay, which is never paid by itself."""
    key = story.key("order", when.date(), name)
    _request(story, visit, (key, key), MEDICINES[name], reason, when, inpatient=True)


def _request(
    story: Story,
    visit: Visit,
    keys: tuple[str, str],
    medicine: Medicine,
    reason: str,
    written: datetime,
    *,
    inpatient: bool = False,
) -> None:
    key, group = keys
    where = ("inpatient", ("住院", "Inpatient")) if inpatient else ("outpatient", ("门诊", "Outpatient"))
    over = written + timedelta(days=medicine.days)
    active = over.date() >= story.today
    why = {"reasonCode": [concept(DIAGNOSES[reason][0])]} if reason else {}
    amount = medicine.dose * medicine.times * medicine.days / medicine.every
    system = f"{TERMINOLOGY}/medicationrequest-category"
    story.add(
        "MedicationRequest",
        key,
        written,
        {
            "status": "active" if active else "completed",
            "intent": "order",
            "category": [concept(where[1], coding(system, where[0]))],
            "medicationCodeableConcept": concept(
                medicine.name,
                coding(ATC, medicine.atc),
                coding(f"{LOCAL}/medicine", medicine.key, medicine.name),
            ),
            **story.about(visit),
            "authoredOn": written.isoformat(),
            "requester": visit.doctor.reference,
            **why,
            "groupIdentifier": {"system": story.hospital.system("prescription"), "value": group},
            "dosageInstruction": _dosages(medicine),
            "dispenseRequest": {
                "quantity": quantity(amount, _unit(medicine, amount)),
                "expectedSupplyDuration": _lasting(medicine),
                "performer": story.hospital.department("pharmacy").reference,
            },
        },
    )


def _unit(medicine: Medicine, amount: Decimal) -> Unit:
    chinese, english = _UNITS[medicine.dose_unit]
    return Unit(medicine.dose_unit, (chinese, english.removesuffix("s") if amount == 1 else english))


def _lasting(medicine: Medicine) -> dict[str, Any]:
    """Days, or months where the clinic that prescribes it counts in them."""
    if medicine.key in _BY_MONTH:
        return quantity(Decimal(medicine.days // _MONTH), Unit("mo", ("个月", "months")))
    return quantity(Decimal(medicine.days), Unit("d", ("天", "days")))


def _dosages(medicine: Medicine) -> list[dict[str, Any]]:
    """Most say it in a sentence; some systems send parts alone, and some a step after the other."""
    if medicine.key == "ibuprofen":
        most = quantity(medicine.dose * 4, _unit(medicine, medicine.dose))
        day = {"value": Decimal(24), "unit": "h", "system": "http://unitsofmeasure.org", "code": "h"}
        every = {"frequency": 1, "period": 6, "periodMax": 8, "periodUnit": "h"}
        return [
            {
                "timing": {"repeat": every},
                "asNeededCodeableConcept": concept(("发热 38.5 °C 以上", "a fever above 38.5 °C")),
                "route": {"coding": [coding("http://terminology.hl7.org/CodeSystem/v3-RouteOfAdministration", "PO")]},
                "doseAndRate": [{"doseQuantity": quantity(medicine.dose, _unit(medicine, medicine.dose))}],
                "maxDosePerPeriod": {"numerator": most, "denominator": day},
            }
        ]
    if medicine.key == "sertraline":
        half, week = Decimal("0.5"), {"boundsDuration": quantity(Decimal(7), Unit("d", ("天", "days")))}
        daily = {"frequency": medicine.times, "period": medicine.every, "periodUnit": "d", "when": ["MORN"]}
        return [
            {
                "sequence": number,
                "timing": {"repeat": {**daily, **bounds}},
                "doseAndRate": [{"doseQuantity": quantity(dose, _unit(medicine, dose))}],
            }
            for number, (dose, bounds) in enumerate(((half, week), (medicine.dose, {})), start=1)
        ]
    return [_dosage(medicine)]


_BY_MONTH, _MONTH = ("levothyroxine",), 30


def _dosage(medicine: Medicine) -> dict[str, Any]:
    return {
        **said("text", medicine.directions),
        "timing": {"repeat": {"frequency": medicine.times, "period": medicine.every, "periodUnit": "d"}},
        "doseAndRate": [{"doseQuantity": quantity(medicine.dose, _unit(medicine, medicine.dose))}],
    }


def _claim(story: Story, key: str, medicine: Medicine, when: datetime) -> None:
    story.add(
        "Claim",
        f"{key}-claim",
        when,
        {
            "status": "active",
            "type": {"coding": [coding(f"{TERMINOLOGY}/claim-type", "pharmacy")]},
            "use": "claim",
            "patient": story.person.reference,
            "created": when.isoformat(),
            "provider": story.hospital.reference,
            "priority": {"coding": [coding(f"{TERMINOLOGY}/processpriority", "normal")]},
            "prescription": reference("MedicationRequest", key),
            "insurance": [{"sequence": 1, "focal": True, "coverage": said("display", _INSURER)}],
            "item": [{"sequence": 1, "productOrService": concept(medicine.name), "net": _money(medicine.price)}],
            "total": _money(medicine.price),
        },
    )


def _benefit(story: Story, key: str, medicine: Medicine, when: datetime) -> None:
    total = _money(medicine.price)
    kinds = ("submitted", "benefit")
    story.add(
        "ExplanationOfBenefit",
        f"{key}-benefit",
        when,
        {
            "status": "active",
            "type": {"coding": [coding(f"{TERMINOLOGY}/claim-type", "pharmacy")]},
            "use": "claim",
            "patient": story.person.reference,
            "created": when.isoformat(),
            "insurer": said("display", _INSURER),
            "provider": story.hospital.reference,
            "claim": reference("Claim", f"{key}-claim"),
            "outcome": "complete",
            "insurance": [{"focal": True, "coverage": said("display", _INSURER)}],
            "total": [
                {"category": {"coding": [coding(f"{TERMINOLOGY}/adjudication", kind)]}, "amount": total}
                for kind in kinds
            ],
            "payment": {"date": f"{when:%Y-%m-%d}", "amount": total},
        },
    )


def _notice(story: Story, key: str, status: str, amount: Decimal, when: datetime, *, claim: str = "") -> None:
    story.add(
        "PaymentNotice",
        f"{key}-payment",
        when,
        {
            "status": "active",
            "request": reference("Claim", f"{claim or key}-claim"),
            "created": when.isoformat(),
            "payment": said("display", ("收费处", "Cashier") if amount > 0 else ("退费", "Refund")),
            "paymentDate": f"{when:%Y-%m-%d}",
            "recipient": story.hospital.reference,
            "amount": _money(amount),
            "paymentStatus": {"coding": [coding(f"{TERMINOLOGY}/paymentstatus", status)]},
        },
    )


def _money(amount: Decimal) -> dict[str, Any]:
    return {"value": amount, "currency": "CNY"}
