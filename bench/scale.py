"""What a patient waits for where the hospital has a hundred people, and where it has 40,000 with five million entries.

The hundred enter through the product's own import. For the large one the others are written straight into the tables,
copied from entries of the hundred, each person's scattered among everybody's as years of messages would leave them;
their sealed contents are cut short, for nobody can open them and it is the indexes that grow. Both are asked in turns
for the same people, through the product's own use cases, ledger line and commit included.

    python -m bench.scale [--people 40000] [--each 125] [--rounds 12] [--database sqlite] [--database postgresql]
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pgserver
import psycopg
from sqlmodel import Session, col, func, select

from health_cloud.chart.models import ChartEntry
from health_cloud.core import clock, db
from health_cloud.core.actors import Actor, system
from health_cloud.core.ids import new_id
from health_cloud.core.policy import Role
from health_cloud.home.service import home_page
from health_cloud.identity.models import Account, Person
from health_cloud.identity.service import privacy_notice
from health_cloud.records.models import Result
from health_cloud.records.service.lists import own_list
from health_cloud.records.service.reading import entry_page, visits_page
from health_cloud.records.service.search import search
from health_cloud.records.service.summary import summary_page
from health_cloud.records.service.trend import trend_page
from health_cloud.records.views.filters import Asked

FEW, READERS, WARM, SHORT = 100, 20, 2, 200
"""People of the small hospital; those who read; rounds that do not count; bytes of a copied content."""


@dataclass(frozen=True)
class Reader:
    """Who reads, and one of their laboratory reports."""

    actor: Actor
    report: str


@dataclass(frozen=True)
class Place:
    """An installation: its data folder, and its database where that is not SQLite's file in it."""

    folder: Path
    url: str = ""

    def enter(self) -> None:
        """Turn this process to it."""
        from health_cloud.core import crypto
        from health_cloud.core.settings import settings

        os.environ.update({"HEALTH_CLOUD_DATA_DIR": str(self.folder), "HEALTH_CLOUD_DATABASE_URL": self.url})
        settings.cache_clear()
        crypto.ring.cache_clear()


def seeded(place: Place) -> list[Reader]:
    """Make the small hospital, and accounts for those of its people with the most laboratory reports."""
    from health_cloud import tables
    from health_cloud.core import migrations
    from health_cloud.demo import seeding

    assert tables.FEATURES
    place.folder.mkdir(parents=True, exist_ok=True)
    place.enter()
    migrations.migrate()
    seeding.seed(lambda _word: None, people=FEW)
    return db.perform(_readers, system("bench"))


def _readers(session: Session, _actor: Actor) -> list[Reader]:
    alive = select(Person.id).where(col(Person.deceased_at).is_(None), Person.conflict == "")
    reports = select(ChartEntry.person_id).where(
        ChartEntry.record_class == "laboratory", ChartEntry.flag != "", col(ChartEntry.person_id).in_(alive)
    )
    most = reports.group_by(ChartEntry.person_id).order_by(func.count().desc(), ChartEntry.person_id).limit(READERS)
    return [_reader(session, person_id) for person_id in session.exec(most).all()]


def _reader(session: Session, person_id: str) -> Reader:
    account = session.exec(select(Account).where(Account.person_id == person_id)).first()
    if account is None:
        account = Account(role="patient", person_id=person_id, state="active", created_at=clock.now())
        session.add(account)
    session.get_one(Person, person_id).agreed = privacy_notice.current_version()
    session.flush()
    report = session.exec(
        select(Result.entry_id)
        .join(ChartEntry, col(ChartEntry.id) == Result.entry_id)
        .where(ChartEntry.person_id == person_id, ChartEntry.record_class == "laboratory", Result.number != "")
        .order_by(col(ChartEntry.occurred_at).desc())
    ).first()
    return Reader(Actor(account.id, Role.PATIENT, person_id=person_id, session_id=new_id()), report or "")


