"""R7: the end of a session, however it comes, empties every open screen of it within a moment, with no event of theirs.

So does what another process changes: the command line, an import, another worker.
"""

from __future__ import annotations

import asyncio
import secrets
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import timedelta
from typing import Any

import httpx
import pyotp
import pytest
from sqlmodel import Session

from health_cloud.consent.service.decisions import revoke_grant
from health_cloud.core import changes, crypto, db, ledger
from health_cloud.core.actors import Actor, Visitor, system
from health_cloud.core.clock import clock
from health_cloud.core.crypto import seal_text
from health_cloud.core.settings import settings
from health_cloud.identity.models import Passkey, SignInSession
from health_cloud.identity.service import accounts, factors, passkeys, sessions
from health_cloud.web import live
from tests import charts, loops
from tests.attack.world import MARK, Caller, World, call, found_world
from tests.charts import reader
from tests.served import Served
from tests.wire import Wire, delta, events

LIST_PAGE = "/records/laboratory"
JOB = system("test")
BOUND = 5.0
"""Driven by the event it takes milliseconds; a busy machine may take longer, but nothing waits for a timeout."""


@pytest.fixture(scope="module")
def world(served: Served) -> World:
    assert served
    settings.cache_clear()
    crypto.ring.cache_clear()
    return found_world()


@pytest.fixture(autouse=True)
def _own_clock() -> Generator[None]:
    yield
    clock.reset()


@pytest.fixture
def tabs(app_url: str) -> Generator[Callable[[Caller, int], list[Wire]]]:
    """Open so many tabs that show a list with the caller's mark."""
    from tests.attack.test_tabs import LIST

    with ExitStack() as stack:

        def opened(caller: Caller, count: int) -> list[Wire]:
            wires = [stack.enter_context(Wire(app_url, cookie=caller.cookie)) for _ in range(count)]
            shown(wires, LIST, LIST_PAGE)
            return wires

        yield opened


def shown(tabs: list[Wire], screen: str, page: str) -> None:
    """Let each tab show the mark on a screen, all at once: much of it is waiting for nothing more to come."""

    def show(tab: Wire) -> bool:
        tab.boot(page)
        return MARK in str(tab.call(f"{screen}.load", path=page, until=MARK))

    with ThreadPoolExecutor(len(tabs)) as threads:
        assert all(threads.map(show, tabs))


def emptied(wires: list[Wire], screen: str = "") -> bool:
    """Wait until each tab holds no list, or nothing of another screen, and was sent away; nothing is sent meanwhile."""
    from tests.attack.test_tabs import LIST

    until = time.monotonic() + BOUND
    waiting = {wire: (["something"], False) for wire in wires}
    while waiting and time.monotonic() < until:
        for wire, (months, away) in list(waiting.items()):
            found = wire.updates(0.05)
            now_shown = delta(found).get(screen or LIST, {}).get("months", months)
            now_away = away or "/sign-in" in str(events(found))
            waiting[wire] = (now_shown, now_away)
            if now_shown == [] and now_away:
                del waiting[wire]
    return not waiting


def untouched(wires: list[Wire]) -> bool:
    """Tell that nobody was emptied; after a leap of the clock the list may have been read anew."""
    from tests.attack.test_tabs import LIST

    found = [update for wire in wires for update in wire.updates(0.3)]
    return delta(found).get(LIST, {}).get("months") != [] and not events(found)


def test_signing_out_in_one_tab_empties_the_others_and_no_other_session(world, tabs, app_url: str):
    here, there = call(reader(world.victim), "here"), call(reader(world.victim), "there")
    mine, others = tabs(here, 5), tabs(there, 2)
    answer = httpx.post(f"{app_url}/auth/sign-out", headers={"cookie": here.cookie, "origin": app_url})
    assert answer.status_code == 303
    assert emptied(mine)
    assert untouched(others)


