"""What the summary and the medicines cost for a life of many records: contents are sealed and have to be opened.

One patient has so many records, half of them visits with eight items and six measures, half of them prescriptions.
Everything goes through the product's own use cases, ledger line and commit included.

    python -m bench.summary [--rows 3000] [--rounds 15]
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from sqlmodel import Session

from bench.town import town_in
from health_cloud.core import clock, db
from health_cloud.core.actors import Actor
from health_cloud.core.words import Words
from health_cloud.records.service.summary import summary_page
from health_cloud.records.views.content import Coding, EntryContent, Item, Measured, Medicine
from tests import charts, people

WARM = 2
_WHERE = (Words("内分泌科", "Endocrinology"), Words("松云医院", "Songyun Hospital"))


def filled(town: people.Town, rows: int) -> None:
    """Write the records of one life."""

    def write(session: Session, actor: Actor) -> None:
        assert actor
        for number in range(rows):
            at = clock.now() - timedelta(days=number * 3)
            kind = "prescriptions" if number % 2 else "medical_records"
            content = _prescription(number) if number % 2 else _visit(number)
            columns = {"source_type": "MedicationRequest" if number % 2 else "Encounter"}
            charts._put(session, actor, town, town.lin, kind, at, None, content, None, columns)

    db.perform(write, charts.WRITER)


def _visit(number: int) -> EntryContent:
    found = [
        Item("diagnosis", Words(f"诊断 {each}", f"Diagnosis {each}"), (Coding("icd", f"E{each}"),), status="active")
        for each in range(number % 90, number % 90 + 8)
    ]
    weight = Measured(Words("体重", "Weight"), (Coding("http://loinc.org", "29463-7"),), "quantity", "60", unit="kg")
    measures = [replace(weight, codes=(Coding("http://loinc.org", f"{each}"),)) for each in range(6)]
    return EntryContent("medical_records", items=tuple(found), measures=tuple(measures), place=_WHERE)


def _prescription(number: int) -> EntryContent:
    name = Words(f"药 {number % 40}", f"Medicine {number % 40}")
    medicine = Medicine(name, (Coding("atc", f"A{number % 40}"),), Words("每日两次", "Twice a day"), days="30")
    return EntryContent("prescriptions", title=name, medicines=(medicine,), place=_WHERE)


def median_of(work: Callable[[], object], rounds: int) -> float:
    """Return the median of so many rounds, in milliseconds of wall clock."""
    taken: list[float] = []
    for number in range(rounds + WARM):
        began = time.perf_counter()
        work()
        if number >= WARM:
            taken.append((time.perf_counter() - began) * 1000)
    return statistics.median(taken)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rows", type=int, default=3000)
    parser.add_argument("--rounds", type=int, default=15)
    given, _ = parser.parse_known_args()
    with tempfile.TemporaryDirectory() as folder:
        town = town_in(Path(folder))
        reader = charts.reader(town.lin)
        filled(town, given.rows)
        taken = median_of(lambda: db.perform(summary_page, reader, town.lin.person_id), given.rounds)
        print(f"summary of {given.rows} records: {taken:.0f} ms")


if __name__ == "__main__":
    main()
