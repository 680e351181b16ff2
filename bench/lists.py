"""What a list costs where the hospital has a thousand entries and where it has a million, and deep in a long chart.

One patient has 500 laboratory entries in both; in the large one a second patient has 100,000. Everything goes through
the product's own use cases, ledger line and commit included; `query` is the page alone, without either.

    python -m bench.lists [--rows 1000000] [--rounds 60]
"""

from __future__ import annotations

import argparse
import os
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from functools import partial
from pathlib import Path

from bench.town import town_in, turn_to
from health_cloud.chart.service import open_chart
from health_cloud.core import db
from health_cloud.core.actors import Actor
from health_cloud.core.vocabulary import RecordClass
from health_cloud.home.service import home_page
from health_cloud.records.service.reading import list_page
from tests import charts, people

OWN, LONG, OTHERS = 500, 100_000, 500
SMALL = 1_000
WARM = 5


def filled(folder: Path, rows: int) -> tuple[people.Town, Actor, Actor]:
    """Make an installation with so many entries; returns it and two readers: with 500 entries, and with the most."""
    town = town_in(folder)
    readers = [charts.reader(town.lin), charts.reader(town.wang)]
    model = charts.put(town, town.lin)
    with closing(sqlite3.connect(folder / "health_cloud.db")) as connection, connection:
        connection.execute("PRAGMA synchronous=OFF")
        columns = [each[1] for each in connection.execute("PRAGMA table_info(chart_entry)")]
        long = LONG if rows > 2 * LONG else 0
        for person, first, count in (
            (f"'{readers[0].person_id}'", 0, OWN),
            (f"'{readers[1].person_id}'", OWN, long),
            (f"'other-' || (n / {OTHERS})", OWN + long, rows - OWN - long),
        ):
            made = {
                "id": "printf('01900000-0000-7000-8000-%012d', n)",
                "source_id": "'n' || n",
                "person_id": person,
                "occurred_at": "datetime('2026-01-01', '-' || (n * 61 % 5000000) || ' minutes') || '.000000'",
                "outcome_at": "datetime('2026-01-01', '-' || (n * 61 % 5000000) || ' minutes') || '.000000'",
            }
            wanted = ", ".join(made.get(name, name) for name in columns)
            connection.execute(
                "WITH RECURSIVE numbers(n) AS (SELECT ? UNION ALL SELECT n + 1 FROM numbers WHERE n + 1 < ?) "
                f"INSERT INTO chart_entry ({', '.join(columns)}) SELECT {wanted} FROM numbers, chart_entry "
                "WHERE chart_entry.id = ? AND ? > 0",
                (first, first + count, model, count),
            )
    return town, readers[0], readers[1]


def query_alone(actor: Actor, cursor: str) -> int:
    """Read a page in a session that writes nothing, and leave no line."""
    with db.reading() as session, open_chart(session, actor, actor.person_id) as chart:
        found = len(chart.entries(RecordClass.LABORATORY, before=cursor))
        chart.shown.clear()
        return found


def cursor_at(folder: Path, actor: Actor, depth: int) -> str:
    """Return the cursor behind so many entries."""
    with closing(sqlite3.connect(folder / "health_cloud.db")) as connection:
        at, entry_id = connection.execute(
            "SELECT occurred_at, id FROM chart_entry WHERE person_id = ? AND record_class = 'laboratory' "
            "ORDER BY occurred_at DESC, id DESC LIMIT 1 OFFSET ?",
            (actor.person_id, depth),
        ).fetchone()
    return f"{at.replace(' ', 'T')}+00:00~{entry_id}"


def medians(works: list[tuple[Path, Callable[[], object]]], rounds: int) -> list[float]:
    """Return the median milliseconds of each, once warm; in turns, so that drift of the machine falls on all alike."""
    took: list[list[float]] = [[] for _ in works]
    for _ in range(rounds + WARM):
        for (folder, work), times in zip(works, took, strict=True):
            turn_to(folder)
            began = time.perf_counter()
            work()
            times.append(time.perf_counter() - began)
    return [statistics.median(times[WARM:]) * 1e3 for times in took]


def main() -> None:
    """Measure and print both tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=60)
    given, _ = parser.parse_known_args()
    with tempfile.TemporaryDirectory(prefix="health-cloud-bench-") as name:
        small, large = Path(name, "small"), Path(name, "large")
        _, few, _ = filled(small, SMALL)
        _, same, most = filled(large, given.rows)
        uses: dict[str, Callable[[Actor, str], object]] = {
            "query alone": query_alone,
            "list, first page": lambda actor, _: db.perform(list_page, actor, actor.person_id, "laboratory"),
            "list, page behind 400": lambda actor, at: db.perform(list_page, actor, actor.person_id, "laboratory", at),
            "home": lambda actor, _: db.perform(home_page, actor),
        }
        print(f"load {os.getloadavg()[0]:.1f}")
        print(f"{'500 entries of ...':<24} {SMALL:>10,} {given.rows:>10,} {'ratio':>6}   (median ms)")
        for use, work in uses.items():
            works: list[tuple[Path, Callable[[], object]]] = []
            for folder, actor in ((small, few), (large, same)):
                at = cursor_at(folder, actor, 400) if "400" in use else ""
                works.append((folder, partial(work, actor, at)))
            before, after = medians(works, given.rounds)
            print(f"{use:<24} {before:>10.2f} {after:>10.2f} {after / before:>6.2f}")
        if given.rows <= 2 * LONG:
            return
        depths = (0, 1_000, 50_000, LONG - 100)
        ats = [cursor_at(large, most, depth) if depth else "" for depth in depths]
        found = medians([(large, partial(query_alone, most, at)) for at in ats], given.rounds)
        print(f"{'one chart of 100,000':<24} {'query ms':>10}  ratio")
        for depth, took in zip(depths, found, strict=True):
            print(f"page behind {depth:<12,} {took:>10.2f} {took / found[0]:>6.2f}")


if __name__ == "__main__":
    main()
