"""The real third-party sets: every count equals the oracle's, and a second run finds everything unchanged."""

from __future__ import annotations

import tarfile
from pathlib import Path

import pytest

from health_cloud.ingest.views import Summary
from tests.ingest.feed import Feeder, shared_data
from tests.ingest.oracle import Oracle

SETS = ("fhir/synthea_bundles", "fhir/bulk_ndjson_10", "fhir/us-core-8.0.0-examples", "ips")
MEMBERS = 20


def compare(done: Summary, oracle: Oracle) -> None:
    assert (done.resources, done.patients) == (oracle.resources, oracle.patients)
    assert {name: number for name, number in done.accounted.items() if number} == dict(oracle.accounted)
    assert {name: number for name, number in done.published.items() if number} == dict(oracle.published)
    assert done.held == dict(oracle.held)


@pytest.mark.parametrize("name", SETS)
def test_counts_equal_the_oracles(feeder: Feeder, name: str):
    path = shared_data() / name
    done = feeder.run(path)
    compare(done, Oracle(path))
    again = feeder.run(path)
    assert again.accounted == {
        **dict.fromkeys(again.accounted, 0),
        "unchanged": done.resources - done.accounted["rejected"],
        "rejected": done.accounted["rejected"],
    }
    assert (sum(again.published.values()), again.withdrawn, again.cases) == (0, 0, {})


def test_settled_prescriptions_of_a_real_set(feeder: Feeder):
    path = shared_data() / "fhir" / "synthea_bundles"
    compare(feeder.run(path, prescriptions="settled"), Oracle(path, prescriptions="settled"))


def test_the_first_members_of_the_large_archive(feeder: Feeder, tmp_path: Path):
    """The whole of it is a drill: see `docs/performance.md`."""
    whole = shared_data() / "fhir" / "synthea_r4_patients.tar.xz"
    part = tmp_path / "part.tar.gz"
    with tarfile.open(whole) as source, tarfile.open(part, "w:gz", compresslevel=1) as target:
        for number, member in enumerate(source):
            if number == MEMBERS:
                break
            target.addfile(member, source.extractfile(member) if member.isfile() else None)
    compare(feeder.run(part), Oracle(part))
