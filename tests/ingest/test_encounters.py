"""Import rules, sections "Encounters", "Imaging", "Documents", "Everything else"."""

from __future__ import annotations

import base64

import pytest
from sqlmodel import select

from health_cloud.chart.models import ReleaseKey
from health_cloud.core import db
from health_cloud.identity.models import Organization
from health_cloud.ingest.models import CheckUpType
from health_cloud.records.models import Document
from health_cloud.records.service import blobs
from tests.ingest.feed import (
    SNOMED,
    V2_203,
    Feeder,
    bundle,
    code,
    content,
    encounter,
    entries,
    patient,
    prescription,
    report,
    resource,
    shown,
    versions,
    visible,
)

INPATIENT = ["IMP", "ACUTE", "NONAC", "SS", "OBSENC", "PRENC"]


@pytest.mark.parametrize(
    "status", ["planned", "arrived", "triaged", "in-progress", "onleave", "cancelled", "entered-in-error", "unknown"]
)
def test_only_finished_visits_count(feeder: Feeder, status: str):
    assert feeder.feed(patient(), encounter(status=status)).held == {"not_finished": 1}


@pytest.mark.parametrize("kind", ["162673000", "185349003", "410620009"])
def test_check_ups_by_type(feeder: Feeder, kind: str):
    assert shown(feeder.feed(patient(), encounter(kind=kind), encounter("other", kind="185345009"))) == {
        "check_ups": 1,
        "medical_records": 1,
    }


def test_the_same_number_in_another_system_is_no_check_up(feeder: Feeder):
    assert shown(feeder.feed(patient(), encounter(type=[code("urn:local", "162673000")]))) == {"medical_records": 1}


def test_the_settings_table_adds_types_of_check_ups(feeder: Feeder):
    feeder.feed(patient())
    with db.writing() as session:
        organization = session.exec(select(Organization)).one()
        session.add(CheckUpType(organization_id=organization.id, system=SNOMED, code="185345009"))
    assert shown(feeder.feed(encounter(kind="185345009"))) == {"check_ups": 1}


@pytest.mark.parametrize("cls", INPATIENT)
def test_stays_wait_for_their_end(feeder: Feeder, cls: str):
    assert feeder.feed(patient(), encounter(cls=cls, period={"start": "2024-05-01"})).held == {"not_discharged": 1}
    assert shown(feeder.feed(encounter(cls=cls))) == {"medical_records": 1}


@pytest.mark.parametrize("cls", INPATIENT)
def test_stays_wait_for_the_archive_unless_finished_means_archived(feeder: Feeder, cls: str):
    assert feeder.feed(patient(), encounter(cls=cls), archived="message").held == {"not_archived": 1}
    archived = {
        "resourceType": "Provenance",
        "id": "v",
        "target": [{"reference": "Encounter/e"}],
        "activity": code("http://terminology.hl7.org/CodeSystem/iso-21089-lifecycle", "archive"),
    }
    assert shown(feeder.feed(archived, archived="message")) == {"medical_records": 1}


def test_an_outpatient_visit_needs_no_archive(feeder: Feeder):
    assert shown(feeder.feed(patient(), encounter(), archived="message")) == {"medical_records": 1}


def test_everything_that_names_a_visit_belongs_to_it(feeder: Feeder):
    visit = {"encounter": {"reference": "Encounter/e"}}
    note = base64.b64encode("嘱低盐饮食".encode()).decode()
    done = feeder.feed(
        patient(),
        encounter(),
        resource("Condition", "c", code={"text": "2 型糖尿病"}, **visit),
        resource("Procedure", "pr", status="completed", code={"text": "胃镜检查"}, **visit),
        resource("Procedure", "wrong", status="entered-in-error", code={"text": "错误"}, **visit),
        resource("CarePlan", "cp", status="active", intent="plan", title="饮食计划", **visit),
        resource(
            "DocumentReference",
            "d",
            status="current",
            type={"text": "病程"},
            context={"encounter": [visit["encounter"]]},
            content=[{"attachment": {"contentType": "text/plain", "data": note}}],
        ),
        prescription(intent="plan"),
    )
    assert (shown(done), done.accounted["attached"]) == ({"medical_records": 1}, 7)
    told = content()
    assert [each.title.zh for each in told.items] == ["2 型糖尿病", "胃镜检查", "二甲双胍", "饮食计划"]
    assert [each.text.zh for each in told.sections] == ["嘱低盐饮食"]
    assert len(told.papers) == 1


