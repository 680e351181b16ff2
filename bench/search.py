"""What a search costs in a life of 10,000 entries, as typed, with a typing error, and for what is nowhere.

Entries and words are written straight into the tables: 200 kinds of report with a dozen names each. Everything goes
through the product's own use case, ledger line and commit included.

    python -m bench.search [--rows 10000] [--rounds 40]
"""

from __future__ import annotations

import argparse
import os
import random
import sqlite3
import tempfile
import time
from contextlib import closing
from pathlib import Path

from bench.town import town_in
from health_cloud.core import db
from health_cloud.core.actors import Actor
from health_cloud.core.crypto import seal_text
from health_cloud.core.ids import new_id
from health_cloud.records.service.search import search
from health_cloud.records.service.words import SEALED
from tests import charts

KINDS, NAMES = 200, 12
WARM = 3
ASKED = {
    "as typed, few": "analyte 17x",
    "as typed, all": "blood",
    "typing error": "analite 17x",
    "Chinese, typing error": "糖化血红旦白",
    "nowhere": "zyxwvutsrq",
    "two words": "analyte 3x cardiology",
}


def filled(folder: Path, rows: int) -> Actor:
    """Make a patient with so many entries; returns the reader."""
    town = town_in(folder)
    lin = charts.reader(town.lin)
    model = charts.put(town, town.lin, place_zh="心血管内科", place_en="Cardiology")
    random.seed(1)
    bodies = [
        "\n".join(f"analyte\t指标{kind}号{name}糖化血红蛋白\tanalyte {kind}x {name}" for name in range(NAMES))
        for kind in range(KINDS)
    ]
    with closing(sqlite3.connect(folder / "health_cloud.db")) as connection, connection:
        connection.execute("PRAGMA synchronous=OFF")
        tables = {
            name: [each[1] for each in connection.execute(f"PRAGMA table_info({name})")]
            for name in ("chart_entry", "chart_entry_version")
        }
        for number in range(rows):
            entry_id, version_id = new_id(), new_id()
            at = f"datetime('2026-01-01', '-{number * 61} minutes') || '.000000'"
            made = {"id": f"'{entry_id}'", "source_id": f"'n{number}'", "occurred_at": at, "outcome_at": at}
            _copy(connection, "chart_entry", tables["chart_entry"], made, f"id = '{model}'")
            made = {"id": f"'{version_id}'", "entry_id": f"'{entry_id}'", "content_hash": f"'{version_id}'"}
            _copy(connection, "chart_entry_version", tables["chart_entry_version"], made, f"entry_id = '{model}'")
            body = seal_text(random.choice(bodies), SEALED, version_id)
            connection.execute("INSERT INTO records_words VALUES (?, ?, ?)", (version_id, entry_id, body))
    return lin


def _copy(connection: sqlite3.Connection, table: str, columns: list[str], made: dict[str, str], which: str) -> None:
    wanted = ", ".join(made.get(name, name) for name in columns)
    connection.execute(f"INSERT INTO {table} ({', '.join(columns)}) SELECT {wanted} FROM {table} WHERE {which}")


def main() -> None:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=40)
    given, _ = parser.parse_known_args()
    with tempfile.TemporaryDirectory(prefix="health-cloud-bench-") as name:
        actor = filled(Path(name), given.rows)
        print(f"load {os.getloadavg()[0]:.1f}")
        print(f"{f'{given.rows:,} entries':<24} {'found':>8} {'p50 ms':>8} {'p95 ms':>8}")
        for label, asked in ASKED.items():
            took: list[float] = []
            total = 0
            for _ in range(given.rounds + WARM):
                began = time.perf_counter()
                total = db.perform(search, actor, actor.person_id, asked).total
                took.append((time.perf_counter() - began) * 1e3)
            ranked = sorted(took[WARM:])
            print(f"{label:<24} {total:>8,} {ranked[len(ranked) // 2]:>8.0f} {ranked[int(len(ranked) * 0.95)]:>8.0f}")


if __name__ == "__main__":
    main()
