"""Two workers, PostgreSQL and Redis: what ends a ground empties every screen on it, whichever worker has the tab."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Generator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

import psutil
import pytest
from playwright.sync_api import Browser, expect
from sqlmodel import Session

from health_cloud.consent.models import Grant
from health_cloud.consent.service import changing
from health_cloud.core import changes, clock, db
from health_cloud.core.actors import Actor, system
from health_cloud.core.policy import Scope
from health_cloud.identity.service import closing
from health_cloud.web import tool_chain
from tests import charts, people
from tests.attack import world
from tests.attack.production import ROOT, free_port, until_up
from tests.attack.world import MARK, OTHERS, Caller, World, found_world
from tests.databases import heed, new_postgresql_database, use
from tests.journeys.cast import say
from tests.redis_server import running_redis
from tests.wire import Wire, delta

TABS = 12
"""Of twelve sockets one worker has all once in two thousand times; that is looked at."""
WITHIN = 5.0
"""It asks four times a second for what others have changed; a busy machine of tests gets more."""
PATIENCE = 60


@dataclass(frozen=True)
class Workers:
    """A product with two workers."""

    url: str
    world: World
    process: psutil.Process

    def sockets(self) -> list[int]:
        """Return how many connections each worker has."""
        return [len(each.net_connections()) for each in self.process.children()]


@pytest.fixture(scope="module")
def workers(postgresql_url: str, tmp_path_factory: pytest.TempPathFactory) -> Generator[Workers]:
    """Serve with two workers a hospital of the attack tests."""
    tool_chain.build()
    folder, port = tmp_path_factory.mktemp("workers"), free_port()
    database = new_postgresql_database(postgresql_url)
    with running_redis() as redis, pytest.MonkeyPatch.context() as patch:
        environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith(("HEALTH_CLOUD", "PYTEST"))},
            "HEALTH_CLOUD_MODE": "development",
            "HEALTH_CLOUD_DATA_DIR": str(folder),
            "HEALTH_CLOUD_DATABASE_URL": database,
            "HEALTH_CLOUD_PORT": str(port),
            "HEALTH_CLOUD_WORKERS": "2",
            "HEALTH_CLOUD_REDIS_URL": redis.url,
            "HEALTH_CLOUD_LOCK_MINUTES": "0",
        }
        with (folder / "log").open("ab") as log:
            words = [sys.executable, "-m", "health_cloud", "run"]
            served = subprocess.Popen(words, cwd=ROOT, env=environment, stdout=log, stderr=log)
        try:
            url = f"http://127.0.0.1:{port}"
            until_up(url, folder / "log")
            use(patch, folder, database)
            yield Workers(url, found_world(), psutil.Process(served.pid))
        finally:
            served.send_signal(signal.SIGINT)
            served.wait(PATIENCE)
    heed()


def _open(stack: ExitStack, workers: Workers, caller: Caller, key: str, path: str, mark: str = MARK) -> Wire:
    from tests.attack.test_tabs import full

    tab = stack.enter_context(Wire(workers.url, cookie=caller.cookie))
    tab.boot(path)
    assert mark in str(tab.call(full(key), path=path, until=mark))
    return tab


@pytest.mark.parametrize("ground", ["granted", "treating", "emergency"])
def test_the_end_of_a_ground_empties_it_in_both(workers: Workers, ground: str) -> None:
    from tests.attack.test_tabs import full

    caller, victim = workers.world.callers[ground], workers.world.callers["victim"]
    path = f"/physician/chart/{caller.grant_id}?class=laboratory"
    chart = full("GrantedChart.load").rpartition(".")[0]
    with ExitStack() as stack:
        before = workers.sockets()
        tabs = [_open(stack, workers, caller, "GrantedChart.load", path) for _ in range(TABS)]
        assert all(now > then for now, then in zip(workers.sockets(), before, strict=True)), "one worker has all"
        if ground == "emergency":
            own = _open(stack, workers, caller, "OpenEmergencies.load", "/physician", mark=caller.grant_id)
            own.emit(full("OpenEmergencies.close"), {"emergency_id": caller.grant_id}, path="/physician")
        else:
            patient = stack.enter_context(Wire(workers.url, cookie=victim.cookie))
            patient.boot("/access")
            key, given = _ending(patient, ground, caller)
            patient.emit(full(key), given, path="/access")
        shown: list[dict[str, Any]] = [{} for _ in tabs]
        until = time.monotonic() + WITHIN
        while not all(each.get("over") for each in shown) and time.monotonic() < until:
            for place, tab in enumerate(tabs):
                shown[place] |= delta(tab.updates(0.02)).get(chart, {})
        assert [(each.get("over"), each.get("months")) for each in shown] == [(True, [])] * TABS
        for tab in tabs:  # whichever worker is asked
            again = delta(tab.call(f"{chart}.load", path=path, until="over")).get(chart, {})
            assert (again["over"], MARK in str(again)) == (True, False)


def test_the_clock_empties_in_both(workers: Workers) -> None:
    """The clock runs in each worker, and what another process changes is heard by each."""
    from tests.attack.test_tabs import full
    from tests.attack.world import call

    chart, victim = full("GrantedChart.load").rpartition(".")[0], workers.world.victim
    doctor = charts.physician(workers.world.town, "both.clock")
    given = charts.grant(victim, workers.world.town, doctor)
    caller, path = call(doctor, "clock"), f"/physician/chart/{given}?class=laboratory"
    with ExitStack() as stack:
        before = workers.sockets()
        tabs = [_open(stack, workers, caller, "GrantedChart.load", path) for _ in range(TABS)]
        assert all(now > then for now, then in zip(workers.sockets(), before, strict=True)), "one worker has all"
        ends = db.perform(_soon_over, system("test"), given)
        shown: list[dict[str, Any]] = [{} for _ in tabs]
        until = time.monotonic() + WITHIN
        # a change empties every tab for a moment, and then fills it again: that is not the end
        while (clock.now() < ends or any(each.get("months", [MARK]) for each in shown)) and time.monotonic() < until:
            for place, tab in enumerate(tabs):
                shown[place] |= delta(tab.updates(0.02)).get(chart, {})
        assert [each.get("months") for each in shown] == [[]] * TABS
        for tab in tabs:
            assert MARK not in str(tab.call(f"{chart}.load", path=path))


@pytest.mark.parametrize("how", ["narrowed", "closed"])
def test_what_another_process_changes_is_gone_from_both(workers: Workers, how: str) -> None:
    """A grant is narrowed, and a patient closes their account: no tab of either worker shows what was taken away."""
    from tests.attack.test_tabs import full
    from tests.attack.world import call

    chart, apart = full("GrantedChart.load").rpartition(".")[0], _apart()
    doctor = charts.physician(apart.town, f"both.{how}")
    given = charts.grant(apart.victim, apart.town, doctor)
    caller, path = call(doctor, how), f"/physician/chart/{given}?class=laboratory"
    with ExitStack() as stack:
        before = workers.sockets()
        tabs = [_open(stack, workers, caller, "GrantedChart.load", path) for _ in range(TABS)]
        assert all(now > then for now, then in zip(workers.sockets(), before, strict=True)), "one worker has all"
        owner = replace(charts.reader(apart.victim), proved_at=clock.now())
        if how == "narrowed":
            db.perform(changing.narrow_grant, owner, given, Scope(period_to=date(1990, 1, 1)))  # all of it is younger
        else:
            db.perform(closing.close_account, owner)
        shown: list[dict[str, Any]] = [{} for _ in tabs]
        until = time.monotonic() + WITHIN
        while any(each.get("months", [MARK]) for each in shown) and time.monotonic() < until:
            for place, tab in enumerate(tabs):
                shown[place] |= delta(tab.updates(0.02)).get(chart, {})
        assert [each.get("months") for each in shown] == [[]] * TABS
        for tab in tabs:
            assert MARK not in str(delta(tab.call(f"{chart}.load", path=path)).get(chart, {}).get("months", []))


def _apart() -> World:
    """Return a hospital of its own: whoever closes an account there is missed by no other test."""
    made = db.perform(world._found, people.COMMAND_LINE)
    world._chart(made, made.victim, MARK)
    return made


def _soon_over(session: Session, _actor: Actor, grant_id: str) -> datetime:
    """Let a grant end two seconds from now, and nobody say so then; returns when it ends."""
    row = session.get_one(Grant, grant_id)
    row.until_at = clock.now() + timedelta(seconds=2)
    session.add(row)
    changes.note(session, f"grant:{grant_id}")
    return row.until_at


def _ending(patient: Wire, ground: str, caller: Caller) -> tuple[str, dict[str, str]]:
    """Return what the patient does to end a ground, having loaded what it takes."""
    from tests.attack.test_tabs import full

    if ground == "granted":
        patient.call(full("Sharing.load"), path="/access", until=caller.grant_id)
        return "Sharing.revoke", {"grant_id": caller.grant_id}
    loaded = patient.call(full("TreatingTeams.load"), path="/access", until="department")
    teams = delta(loaded)[full("TreatingTeams.load").rpartition(".")[0]]["teams"]
    return "TreatingTeams.refuse", {"department": teams[0]["department_id"]}


def test_a_flood_is_one_flood_for_both(workers: Workers) -> None:
    """Anonymous requests, each on a connection of its own: both workers answer, one bucket empties."""
    statuses = [_status(f"{workers.url}/lease") for _ in range(90)]
    allowed = [each for each in statuses if each != 429]
    assert 429 in statuses
    assert len(allowed) < 80, "each worker counted for itself"


def _status(url: str) -> int:
    from http.client import HTTPConnection
    from urllib.parse import urlsplit

    connection = HTTPConnection(urlsplit(url).netloc, timeout=10)
    connection.request("GET", urlsplit(url).path)
    status = connection.getresponse().status
    connection.close()
    return status


@pytest.mark.browser
def test_with_two_browsers(workers: Workers, browser: Browser) -> None:
    """A physician reads in some tabs; the patient takes it back; each tab says so and the name is gone."""
    from tests.attack.world import call
    from tests.charts import grant, physician

    doctor = physician(workers.world.town, "two-browsers")
    given = grant(workers.world.neighbour, workers.world.town, doctor)
    cookies = {"doctor": call(doctor, "two-browsers").cookie, "patient": workers.world.callers["neighbour"].cookie}
    with ExitStack() as stack:
        contexts = {}
        for who, cookie in cookies.items():
            context = browser.new_context(locale="zh-CN", base_url=workers.url, service_workers="block")
            stack.callback(context.close)
            pairs = [each.strip().partition("=") for each in cookie.split(";")]
            context.add_cookies([{"name": name, "value": value, "url": workers.url} for name, _, value in pairs])
            contexts[who] = context
        tabs = [contexts["doctor"].new_page() for _ in range(4)]
        for tab in tabs:
            tab.goto(f"/physician/chart/{given}?class=laboratory")
            expect(tab.get_by_text(OTHERS).first).to_be_visible()
        patient = contexts["patient"].new_page()
        patient.goto("/access")
        patient.get_by_role("button", name=re.compile("^收回")).click()
        for tab in tabs:
            expect(tab.get_by_text(say("access.chart.over", "zh"))).to_be_visible(timeout=WITHIN * 1000)
            expect(tab.get_by_text(OTHERS)).to_have_count(0)
