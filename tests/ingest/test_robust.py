# ruff: noqa: E501 - test data reads best a case a line; chance needs no secrecy here
"""An import killed anywhere, read beside, fed with nonsense: nothing lost, nothing half, nothing in clear."""

from __future__ import annotations

import gzip
import json
import os
import random
import resource as limits
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from sqlalchemy import event
from sqlmodel import SQLModel, select

from health_cloud import tables
from health_cloud.chart.models import ChartEntry
from health_cloud.core import crypto, db, ledger
from health_cloud.core.models import LedgerLine
from health_cloud.identity.models import Identifier
from health_cloud.ingest.service import ingest_fhir
from tests.databases import Database, use
from tests.ingest.feed import (
    Feeder,
    bundle,
    cases,
    encounter,
    entries,
    everything,
    observation,
    patient,
    prescription,
    report,
    shared_data,
    shown,
)

KILLS = 12
CHILD = """
import sys
from pathlib import Path
from sqlmodel import SQLModel
from health_cloud import tables
from health_cloud.core import db
assert tables.FEATURES
SQLModel.metadata.create_all(db.engine())
from health_cloud.ingest.service import ingest_fhir
print("begun", flush=True)
done = ingest_fhir([Path(sys.argv[1])], organization_code="songyun")
print(done.resources, dict(done.accounted), dict(done.published), done.withdrawn, dict(done.held), dict(done.cases), flush=True)
print(done.seconds, flush=True)
"""


def child(data_dir: Path, path: Path) -> subprocess.Popen[str]:
    environment = {**os.environ, "HEALTH_CLOUD_DATA_DIR": str(data_dir), "HEALTH_CLOUD_DATABASE_URL": ""}
    return subprocess.Popen(
        [sys.executable, "-c", CHILD, str(path)], env=environment, stdout=subprocess.PIPE, text=True
    )


