"""Import rules, sections "Reports" and "Results"."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from health_cloud.demo.fhir import bundle as demo_bundle
from health_cloud.demo.fhir import dumps
from health_cloud.demo.lives import wu
from health_cloud.records.service.corrections import corrected
from tests.ingest.feed import (
    LOINC,
    Feeder,
    bundle,
    cases,
    code,
    content,
    encounter,
    entries,
    in_english,
    observation,
    patient,
    report,
    shown,
    versions,
    visible,
)

LABORATORY = [
    "BG",
    "BLB",
    "CG",
    "CH",
    "GE",
    "HM",
    "IMM",
    "LAB",
    "MB",
    "MCB",
    "MYC",
    "OSL",
    "PAR",
    "SR",
    "TX",
    "URN",
    "VR",
    "LP29693-6",
    "26436-6",
    "18725-2",
]
EXAMINATIONS = [
    "AU",
    "CP",
    "CTH",
    "CUS",
    "EC",
    "EN",
    "OTH",
    "OUS",
    "PAT",
    "PF",
    "RC",
    "RUS",
    "SP",
    "VUS",
    "LP29708-2",
    "LP7839-6",
    "LP7796-8",
]
IMAGING = ["CT", "IMG", "NMR", "NMS", "RAD", "RX", "XRC", "LP29684-5", "18748-4"]


def test_each_category_code_gives_its_class(feeder: Feeder):
    wanted = {"laboratory": LABORATORY, "examinations": EXAMINATIONS, "imaging": IMAGING}
    reports = [report(f"{value}-x", value) for codes in wanted.values() for value in codes]
    done = feeder.feed(patient(), *reports)
    assert shown(done) == {name: len(codes) for name, codes in wanted.items()}
    assert done.cases == {}


@pytest.mark.parametrize(
    ("codes", "record_class"),
    [
        (("LAB", "RAD"), "imaging"),
        (("OTH", "MB"), "laboratory"),
        (("IMG", "CUS"), "examinations"),
        (("LAB", "LP29708-2"), "examinations"),
    ],
)
def test_the_most_specific_category_wins(feeder: Feeder, codes: tuple[str, ...], record_class: str):
    category = [code(LOINC if "-" in each else "v2", each) for each in codes]
    assert shown(feeder.feed(patient(), report(category=category))) == {record_class: 1}


@pytest.mark.parametrize("status", ["final", "amended", "corrected", "appended"])
def test_published_statuses(feeder: Feeder, status: str):
    assert shown(feeder.feed(patient(), report(status=status))) == {"laboratory": 1}


@pytest.mark.parametrize("status", ["preliminary", "registered", "partial", "cancelled", "entered-in-error", "unknown"])
def test_other_statuses_are_held(feeder: Feeder, status: str):
    done = feeder.feed(patient(), report(status=status), observation(status=status))
    assert shown(done) == {}
    assert done.held == {"status": 2}


@pytest.mark.parametrize(
    "loinc", ["34117-2", "51847-2", "11488-4", "11506-3", "18842-5", "28570-0", "34133-9", "34108-1"]
)
def test_a_note_is_attached_to_its_encounter(feeder: Feeder, loinc: str):
    by_category = report("r1", loinc, encounter={"reference": "Encounter/e"}, conclusion="血糖平稳")
    by_code = report("r2", None, code=code(LOINC, loinc), encounter={"reference": "Encounter/e"})
    done = feeder.feed(patient(), encounter(), by_category, by_code)
    assert shown(done) == {"medical_records": 1}
    assert done.accounted["attached"] == 3
    assert [each.text.zh for each in content().sections] == ["血糖平稳"]


def test_a_note_without_encounter_is_a_medical_record(feeder: Feeder):
    assert shown(feeder.feed(patient(), report(category="34117-2"))) == {"medical_records": 1}


def test_without_category_a_laboratory_result_makes_it_laboratory_and_a_case(feeder: Feeder):
    done = feeder.feed(patient(), report(category=None, result=[{"reference": "Observation/o"}]), observation())
    assert shown(done) == {"laboratory": 1}
    assert done.cases == {"unknown_code": 1}


def test_without_category_anything_else_is_an_examination_and_a_case(feeder: Feeder):
    told = observation(category="exam")
    done = feeder.feed(patient(), report(category="local-1", result=[{"reference": "Observation/o"}]), told)
    assert shown(done) == {"examinations": 1}
    assert done.cases == {"unknown_code": 1}


def test_a_carried_result_is_no_entry_of_its_own(feeder: Feeder):
    done = feeder.feed(patient(), report(result=[{"reference": "Observation/o"}]), observation())
    assert shown(done) == {"laboratory": 1}
    assert done.accounted == {"entry": 1, "attached": 2, "held": 0, "unchanged": 0, "rejected": 0}
    (result,) = content().results
    assert (result.value, result.unit, result.ucum, result.name.zh) == ("7.1", "%", "%", "糖化血红蛋白")


def test_a_unit_is_in_the_languages_of_the_source(feeder: Feeder):
    pulse = {"value": 72, "unit": "次/分", "_unit": {"extension": [in_english("/min")]}, "code": "/min"}
    told = observation(component=[{"code": {"text": "x"}, "valueQuantity": pulse}], valueQuantity=pulse)
    feeder.feed(patient(), report(result=[{"reference": "Observation/o"}]), told)
    (result,) = content().results
    for each in (result, *result.members):
        assert (each.unit, each.unit_words.zh, each.unit_words.en) == ("次/分", "次/分", "/min")


def test_a_member_of_another_result_is_no_entry_of_its_own(feeder: Feeder):
    panel = observation("panel", hasMember=[{"reference": "Observation/o"}])
    panel.pop("valueQuantity")
    assert shown(feeder.feed(patient(), panel, observation())) == {"laboratory": 1}
    (result,) = content().results
    assert [each.value for each in result.members] == ["7.1"]


def test_a_laboratory_result_alone_is_an_entry_and_others_are_not(feeder: Feeder):
    done = feeder.feed(patient(), observation(), observation("v", category="vital-signs"))
    assert shown(done) == {"laboratory": 1}
    assert done.accounted["attached"] == 2


def test_a_check_ups_report_counts_once_and_shows_in_both_places(feeder: Feeder):
    seen = {"encounter": {"reference": "Encounter/e"}}
    done = feeder.feed(
        patient(),
        encounter(kind="162673000"),
        report(result=[{"reference": "Observation/o"}], **seen),
        observation(**seen),
        observation("weight", category="vital-signs", **seen),
    )
    assert shown(done) == {"check_ups": 1, "laboratory": 1}
    check_up = next(each for each in entries() if each.record_class == "check_ups")
    assert [each.value for each in content(check_up).results] == ["7.1"]
    assert [each.source_id for each in content(check_up).measures] == ["Observation/weight"]


def test_absent_results_are_counted_and_come_later(feeder: Feeder):
    feeder.feed(patient(), report(result=[{"reference": "Observation/o"}, {"reference": "Observation/never"}]))
    assert content().missing_results == 2
    done = feeder.feed(observation())
    assert shown(done) == {}
    assert content().missing_results == 1
    assert len(content().results) == 1


def test_a_report_absorbs_the_entry_that_its_result_had_become(feeder: Feeder):
    assert shown(feeder.feed(patient(), observation())) == {"laboratory": 1}
    done = feeder.feed(report(result=[{"reference": "Observation/o"}]))
    assert visible() == [("laboratory", "血常规")]
    assert (shown(done), done.withdrawn) == ({"laboratory": 1}, 1)


def test_a_corrected_report_supersedes_and_both_stay(feeder: Feeder):
    feeder.feed(patient(), report(conclusion="阴性", meta={"lastUpdated": "2024-05-01T10:00:00Z"}))
    done = feeder.feed(report(conclusion="阳性", status="corrected", meta={"lastUpdated": "2024-05-02T10:00:00Z"}))
    assert shown(done) == {}
    assert done.accounted["entry"] == 1
    (entry,) = entries()
    assert [(row.number, row.status, row.current, told.conclusion.zh) for row, told in versions(entry)] == [
        (1, "final", False, "阴性"),
        (2, "corrected", True, "阳性"),
    ]


def _dated(when: str, report_at: str = "") -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the elements that date a result and its report."""
    return {"meta": {"lastUpdated": when}}, {"meta": {"lastUpdated": report_at or when}}


