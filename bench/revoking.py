"""Revocation: reads that race it, and how soon open screens are empty.

Reads: by four processes at once, while the owner of a chart takes the grant back and gives another over and over; so
many of them of a grant that had been taken back, and acknowledged, before they began. Each of those has to be refused.
Nothing but the product's own use cases, ledger line and commit included.

Screens: so many tabs of one physician stand open on the chart over raw Socket.IO; the patient revokes in a tab of their
own. Counted from the acknowledgement on, as the patient's tab gets it: when the rows are gone from a tab, and when it
is told that the access has ended.

    python -m bench.revoking [--reads 100000] [--screens 2 500]
"""

from __future__ import annotations

import argparse
import ctypes
import json
import multiprocessing
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import ExitStack
from datetime import timedelta
from multiprocessing.queues import Queue
from multiprocessing.sharedctypes import Synchronized, SynchronizedString
from multiprocessing.synchronize import Event
from pathlib import Path
from typing import NamedTuple

from bench.events import ROOT, free_port, serving_ours
from bench.town import town_in, turn_to
from health_cloud.access.service.reading import chart_page
from health_cloud.consent.service import decisions
from health_cloud.core import clock, db
from health_cloud.core.actors import Actor
from health_cloud.core.errors import HealthCloudError, Unavailable
from tests import charts, people
from tests.attack.world import MARK, found_world
from tests.wire import Wire

_STATE = "reflex___state____state.health_cloud___access___state___"
CHART = f"{_STATE}chart____granted_chart"
SHARING = f"{_STATE}sharing____sharing"
READERS = 4
_PATIENCE = 60


class Read(NamedTuple):
    """One read: of which grant, when it began by the clock that all processes share, whether it was allowed."""

    grant: str
    began: float
    allowed: bool


def reading(
    folder: Path,
    physician: Actor,
    living: SynchronizedString,
    done: Event,
    made: Synchronized[int],
    found: Queue[list[Read]],
) -> None:
    """Read by the grant before the newest and, every fourth time, by the newest, in a process of its own.

    `made` counts the reads of what had been taken back, and acknowledged, before they began.
    """
    turn_to(folder)
    history: list[Read] = []
    while not done.is_set():
        newest, before = living.value.decode().split()
        grant = before if len(history) % 4 else newest
        began = time.monotonic()
        try:
            db.perform(chart_page, physician, grant)
        except HealthCloudError:
            history.append(Read(grant, began, allowed=False))
        else:
            history.append(Read(grant, began, allowed=True))
        if grant == before:
            with made.get_lock():
                made.value += 1
    found.put(history)


def races(reads: int, folder: Path) -> None:
    """Read on and on while grants come and go, and check every read against the acknowledgements."""
    town = town_in(folder)
    for days in range(20):
        charts.put(town, town.lin, occurred=clock.now() - timedelta(days=days))
    physician = charts.physician(town, "chen.reads")
    owner = charts.reader(town.lin)
    db.perform(people.all_agreed, charts.WRITER)
    before, newest = (charts.grant(town.lin, town, physician) for _ in range(2))
    _taken_back(owner, before)
    acknowledged = {before: time.monotonic()}
    apart = multiprocessing.get_context("spawn")
    living, done, made = apart.Array(ctypes.c_char, f"{newest} {before}".encode()), apart.Event(), apart.Value("q", 0)
    found: Queue[list[Read]] = apart.Queue()
    start = time.monotonic()
    given = (folder, physician, living, done, made, found)
    readers = [apart.Process(target=reading, args=given, daemon=True) for _ in range(READERS)]
    for reader in readers:
        reader.start()
    told = 0
    while (so_far := made.value) < reads:
        if so_far - told >= reads / 10:
            told = so_far
            print(f"  {so_far:,} late reads, {len(acknowledged):,} revocations", file=sys.stderr, flush=True)
        time.sleep(0.1)
        _taken_back(owner, newest)
        acknowledged[newest] = time.monotonic()
        time.sleep(0.02)
        before, newest = newest, charts.grant(town.lin, town, physician)
        living.value = f"{newest} {before}".encode()
    done.set()
    history = [each for _ in readers for each in found.get()]
    for reader in readers:
        reader.join()
    late = [each for each in history if each.began > acknowledged.get(each.grant, float("inf"))]
    wrong = sum(each.allowed for each in late)
    allowed = sum(each.allowed for each in history)
    seconds = time.monotonic() - start
    print(f"{len(history):,} reads, {allowed:,} allowed, {len(acknowledged):,} revocations in {seconds:.0f} s")
    print(f"{len(late):,} began after the revocation was acknowledged; allowed of these: {wrong}")
    if wrong or len(late) < reads or not allowed:
        sys.exit("a read was allowed after the revocation was acknowledged" if wrong else "nothing was tried")