def test_a_tab_that_is_loaded_anew_meanwhile_is_led_by_the_gate_alone(world, tabs, app_url: str, monkeypatch):
    """Whoever has signed out stands on the first page already when word comes that the session is over."""
    (old,) = tabs(caller := call(reader(world.victim), "leaving"), 1)
    closed, anew = threading.Event(), threading.Event()
    close = live.Delivery._close

    async def slowly(*args: Any) -> None:
        await close(*args)
        closed.set()
        await asyncio.to_thread(anew.wait, BOUND)

    monkeypatch.setattr(live.Delivery, "_close", staticmethod(slowly))
    httpx.post(f"{app_url}/auth/sign-out", headers={"cookie": caller.cookie, "origin": app_url})
    assert closed.wait(BOUND)
    old.socket.close()
    with Wire(app_url, token=old.token) as wire:
        anew.set()
        assert not events(wire.updates(1))


def test_a_new_password_empties_every_other_session_and_not_ones_own(world, tabs):
    here, there, far = (call(reader(world.victim), name) for name in ("changing", "other", "third"))
    own, others = tabs(here, 2), [*tabs(there, 3), *tabs(far, 2)]
    _change(here, proved_at=clock.now())  # shown again, after the session began
    actor = sessions.actor_of_row(here.session_id, Visitor())
    assert actor is not None
    factors.change_password(actor, f"a new one, {secrets.token_hex(8)}")
    assert emptied(others)
    assert untouched(own)


@pytest.mark.parametrize("change", ["authenticator", "passkey", "recovery"])
def test_another_factor_empties_every_other_session_and_not_ones_own(world, tabs, change: str):
    here, there, far = (call(reader(world.victim), f"{change} {name}") for name in ("here", "there", "far"))
    _change(here, proved_at=clock.now())
    passkey = db.perform(_doubted_passkey, JOB, here.account_id)
    own, others = tabs(here, 1), [*tabs(there, 2), *tabs(far, 1)]
    actor = sessions.actor_of_row(here.session_id, Visitor())
    assert actor is not None
    if change == "authenticator":
        secret = db.perform(factors.offer_authenticator, actor).secret.replace(" ", "")
        db.perform(factors.confirm_authenticator, actor, pyotp.TOTP(secret).at(clock.now()))
    elif change == "passkey":
        db.perform(passkeys.remove, actor, passkey)
    else:
        db.perform(factors.new_recovery_codes, actor)
    assert emptied(others)
    assert untouched(own)


def _doubted_passkey(session: Session, _actor: Actor, account_id: str) -> str:
    """Keep a passkey of which there is a copy: it may be taken away whatever else there is."""
    row = Passkey(account_id=account_id, credential=secrets.token_hex(16), handle=account_id, created_at=clock.now())
    row.name, row.doubted_at = seal_text("旧手机", "identity_passkey.name", row.id), clock.now()
    session.add(row)
    session.flush()
    return row.id


@pytest.mark.parametrize("end", ["sign-out", "disabled", "idle"])
def test_the_end_of_a_physicians_session_empties_the_charts(world, app_url: str, end: str):
    from tests.attack.test_tabs import full

    chart = full("GrantedChart.load").rpartition(".")[0]
    login = f"chart.tabs.{end}"
    physician = charts.physician(world.town, login)
    page = f"/physician/chart/{charts.grant(world.victim, world.town, physician)}?class=laboratory"
    here, there = call(physician, f"{end} here"), call(physician, f"{end} there")
    with ExitStack() as stack:
        tabs = [stack.enter_context(Wire(app_url, cookie=each.cookie)) for each in (here, here, there)]
        shown(tabs, chart, page)
        if end == "sign-out":
            httpx.post(f"{app_url}/auth/sign-out", headers={"cookie": here.cookie, "origin": app_url})
        elif end == "disabled":
            db.perform(accounts.disable, system("command line"), accounts.Named(login=login))
        else:
            clock.advance(minutes=16)
        gone = tabs[:2] if end == "sign-out" else tabs
        assert emptied(gone, chart)
        if end == "sign-out":
            assert not [update for update in tabs[2].updates(0.3) if events([update])]


def test_idleness_empties_by_the_clock(world, tabs):
    mine = tabs(call(reader(world.victim), "idle"), 3)
    clock.advance(minutes=61)
    assert emptied(mine)


def test_the_total_age_empties_by_the_clock(world, tabs):
    caller = call(reader(world.victim), "aged")
    _change(caller, ends_at=clock.now() + timedelta(minutes=10))
    mine = tabs(caller, 2)
    clock.advance(minutes=9)
    assert untouched(mine)
    clock.advance(minutes=2)
    assert emptied(mine)