def _told() -> list[tuple[str, bool, list[str]]]:
    """Status, whether it is current, and the results of each version of the only entry."""
    (entry,) = entries()
    return [(row.status, row.current, [each.value for each in told.results]) for row, told in versions(entry)]


def _sent(value: str, status: str, when: str, report_at: str = "") -> list[dict[str, Any]]:
    """Return a result and the report that carries it, as one delivery has them."""
    result, told = _dated(when, report_at)
    given = {"valueQuantity": {"value": float(value), "unit": "%"}}
    carried = {"result": [{"reference": "Observation/o"}]}
    return [report(status=status, **carried, **told), observation(status=status, **given, **result)]


FIRST, SECOND, THIRD = (f"2024-05-0{day}T10:00:00Z" for day in (1, 2, 3))
CORRECTED = [("final", False, ["7.1"]), ("corrected", True, ["9.4"])]


def test_each_version_of_one_batch_keeps_the_results_it_was_sent_with(feeder: Feeder):
    feeder.feed(patient(), *_sent("7.1", "final", FIRST), *_sent("9.4", "corrected", SECOND))
    assert _told() == CORRECTED


def test_versions_of_two_runs_and_of_one_are_alike(feeder: Feeder):
    feeder.feed(patient(), *_sent("7.1", "final", FIRST))
    feeder.feed(*_sent("9.4", "corrected", SECOND))
    assert _told() == CORRECTED


