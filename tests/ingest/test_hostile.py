"""What an import is given by mistake or malice: a clear report each time, nothing lost, nothing half."""

from __future__ import annotations

import gzip
import io
import json
import os
import resource as limits
import shutil
import tarfile
import tempfile
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import SQLModel

from health_cloud.core import db
from health_cloud.ingest.service import ingest_fhir, telling
from health_cloud.ingest.service import run as running
from health_cloud.ingest.service.reading import files
from health_cloud.ingest.service.staging import Stager
from health_cloud.ingest.views import Progress, Summary
from tests.databases import use
from tests.ingest.feed import (
    Feeder,
    benefit,
    bundle,
    claim,
    content,
    encounter,
    entries,
    observation,
    patient,
    prescription,
    report,
    resource,
    shown,
)


def causes(done: Summary) -> list[tuple[int, str]]:
    return [(each.position, each.cause) for each in done.rejected]


def inside(mark: str) -> str:
    """A result with something in a field that nobody reads."""
    return json.dumps(observation())[:-1] + f', "x": {mark}}}'


DEEP = {
    "an array": "[" * 100_000 + "]" * 100_000,
    "objects": '{"a":' * 100_000 + "1" + "}" * 100_000,
    "never closed": "[" * 100_000,
    "a little too deep": inside("[" * 120 + "]" * 120),
    "near the interpreter's limit": inside("[" * 960 + "]" * 960),
    "text that is mended": inside('["\\u0000",' * 450 + "1" + "]" * 450),
}


@pytest.mark.parametrize("name", DEEP)
def test_what_is_nested_too_deeply_stops_nothing(feeder: Feeder, name: str):
    done = feeder.run(feeder.file(DEEP[name]), feeder.file(bundle(patient(), report()), "z.json"))
    assert (causes(done), shown(done)) == ([(0, "too_deep")], {"laboratory": 1})


