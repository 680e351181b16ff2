"""How long a patient's screens take on a middling phone, what each weighs, and what Lighthouse says of them.

Chromium of a phone's size, a processor four times slower, a network of 150 ms and 1.6 Mbit/s ("slow 4G"). Content
is there when the heading stands and no bar of loading is left; the reader's language is Chinese. First: an empty
cache, straight to the screen, as whoever is new comes to the welcome and nobody to a record. Led: from the open home,
as by a tap, for the first time. Again: the app closed once its worker had kept what it keeps, and opened at the same
address. Lighthouse comes from npm, once.

    python -m bench.screens [--rounds 3] [--no-lighthouse]
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from bench.events import free_port, serving_ours
from bench.patient import demo_cookie
from tests.browsers import chromium, until

LIGHTHOUSE = "13.5.0"
CHROMIUM = chromium() or ""
"""Without windows where there is one: the start page and the address bar of a desktop's took a third of two cores."""
SLOW_4G = {"offline": False, "latency": 150, "downloadThroughput": 1_600_000 / 8, "uploadThroughput": 750_000 / 8}
SLOWER = 4
PHONE = {"width": 390, "height": 844}
ACTIVE = "navigator.serviceWorker.getRegistration().then(worker => worker?.active?.state === 'activated')"
WATCH = """
(() => {
  const look = () => {
    const there = document.querySelector('#content h1, main h1, h1');
    const here = !window.__going || window.__going === location.pathname;
    if (here && there && there.textContent.trim() && !document.querySelector('.sk')) {
      if (!window.__content) window.__content = performance.now();
    } else window.__content = 0;
  };
  new MutationObserver(look).observe(document, {subtree: true, childList: true, characterData: true});
})();
"""

GO = """path => {
  window.__content = 0;
  window.__going = path;
  window.__gone = performance.now();
  window.__reactRouterDataRouter.navigate(path);
}"""


LOOP = """() => {
  const began = performance.now();
  let sum = 0;
  for (let at = 0; at < 1e7; at++) sum = (sum + at * 31) % 1000003;
  return sum && performance.now() - began;
}"""


def machine(browser: Browser) -> float:
    """Return the milliseconds that a fixed loop takes where nothing slows it: machines differ from hour to hour."""
    page = browser.new_page()
    took = statistics.median(page.evaluate(LOOP) for _ in range(3))
    page.close()
    return took


def prepared(page: Page) -> Any:
    """Make a page as slow as the phone; returns its DevTools session."""
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Network.emulateNetworkConditions", SLOW_4G)
    session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    return session


def content_at(page: Page) -> float:
    """Return the milliseconds from the navigation to the content, once it rests."""
    until(page, "window.__content > 0", seconds=60)
    page.wait_for_timeout(400)  # whatever takes it away again comes now
    until(page, "window.__content > 0", seconds=60)
    return page.evaluate("window.__content")


def opened(context: BrowserContext, address: str, *, settle: bool = False) -> tuple[float, int]:
    """Open an address in a new page; returns when its content was there, and the bytes that came until then.

    Args:
        context: the phone.
        address: what to open.
        settle: leave the page only when the worker has taken over.
    """
    page = context.new_page()
    page.add_init_script(WATCH)
    session = prepared(page)
    sizes: list[float] = []
    session.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    page.goto(address, wait_until="commit")
    took = content_at(page)
    size = round(sum(sizes))
    if settle:
        until(page, ACTIVE, seconds=60)
    page.close()
    return took, size


def led(context: BrowserContext, url: str, path: str) -> float:
    """Return the milliseconds from a tap on the open home to the content of another screen, opened the first time."""
    page = context.new_page()
    page.add_init_script(WATCH)
    page.goto(url, wait_until="commit")
    until(page, ACTIVE, seconds=60)
    content_at(page)
    prepared(page)
    page.evaluate(GO, path)
    took = content_at(page) - page.evaluate("window.__gone")
    page.close()
    return took


def screens_of(browser: Browser, url: str, cookies: list[dict[str, str]]) -> dict[str, str]:
    """Return the addresses to measure: the newest report and its first trend are found as a patient would."""
    context = new_phone(browser, cookies)
    page = context.new_page()
    page.goto(f"{url}/records/laboratory")
    report = page.locator("a[href^='/records/laboratory/']").first.get_attribute("href") or ""
    page.goto(url + report)
    page.locator(f"a[href^='{report}/']").first.wait_for()
    trend = page.locator(f"a[href^='{report}/']").first.get_attribute("href") or ""
    context.close()
    return {
        "home": "/",
        "laboratory": "/records/laboratory",
        "report": report,
        "trend": trend,
        "visits": "/visits",
        "summary": "/summary",
        "search": "/search",
        "who can see": "/access",
        "follow-up": "/followup",
        "me": "/me",
    }