@pytest.mark.parametrize("minute", ["00", "05"])
def test_a_version_between_has_the_results_of_its_own_time(feeder: Feeder, minute: str):
    sent = [("7.1", "final", FIRST), ("8.0", "amended", SECOND), ("9.4", "corrected", THIRD)]
    later = [(*one, one[2].replace(":00:", f":{minute}:")) for one in sent]
    feeder.feed(patient(), *(each for one in later for each in _sent(*one)))
    assert [values for _, _, values in _told()] == [["7.1"], ["8.0"], ["9.4"]]


def test_a_result_dated_after_its_report_is_still_the_one_of_the_same_message(feeder: Feeder):
    """A server that dates each resource as it stores it: the report a moment before its result."""
    sent = [("7.1", "final", FIRST), ("8.0", "amended", SECOND), ("9.4", "corrected", THIRD)]
    files = [
        feeder.file(bundle(patient(), *_sent(value, status, when.replace(":00Z", ":01Z"), when)), "feed.json")
        for value, status, when in sent
    ]
    feeder.run(*files)
    assert [values for _, _, values in _told()] == [["7.1"], ["8.0"], ["9.4"]]


def test_without_any_date_the_order_of_arrival_tells_the_versions(feeder: Feeder):
    undated = {"meta": {}, "issued": None}
    sent = [
        {key: value for key, value in each.items() if key not in undated}
        for one in (("7.1", "final", FIRST), ("9.4", "corrected", SECOND))
        for each in reversed(_sent(*one))
    ]
    feeder.feed(patient(), *sent)
    assert _told() == CORRECTED