def test_what_names_no_visit_belongs_to_the_summary(feeder: Feeder):
    allergy = {
        "resourceType": "AllergyIntolerance",
        "id": "a",
        "patient": {"reference": "Patient/p"},
        "code": {"text": "青霉素"},
    }
    done = feeder.feed(patient(), allergy, resource("Condition", "c", code={"text": "高血压"}), resource("Goal", "g"))
    assert (shown(done), done.accounted["attached"]) == ({}, 4)


def test_a_visit_that_is_not_here_is_one_case_for_all_that_name_it(feeder: Feeder):
    visit = {"encounter": {"reference": "Encounter/e"}}
    done = feeder.feed(
        patient(), resource("Condition", "c", **visit), resource("Condition", "d", **visit), report(**visit)
    )
    assert (shown(done), done.cases) == ({"laboratory": 1}, {"orphan": 1})
    feeder.feed(encounter())
    assert all(each.encounter_id for each in entries())


def test_place_departments_and_people(feeder: Feeder):
    feeder.feed(
        patient(),
        {"resourceType": "Organization", "id": "h", "name": "松云医院"},
        {"resourceType": "Organization", "id": "d", "name": "内分泌科", "partOf": {"reference": "Organization/h"}},
        {"resourceType": "Practitioner", "id": "w", "name": [{"family": "王", "given": ["若溪"]}]},
        encounter(
            serviceProvider={"reference": "Organization/d"},
            participant=[{"individual": {"reference": "Practitioner/w"}}],
        ),
    )
    told = content()
    assert [each.zh for each in told.place] == ["内分泌科", "松云医院"]
    assert (entries()[0].place_zh, entries()[0].practitioner_zh) == ("内分泌科", "王若溪")


def study(**more: object) -> dict[str, object]:
    series = [{"uid": "1.2", "numberOfInstances": 28, "modality": {"code": "CT"}}]
    return resource(
        "ImagingStudy",
        "s",
        **{"status": "available", "started": "2024-05-01", "description": "胸部 CT", "series": series, **more},
    )


def test_a_study_is_an_entry_and_needs_to_be_available(feeder: Feeder):
    assert shown(feeder.feed(patient(), study())) == {"imaging": 1}
    assert feeder.feed(resource("ImagingStudy", "s2", status="registered")).held == {"status": 1}
    assert content().series[0].images == 28


ACCESSION = {"identifier": [{"type": code(V2_203, "ACSN"), "value": "A1"}]}
ORDER = {"basedOn": [{"reference": "ServiceRequest/x"}]}


@pytest.mark.parametrize(
    ("of_study", "of_report"),
    [({}, {"imagingStudy": [{"reference": "ImagingStudy/s"}]}), (ACCESSION, ACCESSION), (ORDER, ORDER)],
    ids=["reference", "accession number", "order"],
)
def test_a_report_joined_to_a_study_is_the_same_entry(feeder: Feeder, of_study: dict, of_report: dict):
    done = feeder.feed(patient(), study(**of_study), report(category="RAD", conclusion="未见异常", **of_report))
    assert (shown(done), done.accounted["attached"]) == ({"imaging": 1}, 2)
    told = content()
    assert (told.conclusion.zh, len(told.series)) == ("未见异常", 1)


@pytest.mark.parametrize(
    ("section", "more", "kind"),
    [
        ("RAD", {}, "CT"),
        ("NMR", {}, "NMR"),
        ("RAD", {"series": [{"modality": {"code": "SR"}}, {"modality": {"code": "DX"}}]}, "DX"),
        ("RAD", {"series": [], "modality": [{"code": "US"}]}, "US"),
        ("RAD", {"series": []}, "RAD"),
        ("", {}, "CT"),
    ],
)
def test_a_study_is_kept_under_how_its_pictures_were_made(
    feeder: Feeder, section: str, more: dict[str, object], kind: str
):
    reports = [report(category=section, imagingStudy=[{"reference": "ImagingStudy/s"}])] if section else []
    feeder.feed(patient(), study(**more), *reports)
    with db.reading() as session:
        key = session.get(ReleaseKey, entries()[0].release_key_id)
        assert key is not None
        assert key.kind_group == kind


