"""What each life of the demo promises: its kinds of entries, values that go together, and who can be whom."""

from collections import Counter
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest

from health_cloud.demo import service
from health_cloud.demo.directory import DEPARTMENTS, DOCTORS, HOSPITALS, MINGHU, SONGYUN

from .conftest import TODAY, walk

POTASSIUM, PHOSPHATE, HAEMOGLOBIN, DOSE = "2823-3", "14879-1", "718-7", "70966-7"
CEA, CA199, NEUTROPHILS = "2039-6", "24108-3", "770-8"


@pytest.fixture(scope="module")
def elsewhere():
    return [entry["resource"] for each in service.generate(1, TODAY, MINGHU) for entry in each["entry"]]


def of(latest, key, kind):
    return sorted(
        (
            each
            for each in latest.values()
            if each["resourceType"] == kind and each.get("subject", {}).get("reference") == f"Patient/{key}"
        ),
        key=lambda each: each["meta"]["lastUpdated"],
    )


def codes(each):
    return {coding["code"] for coding in each["code"].get("coding", ())}


def values(latest, key, code):
    """The values of one analyte with their day and flag, oldest first."""
    return [
        (
            each["effectiveDateTime"][:10],
            each["valueQuantity"]["value"],
            each["interpretation"][0]["coding"][0]["code"],
        )
        for each in of(latest, key, "Observation")
        if code in codes(each) and "valueQuantity" in each
    ]


def atc(latest, key):
    return {each["medicationCodeableConcept"]["coding"][0]["code"] for each in of(latest, key, "MedicationRequest")}


def icd(latest, key):
    return {each["code"]["coding"][0]["code"] for each in of(latest, key, "Condition")}


def test_twelve_lives_and_more_each_with_a_word_on_what_it_shows():
    cards = service.cards(1)
    assert len(cards) >= 12
    assert len({card.shows.zh for card in cards}) == len({card.shows.en for card in cards}) == len(cards)
    for card in cards:
        assert 0 < len(card.shows.zh) <= 12, card.key
        assert 0 < len(card.shows.en) <= 32, card.key


def test_a_pregnancy_from_the_heartbeat_to_the_visit_after_the_birth(latest):
    reports = Counter(code for each in of(latest, "qin", "DiagnosticReport") for code in codes(each))
    assert reports["11525-3"] >= 5, "ultrasounds"
    assert {"883-9", "14995-5", "586-8"} <= set(reports), "blood group, glucose tolerance, group B streptococcus"
    group = [each for each in of(latest, "qin", "Observation") if codes(each) & {"883-9", "10331-7"}]
    assert [each["valueCodeableConcept"]["text"] for each in group] == ["A 型", "RhD 阳性"]
    assert not any("interpretation" in each or "referenceRange" in each for each in group), "no group is abnormal"
    assert {"Z34.0", "O24.4", "O80.0", "Z39.2"} <= icd(latest, "qin")
    (birth,) = (each for each in of(latest, "qin", "Encounter") if each["class"]["code"] == "IMP")
    assert birth["period"]["end"] > birth["period"]["start"]
    weeks = (date.fromisoformat(birth["period"]["start"][:10]) - date(2025, 7, 6)).days / 7
    assert 37 <= weeks <= 42
    curve = [(code, flag) for code in ("14996-3", "OGTT 1h", "14995-5") for _, _, flag in values(latest, "qin", code)]
    assert curve == [("14996-3", "N"), ("14996-3", "N"), ("OGTT 1h", "H"), ("14995-5", "N"), ("14995-5", "N")]


def test_the_blood_group_never_changes(latest):
    told = [each for each in latest.values() if each["resourceType"] == "Observation" and "883-9" in codes(each)]
    assert {each["subject"]["reference"] for each in told} == {"Patient/qin"}


def test_a_cancer_with_its_stage_its_cycles_and_its_markers(latest):
    stages = [
        each["conclusion"]
        for each in of(latest, "xie", "DiagnosticReport")
        if "colon-specimen" in codes(each) and "pT3N1bM0" in each["conclusion"]
    ]
    assert len(stages) == 1
    assert "IIIB" in stages[0]
    cycles = [each for each in of(latest, "xie", "Encounter") if each["serviceType"]["coding"][0]["code"] == "oncology"]
    wards = [each for each in cycles if each["class"]["code"] == "IMP"]
    assert len(wards) == 8
    starts = [date.fromisoformat(each["period"]["start"][:10]) for each in wards]
    assert all(after - before >= timedelta(days=20) for before, after in pairwise(starts))
    assert {"L01XA03", "L01BC06", "L03AA02"} <= atc(latest, "xie")
    for code, limit in ((CEA, 5), (CA199, 37)):
        line = values(latest, "xie", code)
        assert len(line) >= 12
        assert line[0][2] == "H"
        assert all(flag == "N" and value < limit for _, value, flag in line[1:])
    counted = {day for day, _, _ in values(latest, "xie", NEUTROPHILS)}
    assert {f"{start - timedelta(days=1)}" for start in starts} <= counted, "blood is counted before each cycle"
    low = [(day, value) for day, value, flag in values(latest, "xie", NEUTROPHILS) if flag == "L"]
    assert low == [("2024-02-05", Decimal("38.3"))]


def test_nobody_gets_the_contrast_medium_that_they_are_allergic_to(latest):
    studies = {each["procedureCode"][0]["coding"][-1]["code"] for each in of(latest, "xie", "ImagingStudy")}
    assert studies == {"chest-ct", "abdomen-mri"}
    assert not any("增强" in str(each.get("conclusion")) for each in of(latest, "xie", "DiagnosticReport"))