class Copies:
    """Writes copies of entries, on either database: `run` asks it, `number` is a person's number as twelve digits."""

    def __init__(self, run: Callable[[str], Any], number: str, numbers: str) -> None:
        self.run, self.number, self.numbers = run, number, numbers
        self.columns: dict[str, list[str]] = {}

    def people(self) -> None:
        """Write the persons and their records in the hospital."""
        self._copy("identity_person", "id = (SELECT min(id) FROM identity_person)", {"id": self._key("p")})
        one = "id = (SELECT min(id) FROM identity_patient_record)"
        self._copy("identity_patient_record", one, {"id": self._key("q")})

    def entry(self, rank: int, model: str) -> None:
        """Write one entry for everybody, with all that hangs on it, like that one."""
        key, whose = f"e{rank:04}", {"person_id": self._key("p"), "record_id": self._key("q")}
        group = f"CASE WHEN group_key IS NULL THEN NULL ELSE substr(group_key, 1, 9) || {self.number} END"
        visit = f"(SELECT encounter_id FROM chart_entry WHERE id = '{model}')"
        self._copy(
            "chart_encounter", f"id = {visit}", whose | {"id": self._key(f"v{rank:04}"), "source_id": f"'{rank}'"}
        )
        at_visit = f"CASE WHEN encounter_id IS NULL THEN NULL ELSE {self._key(f'v{rank:04}')} END"
        made = whose | {"id": self._key(key), "encounter_id": at_visit, "group_key": group}
        self._copy("chart_entry", f"id = '{model}'", made)
        parts = {"id": self._key(f"n{rank:04}"), "entry_id": self._key(key)}
        current = f"(SELECT min(id) FROM chart_entry_version WHERE entry_id = '{model}')"
        self._copy("chart_entry_version", f"id = {current}", parts)
        short = {"body": f"substr(body, 1, {SHORT})"}
        self._copy("records_content", f"id = {current}", parts | short)
        self._copy("records_words", f"id = {current}", parts | short)
        result = f"'r{rank:04}-' || position || '-' || {self.number}"
        self._copy("records_result", f"entry_id = '{model}'", parts | {"id": result})

    def _key(self, prefix: str) -> str:
        return f"'{prefix}-' || {self.number}"

    def _copy(self, table: str, which: str, made: dict[str, str]) -> None:
        if table not in self.columns:
            self.columns[table] = list(self.run(f"SELECT * FROM {table} LIMIT 0"))
        columns = self.columns[table]
        wanted = ", ".join(made.get(name, f'{table}."{name}"') for name in columns)
        names = ", ".join(f'"{name}"' for name in columns)
        self.run(f"INSERT INTO {table} ({names}) SELECT {wanted} FROM {table}, {self.numbers} WHERE {which}")


def grown_sqlite(small: Place, large: Place, people: int, each: int) -> None:
    """Copy the small hospital, and write all the others into it."""
    shutil.copytree(small.folder, large.folder)
    with closing(sqlite3.connect(large.folder / "health_cloud.db", isolation_level=None)) as connection:
        for pragma in ("journal_mode=OFF", "synchronous=OFF", "cache_size=-4000000", "foreign_keys=OFF"):
            connection.execute(f"PRAGMA {pragma}")
        connection.execute("CREATE TEMP TABLE many (n INTEGER PRIMARY KEY)")
        connection.executemany("INSERT INTO many VALUES (?)", ((number,) for number in range(FEW, people)))

        def run(statement: str) -> Iterator[str]:
            return (column[0] for column in connection.execute(statement).description or ())

        connection.execute("BEGIN")
        _grow(Copies(run, "printf('%012d', n)", "temp.many"), connection.execute, each)
        connection.execute("COMMIT")
        connection.execute("PRAGMA journal_mode=WAL")


