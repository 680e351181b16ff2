"""Import rules, section "Everything else": what names no visit belongs to the patient's summary, and is no entry."""

from __future__ import annotations

import json
import zlib
from typing import Any

import pytest
from sqlmodel import select

from health_cloud.chart.models import Background
from health_cloud.chart.service.writer import ChartWriter
from health_cloud.core import clock, db
from health_cloud.core.crypto import unseal
from health_cloud.identity.models import Person
from health_cloud.records.views.content import EntryContent, from_json
from tests.ingest.feed import SNOMED, Feeder, code, content, encounter, entries, observation, patient, resource

VERIFIED = "http://terminology.hl7.org/CodeSystem/condition-ver-status"


def rows() -> list[Background]:
    with db.reading() as session:
        found = list(session.exec(select(Background)).all())
        session.expunge_all()
        return found


def said() -> EntryContent:
    """Return what is kept of the only patient."""
    (row,) = rows()
    assert row.body is not None
    return from_json(zlib.decompress(unseal(row.body, "chart_background.body", row.id)).decode())


def condition(name: str = "c", text: str = "哮喘", **more: Any) -> dict[str, Any]:
    return resource("Condition", name, code=code(SNOMED, "195967001", text), **more)


def allergy(name: str = "a", **more: Any) -> dict[str, Any]:
    made = resource("AllergyIntolerance", name, code=code(SNOMED, "91936005", "青霉素"), **more)
    made["patient"] = made.pop("subject")
    return made


def verified(as_: str) -> dict[str, Any]:
    return {"verificationStatus": code(VERIFIED, as_)}


def test_what_names_no_visit_is_kept_and_counts_as_attached(feeder: Feeder):
    told = feeder.feed(patient(), condition(), allergy(), observation("w", "vital-signs"))
    assert {name: count for name, count in told.accounted.items() if count} == {"attached": 4}
    assert sum(told.published.values()) == 0
    found = said()
    assert {(each.kind, each.title.zh) for each in found.items} == {("diagnosis", "哮喘"), ("allergy", "青霉素")}
    assert [each.value for each in found.measures] == ["7.1"]


def test_what_names_a_visit_is_told_with_it_alone(feeder: Feeder):
    at = {"encounter": {"reference": "Encounter/e"}}
    feeder.feed(patient(), encounter(), condition(**at), allergy(**at))
    assert rows() == []


@pytest.mark.parametrize("given", [verified("entered-in-error"), {"status": "entered-in-error"}])
def test_what_was_an_error_is_neither_kept_nor_told_with_its_visit(feeder: Feeder, given: dict[str, Any]):
    at = {"encounter": {"reference": "Encounter/e"}}
    feeder.feed(patient(), encounter(), condition(**given), condition("v", **at, **given))
    assert rows() == []
    assert content(*entries()).items == ()


@pytest.mark.parametrize(("given", "kept"), [("confirmed", ""), ("refuted", "refuted"), ("provisional", "provisional")])
def test_how_sure_the_source_is_comes_along(feeder: Feeder, given: str, kept: str):
    feeder.feed(patient(), condition(**verified(given)))
    assert said().items[0].certainty == kept


def test_a_later_word_replaces_and_the_same_word_changes_nothing(feeder: Feeder):
    feeder.feed(patient(), condition(), allergy())
    (first,) = rows()
    feeder.feed(patient(), encounter())
    assert [(row.id, row.arrived_at) for row in rows()] == [(first.id, first.arrived_at)]
    feeder.feed(condition(**verified("entered-in-error")))
    assert [each.kind for each in said().items] == ["allergy"]
    feeder.feed(allergy(**verified("entered-in-error")))
    assert rows() == []


def test_what_comes_and_goes_leaves_what_was_there_before(feeder: Feeder):
    feeder.feed(patient(), condition("c"), condition("d", "高血压"))
    one = rows()[0].digest
    feeder.feed(condition("x", "痛风"))
    feeder.feed(condition("x", "痛风", **verified("entered-in-error")))
    assert rows()[0].digest == one


def test_it_follows_its_record_to_another_person(feeder: Feeder):
    feeder.feed(patient(), condition())
    (row,) = rows()
    with db.writing() as session:
        other = Person(created_at=clock.now())
        session.add(other)
        session.flush()
        writer = ChartWriter(row.organization_id, row.feed_id, "Asia/Shanghai")
        writer.move(session, row.record_id, other.id)
        there = other.id
    assert rows()[0].person_id == there


def test_nothing_of_it_lies_open(feeder: Feeder):
    feeder.feed(patient(), condition())
    (row,) = rows()
    assert "哮喘".encode() not in (row.body or b"")
    assert "哮喘" not in json.dumps([row.digest, row.record_id, row.feed_id])
