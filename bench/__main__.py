"""`make bench`: every measurement, one after another; the figures go into docs/performance.md by hand."""

from __future__ import annotations

import subprocess
import sys

MEASURES = (
    "ingest",
    "lock",
    "events",
    "lists",
    "search",
    "scale",
    "equal",
    "weight",
    "summary",
    "screens",
    "scroll",
    "revoking",
    "ledger",
    "booking",
)

for measure in MEASURES:
    print(f"== {measure}", flush=True)
    subprocess.run([sys.executable, "-m", f"bench.{measure}", *sys.argv[1:]], check=True)
