"""Import rules, sections "Reading", "Accounting", "When" and "Summary"."""

from __future__ import annotations

import gzip
import io
import json
import tarfile
from dataclasses import asdict
from pathlib import Path

import pytest

from health_cloud.core.errors import Invalid
from health_cloud.ingest.service import run as running
from health_cloud.ingest.service import staging
from health_cloud.ingest.service.reading import files, items
from tests.ingest.feed import (
    Feeder,
    bundle,
    cases,
    content,
    encounter,
    entries,
    observation,
    patient,
    prescription,
    report,
    shown,
    visible,
)


@pytest.mark.parametrize("kind", ["transaction", "batch", "collection", "searchset", "message"])
def test_types_of_bundles_that_are_unfolded(feeder: Feeder, kind: str):
    done = feeder.run(feeder.file(bundle(patient(), report(), kind=kind)))
    assert (done.resources, done.patients, shown(done)) == (2, 1, {"laboratory": 1})


@pytest.mark.parametrize("kind", ["transaction-response", "batch-response", "no-such-type"])
def test_responses_are_rejected(feeder: Feeder, kind: str):
    done = feeder.run(feeder.file(bundle(patient(), kind=kind)))
    assert (done.accounted["rejected"], [each.cause for each in done.rejected]) == (1, ["bundle_type"])


def test_of_a_history_the_newest_of_each_is_kept(feeder: Feeder):
    old = report(conclusion="旧", meta={"lastUpdated": "2024-01-01T00:00:00Z"})
    new = report(conclusion="新", meta={"lastUpdated": "2024-02-01T00:00:00Z"})
    assert feeder.run(feeder.file(bundle(old, new, patient(), kind="history"))).resources == 2
    assert content().conclusion.zh == "新"


def test_a_single_resource_lines_and_what_is_no_fhir(feeder: Feeder):
    lines = "\n".join([json.dumps(report()), '{"a": 1}', "", "{broken", json.dumps(observation())])
    done = feeder.run(feeder.file(patient()), feeder.file(lines, "b.ndjson"))
    assert (done.resources, done.accounted["rejected"]) == (5, 2)
    assert [(each.file, each.position, each.cause) for each in done.rejected] == [
        ("b.ndjson", 2, "not_fhir"),
        ("b.ndjson", 4, "broken_json"),
    ]


def test_the_wrapper_and_contained_resources_are_not_counted(feeder: Feeder):
    inside = report(
        contained=[{"resourceType": "Specimen", "id": "s", "type": {"text": "血清"}}],
        specimen=[{"reference": "#s"}],
        result=[{"reference": "Observation/o"}],
    )
    done = feeder.feed(patient(), inside, observation())
    assert done.resources == 3
    assert content().results[0].specimen.zh == "血清"


def pack(path: Path, members: dict[str, bytes], mode: str) -> Path:
    with tarfile.open(path, mode) as archive:
        for name, raw in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(raw)
            archive.addfile(info, io.BytesIO(raw))
    return path


@pytest.mark.parametrize(("suffix", "mode"), [(".tar", "w"), (".tar.gz", "w:gz"), (".tar.xz", "w:xz")])
def test_archives(feeder: Feeder, suffix: str, mode: str):
    members = {
        "x/a.json": json.dumps(patient()).encode(),
        "x/b.ndjson.gz": gzip.compress(json.dumps(report()).encode()),
        "x/readme.txt": b"hello",
    }
    done = feeder.run(pack(feeder.folder / f"a{suffix}", members, mode))
    assert (done.resources, shown(done)) == (2, {"laboratory": 1})


def test_folders_are_read_in_sorted_order(feeder: Feeder):
    first = feeder.file(report(conclusion="一"), "a.json")
    (first.parent / "b.json").write_text(json.dumps(report(conclusion="二"), ensure_ascii=False))
    (first.parent / "c.json.gz").write_bytes(gzip.compress(json.dumps(patient()).encode()))
    assert feeder.run(first.parent).resources == 3
    assert content().conclusion.zh == "二"


def test_links_devices_and_paths_out_of_an_archive_are_refused(feeder: Feeder):
    path = feeder.folder / "bad.tar"
    with tarfile.open(path, "w") as archive:
        for name, kind in (
            ("link.json", tarfile.SYMTYPE),
            ("hard.json", tarfile.LNKTYPE),
            ("null.json", tarfile.CHRTYPE),
        ):
            info = tarfile.TarInfo(name)
            info.type, info.linkname = kind, "/etc/passwd"
            archive.addfile(info)
        for name in ("../up.json", "/etc/absolute.json", "good.json"):
            raw = json.dumps(patient()).encode()
            info = tarfile.TarInfo(name)
            info.size = len(raw)
            archive.addfile(info, io.BytesIO(raw))
    done = feeder.run(path)
    assert [each.cause for each in done.rejected] == ["link", "link", "device", "unsafe_path", "unsafe_path"]
    assert (done.patients, done.accounted["rejected"]) == (1, 5)