def _taken_back(owner: Actor, grant: str) -> None:
    """Revoke; where the lock of SQLite was not to be had in time, press once more, as the owner would."""
    while True:
        try:
            db.perform(decisions.revoke_grant, owner, grant)
        except Unavailable:
            continue
        return


def emptied(url: str, names: dict[str, str], screens: int) -> None:
    """Open so many screens, revoke, and print how long after the acknowledgement they were empty."""
    path = f"/physician/chart/{names['grant']}?class=laboratory"
    with ExitStack() as stack:
        tabs = []
        for number in range(1, screens + 1):
            tabs.append(tab := stack.enter_context(Wire(url, cookie=names["physician"])))
            tab.boot(path, wait=0.05)
            assert MARK in str(tab.call(f"{CHART}.load", path=path, wait=0.05, until=MARK))
            if number % 50 == 0:
                print(f"  {number} screens are open", file=sys.stderr, flush=True)
        empty: list[float] = []
        told: list[float] = []
        watching = [threading.Thread(target=_watch, args=(tab, empty, told)) for tab in tabs]
        for each in watching:
            each.start()
        patient = stack.enter_context(Wire(url, cookie=names["patient"]))
        patient.boot("/access")
        patient.call(f"{SHARING}.load", path="/access", until=SHARING)
        patient.emit(f"{SHARING}.revoke", {"grant_id": names["grant"]}, path="/access")
        _until(patient, '"revoked_rx_state_": "' + names["grant"], '"revoked_rx_state_":"' + names["grant"])
        acknowledged = time.monotonic()
        for each in watching:
            each.join(_PATIENCE)
    if len(told) < screens:
        sys.exit(f"{screens - len(told)} of {screens} screens were not emptied in {_PATIENCE} s")
    for word, moments in (("empty", empty), ("told why", told)):
        took = [1000 * (at - acknowledged) for at in moments]
        print(
            f"{screens} screens: {word} {statistics.median(took):.0f} ms after the acknowledgement (median), "
            f"the last {max(took):.0f} ms   load {os.getloadavg()[0]:.1f}",
            flush=True,
        )


def _watch(tab: Wire, empty: list[float], told: list[float]) -> None:
    if _until(tab, '"months_rx_state_": []', '"months_rx_state_":[]'):
        empty.append(time.monotonic())
    if _until(tab, '"over_rx_state_": true', '"over_rx_state_":true'):
        told.append(time.monotonic())


def _until(tab: Wire, *marks: str) -> bool:
    latest = time.monotonic() + _PATIENCE
    while (left := latest - time.monotonic()) > 0:
        text = tab._next(left)
        if text is not None and any(mark in text for mark in marks):
            return True
    return False


def _people() -> None:
    """Make a patient, a physician and a grant in the database that the environment names; print how to be them."""
    from health_cloud.core import migrations

    migrations.migrate()
    world = found_world()
    granted, victim = world.callers["granted"], world.callers["victim"]
    print(json.dumps({"physician": granted.cookie, "patient": victim.cookie, "grant": granted.grant_id}))


def main() -> None:
    """Measure both."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--reads", type=int, default=100_000)
    parser.add_argument("--screens", type=int, nargs="*", default=[2, 500])
    parser.add_argument("--people", action="store_true", help=argparse.SUPPRESS)
    given, _ = parser.parse_known_args()
    if given.people:
        _people()
        return
    for screens in given.screens:
        with tempfile.TemporaryDirectory() as folder:
            port = free_port()
            environment = {
                "HEALTH_CLOUD_DATA_DIR": folder,
                "HEALTH_CLOUD_PORT": str(port),
                "HEALTH_CLOUD_MODE": "development",
                "HEALTH_CLOUD_LOCK_MINUTES": "0",
                "HEALTH_CLOUD_RATE_SIGNED_IN": "10000000",
                "HEALTH_CLOUD_RATE_ANONYMOUS": "10000000",
                "HEALTH_CLOUD_RATE_BURST": "1000000",
            }
            words = [sys.executable, "-m", "bench.revoking", "--people"]
            made = subprocess.run(
                words, cwd=ROOT, env={**os.environ, **environment}, check=True, capture_output=True, text=True
            )
            names = json.loads(made.stdout.strip().splitlines()[-1])
            with serving_ours(port, environment) as url:
                emptied(url, names, screens)
    if given.reads:
        with tempfile.TemporaryDirectory() as folder:
            races(given.reads, Path(folder, "data"))


if __name__ == "__main__":
    main()
