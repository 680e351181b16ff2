"""The numbers are valid in form, and cards tell what the records hold."""

from datetime import date

from stdnum.cn import ric

from health_cloud.demo import service
from health_cloud.demo.directory import SENSITIVE_DEPARTMENTS
from health_cloud.demo.fhir import RESIDENT_ID, SOCIAL_SECURITY_CARD, VISIT_CARD

from .conftest import TODAY


def test_resident_numbers_carry_birth_sex_and_check_digit(latest):
    for card in service.cards(3):
        if card.document == "resident_id":
            ric.validate(card.national_id)
            assert ric.get_birth_date(card.national_id).isoformat() == card.born
            woman = int(card.national_id[16]) % 2 == 0
            assert latest[f"Patient/{card.key}"]["gender"] == ("female" if woman else "male")


def test_nobody_is_registered_where_the_numbers_say():
    assert all(card.national_id.startswith("110000") for card in service.cards(1) if card.document == "resident_id")


def test_cards_and_patients_agree(latest):
    for card in service.cards(1):
        patient = latest[f"Patient/{card.key}"]
        numbers = {each["system"]: each["value"] for each in patient["identifier"]}
        assert numbers[VISIT_CARD] == card.visit_card
        if card.document == "resident_id":
            assert numbers[RESIDENT_ID] == card.national_id
            assert numbers[SOCIAL_SECURITY_CARD] == card.social_security_card
        else:
            assert numbers["http://hl7.org/fhir/sid/passport-GBR"] == card.national_id
        assert card.phone == patient["telecom"][0]["value"]
        assert card.born == patient["birthDate"]
        assert card.story.zh
        assert card.story.en


def test_numbers_are_nobody_elses():
    for field in ("national_id", "visit_card", "phone", "email"):
        values = [getattr(card, field) for card in service.cards(1)]
        assert len(values) == len(set(values))


def test_enough_to_ask_about(latest):
    """The first four have at least 4 finished visits in 3 departments within 3 years, sensitive ones not counted."""
    since = date(TODAY.year - 3, TODAY.month, TODAY.day).isoformat()
    for key in ("lin", "sun", "wu", "zhang"):
        seen = [
            each
            for each in latest.values()
            if each["resourceType"] == "Encounter"
            and each["subject"]["reference"] == f"Patient/{key}"
            and each["status"] == "finished"
            and each["period"]["start"] >= since
            and each["serviceType"]["coding"][0]["code"] not in SENSITIVE_DEPARTMENTS
        ]
        assert len(seen) >= 4
        assert len({each["serviceType"]["coding"][0]["code"] for each in seen}) >= 3
        assert len({each["participant"][0]["individual"]["reference"] for each in seen}) >= 3


def test_sensitive_visits_say_so(latest):
    psychiatric = [
        each
        for each in latest.values()
        if each["resourceType"] == "Encounter" and each["serviceType"]["coding"][0]["code"] in SENSITIVE_DEPARTMENTS
    ]
    assert len(psychiatric) == 3
    for each in psychiatric:
        assert {code["code"] for code in each["meta"]["security"]} == {"PSY", "R"}


def test_what_belongs_to_a_sensitive_visit_says_so_too(resources):
    sertraline = [each for each in resources if each["id"].endswith("psychiatry-sertraline")]
    assert len(sertraline) == 3
    assert all("security" in each["meta"] for each in sertraline)
    others = [each for each in resources if each.get("subject", {}).get("reference") == "Patient/lin"]
    assert not any("security" in each.get("meta", {}) for each in others)
