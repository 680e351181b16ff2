"""A phone scrolls through one class of 10,000 entries: long tasks, frames, what each part weighs, what stays behind.

Chromium of a phone's size, its processor four times slower, two thousand pixels a second until the last line, then
back to the first. A frame counts as late when it took more than 50 ms.

    python -m bench.scroll [--entries 10000]
"""

from __future__ import annotations

import argparse
import os
import shutil
import sqlite3
import statistics
import tempfile
import time
from contextlib import closing
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, sync_playwright

from bench.events import free_port, serving_ours
from bench.patient import demo_cookie

SLOWER = 4
STEP = 130
LATE = 50
PART = 5000
"""A part of a list weighs more."""
WATCH = """
(step) => {
  const seen = (window.__seen = { frames: [], tasks: [], nodes: 0, done: false });
  new PerformanceObserver((list) => seen.tasks.push(...list.getEntries().map((one) => one.duration))).observe({
    type: 'longtask',
  });
  let last = performance.now(), idle = 0;
  const go = (now) => {
    seen.frames.push(now - last);
    last = now;
    const from = scrollY;
    scrollBy(0, step);
    idle = scrollY === from ? idle + 1 : 0;
    if (seen.frames.length % 20 === 0) seen.nodes = Math.max(seen.nodes, document.querySelectorAll('*').length);
    if (idle > 200) seen.done = true;
    else requestAnimationFrame(go);
  };
  requestAnimationFrame(go);
}
"""


def filled(folder: Path, count: int) -> None:
    """Put so many laboratory entries into the chart of the demo's first patient, beside their own."""
    with closing(sqlite3.connect(folder / "health_cloud.db")) as connection, connection:
        columns = [each[1] for each in connection.execute("PRAGMA table_info(chart_entry)")]
        made = {
            "id": "printf('01900000-0000-7000-8000-%012d', n)",
            "source_id": "'n' || n",
            "occurred_at": "datetime('2025-12-31', '-' || (n * 17) || ' hours') || '.000000'",
            "occurred_text": "strftime('%Y-%m-%dT%H:%M:%SZ', datetime('2025-12-31', '-' || (n * 17) || ' hours'))",
            "encounter_id": "NULL",
        }
        wanted = ", ".join(made.get(name, name) for name in columns)
        connection.execute(
            "WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < ?) "
            f"INSERT INTO chart_entry ({', '.join(columns)}) SELECT {wanted} FROM numbers, "
            "(SELECT * FROM chart_entry WHERE record_class = 'laboratory' AND state = 'published' AND person_id = "
            "(SELECT person_id FROM identity_account WHERE role = 'patient' ORDER BY created_at DESC LIMIT 1) LIMIT 1)",
            (count,),
        )


def memory_of(port: int) -> int:
    """Return the megabytes of the process that listens on a port, with those that it started."""
    mine = [
        path.parent
        for path in Path("/proc").glob("[0-9]*/environ")
        if f"HEALTH_CLOUD_PORT={port}".encode() in _bytes(path)
    ]
    sizes = [
        line for each in mine for line in _bytes(each / "status").decode().splitlines() if line.startswith("VmRSS")
    ]
    return sum(int(line.split()[1]) for line in sizes) // 1024


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""


def scrolled(page: Page, step: int) -> dict[str, Any]:
    """Scroll until nothing more comes; returns what was seen on the way."""
    page.evaluate(WATCH, step)
    while not page.evaluate("window.__seen.done"):
        time.sleep(0.5)
    return page.evaluate("({...window.__seen, height: document.body.scrollHeight})")


def told(way: str, seen: dict[str, Any]) -> None:
    """Print what one way was like."""
    frames, tasks = seen["frames"][1:-200], seen["tasks"]
    late = sum(frame > LATE for frame in frames)
    print(
        f"{way:<6} {len(frames):>6} frames, median {statistics.median(frames):.0f} ms, {late} later than {LATE} ms "
        f"({100 * late / len(frames):.1f} %), longest task {max(tasks, default=0):.0f} ms, "
        f"{seen['nodes']} nodes at most, {seen['height']:,} px high"
    )


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--entries", type=int, default=10_000)
    given, _ = parser.parse_known_args()
    port = free_port()
    with tempfile.TemporaryDirectory(prefix="health-cloud-bench-") as folder:
        own = {"HEALTH_CLOUD_DATA_DIR": folder, "HEALTH_CLOUD_PORT": str(port), "HEALTH_CLOUD_LOCK_MINUTES": "0"}
        cookies = [part.split("=", 1) for part in demo_cookie(own).split("; ")]
        filled(Path(folder), given.entries)
        with serving_ours(port, own) as url, sync_playwright() as playwright:
            chromium = playwright.chromium.launch(
                executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-background-networking"]
            )
            context = chromium.new_context(viewport={"width": 390, "height": 844}, service_workers="block")
            context.add_cookies([{"name": name, "value": value, "url": url} for name, value in cookies])
            page = context.new_page()
            parts: list[int] = []
            page.on("websocket", lambda socket: socket.on("framereceived", lambda data: parts.append(len(data))))
            page.goto(f"{url}/records/laboratory")
            page.locator("[data-line]").first.wait_for()
            before = memory_of(port)
            context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
            print(f"load {os.getloadavg()[0]:.1f}, {given.entries:,} entries, processor {SLOWER} times slower")
            told("down", scrolled(page, STEP))
            heavy = sorted(size for size in parts if size > PART)[1:]
            told("up", scrolled(page, -STEP))
            print(f"{len(heavy)} parts, {heavy[0]:,} to {heavy[-1]:,} bytes")
            print(f"server {before} MB before, {memory_of(port)} MB after")
            chromium.close()


if __name__ == "__main__":
    main()
