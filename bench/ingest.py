"""Resources a second through the whole import, beside the floor: read, parse and one bare insert per resource.

Both take the same files in turns, on SQLite, in one process, so that the ratio counts on any machine. The import does
besides: hashes, seals and keeps every message and resource, indexes patients, decides, maps, publishes, checks.

    python -m bench.ingest [--members 40] [--rounds 2] [PATH ...]
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sqlite3
import statistics
import subprocess
import sys
import tarfile
import tempfile
import time
from datetime import date
from pathlib import Path
from typing import Any

SET = Path("shared") / "data" / "fhir" / "synthea_r4_patients.tar.xz"


def floor(files: list[Path], database: Path) -> tuple[int, float]:
    """Read, parse, and insert each resource bare; returns how many, and the seconds."""
    began = time.perf_counter()
    connection = sqlite3.connect(database)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("CREATE TABLE bare (id INTEGER PRIMARY KEY, type TEXT, body TEXT)")
    count = 0
    for path in files:
        rows = [(each["resourceType"], json.dumps(each)) for each in _resources(json.loads(path.read_bytes()))]
        count += len(rows)
        with connection:
            connection.executemany("INSERT INTO bare (type, body) VALUES (?, ?)", rows)
    connection.close()
    return count, time.perf_counter() - began


def _resources(message: Any) -> list[Any]:
    if message.get("resourceType") != "Bundle":
        return [message]
    return [each["resource"] for each in message["entry"] if "resource" in each]


def ours(files: list[Path], data_dir: Path) -> tuple[int, float, int]:
    """Import into an empty installation in a process of its own; returns count, seconds, and peak memory in MB."""
    environment = os.environ | {"HEALTH_CLOUD_DATA_DIR": str(data_dir), "HEALTH_CLOUD_DATABASE_URL": ""}
    code = (
        "import sys, resource\n"
        "from pathlib import Path\n"
        "from health_cloud import tables\n"
        "from health_cloud.core import migrations\n"
        "from health_cloud.ingest.service import ingest_fhir\n"
        "assert tables.FEATURES\n"
        "migrations.migrate()\n"
        "done = ingest_fhir([Path(each) for each in sys.argv[1:]], organization_code='bench')\n"
        "print(done.resources, done.seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)\n"
    )
    told = subprocess.run(
        [sys.executable, "-c", code, *map(str, files)], env=environment, check=True, capture_output=True, text=True
    ).stdout.split()
    return int(told[-3]), float(told[-2]), int(told[-1])


def files_of(paths: list[Path], members: int, folder: Path) -> list[Path]:
    """Return the files to measure with: those given, the first members of the large set, or the demonstration's."""
    if paths:
        return sorted(each for path in paths for each in ([path] if path.is_file() else path.rglob("*.json")))
    archive = next((each / SET for each in Path(__file__).resolve().parents if (each / SET).is_file()), None)
    if archive is None:
        from health_cloud.demo import service

        return list(service.write_town(folder, members, 1, date(2026, 1, 1)))
    found: list[Path] = []
    with tarfile.open(archive) as source:
        for member in source:
            inside = source.extractfile(member) if member.isfile() else None
            if inside is not None:
                found.append(folder / f"{len(found):04}.json")
                found[-1].write_bytes(inside.read())
            if len(found) == members:
                break
    return found


def main() -> None:
    """Measure in turns and print both rates."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("paths", nargs="*", type=Path)
    parser.add_argument("--members", type=int, default=40)
    parser.add_argument("--rounds", type=int, default=2)
    chosen, _ = parser.parse_known_args()
    with tempfile.TemporaryDirectory(prefix="health-cloud-bench-") as name:
        folder = Path(name)
        (folder / "files").mkdir()
        files = files_of(chosen.paths, chosen.members, folder / "files")
        bare: list[float] = []
        whole: list[float] = []
        count = memory = 0
        for number in range(chosen.rounds):
            count, seconds = floor(files, folder / f"bare{number}.db")
            bare.append(count / seconds)
            data_dir = folder / f"data{number}"
            data_dir.mkdir()
            count, seconds, memory = ours(files, data_dir)
            whole.append(count / seconds)
            shutil.rmtree(data_dir)
        size = sum(each.stat().st_size for each in files) / 1e6
    low, high = statistics.median(bare), statistics.median(whole)
    print(f"{len(files)} files, {size:.0f} MB, {count} resources, load {os.getloadavg()[0]:.1f}")
    print(f"floor   {low:8.0f} resources/s (read, parse, one bare insert each)")
    print(f"import  {high:8.0f} resources/s, {low / high:.1f} times the floor's time, peak {memory} MB")


if __name__ == "__main__":
    main()
