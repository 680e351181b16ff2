"""How many entries each life must become, counted here without the product's import.

The table is what the import of the demo has to arrive at; a change of a life is a visible change of it.
"""

from collections import Counter, defaultdict
from decimal import Decimal

LABORATORY = {"BLB", "CH", "HM", "MB", "URN", "BG", "IMM"}
IMAGING = {"RAD", "CT", "NMR"}
NOTES = {"34117-2", "51847-2", "11488-4", "11504-8", "11506-3"}
CHECK_UPS = {"185349003", "410620009"}

PUBLISHED = {
    "lin": {
        "laboratory": 153,
        "examinations": 40,
        "imaging": 9,
        "medical_records": 69,
        "check_ups": 9,
        "prescriptions": 164,
    },
    "sun": {
        "laboratory": 14,
        "examinations": 11,
        "imaging": 2,
        "medical_records": 13,
        "check_ups": 1,
        "prescriptions": 12,
    },
    "wu": {"examinations": 5, "laboratory": 30, "imaging": 4, "medical_records": 11, "prescriptions": 10},
    "zhang": {
        "laboratory": 42,
        "imaging": 11,
        "examinations": 20,
        "check_ups": 10,
        "medical_records": 9,
        "prescriptions": 5,
    },
    "li": {"laboratory": 8, "medical_records": 19, "check_ups": 6, "prescriptions": 4},
    "huang": {"imaging": 1, "medical_records": 1, "prescriptions": 1},
    "carter": {
        "laboratory": 7,
        "imaging": 2,
        "examinations": 1,
        "medical_records": 5,
        "check_ups": 1,
        "prescriptions": 4,
    },
    "qin": {"laboratory": 28, "examinations": 9, "check_ups": 1, "medical_records": 11, "prescriptions": 4},
    "xie": {"laboratory": 59, "imaging": 10, "examinations": 5, "medical_records": 32, "prescriptions": 18},
    "ren": {"laboratory": 438, "examinations": 15, "imaging": 14, "medical_records": 2179, "prescriptions": 489},
    "song": {"laboratory": 7, "examinations": 3, "medical_records": 3, "prescriptions": 4},
    "tao": {},
    "jin": {"laboratory": 12, "examinations": 2, "imaging": 1, "medical_records": 6, "prescriptions": 10},
}
HELD = {
    "lin": {"preliminary": 1, "unpaid": 1},
    "sun": {"unpaid": 1},
    "wu": {"not_discharged": 1, "not_finished": 1},
    "zhang": {"not_finished": 1},
    "tao": {"preliminary": 1, "not_finished": 1, "unpaid": 1},
}
WITHDRAWN = {"lin": 1}


def _codes(concepts):
    return {coding["code"] for each in concepts for coding in each.get("coding", ())}


def _reports(latest):
    for each in latest:
        if each["resourceType"] == "DiagnosticReport":
            codes = _codes(each["category"])
            if not codes & NOTES:
                yield each, "laboratory" if codes & LABORATORY else "imaging" if codes & IMAGING else "examinations"


def _encounter_class(each):
    if each["status"] != "finished":
        return "", "not_finished"
    if each["class"]["code"] == "IMP" and "end" not in each["period"]:
        return "", "not_discharged"
    return "check_ups" if _codes(each["type"]) & CHECK_UPS else "medical_records", ""


def _paid(latest):
    """Money received for each claim, and the claims of which any was given back."""
    paid, refunded = defaultdict(Decimal), set()
    for each in latest:
        if each["resourceType"] == "ExplanationOfBenefit":
            paid[each["claim"]["reference"]] += Decimal(each["payment"]["amount"]["value"])
        if each["resourceType"] == "PaymentNotice":
            amount = Decimal(each["amount"]["value"])
            paid[each["request"]["reference"]] += amount
            if amount < 0:
                refunded.add(each["request"]["reference"])
    return paid, refunded


def _prescriptions(latest):
    paid, refunded = _paid(latest)
    claims = {each["prescription"]["reference"]: each for each in latest if each["resourceType"] == "Claim"}
    for each in latest:
        if each["resourceType"] == "MedicationRequest":
            claim = claims.get(f"MedicationRequest/{each['id']}")
            if claim is None:
                assert each["category"][0]["coding"][0]["code"] == "inpatient"
                continue
            name = f"Claim/{claim['id']}"
            yield "withdrawn" if name in refunded else "paid" if paid[name] >= claim["total"]["value"] else "unpaid"


def _count(resources):
    published, held, withdrawn = Counter(), Counter(), 0
    for each, name in _reports(resources):
        if each["status"] == "preliminary":
            held["preliminary"] += 1
        else:
            published[name] += 1
    for each in resources:
        if each["resourceType"] == "Encounter":
            name, reason = _encounter_class(each)
            (held if reason else published)[reason or name] += 1
    for state in _prescriptions(resources):
        if state == "withdrawn":
            withdrawn += 1
        else:
            (published if state == "paid" else held)["prescriptions" if state == "paid" else "unpaid"] += 1
    return published, held, withdrawn


def test_each_life_becomes_these_entries(latest):
    people = defaultdict(list)
    for each in latest.values():
        person = (each.get("subject") or each.get("patient") or {}).get("reference", "")
        people[person.removeprefix("Patient/")].append(each)
        if each["resourceType"] == "PaymentNotice":
            people[each["id"].split("-")[0]].append(each)
    found = {key: _count(people[key]) for key in PUBLISHED}
    assert {key: dict(each[0]) for key, each in found.items()} == PUBLISHED
    assert {key: dict(each[1]) for key, each in found.items() if each[1]} == HELD
    assert {key: each[2] for key, each in found.items() if each[2]} == WITHDRAWN


def test_every_study_has_one_report(latest):
    studies = {key for key, each in latest.items() if each["resourceType"] == "ImagingStudy"}
    joined = [
        study["reference"]
        for each in latest.values()
        if each["resourceType"] == "DiagnosticReport"
        for study in each.get("imagingStudy", ())
    ]
    assert sorted(joined) == sorted(studies)
