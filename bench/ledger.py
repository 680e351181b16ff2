"""How long the whole ledger takes to verify: a million lines of ten thousand people, written straight into the tables.

What is measured is the product's own verification on SQLite: every hash, every link, every head.

    python -m bench.ledger [--lines 1000000] [--chains 10000]
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from pathlib import Path

from bench.town import turn_to
from health_cloud.core import db, ledger

GOAL_SECONDS = 60.0


def main() -> None:
    """Write, verify, and print how long it took."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lines", type=int, default=1_000_000)
    parser.add_argument("--chains", type=int, default=10_000)
    given, _ = parser.parse_known_args()
    with tempfile.TemporaryDirectory(prefix="health-cloud-bench-") as name:
        turn_to(Path(name))
        from health_cloud.core import migrations
        from tests.core.lines import write

        migrations.migrate()
        with db.writing() as session:
            write(session, given.lines, given.chains)
        began, used = time.perf_counter(), time.process_time()
        with db.reading() as session:
            said = list(ledger.verify(session))
        took, worked = time.perf_counter() - began, time.process_time() - used
    if said != [given.lines]:
        raise SystemExit(f"the ledger does not hold: {said[:3]}")
    goal = GOAL_SECONDS * given.lines / 1_000_000
    print(
        f"load {os.getloadavg()[0]:.1f}: {given.lines:,} lines of {given.chains:,} chains verified in {took:.1f} s "
        f"({worked:.1f} s of processor time), {given.lines / took:,.0f} a second; "
        f"goal {goal:.1f} s {'met' if took <= goal else 'MISSED'}"
    )


if __name__ == "__main__":
    main()