def test_a_sign_of_life_in_one_tab_keeps_the_others(world, tabs):
    from tests.attack.test_tabs import LIST

    caller = call(reader(world.victim), "awake")
    first, second = tabs(caller, 2)
    clock.advance(minutes=40)
    first.call(f"{LIST}.load", path=LIST_PAGE, until="{")
    clock.advance(minutes=30)
    assert untouched([second])
    clock.advance(minutes=31)
    assert emptied([first, second])


def test_disabling_from_another_process_empties_every_session(world, tabs):
    from health_cloud.identity.models import Organization

    with db.reading() as session:
        code = session.get_one(Organization, world.town.organization_id).code
    mine = [*tabs(call(reader(world.victim), "one"), 3), *tabs(call(reader(world.victim), "two"), 3)]
    named = f"Named(visit_card={world.victim.visit_card!r}, organization={code!r})"
    try:
        _elsewhere(
            "from health_cloud.identity.service.accounts import Named, disable",
            f"db.perform(disable, system('command line'), {named})",
        )
        assert emptied(mine)
    finally:
        _elsewhere(
            "from health_cloud.identity.service.accounts import Named, unlock",
            f"db.perform(unlock, system('command line'), {named})",
        )


def test_revoking_in_another_process_empties_the_physicians_chart(world, app_url: str):
    from tests.attack.test_tabs import full

    chart = full("GrantedChart.load").rpartition(".")[0]
    caller = world.callers["granted"]
    page = f"/physician/chart/{caller.grant_id}?class=laboratory"
    with Wire(app_url, cookie=caller.cookie) as wire:
        wire.boot(page)
        assert MARK in str(wire.call(f"{chart}.load", path=page, until=MARK))
        lines = _lines_of(caller, world)
        person, account = world.victim.person_id, reader(world.victim).account_id
        actor = f"Actor({account!r}, Role.PATIENT, person_id={person!r})"
        _elsewhere(
            "from health_cloud.consent.service.decisions import revoke_grant",
            f"db.perform(revoke_grant, {actor}, {caller.grant_id!r})",
        )
        shown: dict[str, Any] = {}
        until = time.monotonic() + BOUND
        while not shown.get("over") and time.monotonic() < until:
            shown |= delta(wire.updates(0.1)).get(chart, {})
        assert shown["over"] is True
        assert shown["months"] == []
        assert MARK not in str(shown)
        db.perform(lambda session, _actor: changes.note(session, changes.chart_topic(person)), JOB)
        wire.updates(0.5)
        assert _lines_of(caller, world) == lines, "nobody tried anything"


def test_every_screen_is_empty_before_any_is_looked_at_anew(world, app_url: str, monkeypatch: pytest.MonkeyPatch):
    """Hundreds may end at once: what takes time comes after what must be gone."""
    from tests.attack.test_tabs import full

    physician = charts.physician(world.town, "many.screens")
    grant_id = charts.grant(world.victim, world.town, physician)
    caller, chart = call(physician, "many"), full("GrantedChart.load").rpartition(".")[0]
    page = f"/physician/chart/{grant_id}?class=laboratory"
    order: list[tuple[str, str]] = []
    emit, settle = live.Delivery._emit, live.Delivery._settle

    async def emitting(delivery: live.Delivery, token: str, update: Any) -> None:
        order.append(("empty", token))
        await asyncio.sleep(0)
        await emit(delivery, token, update)

    async def settling(delivery: live.Delivery, watch: Any, *given: Any, **named: Any) -> None:
        order.append(("anew", watch.token))
        await settle(delivery, watch, *given, **named)

    with ExitStack() as stack:
        tabs = [stack.enter_context(Wire(app_url, cookie=caller.cookie)) for _ in range(4)]
        shown(tabs, chart, page)
        monkeypatch.setattr(live.Delivery, "_emit", emitting)
        monkeypatch.setattr(live.Delivery, "_settle", settling)
        db.perform(revoke_grant, reader(world.victim), grant_id)
        until = time.monotonic() + BOUND
        while sum(kind == "anew" for kind, _ in order) < len(tabs) and time.monotonic() < until:
            time.sleep(0.05)
    ours = [kind for kind, token in order if token in {tab.token for tab in tabs}]
    assert ours[: 2 * len(tabs)] == ["empty"] * len(tabs) + ["anew"] * len(tabs)