def grown_postgresql(server: str, large: Place, people: int, each: int) -> None:
    """Copy the small hospital's database, and write all the others into it."""
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute("CREATE DATABASE large TEMPLATE small")
    with psycopg.connect(large.url.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute("SET session_replication_role = replica")  # what is copied is whole
        connection.execute(f"CREATE TEMP TABLE many AS SELECT generate_series({FEW}, {people - 1}) AS n")

        def run(statement: str) -> Iterator[str]:
            return (column.name for column in connection.execute(statement).description or ())

        _grow(Copies(run, "lpad(n::text, 12, '0')", "many"), connection.execute, each)
        connection.execute("ANALYZE")


def _grow(copies: Copies, ask: Callable[[str], Any], each: int) -> None:
    models = [row[0] for row in ask("SELECT id FROM chart_entry WHERE state = 'published' ORDER BY id").fetchall()]
    copies.people()
    for rank, model in enumerate(random.Random(1).sample(models, each)):
        copies.entry(rank, model)


USES: dict[str, Callable[[Session, Actor, Reader], object]] = {
    "home": lambda session, actor, _: home_page(session, actor),
    "class list": lambda session, actor, _: own_list(session, actor, actor.person_id, "laboratory"),
    "class list, abnormal": lambda session, actor, _: own_list(
        session, actor, actor.person_id, "laboratory", Asked(only="abnormal")
    ),
    "report": lambda session, actor, reader: entry_page(session, actor, actor.person_id, reader.report),
    "trend": lambda session, actor, reader: trend_page(session, actor, actor.person_id, reader.report, "0"),
    "search": lambda session, actor, _: search(session, actor, actor.person_id, "血红蛋白"),
    "timeline of visits": lambda session, actor, _: visits_page(session, actor, actor.person_id),
    "my summary": lambda session, actor, _: summary_page(session, actor, actor.person_id),
}


def measured(places: list[Place], readers: list[Reader], rounds: int) -> Iterator[tuple[str, list[list[float]]]]:
    """Yield each use with its sorted milliseconds in each place: in turns, so that drift falls on all alike."""
    for name, use in USES.items():
        took: list[list[float]] = [[] for _ in places]
        for number in range(rounds + WARM):
            for reader in readers:
                for place, times in zip(places, took, strict=True):
                    place.enter()
                    began = time.perf_counter()
                    db.perform(use, reader.actor, reader)
                    if number >= WARM:
                        times.append((time.perf_counter() - began) * 1e3)
        yield name, [sorted(times) for times in took]


@contextmanager
def places_on(kind: str, folder: Path, people: int, each: int) -> Iterator[tuple[list[Place], list[Reader]]]:
    """Make both hospitals on one database, and tell who reads."""
    if kind == "sqlite":
        small, large = Place(folder / "small"), Place(folder / "large")
        readers = seeded(small)
        grown_sqlite(small, large, people, each)
        yield [small, large], readers
        return
    (folder / "server").mkdir()
    folder.chmod(0o755)  # root hands the server to another user
    server = pgserver.get_server(folder / "server")
    try:
        with psycopg.connect(server.get_uri(), autocommit=True) as connection:
            connection.execute("CREATE DATABASE small")
        url = server.get_uri().replace("postgresql://", "postgresql+psycopg://")
        small, large = (Place(folder / "data", url.replace("/postgres?", f"/{name}?")) for name in ("small", "large"))
        readers = seeded(small)
        db.engine_for.cache_clear()
        with psycopg.connect(server.get_uri(), autocommit=True) as connection:
            connection.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'small'")
        grown_postgresql(server.get_uri(), large, people, each)
        yield [small, large], readers
    finally:
        db.engine_for.cache_clear()
        server.cleanup()


def main() -> None:
    """Measure and print a table for each database."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=40_000)
    parser.add_argument("--each", type=int, default=125)
    parser.add_argument("--rounds", type=int, default=12)
    parser.add_argument("--database", choices=("sqlite", "postgresql"), action="append")
    given, _ = parser.parse_known_args()
    for kind in given.database or ("sqlite", "postgresql"):
        with tempfile.TemporaryDirectory(prefix="health-cloud-bench-") as name:
            began = time.perf_counter()
            with places_on(kind, Path(name), given.people, given.each) as (places, readers):
                made = time.perf_counter() - began
                print(f"{kind}: {FEW} people, and {given.people:,} with {given.people * given.each:,} entries")
                print(f"made in {made:.0f} s; {len(readers)} readers; load {os.getloadavg()[0]:.1f}", flush=True)
                print(f"{'':<22} {'few: p50':>9} {'p95':>7} {'many: p50':>10} {'p95':>7} {'ratio p50':>10} {'p95':>6}")
                for use, (few, many) in measured(places, readers, given.rounds):
                    middle, late = (few[len(few) // 2], many[len(many) // 2]), (_late(few), _late(many))
                    print(
                        f"{use:<22} {middle[0]:>9.1f} {late[0]:>7.1f} {middle[1]:>10.1f} {late[1]:>7.1f} "
                        f"{middle[1] / middle[0]:>10.2f} {late[1] / late[0]:>6.2f}",
                        flush=True,
                    )


def _late(times: list[float]) -> float:
    return times[int(len(times) * 0.95)]


if __name__ == "__main__":
    main()
