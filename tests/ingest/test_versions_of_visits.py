"""Each version of a check-up or a visit keeps what it was sent with, however many come in one run."""

from __future__ import annotations

from typing import Any

import pytest

from health_cloud.records.service.changes import changes
from tests.ingest.feed import Feeder, bundle, code, encounter, entries, observation, patient, report, resource, versions

FIRST, SECOND = "2024-05-01T10:00:00Z", "2024-05-02T10:00:00Z"
CHECK_UP = "162673000"
Resource = dict[str, Any]


def at(when: str) -> Resource:
    return {"meta": {"lastUpdated": when}} if when else {}


def visit(when: str, **more: Any) -> Resource:
    """One version of the visit; a room tells them apart."""
    told = {"location": [{"location": {"display": when or more.pop("room")}}]}
    return encounter(**{"kind": CHECK_UP, **at(when), **told, **more})


def weight(value: float, when: str, name: str = "w", **more: Any) -> Resource:
    given = {"valueQuantity": {"value": value, "unit": "kg"}, "encounter": {"reference": "Encounter/e"}}
    return observation(name, "vital-signs", **{**given, **at(when), **more})


def told(kind: str = "check_ups") -> list[list[str]]:
    """The measures of each version, oldest first."""
    (entry,) = [each for each in entries() if each.record_class == kind]
    return [[each.value for each in content.measures] for _, content in versions(entry)]


SENT = [["70"], ["72"]]


def test_versions_of_one_batch_have_the_measures_of_their_time(feeder: Feeder) -> None:
    feeder.feed(patient(), visit(FIRST), weight(70, FIRST), visit(SECOND), weight(72, SECOND))
    assert told() == SENT


def test_a_visit_that_is_no_check_up_as_well(feeder: Feeder) -> None:
    kind = {"kind": ""}
    feeder.feed(patient(), visit(FIRST, **kind), weight(70, FIRST), visit(SECOND, **kind), weight(72, SECOND))
    assert told("medical_records") == SENT


def test_versions_of_two_runs_and_of_one_are_alike(feeder: Feeder) -> None:
    feeder.feed(patient(), visit(FIRST), weight(70, FIRST))
    feeder.feed(visit(SECOND), weight(72, SECOND))
    assert told()[-1] == ["72"]
    assert told()[0] == ["70"]


def test_of_the_same_message_however_its_parts_are_dated(feeder: Feeder) -> None:
    """A server that dates each resource as it stores it: the visit a moment before its measures."""
    late = "2024-05-03T10:00:00Z"
    files = [
        feeder.file(bundle(patient(), visit(FIRST), weight(70, late)), "feed.json"),
        feeder.file(bundle(visit(SECOND), weight(72, late.replace("00Z", "01Z"))), "feed.json"),
    ]
    feeder.run(*files)
    assert told() == SENT


def test_what_came_with_a_later_version_alone_is_not_in_the_one_before(feeder: Feeder) -> None:
    feeder.feed(patient(), visit(FIRST), weight(70, FIRST), visit(SECOND), weight(180, SECOND, "height"))
    assert told() == [["70"], ["70", "180"]]


def test_without_dates_the_order_of_arrival_tells(feeder: Feeder) -> None:
    feeder.feed(patient(), visit("", room="a"), weight(70, ""), visit("", room="b"), weight(72, ""))
    assert told() == SENT


def test_what_nothing_tells_counts_as_there(feeder: Feeder) -> None:
    """All visits before all measures, as bulk exports are ordered, and no dates: the one measure was in both."""
    feeder.feed(patient(), visit("", room="a"), visit("", room="b"), weight(70, ""))
    assert told() == [["70"], ["70"]]


def test_what_was_no_outcome_then_is_not_shown_then(feeder: Feeder) -> None:
    early = weight(70, FIRST, status="preliminary")
    feeder.feed(patient(), visit(FIRST), early, visit(SECOND), weight(72, SECOND))
    assert told() == [[], ["72"]]


def test_members_of_a_measure_are_those_of_its_time(feeder: Feeder) -> None:
    sent: list[Resource] = []
    for value, when in ((70, FIRST), (72, SECOND)):
        body = weight(1, when, "body", hasMember=[{"reference": "Observation/w"}])
        sent += [visit(when), body, weight(value, when)]
    feeder.feed(patient(), *sent)
    (entry,) = [each for each in entries() if each.record_class == "check_ups"]
    members = [[inner.value for each in content.measures for inner in each.members] for _, content in versions(entry)]
    assert members == [["70"], ["72"]]


@pytest.mark.parametrize("carried", [True, False])
def test_laboratory_results_of_a_check_up_are_those_of_its_time(feeder: Feeder, *, carried: bool) -> None:
    sent: list[Resource] = []
    for value, when in ((7.1, FIRST), (9.4, SECOND)):
        named = {"encounter": {"reference": "Encounter/e"}, **at(when)}
        sent += [visit(when), observation(valueQuantity={"value": value, "unit": "%"}, **named)]
        if carried:
            sent.append(report(result=[{"reference": "Observation/o"}], status="final", **named))
    feeder.feed(patient(), *sent)
    (entry,) = [each for each in entries() if each.record_class == "check_ups"]
    assert [[each.value for each in content.results] for _, content in versions(entry)] == [["7.1"], ["9.4"]]


def test_a_diagnosis_is_the_one_of_its_time(feeder: Feeder) -> None:
    sent: list[Resource] = []
    for name, when in (("疑似糖尿病", FIRST), ("2 型糖尿病", SECOND)):
        named = {"encounter": {"reference": "Encounter/e"}, **at(when)}
        sent += [visit(when), resource("Condition", "c", code=code("urn:local", "1", name), **named)]
    feeder.feed(patient(), *sent)
    (entry,) = entries()
    said = [[each.title.zh for each in content.items] for _, content in versions(entry)]
    assert said == [["疑似糖尿病"], ["2 型糖尿病"]]


SEVERITY = {"severity": {"coding": [{"system": "http://snomed.info/sct", "code": "24484000", "display": "Severe"}]}}
MEDICATION: Resource = {"status": "active", "medicationCodeableConcept": {"text": "二甲双胍"}}


@pytest.mark.parametrize(
    ("kind", "was", "now"),
    [
        ("Condition", {}, SEVERITY),
        ("Condition", {}, {"abatementDateTime": "2024-06-01"}),
        ("Condition", {}, {"abatementPeriod": {"start": "2024-06-01"}}),
        ("AllergyIntolerance", {"criticality": "low"}, {"criticality": "high"}),
        ("Procedure", {}, {"performedPeriod": {"end": "2024-06-01"}}),
        (
            "MedicationStatement",
            {**MEDICATION, "effectivePeriod": {"start": "2024-05-01"}},
            {**MEDICATION, "effectivePeriod": {"start": "2024-05-01", "end": "2024-06-01"}},
        ),
    ],
)
def test_how_bad_and_until_when_make_a_version_that_says_so(
    feeder: Feeder, kind: str, was: Resource, now: Resource
) -> None:
    base = {"code": code("urn:local", "1", "哮喘"), "encounter": {"reference": "Encounter/e"}}
    feeder.feed(patient(), encounter(), resource(kind, "x", **{**base, **was}))
    feeder.feed(resource(kind, "x", **{**base, **now}))
    (entry,) = entries()
    before, after = (content for _, content in versions(entry))
    (change,) = changes(before, after)
    assert change.name.zh in ("哮喘", "二甲双胍")
    assert (change.was.severity, change.was.until) != (change.now.severity, change.now.until)