def test_what_was_read_before_the_end_does_not_come_after_it(world, app_url: str, monkeypatch: pytest.MonkeyPatch):
    """A chart is just being looked at anew, rightly, and slowly, when its ground ends."""
    from tests.attack.test_tabs import full

    physician = charts.physician(world.town, "slow.screen")
    grant_id = charts.grant(world.victim, world.town, physician)
    caller, chart = call(physician, "slow"), full("GrantedChart.load").rpartition(".")[0]
    page = f"/physician/chart/{grant_id}?class=laboratory"
    read, ended = threading.Event(), threading.Event()
    refresh = live.Delivery._refresh

    async def slowly(state: Any, *given: Any, **named: Any) -> None:
        await refresh(state, *given, **named)
        if not read.is_set():
            assert state.months
            read.set()
            await asyncio.to_thread(ended.wait, BOUND)

    with Wire(app_url, cookie=caller.cookie) as tab:
        tab.boot(page)
        assert MARK in str(tab.call(f"{chart}.load", path=page, until=MARK))
        monkeypatch.setattr(live.Delivery, "_refresh", staticmethod(slowly))
        charts.put(world.town, world.victim, title_zh=f"{MARK} another")
        db.perform(lambda session, _actor: changes.note(session, changes.chart_topic(world.victim.person_id)), JOB)
        assert read.wait(BOUND)
        db.perform(revoke_grant, reader(world.victim), grant_id)
        shown: dict[str, Any] = {}
        until = time.monotonic() + BOUND
        while shown.get("months") != [] and time.monotonic() < until:
            shown |= delta(tab.updates(0.1)).get(chart, {})
        assert shown["months"] == []
        ended.set()
        after: list[Any] = []
        until = time.monotonic() + BOUND
        while not delta(after).get(chart, {}).get("over") and time.monotonic() < until:
            after += tab.updates(0.1)
    assert delta(after)[chart]["over"] is True
    assert MARK not in str(after)


def _lines_of(caller: Caller, world: World) -> int:
    with db.reading() as session:
        chain = ledger.person_chain(world.victim.person_id)
        lines = ledger.lines_of(session, chain, limit=1000)
        return sum(line.actor_account_id == caller.account_id for line in lines)


def _elsewhere(*lines: str) -> None:
    """Run some lines in a process of its own, on the same data."""
    script = [
        "from health_cloud import tables",
        "from health_cloud.core import db",
        "from health_cloud.core.actors import Actor, system",
        "from health_cloud.core.policy import Role",
        "assert tables.FEATURES",
        *lines,
    ]
    subprocess.run([sys.executable, "-c", "\n".join(script)], check=True, timeout=60)


def _change(caller: Caller, **columns: Any) -> None:
    def changing(session: Session, _actor: Actor) -> None:
        row = session.get_one(SignInSession, caller.session_id)
        for name, value in columns.items():
            setattr(row, name, value)

    db.perform(changing, JOB)


def test_screens_that_wait_for_locks_hold_nobody_up_for_long(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every turn is taken by somebody who does not get on; the next one goes on all the same."""
    monkeypatch.setattr(live, "_TURN_SECONDS", 0.05)

    async def crowded() -> list[str]:
        delivery, stop, done = live.Delivery(None), asyncio.Event(), list[str]()  # pyright: ignore[reportArgumentType]

        async def stuck() -> None:
            await stop.wait()
            done.append("stuck")

        async def ours() -> None:
            done.append("ours")

        waiting = [asyncio.create_task(delivery._in_turn(stuck())) for _ in range(live._AT_ONCE)]
        await asyncio.sleep(0)
        await asyncio.wait_for(delivery._in_turn(ours()), BOUND)
        stop.set()
        await asyncio.gather(*waiting)
        return done

    assert loops.run(crowded()) == ["ours", *["stuck"] * live._AT_ONCE]
