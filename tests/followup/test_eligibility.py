"""The rules of online follow-up: each refusal names its rule; a yes needs every one of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from health_cloud.core.words import Words
from health_cloud.followup.service.eligibility import rules as rule_book
from health_cloud.followup.service.eligibility.deciding import (
    Answers,
    Diagnosis,
    Facts,
    eligible,
    months_before,
)
from health_cloud.followup.service.eligibility.rules import CHECKS, NAMES, read, shipped
from health_cloud.records.views.content import Coding

RULES = shipped()
TODAY = date(2026, 4, 14)
ICD, SNOMED = "http://hl7.org/fhir/sid/icd-10", "http://snomed.info/sct"
ENDOCRINOLOGY, PAEDIATRICS = Words("内分泌科", "Endocrinology"), Words("儿科", "Paediatrics")


def said(code: str = "E11.9", at: str = "2026-03-01T09:00:00", *, certain: bool = True, **other: str) -> Diagnosis:
    """Return what a record says of a disease."""
    codes = (Coding(other.get("system", ICD), code),)
    return Diagnosis(
        Words("2 型糖尿病", "Type 2 diabetes"), codes, at, other.get("hospital", "songyun"), certain, at[:10]
    )


FINE = Facts(TODAY, ENDOCRINOLOGY, date(2026, 3, 1), (said(),), "1959-03-07", guardian=False)
WELL = Answers("diabetes")


def refused(facts: Facts = FINE, answers: Answers = WELL) -> dict[int, str]:
    """Return the numbers of the rules that are not met, with their states."""
    verdict = eligible(facts, RULES, answers)
    assert verdict.met is False
    assert verdict.cited
    assert verdict.way
    return {each.number: each.state for each in verdict.checks if each.state != "met"}


def test_who_was_seen_for_a_known_disease_and_is_well_may_be_seen_online():
    verdict = eligible(FINE, RULES, WELL)
    assert (verdict.met, verdict.cited, verdict.way, verdict.rules_version) == (True, "", "", RULES.version)
    evidence = {each.name: (each.day, each.what.zh) for each in verdict.checks}
    assert evidence["first"] == ("2026-03-01", "内分泌科")
    assert evidence["diagnosis"] == ("2026-03-01", "2 型糖尿病")


def test_rule_1_a_first_visit_is_in_person():
    assert refused(replace(FINE, last_visit=None)) == {1: "not", 4: "not"}
    assert eligible(replace(FINE, last_visit=None), RULES, WELL).cited == "first"


@pytest.mark.parametrize(
    "diagnoses",
    [
        (),
        (said("E87.5"),),
        (said("I10"),),
        (said(certain=False),),
        (said(), said(at="2026-03-02T09:00:00", certain=False)),
        (said(), said(certain=False)),
        (said("E11.9", system="http://example.org/local"),),
    ],
    ids=["none", "another", "another on the list", "doubted", "taken back later", "both at once", "another system"],
)
def test_rule_2_what_is_not_confirmed_or_not_on_the_list_is_seen_in_person(diagnoses: tuple[Diagnosis, ...]):
    assert refused(replace(FINE, diagnoses=diagnoses)) == {2: "not"}


@pytest.mark.parametrize("disease", ["", "no such disease", "hypertension"])
def test_rule_2_something_new_is_seen_in_person(disease: str):
    assert refused(answers=Answers(disease)) == {2: "not"}


@pytest.mark.parametrize(
    ("code", "system"),
    [("E11.9", ICD), ("E11", ICD), ("e119", f"{ICD}-cm"), ("E11.900x001", "urn:oid:ICD-10"), ("44054006", SNOMED)],
)
def test_rule_2_codes_are_read_as_sources_write_them(code: str, system: str):
    assert eligible(replace(FINE, diagnoses=(said(code, system=system),)), RULES, WELL).met


def test_rule_2_what_one_hospital_doubts_another_may_be_sure_of():
    doubted = said(at="2026-04-01T09:00:00", certain=False, hospital="yunxi")
    assert eligible(replace(FINE, diagnoses=(said(), doubted)), RULES, WELL).met
    suspected = said("E11.3", "2026-04-01T09:00:00", certain=False)
    assert eligible(replace(FINE, diagnoses=(said(), suspected)), RULES, WELL).met


@pytest.mark.parametrize("name", sorted(RULES.flags))
def test_rule_3_a_red_flag_is_seen_in_person_and_an_urgent_one_is_an_emergency(name: str):
    answers = Answers("diabetes", frozenset({name}))
    assert refused(answers=answers) == {3: "not"}
    verdict = eligible(FINE, RULES, answers)
    assert verdict.cited == "flags"
    assert verdict.way == ("emergency" if RULES.flags[name].urgent else "in_person")
    assert verdict.checks[2].what == RULES.flags[name].words


def test_rule_3_a_symptom_that_the_rules_do_not_know_is_no_yes():
    assert refused(answers=Answers("diabetes", frozenset({"hiccups"}))) == {3: "not"}


def test_rule_3_an_emergency_is_the_first_thing_said():
    verdict = eligible(replace(FINE, last_visit=None, missing=True), RULES, Answers("", frozenset({"chest"})))
    assert (verdict.cited, verdict.way) == ("flags", "emergency")


def test_rule_4_the_last_visit_in_person_lies_within_the_limit():
    assert eligible(replace(FINE, last_visit=date(2025, 4, 14)), RULES, WELL).met
    assert refused(replace(FINE, last_visit=date(2025, 4, 13))) == {4: "not"}


def test_rule_5_controlled_medicines_are_not_prescribed_online():
    assert refused(answers=Answers("diabetes", controlled=True)) == {5: "not"}


@pytest.mark.parametrize(
    ("born", "guardian", "department", "state"),
    [
        ("2020-04-14", False, ENDOCRINOLOGY, ""),
        ("2020-04-15", False, PAEDIATRICS, "not"),
        ("2020-04-15", True, ENDOCRINOLOGY, "not"),
        ("2020-04-15", True, PAEDIATRICS, ""),
        ("2020", False, ENDOCRINOLOGY, "unknown"),
        ("2021", False, ENDOCRINOLOGY, "not"),
        ("2019", False, ENDOCRINOLOGY, ""),
        ("", False, ENDOCRINOLOGY, "unknown"),
        ("", True, PAEDIATRICS, ""),
    ],
)
def test_rule_6_a_small_child_comes_with_a_guardian_to_a_childrens_doctor(
    born: str, guardian: bool, department: Words, state: str
):
    facts = replace(FINE, birth_date=born, guardian=guardian, department=department)
    if state:
        assert refused(facts) == {6: state}
    else:
        assert eligible(facts, RULES, WELL).met


def test_where_a_feed_is_behind_it_is_said_so_and_not_that_there_was_nothing():
    behind = replace(FINE, last_visit=None, diagnoses=(), missing=True, missing_since="2026-04-01T08:00:00+08:00")
    assert refused(behind) == {1: "unknown", 2: "unknown", 4: "unknown"}
    verdict = eligible(behind, RULES, WELL)
    assert verdict.way == "desk"
    assert verdict.checks[0].day == "2026-04-01T08:00:00+08:00"
    assert refused(replace(FINE, last_visit=date(2024, 1, 1), missing=True)) == {4: "unknown"}
    assert eligible(replace(FINE, missing=True), RULES, WELL).met


def test_the_evidence_is_a_visit_rather_than_a_list_that_a_hospital_keeps():
    listed = replace(said(at="2026-04-01T09:00:00"), day="", visit=False)
    check = eligible(replace(FINE, diagnoses=(said(), listed)), RULES, WELL).checks[1]
    assert (check.day, check.say) == ("2026-03-01", "followup.check.diagnosis.met")
    check = eligible(replace(FINE, diagnoses=(listed,)), RULES, WELL).checks[1]
    assert (check.state, check.say) == ("met", "followup.check.diagnosis.listed")


_DAYS = st.dates(date(2000, 1, 1), date(2030, 12, 31))


@given(
    last=st.none() | _DAYS,
    born=st.sampled_from(["", "1959", "1959-03-07", "2021-05", "2022-01-01"]),
    guardian=st.booleans(),
    missing=st.booleans(),
    department=st.sampled_from([ENDOCRINOLOGY, PAEDIATRICS]),
    diagnoses=st.lists(
        st.builds(
            said,
            st.sampled_from(["E11.9", "I10", "E87.5"]),
            st.sampled_from(["2026-01", "2026-02"]),
            certain=st.booleans(),
        ),
        max_size=4,
    ),
    disease=st.sampled_from(["", "diabetes", "hypertension", "x"]),
    flags=st.frozensets(st.sampled_from([*sorted(RULES.flags), "x"]), max_size=2),
    controlled=st.booleans(),
)
def test_a_yes_needs_every_rule_and_a_no_cites_one(
    last, born, guardian, missing, department, diagnoses, disease, flags, controlled
):
    facts = Facts(TODAY, department, last, tuple(diagnoses), born, guardian, missing)
    verdict = eligible(facts, RULES, Answers(disease, flags, controlled))
    assert tuple(each.name for each in verdict.checks) == CHECKS
    states = {each.name: each.state for each in verdict.checks}
    assert verdict.met == (set(states.values()) == {"met"})
    assert verdict.met == (verdict.cited == "") == (verdict.way == "")
    assert verdict.met or states[verdict.cited] != "met"
    if verdict.met:
        assert last is not None
        assert last >= date(2025, 4, 14)
        assert not flags
        assert not controlled
        assert any(each.certain for each in diagnoses)
        assert born < "2020" or (guardian and department == PAEDIATRICS)
    if "unknown" in states.values():
        assert missing or not born


@given(day=_DAYS, months=st.integers(0, 60))
def test_months_are_counted_by_the_calendar(day: date, months: int):
    before = months_before(day, months)
    assert (day.year - before.year) * 12 + day.month - before.month == months
    assert before.day == day.day or (before.day < day.day and (before + timedelta(days=1)).day == 1)


def test_the_rules_hold_together():
    assert [RULES.texts[name].number for name in NAMES] == [1, 2, 3, 4, 5, 6, 7]
    for each in RULES.texts.values():
        assert all((each.text.zh, each.text.en, each.source.zh, each.source.en))
    assert all(each.words.zh and each.words.en for each in (*RULES.flags.values(), *RULES.diseases.values()))
    assert all(each.icd10 and each.snomed for each in RULES.diseases.values())
    assert [each.name for each in RULES.asked_of("diabetes")][:2] == ["chest", "breath"]
    assert "foot" in [each.name for each in RULES.asked_of("diabetes")]
    assert [each.name for each in RULES.asked_of("")] == list(RULES.always)


def test_a_file_that_does_not_hold_together_is_refused():
    told = rule_book.told()
    with pytest.raises(ValueError, match="each rule once"):
        read({**told, "rules": told["rules"][1:]})
    with pytest.raises(ValueError, match="no such symptom: hiccups"):
        read({**told, "always": ["hiccups"]})