def test_damaged_files_are_reported_and_the_rest_goes_in(feeder: Feeder):
    whole = gzip.compress(json.dumps(report()).encode() * 100)
    done = feeder.run(
        feeder.file(b"\xff\xfe\x00 nonsense", "a.json"),
        feeder.file(whole[:50], "b.ndjson.gz"),
        feeder.file(b"not a tar", "c.tar"),
        feeder.file(patient(), "d.json"),
    )
    assert [(each.file, each.cause) for each in done.rejected] == [
        ("a.json", "broken_json"),
        ("b.ndjson.gz", "broken_file"),
        ("c.tar", "broken_file"),
    ]
    assert done.patients == 1


def test_limits(feeder: Feeder, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(items, "LINE_LIMIT", 3_000_000)
    monkeypatch.setattr(items, "MEMBER_LIMIT", 2_500_000)
    monkeypatch.setattr(items, "RESOURCE_LIMIT", 2_000_000)
    monkeypatch.setattr(staging, "RESOURCE_LIMIT", 2_000_000)
    long = json.dumps(report("long", conclusion="x" * 3_500_000))
    large = json.dumps(report("large", conclusion="x" * 2_100_000))
    lines = "\n".join([long, large, json.dumps(patient())])
    done = feeder.run(feeder.file(lines, "a.ndjson"), feeder.file(long, "b.json"))
    assert [(each.file, each.position, each.cause) for each in done.rejected] == [
        ("a.ndjson", 1, "too_large"),
        ("a.ndjson", 2, "too_large"),
        ("b.json", 0, "too_large"),
    ]
    assert done.patients == 1


def test_a_member_that_is_too_large_is_refused_unread(feeder: Feeder, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(files, "MEMBER_LIMIT", 1000)
    path = pack(feeder.folder / "a.tar", {"big.json": b" " * 2000, "ok.json": json.dumps(patient()).encode()}, "w")
    done = feeder.run(path)
    assert ([each.cause for each in done.rejected], done.patients) == (["too_large"], 1)


def test_a_run_stops_at_what_it_may_unpack(feeder: Feeder, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(running, "Budget", lambda: files.Budget(2_000_000))
    bomb = gzip.compress((json.dumps(patient()) + " " * 1_000_000 + "\n").encode() * 50)
    done = feeder.run(feeder.file(bomb, "a.ndjson.gz"))
    assert [each.cause for each in done.rejected] == ["run_too_large"]


@pytest.mark.parametrize(
    "resource",
    [
        encounter(**{"class": [{"coding": [{"code": "AMB"}]}]}),
        prescription(medication={"concept": {"text": "x"}}),
        {"resourceType": "MedicationOrder", "id": "x", "patient": {"reference": "Patient/p"}},
        {"resourceType": "ProcedureRequest", "id": "x", "subject": {"reference": "Patient/p"}},
        {
            "resourceType": "DocumentReference",
            "id": "x",
            "subject": {"reference": "Patient/p"},
            "context": [{"reference": "Encounter/e"}],
        },
    ],
    ids=["R5 Encounter", "R5 MedicationRequest", "DSTU2", "STU3", "R5 DocumentReference"],
)
def test_other_versions_are_told_by_their_shape(feeder: Feeder, resource: dict):
    assert [each.cause for each in feeder.feed(patient(), resource).rejected] == ["fhir_version"]


@pytest.mark.parametrize(
    ("resource", "cause"),
    [
        ({"resourceType": "Nonsense", "id": "x"}, "unknown_type"),
        ({"resourceType": "Patient", "id": {"value": "x"}}, "identity"),
        ({"resourceType": "Observation", "id": "x", "status": "final"}, "no_person"),
        ({"resourceType": ["Patient"]}, "not_fhir"),
    ],
)
def test_what_cannot_be_read_at_all(feeder: Feeder, resource: dict, cause: str):
    assert [each.cause for each in feeder.feed(patient(), resource).rejected] == [cause]


def test_deviations_from_a_profile_are_no_reason_to_reject(feeder: Feeder):
    odd = report(
        category="LAB",
        performer="somebody",
        result={"reference": 5},
        code=["x"],
        conclusion={"a": 1},
        issued="yesterday",
    )
    assert shown(feeder.feed(patient(name="x", telecom={"value": 1}, birthDate=5), odd)) == {"laboratory": 1}


def test_twice_is_unchanged(feeder: Feeder):
    path = feeder.file(bundle(patient(), encounter(), report(result=[{"reference": "Observation/o"}]), observation()))
    feeder.run(path)
    done = feeder.run(path)
    assert done.accounted == {"entry": 0, "attached": 0, "held": 0, "unchanged": 4, "rejected": 0}
    assert (shown(done), done.withdrawn, done.cases) == ({}, 0, {})


def test_an_earlier_content_is_unchanged_as_well(feeder: Feeder):
    feeder.feed(patient(), report(conclusion="一"))
    feeder.feed(report(conclusion="二"))
    done = feeder.feed(report(conclusion="一"))
    assert done.accounted["unchanged"] == 1
    assert content().conclusion.zh == "二"


def test_two_contents_under_one_id_and_the_same_one_twice_in_a_run(feeder: Feeder):
    done = feeder.run(
        feeder.file(bundle(patient(), report(conclusion="一"), report(conclusion="二"), report(conclusion="一")))
    )
    assert (done.accounted["entry"], done.accounted["unchanged"], shown(done)) == (2, 1, {"laboratory": 1})
    assert entries()[0].version == 2


def test_without_id_and_full_url_the_content_is_the_key(feeder: Feeder):
    nameless = {key: value for key, value in report().items() if key != "id"}
    path = feeder.file(bundle(patient(), nameless, {**nameless, "conclusion": "二"}))
    assert shown(feeder.run(path)) == {"laboratory": 2}
    assert feeder.run(path).accounted["unchanged"] == 3


def test_without_id_the_full_url_names_it(feeder: Feeder):
    nameless = {key: value for key, value in observation().items() if key != "id"}
    carrying = report(result=[{"reference": "urn:uuid:11111111-2222-3333-4444-555555555555"}])
    entry = {"fullUrl": "urn:uuid:11111111-2222-3333-4444-555555555555", "resource": nameless}
    whole = bundle(patient(), carrying)
    whole["entry"].append(entry)
    assert shown(feeder.run(feeder.file(whole))) == {"laboratory": 1}
    assert len(content().results) == 1


def test_references_may_point_forward_and_to_another_file(feeder: Feeder):
    done = feeder.run(
        feeder.file(report(result=[{"reference": "Observation/o"}]), "a.json"),
        feeder.file(observation(), "b.json"),
        feeder.file(patient(), "c.json"),
    )
    assert (shown(done), done.held) == ({"laboratory": 1}, {})


def test_an_absent_person_holds_and_comes_later(feeder: Feeder):
    done = feeder.feed(
        report(), observation("o2"), {**prescription(), "resourceType": "Claim", "patient": {"reference": "Patient/p"}}
    )
    assert done.held == {"patient_missing": 2}
    later = feeder.feed(patient())
    assert (shown(later), later.accounted["attached"]) == ({"laboratory": 2}, 1)


def test_full_urls_that_say_otherwise_than_ids(feeder: Feeder):
    whole = {
        "resourceType": "Bundle",
        "type": "transaction",
        "entry": [
            {"fullUrl": "urn:uuid:aaaaaaaa-0000-0000-0000-000000000001", "resource": patient(id="local-1")},
            {
                "fullUrl": "urn:uuid:aaaaaaaa-0000-0000-0000-000000000002",
                "resource": {**report(), "subject": {"reference": "urn:uuid:AAAAAAAA-0000-0000-0000-000000000001"}},
            },
        ],
    }
    assert shown(feeder.run(feeder.file(whole))) == {"laboratory": 1}


def test_impossible_times_become_cases(feeder: Feeder):
    future = report("future", effectiveDateTime="2999-01-01", issued="2999-01-02T00:00:00Z")
    early = report("early", effectiveDateTime="1901-01-01", issued="1901-01-02T00:00:00Z")
    backwards = report("backwards", effectiveDateTime="2024-05-05", issued="2024-05-01T00:00:00Z")
    done = feeder.feed(patient(), future, early, backwards)
    assert (shown(done), cases()) == ({"laboratory": 3}, {"impossible_time": 4})
    assert all(each.outcome_at <= each.arrived_at for each in entries())


def test_units_and_values_that_cannot_be(feeder: Feeder):
    def of(name: str, **quantity: object) -> dict:
        return observation(name, valueQuantity={"system": "http://unitsofmeasure.org", **quantity})

    done = feeder.feed(
        patient(),
        of("a", value=5),
        of("b", value=5, unit="mg/dl!!", code="mg per dl"),
        of("c", value=-3, unit="g/L", code="g/L"),
        of("d", value=90, unit="°C", code="Cel"),
        of("e", value="many", unit="g/L", code="g/L"),
    )
    assert done.cases == {"impossible_unit": 1, "impossible_value": 2, "missing_unit": 1, "profile": 1}


def test_the_summary_has_exactly_these_parts(feeder: Feeder):
    told = asdict(feeder.feed(patient(), report()))
    assert list(told) == [
        "resources",
        "patients",
        "accounted",
        "published",
        "withdrawn",
        "held",
        "cases",
        "rejected",
        "seconds",
    ]
    assert list(told["accounted"]) == ["entry", "attached", "held", "unchanged", "rejected"]
    assert list(told["published"]) == [
        "laboratory",
        "examinations",
        "prescriptions",
        "check_ups",
        "imaging",
        "medical_records",
    ]
    assert json.loads(json.dumps(told))["rejected"] == []


def test_partial_dates_do_not_shift_by_zone(feeder: Feeder):
    feeder.feed(patient(), report(effectiveDateTime="2024-05"))
    (entry,) = entries()
    assert (entry.occurred_text, entry.precision, entry.occurred_at.isoformat()) == (
        "2024-05",
        "month",
        "2024-04-30T16:00:00+00:00",
    )


def test_a_path_that_does_not_exist_is_said(feeder: Feeder):
    with pytest.raises(Invalid):
        feeder.run(feeder.folder / "nowhere")
    assert visible() == []
