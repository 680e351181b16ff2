"""What a phone has to fetch for home: bytes of scripts and styles as they travel, from an empty cache.

python -m bench.weight
"""

from __future__ import annotations

import shutil
import tempfile
from collections import Counter
from urllib.parse import urlsplit

from playwright.sync_api import sync_playwright

from bench.events import free_port, serving_ours
from bench.patient import demo_cookie

GOAL = 250_000
LOCALE = "en-US"
"""Whose readers fetch the most: the page comes in Chinese, and English beside it."""


def main() -> None:
    """Open home as a patient in an empty Chromium and print what came."""
    port = free_port()
    with tempfile.TemporaryDirectory() as folder:
        own = {"HEALTH_CLOUD_DATA_DIR": folder, "HEALTH_CLOUD_PORT": str(port)}
        cookies = [part.split("=", 1) for part in demo_cookie(own).split("; ")]
        with serving_ours(port, own) as url, sync_playwright() as playwright:
            chromium = playwright.chromium.launch(
                executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-background-networking"]
            )
            context = chromium.new_context(
                viewport={"width": 390, "height": 844}, locale=LOCALE, service_workers="block"
            )
            context.add_cookies([{"name": name, "value": value, "url": url} for name, value in cookies])
            page = context.new_page()
            session = context.new_cdp_session(page)
            session.send("Network.enable")
            kinds: dict[str, tuple[str, str]] = {}
            sizes: Counter[str] = Counter()
            files: Counter[str] = Counter()
            session.on(
                "Network.responseReceived",
                lambda event: kinds.update({event["requestId"]: (event["type"], event["response"]["url"])}),
            )

            def finished(event: dict) -> None:
                kind, address = kinds.get(event["requestId"], ("Other", ""))
                sizes[kind] += event["encodedDataLength"]
                files[urlsplit(address).path] += event["encodedDataLength"]

            session.on("Network.loadingFinished", finished)
            page.goto(url)
            page.wait_for_load_state("networkidle")
            heading = page.locator("h1").first.inner_text()
            chromium.close()
    print(f"home ({heading!r}), empty cache, bytes as they travel (headers included):")
    for kind, size in sizes.most_common():
        print(f"{kind:<12} {size:>9,}")
    weight = sizes["Script"] + sizes["Stylesheet"]
    print(f"script and style: {weight:,} of {GOAL:,}")
    for path, size in files.most_common(6):
        print(f"  {size:>9,} {path}")


if __name__ == "__main__":
    main()
