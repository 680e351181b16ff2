"""Revocation: reads that race it, and how soon open screens are empty.

Reads: so many of one chart by four readers at once, while its owner takes the grant back and gives another over and
over. A read that began after a revocation had been acknowledged has to be refused, each time. Nothing but the product's
own use cases, ledger line and commit included.

Screens: so many tabs of one physician stand open on the chart over raw Socket.IO; the patient revokes in a tab of their
own. Counted from the acknowledgement on, as the patient's tab gets it; empty is when a tab is told that it is over.

    python -m bench.revoking [--reads 100000] [--screens 2 500]
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from typing import NamedTuple

from bench.events import ROOT, free_port, serving_ours
from bench.town import town_in
from health_cloud.access.service.reading import chart_page
from health_cloud.consent.service import decisions
from health_cloud.core import clock, db
from health_cloud.core.errors import HealthCloudError
from tests import charts, people
from tests.wire import Wire

_STATE = "reflex___state____state.health_cloud___access___state___"
CHART = f"{_STATE}chart____granted_chart"
SHARING = f"{_STATE}sharing____sharing"
READERS = 4
_PATIENCE = 60


class Read(NamedTuple):
    """One read: of which grant, when it began, whether it was allowed."""

    grant: str
    began: float
    allowed: bool


def races(reads: int, folder: Path) -> None:
    """Read on and on while grants come and go, and check every read against the acknowledgements."""
    town = town_in(folder)
    for days in range(20):
        charts.put(town, town.lin, occurred=clock.now() - timedelta(days=days))
    physician = charts.physician(town, "chen.reads")
    owner = charts.reader(town.lin)
    db.perform(people.all_agreed, charts.WRITER)
    living = [charts.grant(town.lin, town, physician)]
    acknowledged: dict[str, float] = {}
    history: list[Read] = []
    done = threading.Event()

    def read(turn: int) -> None:
        while not done.is_set():
            turn += 1
            grant = living[-2] if turn % 4 == 0 and len(living) > 1 else living[-1]
            began = time.monotonic()
            try:
                db.perform(chart_page, physician, grant)
            except HealthCloudError:
                history.append(Read(grant, began, allowed=False))
            else:
                history.append(Read(grant, began, allowed=True))

    start = time.monotonic()
    readers = [threading.Thread(target=read, args=(each,)) for each in range(READERS)]
    for reader in readers:
        reader.start()
    while len(history) < reads:
        time.sleep(0.1)
        db.perform(decisions.revoke_grant, owner, living[-1])
        acknowledged[living[-1]] = time.monotonic()
        time.sleep(0.02)
        living.append(charts.grant(town.lin, town, physician))
    done.set()
    for reader in readers:
        reader.join()
    late = [each for each in history if each.began > acknowledged.get(each.grant, float("inf"))]
    wrong = sum(each.allowed for each in late)
    allowed = sum(each.allowed for each in history)
    seconds = time.monotonic() - start
    print(f"{len(history):,} reads, {allowed:,} allowed, {len(acknowledged):,} revocations in {seconds:.0f} s")
    print(f"{len(late):,} began after the revocation was acknowledged; allowed of these: {wrong}")
    if wrong or not late:
        sys.exit("a read was allowed after the revocation was acknowledged" if wrong else "nothing was tried")


def emptied(url: str, names: dict[str, str], screens: int) -> None:
    """Open so many screens, revoke, and print how long after the acknowledgement they were empty."""
    path = f"/physician/chart/{names['grant']}"
    with ExitStack() as stack:
        tabs = [stack.enter_context(Wire(url, cookie=names["physician"])) for _ in range(screens)]
        for tab in tabs:
            tab.boot(path)
            assert '"ready_rx_state_":true' in json.dumps(
                tab.call(f"{CHART}.load", path=path, wait=0.05, until="ready_rx_state_"), separators=(",", ":")
            )
        empty: list[float] = []
        watching = [threading.Thread(target=_watch, args=(tab, empty)) for tab in tabs]
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
        took = [1000 * (at - acknowledged) for at in empty]
    if len(took) < screens:
        sys.exit(f"{screens - len(took)} of {screens} screens were not emptied in {_PATIENCE} s")
    print(
        f"{screens} screens: emptied {statistics.median(took):.0f} ms after the acknowledgement (median), "
        f"the last {max(took):.0f} ms   load {os.getloadavg()[0]:.1f}",
        flush=True,
    )


def _watch(tab: Wire, empty: list[float]) -> None:
    if _until(tab, '"over_rx_state_": true', '"over_rx_state_":true'):
        empty.append(time.monotonic())


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
    from tests.attack.world import found_world

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
