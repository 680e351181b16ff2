"""The server is killed in the middle of a visit and started again: what was said and what was typed is there."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Generator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import psutil
import pytest
from playwright.sync_api import Browser, Page, expect

from health_cloud.web import tool_chain
from tests import charts, people, visiting
from tests.attack.production import ROOT, free_port, until_up
from tests.attack.world import call
from tests.databases import heed, use
from tests.journeys.cast import say

pytestmark = pytest.mark.browser

PATIENCE = 60
AGAIN = PATIENCE * 1000
SAID, SITUATION, PLAN = "早上空腹血糖 7.5", "空腹血糖升高", "二甲双胍加到每日 3 次"


@contextmanager
def _running(folder: Path, port: int) -> Generator[psutil.Process]:
    """Serve on a folder; at the end it and what it started is killed, as by a power cut."""
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith(("HEALTH_CLOUD", "PYTEST"))},
        "HEALTH_CLOUD_MODE": "development",
        "HEALTH_CLOUD_DATA_DIR": str(folder),
        "HEALTH_CLOUD_PORT": str(port),
        "HEALTH_CLOUD_LOCK_MINUTES": "0",
    }
    with (folder / "log").open("ab") as log:
        words = [sys.executable, "-m", "health_cloud", "run"]
        process = psutil.Process(subprocess.Popen(words, cwd=ROOT, env=environment, stdout=log, stderr=log).pid)
    try:
        until_up(f"http://127.0.0.1:{port}", folder / "log")
        yield process
    finally:
        for each in (*process.children(recursive=True), process):
            each.send_signal(signal.SIGKILL)
        process.wait(PATIENCE)


def test_a_killed_server_loses_nothing_of_a_visit(browser: Browser, tmp_path: Path) -> None:
    tool_chain.build()
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    with pytest.MonkeyPatch.context() as patch, ExitStack() as stack:
        use(patch, tmp_path)

        def opened(who: str, cookie: str, path: str) -> Page:
            size = {"width": 1440, "height": 900}
            context = browser.new_context(locale="zh-CN", base_url=url, service_workers="block", viewport=size)
            stack.callback(context.close)
            pairs = [each.strip().partition("=") for each in cookie.split(";")]
            context.add_cookies([{"name": name, "value": value, "url": url} for name, _, value in pairs])
            page = context.new_page()
            page.goto(path)
            return page

        with _running(tmp_path, port):
            town = people.found_town()
            lin, chen = charts.reader(town.lin), charts.physician(town)
            visit = visiting.agreed(chen, lin, 5)
            patient = opened("lin", call(lin, "lin").cookie, f"/followup/visit/{visit}")
            desk = opened("chen", call(chen, "chen").cookie, f"/physician/visit/{visit}")
            desk.get_by_role("button", name=say("followup.visit.begin", "zh")).click()
            patient.locator(".composer textarea").fill(SAID)
            patient.get_by_role("button", name=say("followup.visit.send", "zh")).click()
            expect(desk.locator(".talk")).to_contain_text(SAID)
            desk.locator("#situation").fill(SITUATION)
            expect(desk.locator(".note-state")).to_contain_text("草稿")
        desk.locator("#plan").fill(PLAN)  # nobody hears it
        desk.locator("#judgement").fill("血糖未达标")
        expect(desk.locator(".note-state")).to_have_text(say("followup.note.unsaved", "zh"), timeout=AGAIN)
        with _running(tmp_path, port):
            expect(desk.locator(".note-state")).to_contain_text("草稿", timeout=AGAIN)
            expect(desk.locator("#plan")).to_have_value(PLAN)
            other = opened("chen", call(chen, "again").cookie, f"/physician/visit/{visit}")
            expect(other.locator("#plan")).to_have_value(PLAN)
            expect(other.locator("#situation")).to_have_value(SITUATION)
            expect(other.locator(".talk")).to_contain_text(SAID)
            desk.get_by_role("button", name=say("followup.note.sign", "zh"), exact=True).click()
            expect(desk.get_by_text(say("followup.note.in_records", "zh"))).to_be_visible(timeout=AGAIN)
            patient.get_by_role("link", name=say("followup.after.read", "zh")).click(timeout=AGAIN)
            expect(patient.get_by_text(PLAN)).to_be_visible()
    heed()