def test_killed_at_random_points_it_goes_on_to_the_same_content(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """R26 at CI size: SIGKILL at 12 random points, then on to the end; compared with an uninterrupted run."""
    path = shared_data() / "fhir" / "synthea_bundles"
    whole, torn = tmp_path / "whole", tmp_path / "torn"
    for folder in (whole, torn):
        folder.mkdir()
    use(monkeypatch, whole)
    crypto.ring()
    (torn / "keys.json").write_bytes((whole / "keys.json").read_bytes())
    told, _ = child(whole, path).communicate(timeout=120)
    wanted = everything()
    window = float(told.splitlines()[-1]) / 5
    kills = torn_states = 0
    chance = random.Random(26)
    while kills < KILLS or not torn_states:
        process = child(torn, path)
        assert process.stdout is not None
        process.stdout.readline()
        try:
            process.wait(timeout=chance.uniform(0.0, window))
        except subprocess.TimeoutExpired:
            os.kill(process.pid, signal.SIGKILL)
            kills += 1
        process.wait()
        process.stdout.close()
        torn_states = torn_states + 1 if _unfinished(torn) else 0
        if not torn_states:  # it had come to its end: begin anew
            for each in torn.glob("health_cloud.db*"):
                each.unlink()
    again, _ = child(torn, path).communicate(timeout=120)
    use(monkeypatch, torn)
    assert everything() == wanted
    assert again.splitlines()[-2] == told.splitlines()[-2]


def _unfinished(data_dir: Path) -> bool:
    with closing(sqlite3.connect(data_dir / "health_cloud.db")) as connection:
        states = [state for (state,) in connection.execute("SELECT state FROM ingest_run")]
    return bool(states) and "done" not in states


def test_200_reads_during_an_import_all_succeed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    use(monkeypatch, tmp_path)
    assert tables.FEATURES
    SQLModel.metadata.create_all(db.engine())
    path = shared_data() / "fhir" / "synthea_bundles"
    errors: list[BaseException] = []

    def load() -> None:
        try:
            for number in range(3):
                ingest_fhir([path], organization_code=f"h{number}")
        except BaseException as error:  # noqa: BLE001 - told in the assertion below
            errors.append(error)

    importing = threading.Thread(target=load)
    importing.start()
    slowest = 0.0
    reads = during = 0
    while reads < 200 or importing.is_alive():
        began = time.monotonic()
        with db.reading() as session:
            session.exec(select(ChartEntry).limit(50)).all()
        with db.writing() as session:  # a reader leaves a line in the ledger
            ledger.write(session, _reader(), "records:entry:read", ledger.ALLOWED)
        slowest = max(slowest, time.monotonic() - began)
        during += importing.is_alive()
        reads += 1
    importing.join()
    assert errors == []
    assert during > 20
    assert slowest < 2


def _reader():
    from health_cloud.core.actors import system

    return system("reader")


def test_one_ledger_line_per_run(feeder: Feeder):
    feeder.feed(patient(), report())
    with db.reading() as session:
        lines = session.exec(select(LedgerLine).where(LedgerLine.action == "chart:entry:write")).all()
        assert [(each.outcome, json.loads(each.detail)["purpose"]) for each in lines] == [("allowed", "ingest")]


def test_a_line_of_200_megabytes_is_skipped_in_flat_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    use(monkeypatch, tmp_path)
    SQLModel.metadata.create_all(db.engine())
    path = tmp_path / "long.ndjson"
    with path.open("wb") as file:
        file.write(json.dumps(patient()).encode() + b"\n" + b'{"resourceType":"Observation","id":"')
        for _ in range(200):
            file.write(b"x" * 1_000_000)
        file.write(b'"}\n' + json.dumps(report()).encode() + b"\n")
    before = limits.getrusage(limits.RUSAGE_SELF).ru_maxrss
    done = ingest_fhir([path], organization_code="songyun")
    assert [(each.position, each.cause) for each in done.rejected] == [(2, "too_large")]
    assert shown(done) == {"laboratory": 1}
    assert (limits.getrusage(limits.RUSAGE_SELF).ru_maxrss - before) / 1024 < 150


def test_a_gzip_bomb_is_refused_in_bounded_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    use(monkeypatch, tmp_path)
    SQLModel.metadata.create_all(db.engine())
    path = tmp_path / "bomb.json.gz"
    with gzip.open(path, "wb", compresslevel=1) as file:
        for _ in range(400):
            file.write(b" " * 1_000_000)
    before = limits.getrusage(limits.RUSAGE_SELF).ru_maxrss
    done = ingest_fhir([path], organization_code="songyun")
    assert [each.cause for each in done.rejected] == ["too_large"]
    assert (limits.getrusage(limits.RUSAGE_SELF).ru_maxrss - before) / 1024 < 600


PLANTED = (
    "110101195803090026",
    "13800138000",
    "PLANTED-NAME",
    "planted@example.org",
    "M-4711-PLANTED",
    "PLANTED-ADDRESS",
    "planted-source-id",
    "PLANTED-CONCLUSION",
)


def test_planted_identifiers_are_nowhere_in_clear(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """R20: byte search through database, WAL, blobs and every other file of the data folder."""
    data = tmp_path / "data"
    data.mkdir()
    use(monkeypatch, data)
    SQLModel.metadata.create_all(db.engine())
    told = patient(
        id="planted-source-id",
        name=[{"text": "PLANTED-NAME"}],
        identifier=[
            {"type": {"coding": [{"code": "NI"}]}, "value": "110101195803090026"},
            {"system": "https://health-cloud.example/fhir/sid/visit-card", "value": "M-4711-PLANTED"},
        ],
        telecom=[{"system": "phone", "value": "13800138000"}, {"system": "email", "value": "planted@example.org"}],
        address=[{"text": "PLANTED-ADDRESS"}],
    )
    path = tmp_path / "in.json"
    path.write_text(
        json.dumps(
            bundle(told, report(subject={"reference": "Patient/planted-source-id"}, conclusion="PLANTED-CONCLUSION"))
        )
    )
    assert shown(ingest_fhir([path], organization_code="songyun")) == {"laboratory": 1}
    files = [each for each in data.rglob("*") if each.is_file()]
    assert any(each.suffix == ".db" for each in files)
    for each in files:
        raw = each.read_bytes()
        assert [word for word in PLANTED if word.encode() in raw] == [], each


def test_blind_indexes_are_keyed_and_differ_per_column_and_hospital(feeder: Feeder, database: Database):
    """R21: no hash of a number without the key; equal national IDs match between hospitals, card numbers do not."""
    import base64
    import hashlib

    same = [
        {"type": {"coding": [{"code": "NI"}]}, "value": "110101195803090026"},
        {"system": "https://health-cloud.example/fhir/sid/visit-card", "value": "110101195803090026"},
    ]
    feeder.feed(patient(identifier=same))
    feeder.feed(patient(identifier=same), organization="other")
    with db.reading() as session:
        rows = session.exec(select(Identifier)).all()
        blinds = {(each.kind, each.blind) for each in rows}
    assert sorted(kind for kind, _ in blinds) == ["national_id", "visit_card", "visit_card"]
    assert len({each for _, each in blinds}) == 3
    bare = base64.urlsafe_b64encode(hashlib.sha256(b"110101195803090026").digest()).decode().rstrip("=")
    assert bare not in {each for _, each in blinds}
    assert database.kind


anything = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(max_size=8)
    | st.sampled_from(["2024-02-30", "Patient/p", "final", "#x"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["reference", "coding", "code", "value", "text", "system", "start", "x"]), inner, max_size=4
        )
    ),
    max_leaves=12,
)
SAMPLES = (report(), observation(), encounter(), prescription(), patient())