def test_a_report_alone_is_an_imaging_entry_until_its_study_comes(feeder: Feeder):
    assert shown(feeder.feed(patient(), report(category="RAD", **ACCESSION))) == {"imaging": 1}
    feeder.feed(study(**ACCESSION))
    assert visible() == [("imaging", "血常规")]


def test_a_document_without_encounter_is_a_medical_record(feeder: Feeder):
    pdf = b"%PDF-1.4 ..."
    attachment = {"contentType": "application/pdf", "title": "出院小结", "data": base64.b64encode(pdf).decode()}
    feeder.feed(
        patient(),
        resource(
            "DocumentReference", "d", status="current", type={"text": "出院小结"}, content=[{"attachment": attachment}]
        ),
    )
    (paper,) = content().papers
    with db.reading() as session:
        (row,) = session.exec(select(Document)).all()
        assert (row.id, row.content_type, row.title_zh) == (paper.document_id, "application/pdf", "出院小结")
        assert blobs.load(row.blob_id) == pdf


@pytest.mark.parametrize("status", ["superseded", "entered-in-error"])
def test_a_document_that_is_not_current_is_held(feeder: Feeder, status: str):
    assert feeder.feed(patient(), resource("DocumentReference", "d", status=status)).held == {"status": 1}


def test_a_binary_of_the_same_feed_is_found_and_an_address_elsewhere_is_missing(feeder: Feeder):
    attachments = [
        {"attachment": {"contentType": "image/png", "url": "Binary/b"}},
        {"attachment": {"contentType": "application/pdf", "url": "https://elsewhere.example/x.pdf"}},
    ]
    feeder.feed(patient(), resource("DocumentReference", "d", status="current", content=attachments))
    assert [each.missing for each in content().papers] == [True, True]
    feeder.feed({"resourceType": "Binary", "id": "b", "contentType": "image/png", "data": "iVBORw0KGgo="})
    assert [each.missing for each in content().papers] == [False, True]


def composition(status: str = "final", **more: object) -> dict[str, object]:
    section = {"title": "Allergies", "text": {"status": "generated", "div": "<div><p>Penicillin &amp; dust</p></div>"}}
    return resource(
        "Composition",
        "comp",
        **{
            "status": status,
            "title": "Patient Summary",
            "date": "2024-05-01",
            "section": [section],
            "author": [{"reference": "Practitioner/w"}],
            **more,
        },
    )


@pytest.mark.parametrize("status", ["final", "amended"])
def test_a_document_bundle_is_one_medical_record(feeder: Feeder, status: str):
    author = {"resourceType": "Practitioner", "id": "w", "name": [{"text": "Beetje van Hulp"}]}
    file = feeder.file(bundle(composition(status), patient(), author, report(), encounter(), kind="document"))
    done = feeder.run(file)
    assert (shown(done), done.accounted["attached"]) == ({"medical_records": 1}, 4)
    told = content()
    assert told.people[0].name.en == "Beetje van Hulp"
    assert told.sections[0].text.en == "Penicillin & dust"


@pytest.mark.parametrize("status", ["preliminary", "entered-in-error"])
def test_an_unfinished_document_bundle_is_held(feeder: Feeder, status: str):
    assert feeder.run(feeder.file(bundle(composition(status), patient(), report(), kind="document"))).held == {
        "status": 1
    }


def test_a_second_composition_of_a_document_is_no_second_record(feeder: Feeder):
    done = feeder.run(feeder.file(bundle(composition(), composition(id="more"), patient(), kind="document")))
    assert (shown(done), done.accounted["attached"]) == ({"medical_records": 1}, 2)


def test_a_document_in_another_bundle_is_a_document(feeder: Feeder):
    inside = bundle(composition(), patient(), report(), kind="document")
    whole = {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": inside}]}
    assert shown(feeder.run(feeder.file(whole))) == {"medical_records": 1}


def test_what_a_document_brought_counts_for_itself_when_it_comes_alone(feeder: Feeder):
    feeder.run(feeder.file(bundle(composition(), patient(), report(), kind="document")))
    done = feeder.feed(report())
    assert (done.accounted["unchanged"], shown(done)) == (1, {"laboratory": 1})


def test_a_visit_that_was_unfinished_shows_no_unfinished_version(feeder: Feeder):
    feeder.feed(patient(), encounter(status="in-progress"))
    feeder.feed(encounter())
    (entry,) = entries()
    assert [row.status for row, _ in versions(entry)] == ["finished"]