def test_dialysis_three_times_a_week_over_years(latest):
    sessions = [
        each for each in of(latest, "ren", "Encounter") if each["serviceType"]["coding"][0]["code"] == "dialysis"
    ]
    days = [date.fromisoformat(each["period"]["start"][:10]) for each in sessions]
    assert Counter(day.weekday() for day in days).keys() == {0, 2, 4}
    assert all((after - before).days in {2, 3} for before, after in pairwise(days))
    years = (days[-1] - days[0]).days / 365
    assert years > 12
    for code in (POTASSIUM, PHOSPHATE, HAEMOGLOBIN):
        assert len(values(latest, "ren", code)) >= 12 * int(years), code
    assert len(values(latest, "ren", DOSE)) >= 4 * int(years)
    assert {"B03XA01", "V03AE02", "A11CC04"} <= atc(latest, "ren")


def test_dialysis_keeps_what_it_should(latest):
    haemoglobin = [value for _, value, _ in values(latest, "ren", HAEMOGLOBIN)]
    assert haemoglobin[0] < 90 < min(haemoglobin[40:])
    assert max(haemoglobin) < 130, "never more than epoetin is to bring"
    assert all(value >= Decimal("1.2") for _, value, _ in values(latest, "ren", DOSE))
    critical = [(day[:7], value) for day, value, flag in values(latest, "ren", POTASSIUM) if flag in {"HH", "LL"}]
    assert critical == [("2021-02", Decimal("6.6"))]
    weekly = [
        each["dosageInstruction"][0]["timing"]["repeat"]
        for each in of(latest, "ren", "MedicationRequest")
        if each["medicationCodeableConcept"]["coding"][0]["code"] == "B03XA01"
    ]
    assert all((each["frequency"], each["period"], each["periodUnit"]) == (1, 7, "d") for each in weekly)


def test_who_has_nothing_to_read_has_been_here(latest):
    """Held back is not the same as nothing: a visit, a test and a prescription are under way."""
    (seen,) = of(latest, "tao", "Encounter")
    (report,) = of(latest, "tao", "DiagnosticReport")
    assert (seen["status"], report["status"]) == ("in-progress", "preliminary")
    assert of(latest, "tao", "MedicationRequest")
    assert not [each for each in latest.values() if each["id"].startswith("tao-") and "payment" in each["id"]]


def test_one_has_died_and_nothing_happens_afterwards(latest):
    died = {key: each["deceasedDateTime"] for key, each in latest.items() if "deceasedDateTime" in each}
    assert died == {"Patient/jin": "2026-02-17T04:35:00+08:00"}
    assert {card.key: card.died for card in service.cards(1) if card.died} == {"jin": "2026-02-17"}
    for kind in ("Encounter", "Observation", "DiagnosticReport", "MedicationRequest"):
        assert all(each["meta"]["lastUpdated"] <= died["Patient/jin"] for each in of(latest, "jin", kind)), kind


def test_two_hospitals_know_one_person_by_other_numbers(latest, elsewhere):
    here = latest["Patient/song"]
    (there,) = (each for each in elsewhere if each["resourceType"] == "Patient")
    assert here["birthDate"] == there["birthDate"]
    numbers = [{each["type"]["text"]: each["value"] for each in one["identifier"]} for one in (here, there)]
    assert numbers[0]["居民身份证"] == numbers[1]["居民身份证"]
    assert numbers[0]["社会保障卡"] == numbers[1]["社会保障卡"]
    assert numbers[0]["就诊卡"] != numbers[1]["就诊卡"]
    assert numbers[0]["病案号"] != numbers[1]["病案号"]
    assert there["managingOrganization"]["reference"] == "Organization/minghu"


def test_a_hospital_speaks_of_its_own_alone(resources, elsewhere):
    known = {f"{each['resourceType']}/{each['id']}" for each in elsewhere}
    for each in elsewhere:
        for element in walk(each):
            assert element.get("reference", "Patient/song") in known
            for value in element.values():
                assert not (isinstance(value, str) and "songyun" in value), (each["id"], value)
    assert not any("minghu" in str(each) for each in resources)


def test_a_hospital_has_enough_to_ask_about():
    """Five departments and five doctors, so that a question has decoys at each hospital."""
    for hospital in HOSPITALS.values():
        seen = {each.department.key for each in DOCTORS.values() if each.department.hospital == hospital.code}
        assert len(seen) >= 5 + 2  # the laboratory and the radiologists are never asked about
    assert all(each.hospital in {MINGHU.code, SONGYUN.code} for each in DEPARTMENTS.values())


def test_the_second_laboratory_has_its_own_ranges(latest, elsewhere):
    def limits(resources, analyte):
        return {
            each["referenceRange"][0]["text"]
            for each in resources
            if each["resourceType"] == "Observation" and analyte in codes(each)
        }

    here = of(latest, "song", "Observation")
    assert limits(here, "14682-9") == {"41–73"}
    assert limits(elsewhere, "14682-9") == {"44–133"}


def test_the_other_hospital_repeats(elsewhere):
    assert elsewhere == [entry["resource"] for each in service.generate(1, TODAY, MINGHU) for entry in each["entry"]]


def test_some_doses_come_in_parts_in_steps_and_in_months(latest):
    """Screens must show what real feeds send: the demo sends each of these at least once."""
    requests = [each for each in latest.values() if each["resourceType"] == "MedicationRequest"]
    dosages = [each["dosageInstruction"] for each in requests]
    assert any("text" not in each[0] and "asNeededCodeableConcept" in each[0] for each in dosages)
    assert any([step.get("sequence") for step in each] == [1, 2] for each in dosages)
    assert {each["dispenseRequest"]["expectedSupplyDuration"]["code"] for each in requests} == {"d", "mo"}