@given(data=st.data())
@hypothesis_settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
def test_no_shape_of_json_stops_an_import(
    data: st.DataObject, database: Database, tmp_path_factory: pytest.TempPathFactory
):
    sample = dict(data.draw(st.sampled_from(SAMPLES)))
    for name in data.draw(
        st.lists(
            st.sampled_from(
                sorted(
                    {
                        *sample,
                        "result",
                        "participant",
                        "identifier",
                        "component",
                        "hasMember",
                        "referenceRange",
                        "dosageInstruction",
                        "presentedForm",
                    }
                    - {"resourceType"}
                )
            ),
            max_size=4,
        )
    ):
        sample[name] = data.draw(anything)
    feeder = Feeder(tmp_path_factory.mktemp("shapes"))
    done = feeder.feed(patient(), sample)
    assert done.resources == 2
    assert "undecided" not in cases()


def test_files_changed_in_between_are_a_new_run(feeder: Feeder):
    path = feeder.file(bundle(patient(), report(conclusion="一")))
    feeder.run(path)
    path.write_text(json.dumps(bundle(patient(), report(conclusion="二")), ensure_ascii=False))
    done = feeder.run(path)
    assert (done.accounted["unchanged"], done.accounted["entry"], entries()[0].version) == (1, 1, 2)


def test_a_patient_is_loaded_by_their_own_index(feeder: Feeder, database: Database):
    """Once the planner took the feed's index and read everything that the feed had ever sent, patient by patient."""
    if database.kind != "sqlite":
        pytest.skip("PostgreSQL plans by statistics")
    feeder.feed(patient(), report())
    asked: list[tuple[str, object]] = []

    def note(_connection: object, _cursor: object, statement: str, parameters: object, *_: object) -> None:
        asked.append((statement, parameters))

    event.listen(db.engine(), "before_cursor_execute", note)
    try:
        feeder.feed(report(conclusion="二"))
    finally:
        event.remove(db.engine(), "before_cursor_execute", note)
    tables_read = ("ingest_resource", "chart_entry", "chart_encounter")
    with db.reading() as session:
        for statement, parameters in asked:
            if statement.startswith("SELECT") and any(f"FROM {table}" in statement for table in tables_read):
                rows = session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
                plan = [row[3] for row in rows]
                assert not [step for step in plan if "SCAN" in step or step.endswith("(feed_id=?)")], (statement, plan)
