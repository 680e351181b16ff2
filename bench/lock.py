"""How long others wait for SQLite's write lock while an import runs, and what a list costs then.

The import runs in a process of its own. Here a bare connection asks for the lock again and again, trying every half a
millisecond until it has it; and readers load a list through the product. The same without an import stands beside it.

    python -m bench.lock [--members 20] [--readers 4]
"""

from __future__ import annotations

import argparse
import asyncio
import os
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from pathlib import Path

from bench.ingest import files_of
from bench.town import share, town_in
from health_cloud.core import clock, db
from health_cloud.core.actors import Actor
from health_cloud.records.service.reading import list_page
from tests import charts

IMPORT = (
    "import sys\n"
    "from pathlib import Path\n"
    "from health_cloud import tables\n"
    "from health_cloud.ingest.service import ingest_fhir\n"
    "assert tables.FEATURES\n"
    "ingest_fhir([Path(each) for each in sys.argv[1:]], organization_code='bench')\n"
)
QUIET_SECONDS = 5.0
GOAL_MS = 100.0


def waits(database: Path, going: Callable[[], bool], took: list[float]) -> None:
    """Take the write lock again and again, and note how long each took to come."""
    with closing(sqlite3.connect(database, isolation_level=None, timeout=0)) as connection:
        while going():
            began = time.perf_counter()
            while True:
                try:
                    connection.execute("BEGIN IMMEDIATE")
                except sqlite3.OperationalError:
                    time.sleep(0.0005)
                else:
                    break
            took.append(time.perf_counter() - began)
            connection.execute("ROLLBACK")
            time.sleep(0.01)


async def reads(actor: Actor, readers: int, going: Callable[[], bool], took: list[float]) -> None:
    """Load a list again and again."""

    async def one() -> None:
        while going():
            began = time.perf_counter()
            await db.transact(list_page, actor, actor.person_id, "laboratory")
            took.append(time.perf_counter() - began)
            await asyncio.sleep(0.02)

    await asyncio.gather(*(one() for _ in range(readers)))


def measure(database: Path, actor: Actor, readers: int, going: Callable[[], bool]) -> tuple[list[float], list[float]]:
    """Return how long the lock took to come, and how long lists took, for as long as it goes on."""
    locks: list[float] = []
    lists: list[float] = []
    thread = threading.Thread(target=waits, args=(database, going, locks))
    thread.start()
    asyncio.run(reads(actor, readers, going, lists))
    thread.join()
    return locks, lists


def main() -> None:
    """Measure without and with an import and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--members", type=int, default=20)
    parser.add_argument("--readers", type=int, default=4)
    given, _ = parser.parse_known_args()
    with tempfile.TemporaryDirectory(prefix="health-cloud-bench-") as name:
        folder = Path(name, "data")
        town = town_in(folder)
        for days in range(60):
            charts.put(town, town.lin, occurred=clock.now() - timedelta(days=days))
        lin = charts.reader(town.lin)
        Path(name, "files").mkdir()
        files = files_of([], given.members, Path(name, "files"))
        print(f"load {os.getloadavg()[0]:.1f}, {given.readers} readers, {len(files)} files, goal {GOAL_MS:.0f} ms")
        print(f"{'':<16} {'lock p50':>9} {'p99':>8} {'longest':>8} {'list p50':>9} {'p99':>8}   (ms)")
        until = time.monotonic() + QUIET_SECONDS
        report("no import", *measure(folder / "health_cloud.db", lin, given.readers, lambda: time.monotonic() < until))
        words = [sys.executable, "-c", IMPORT, *map(str, files)]
        with subprocess.Popen(words, stdout=subprocess.DEVNULL) as process:
            figures = measure(folder / "health_cloud.db", lin, given.readers, lambda: process.poll() is None)
            report("during import", *figures)
        if process.returncode:
            raise SystemExit("the import failed")


def report(what: str, locks: list[float], lists: list[float]) -> None:
    """Print one line."""
    print(
        f"{what:<16} {share(locks, 0.5):>9.2f} {share(locks, 0.99):>8.1f} {max(locks) * 1e3:>8.1f} "
        f"{share(lists, 0.5):>9.2f} {share(lists, 0.99):>8.1f}"
    )


if __name__ == "__main__":
    main()