def test_bundles_in_bundles_go_in_as_far_as_records_do(feeder: Feeder):
    def wrapped(times: int) -> dict[str, Any]:
        whole = bundle(patient(), report())
        for _ in range(times):
            whole = {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": whole}]}
        return whole

    assert shown(feeder.run(feeder.file(wrapped(20)))) == {"laboratory": 1}
    assert causes(feeder.run(feeder.file(wrapped(300)))) == [(0, "too_deep")]


@pytest.mark.parametrize(
    ("raw", "cause"),
    [
        (b"", "empty"),
        (b" \r\n ", "empty"),
        (b'{"resourceType": "Patient",', "broken_json"),
        (json.dumps(patient(), ensure_ascii=False).encode("gb18030"), "not_unicode"),
        (json.dumps(patient()).encode() + b"x", "broken_json"),
        (b"null", "not_fhir"),
        (b"7", "not_fhir"),
        (b'[{"resourceType": "Patient"}]', "not_fhir"),
    ],
)
def test_what_is_no_json_of_ours_is_said(feeder: Feeder, raw: bytes, cause: str):
    assert causes(feeder.run(feeder.file(raw))) == [(0, cause)]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-32"])
def test_encodings_of_unicode_are_read(feeder: Feeder, encoding: str):
    assert feeder.run(feeder.file(json.dumps(patient(), ensure_ascii=False).encode(encoding))).patients == 1


def test_lines_with_a_mark_of_their_order_and_ends_of_windows(feeder: Feeder):
    lines = "\r\n".join(json.dumps(each) for each in (patient(), report())) + "\r\n\r\n"
    done = feeder.run(feeder.file(lines.encode("utf-8-sig"), "a.ndjson"), feeder.file(b"", "b.ndjson"))
    assert (done.resources, shown(done), causes(done)) == (2, {"laboratory": 1}, [])


@pytest.mark.parametrize("name", ["resourceType", "id", "subject"])
def test_whose_it_is_may_not_be_said_twice(feeder: Feeder, name: str):
    """Readers of JSON differ in which of two they take: one would show it to somebody else."""
    twice = json.dumps(report()).replace("{", f'{{"{name}": "Patient/other",', 1)
    whole = json.dumps(bundle(patient(), observation()))[:-2] + f', {{"resource": {twice}}}]}}'
    done = feeder.run(feeder.file(whole))
    assert (causes(done), shown(done)) == ([(3, "ambiguous")], {"laboratory": 1})


def test_another_name_twice_counts_as_readers_of_json_do(feeder: Feeder):
    twice = json.dumps(report(conclusion="二"), ensure_ascii=False).replace("{", '{"conclusion": "一",', 1)
    feeder.feed(patient())
    assert shown(feeder.run(feeder.file(twice))) == {"laboratory": 1}
    assert content().conclusion.zh == "二"


def test_colons_that_stand_apart_are_no_names_that_stand_twice(feeder: Feeder):
    spaced = json.dumps(bundle(patient(), report(conclusion='says "x": y')), separators=(",", " : "))
    assert shown(feeder.run(feeder.file(spaced))) == {"laboratory": 1}


@pytest.mark.parametrize("value", ["NaN", "Infinity", "-Infinity", "1e999999", "1e99999999999999999999", "9" * 5000])
def test_numbers_that_are_none_are_shown_as_given_and_a_case(feeder: Feeder, value: str):
    text = json.dumps(observation()).replace("7.1", value)
    done = feeder.run(feeder.file(text), feeder.file(patient(), "p.json"))
    assert (shown(done), done.cases) == ({"laboratory": 1}, {"profile": 1})
    assert content().results[0].value == value


def test_money_that_nobody_has_stops_no_decision(feeder: Feeder):
    huge = json.dumps(bundle(patient(), encounter(), prescription(), claim(), benefit(), report()))
    done = feeder.run(feeder.file(huge.replace('"value": 30', '"value": 1e999999')))
    assert (shown(done)["laboratory"], done.cases) == (1, {})


def test_items_of_a_bundle_that_are_none_are_reported_each(feeder: Feeder):
    whole = bundle(patient(), report())
    whole["entry"] += [None, "x", {"resource": 5}, {"fullUrl": "urn:x"}, {"resource": {"no": "type"}}]
    done = feeder.run(feeder.file(whole))
    assert causes(done) == [(3, "not_fhir"), (4, "not_fhir"), (5, "not_fhir"), (7, "not_fhir")]
    assert causes(feeder.run(feeder.file({**whole, "entry": {"resource": report("r2")}}))) == [(0, "not_fhir")]
    assert [each.title_zh for each in entries()] == ["血常规"]


def test_of_a_bundle_in_a_line_the_line_is_told(feeder: Feeder):
    lines = "\n".join(
        json.dumps(bundle(*some)) for some in ([patient()], [encounter()], [report(), {"resourceType": "X", "id": "x"}])
    )
    assert causes(feeder.run(feeder.file(lines, "a.ndjson"))) == [(3, "unknown_type")]


def test_a_document_without_its_composition_or_its_person_is_refused(feeder: Feeder):
    nobodys = {"resourceType": "Composition", "id": "c", "status": "final", "title": "Summary", "date": "2024-05-01"}
    assert causes(feeder.run(feeder.file(bundle(patient(), report(), kind="document")))) == [(0, "no_composition")]
    done = feeder.run(feeder.file(bundle(nobodys, patient(), kind="document")))
    assert (causes(done), shown(done)) == ([(1, "no_person")], {})


def test_a_contained_patient_is_never_somebody_elses(feeder: Feeder):
    own = report(subject={"reference": "#p"}, contained=[patient()])
    done = feeder.feed(patient(id="#p", name=[{"text": "周小雨"}]), own)
    assert (causes(done), done.held, entries()) == ([(1, "identity")], {"patient_missing": 1}, [])


def test_a_result_that_names_itself_as_member_is_shown(feeder: Feeder):
    own = observation(hasMember=[{"reference": "Observation/o"}])
    assert shown(feeder.feed(patient(), own)) == {"laboratory": 1}


def test_the_newest_of_a_history_is_told_by_instant_and_not_by_spelling(feeder: Feeder):
    old = report(conclusion="旧", meta={"lastUpdated": "2024-01-02T07:00:00+08:00"})
    new = report(conclusion="新", meta={"lastUpdated": "2024-01-01T23:30:00Z"})
    feeder.run(feeder.file(bundle(new, old, patient(), kind="history")))
    assert content().conclusion.zh == "新"


def test_two_versions_of_one_second_keep_their_order(feeder: Feeder):
    feeder.feed(patient(), report(conclusion="新", meta={"lastUpdated": "2024-05-02T10:00:00.900Z"}))
    feeder.feed(report(conclusion="旧", meta={"lastUpdated": "2024-05-02T10:00:00.100Z"}))
    assert content().conclusion.zh == "新"


def test_a_file_of_another_kind_is_said(feeder: Feeder):
    done = feeder.run(feeder.file(b"PK\x03\x04...", "a.zip"), feeder.file(json.dumps(patient()), "patient.txt"))
    assert (causes(done), done.patients) == ([(0, "file_type")], 1)


def test_files_of_one_name_are_told_apart(feeder: Feeder):
    one, other = feeder.file("{", "a.json"), feeder.file("[", "a.json")
    assert [each.file for each in feeder.run(one, other).rejected] == [one.as_posix(), other.as_posix()]


def test_links_to_nowhere_and_pipes_are_reported(feeder: Feeder):
    folder = feeder.file(patient()).parent
    (folder / "gone.json").symlink_to(folder / "nowhere")
    os.mkfifo(folder / "pipe.json")
    done = feeder.run(folder)
    assert ([(each.file, each.cause) for each in done.rejected], done.patients) == (
        [("gone.json", "unreadable"), ("pipe.json", "unreadable")],
        1,
    )


def test_what_this_user_may_not_open_is_reported():
    folder = Path(tempfile.mkdtemp())
    closed = folder / "closed"
    closed.mkdir()
    for path in (folder / "own.json", folder / "secret.json", closed / "in.json"):
        path.write_text("{}")
    folder.chmod(0o755)
    (folder / "secret.json").chmod(0)
    closed.chmod(0)
    root = os.geteuid() == 0
    if root:
        os.seteuid(65534)  # nobody: root may open everything
    try:
        listed = files.files_of([folder])
        found = list(files.opened(listed, files.Budget()))
    finally:
        if root:
            os.seteuid(0)
        closed.chmod(0o700)
        shutil.rmtree(folder)
    refused = [(each.name, each.cause) for each in found if isinstance(each, files.Refused)]
    assert refused == [("closed/", "unreadable"), ("secret.json", "unreadable")]
    assert [each.name for each in found if isinstance(each, files.Opened)] == ["own.json"]


def test_what_an_archive_unpacks_unread_is_spent_too(feeder: Feeder, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(running, "Budget", lambda: files.Budget(2_000_000))
    path = feeder.folder / "bomb.tar.gz"
    with tarfile.open(path, "w:gz") as archive:
        for name in ("a.txt", "b.txt", "c.txt", "late.json"):
            raw = json.dumps(patient()).encode() if name.endswith("json") else b" " * 1_000_000
            member = tarfile.TarInfo(name)
            member.size = len(raw)
            archive.addfile(member, io.BytesIO(raw))
    done = feeder.run(path)
    assert ([each.cause for each in done.rejected], done.patients) == (["run_too_large"], 0)


def test_a_header_of_an_archive_fills_no_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    use(monkeypatch, tmp_path)
    SQLModel.metadata.create_all(db.engine())
    path = tmp_path / "header.tar.gz"
    header = tarfile.TarInfo("x")
    header.type, header.size = tarfile.XHDTYPE, 400 * 1024 * 1024
    with gzip.open(path, "wb", compresslevel=1) as file:
        file.write(header.tobuf(tarfile.USTAR_FORMAT))
        for _ in range(400):
            file.write(bytes(1024 * 1024))
    before = limits.getrusage(limits.RUSAGE_SELF).ru_maxrss
    done = ingest_fhir([path], organization_code="songyun")
    assert [each.cause for each in done.rejected] == ["broken_file"]
    assert (limits.getrusage(limits.RUSAGE_SELF).ru_maxrss - before) / 1024 < 150


class Stopped(Exception):
    """In place of a kill, at a place that the test chooses."""


@pytest.mark.parametrize("after", [1, 450, 699])
def test_stopped_among_files_of_one_name_it_goes_on_at_the_right_one(
    feeder: Feeder, monkeypatch: pytest.MonkeyPatch, after: int
):
    monkeypatch.setattr(running, "_EVERY", 0)
    lines = [json.dumps(resource("Goal", f"g{number}")) for number in range(900)]
    paths = [feeder.file("\n".join(lines[:450]), "a.ndjson"), feeder.file("\n".join(lines[450:]), "a.ndjson")]
    paths += [feeder.file(bundle(patient(), report()), "b.json")]
    read = iter(range(1_000_000))

    def stop(_now: Progress) -> None:
        if next(read) == after:
            raise Stopped

    whole = feeder.run(*paths, organization="whole")
    with pytest.raises(Stopped):
        feeder.run(*paths, progress=stop)
    done = feeder.run(*paths)
    assert (done.resources, done.accounted, done.published) == (902, whole.accounted, whole.published)


def test_stopped_in_the_middle_of_a_bundle_nothing_counts_twice(feeder: Feeder, monkeypatch: pytest.MonkeyPatch):
    goals = [resource("Goal", f"g{number}") for number in range(900)]
    path = feeder.file(bundle(patient(), *goals, report(), goals[0]))
    whole = feeder.run(path, organization="whole")
    flush = Stager.flush

    def flush_once(stager: Stager) -> None:
        flush(stager)
        raise Stopped

    with monkeypatch.context() as patched:
        patched.setattr(Stager, "flush", flush_once)
        with pytest.raises(Stopped):
            feeder.run(path)
    done = feeder.run(path)
    assert (done.resources, done.accounted, done.published) == (903, whole.accounted, whole.published)


def test_a_person_is_told_everything_in_words(feeder: Feeder):
    lines = ["{"] * 9 + [json.dumps(report())]
    told = "\n".join(telling.told(feeder.run(feeder.file("\n".join(lines), "a.ndjson"))))
    assert "broken_json 9: not JSON\n    a.ndjson, number 1" in told
    assert "and 4 more (--json lists them)" in told
    assert "patient_missing 1: the patient has not arrived" in told


def test_each_word_of_the_summary_stands_in_the_manual():
    manual = (Path(__file__).parents[2] / "docs" / "import.md").read_text()
    words = {*telling.REJECTED, *telling.HELD, *telling.CASES}
    assert [word for word in sorted(words) if f"`{word}`" not in manual] == []