def new_phone(browser: Browser, cookies: list[dict[str, str]]) -> BrowserContext:
    """Return a phone that has never seen the app, signed in."""
    context = browser.new_context(viewport=PHONE, device_scale_factor=2, is_mobile=True, has_touch=True, locale="zh-CN")
    context.add_cookies(cookies)
    return context


@contextmanager
def debugged(cookies: list[dict[str, str]]) -> Iterator[int]:
    """Start a Chromium that Lighthouse can be told of, signed in; yields its port."""
    port = free_port()
    with tempfile.TemporaryDirectory() as profile, sync_playwright() as playwright:
        context = playwright.chromium.launch_persistent_context(
            profile,
            executable_path=CHROMIUM,
            args=["--no-sandbox", f"--remote-debugging-port={port}", "--lang=zh-CN"],
            locale="zh-CN",
        )
        context.add_cookies(cookies)
        yield port
        context.close()


def scores(port: int, address: str) -> dict[str, int]:
    """Return what Lighthouse says of an address, of 100."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "report.json")
        words = ["npx", "--yes", f"lighthouse@{LIGHTHOUSE}", address, f"--port={port}", "--quiet", "--output=json"]
        words += [f"--output-path={path}", "--disable-storage-reset", "--only-categories=performance,accessibility"]
        words[-1] += ",best-practices"
        subprocess.run(words, check=True, env={**os.environ, "CHROME_PATH": CHROMIUM}, stdout=subprocess.DEVNULL)
        report = json.loads(path.read_text())
        kept = os.environ.get("HEALTH_CLOUD_BENCH_REPORTS")
        if kept:
            Path(kept).mkdir(parents=True, exist_ok=True)
            shutil.copy(path, Path(kept, f"{address.strip('/').replace('/', '_').replace(':', '_')}.json"))
    return {name: round(100 * (part["score"] or 0)) for name, part in report["categories"].items()}


def measured(url: str, cookies: list[dict[str, str]], rounds: int) -> dict[str, str]:
    """Print times and weights; returns the screens."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        screens = screens_of(browser, url, cookies)
        print(f"{'screen':<14} {'first ms':>9} {'bytes':>9} {'led ms':>9} {'again ms':>9} {'bytes':>9}")
        for name, path in {"welcome": "/welcome", **screens}.items():
            first: list[tuple[float, int]] = []
            again: list[tuple[float, int]] = []
            tapped: list[float] = []
            for _ in range(rounds):
                context = new_phone(browser, [] if name == "welcome" else cookies)
                first.append(opened(context, url + path, settle=True))
                again.append(opened(context, url + path))
                context.close()
                if path not in ("/", "/welcome"):
                    context = new_phone(browser, cookies)
                    tapped.append(led(context, url, path))
                    context.close()
            parts = [statistics.median(each[at] for each in took) for took in (first, again) for at in (0, 1)]
            tap = f"{statistics.median(tapped):.0f}" if tapped else ""
            row = f"{name:<14} {parts[0]:>9.0f} {parts[1]:>9,.0f} {tap:>9} {parts[2]:>9.0f} {parts[3]:>9,.0f}"
            print(f"{row}   loop {machine(browser):.0f} ms, load {os.getloadavg()[0]:.1f}", flush=True)
        browser.close()
    return screens


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--no-lighthouse", action="store_true")
    given, _ = parser.parse_known_args()
    if not CHROMIUM:
        sys.exit("no Chromium on this machine")
    port = free_port()
    with tempfile.TemporaryDirectory() as folder:
        own = {"HEALTH_CLOUD_DATA_DIR": folder, "HEALTH_CLOUD_PORT": str(port)}
        made = [part.split("=", 1) for part in demo_cookie(own).split("; ")]
        with serving_ours(port, own) as url:
            cookies = [{"name": name, "value": value, "url": url} for name, value in made]
            screens = measured(url, cookies, given.rounds)
            if given.no_lighthouse:
                return
            with debugged(cookies) as debugging:
                for name, path in screens.items():
                    told = scores(debugging, url + path)
                    print(f"{name:<14} " + "  ".join(f"{what} {score}" for what, score in told.items()), flush=True)


if __name__ == "__main__":
    main()