@pytest.mark.parametrize("carried", [True, False])
def test_members_of_a_result_are_those_of_its_version(feeder: Feeder, *, carried: bool):
    sent: list[dict[str, Any]] = []
    for value, status, when in (("7.1", "final", FIRST), ("9.4", "corrected", SECOND)):
        told, member = _sent(value, status, when)
        organism = observation("grown", status=status, hasMember=[{"reference": "Observation/o"}], meta=member["meta"])
        sent += [member, organism]
        if carried:
            sent.append({**told, "result": [{"reference": "Observation/grown"}]})
    feeder.feed(patient(), *sent)
    (entry,) = entries()
    members = [[each.value for each in told.results[0].members] for _, told in versions(entry)]
    assert members == [["7.1"], ["9.4"]]


def test_an_older_version_that_arrives_later_never_replaces(feeder: Feeder):
    feeder.feed(patient(), report(conclusion="阳性", status="corrected", meta={"lastUpdated": "2024-05-02T10:00:00Z"}))
    feeder.feed(report(conclusion="阴性", meta={"lastUpdated": "2024-05-01T10:00:00Z"}))
    (entry,) = entries()
    assert [(row.number, row.current, told.conclusion.zh) for row, told in versions(entry)] == [
        (1, False, "阴性"),
        (2, True, "阳性"),
    ]


def test_a_report_entered_in_error_is_taken_back(feeder: Feeder):
    feeder.feed(patient(), report())
    done = feeder.feed(report(status="entered-in-error"))
    assert (visible(), done.withdrawn, done.held) == ([], 1, {"status": 1})


def test_flags_ranges_and_texts_are_as_given(feeder: Feeder):
    high = observation(
        valueQuantity={
            "value": 6.40,
            "comparator": ">",
            "unit": "mmol/L",
            "system": "http://unitsofmeasure.org",
            "code": "mmol/L",
        },
        interpretation=[{"coding": [{"code": "HH"}]}],
        referenceRange=[{"low": {"value": 3.5}, "high": {"value": 5.3}}],
    )
    feeder.feed(patient(), high)
    (result,) = content().results
    assert (result.comparator, result.low, result.high, result.flag) == (">", "3.5", "5.3", "critical_high")
    (entry,) = entries()
    assert (entry.flag, entry.flagged, entry.precision) == ("critical", 1, "second")
    assert cases() == {}


def test_values_keep_the_text_they_came_with(feeder: Feeder):
    text = '{"resourceType":"Observation","id":"o","status":"final","subject":{"reference":"Patient/p"},"category":[{"coding":[{"code":"laboratory"}]}],"code":{"text":"TSH","_text":{"extension":[{"url":"http://hl7.org/fhir/StructureDefinition/translation","extension":[{"url":"lang","valueCode":"zh-CN"},{"url":"content","valueString":"促甲状腺激素"}]}]}},"valueQuantity":{"value":0.010,"unit":"mIU/L"}}'
    feeder.feed(patient())
    feeder.run(feeder.file(text))
    (result,) = content().results
    assert result.value == "0.010"
    assert (result.name.zh, result.name.en) == ("促甲状腺激素", "TSH")


def test_the_demos_corrected_culture_says_what_it_said_before(feeder: Feeder):
    """Wu Guifen's blood culture, its preliminary, final and corrected versions in one run."""
    today = date(2026, 11, 21)
    story = wu.tell(1, today)
    parts = [story.resources, *story.deliveries]
    feeder.run(*(feeder.file(dumps(demo_bundle(each)), f"{number}.json") for number, each in enumerate(parts)))
    (culture,) = [each for each in entries() if each.version > 1 and "血培养" in each.title_zh]
    (_, final), (_, correction) = versions(culture)
    before = corrected(correction, [final])
    assert {each.name.en: (each.flag, each.value) for each in before.values()} == {
        "Ceftriaxone": ("susceptible", "1"),
        "Ceftazidime": ("susceptible", "2"),
        "Cefepime": ("susceptible", "2"),
        "Piperacillin/tazobactam": ("susceptible", "8"),
    }
