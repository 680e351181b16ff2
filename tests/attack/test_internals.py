"""Event names that the product never meant: Reflex's own, setters, private methods, State's machinery."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest
from reflex.state import State

from health_cloud.web.handlers import INTERNAL, product_states
from tests.attack.conftest import Heard
from tests.attack.test_matrix import handlers
from tests.attack.world import MARK, World, state_of
from tests.wire import BOOT, Wire, delta

ROOT = State.get_full_name()
MACHINERY = (
    *("reset", "setvar", "set_value", "get_state", "get_value", "get_delta", "dict", "hydrate", "_clean", "_reset"),
    *("get_substate", "get_substates", "get_handlers", "_get_root_state", "_process_event", "__init__", "__class__"),
    *("add_var", "add_field", "event_handlers", "router", "on_load_internal", "_refresh", "is_hydrated", "__dict__"),
)
"""What every State has, by a name that a client could say."""


def states(root: Any = State) -> list[Any]:
    """Return every State there is, Reflex's own with ours."""
    return [root, *(each for child in root.__subclasses__() for each in states(child))]


def names() -> list[str]:
    """Return every name under which something could be called that is in no table."""
    known = set(handlers())
    found: list[str] = []
    for state in states():
        full = state.get_full_name()
        said = [*MACHINERY, *state.event_handlers, *(f"set_{name}" for name in state.base_vars)]
        said += [name for name in vars(state) if callable(getattr(state, name, None))]
        said += [f"_{state.__name__}__x", f"set_{state.__name__}"]
        found += [f"{full}.{name}" for name in said]
    found += [f"{each}.x" for each in known] + [each.upper() for each in known]
    found += [each.replace("____", ".") for each in known] + [each.partition(".")[2] for each in known]
    found += [
        f"{ROOT}.x____on_load_internal_state.set_is_hydrated",
        f"{ROOT}.{ROOT}.set_is_hydrated",
        "",
        ".",
        "..",
        ROOT,
    ]
    return [each for each in dict.fromkeys(found) if each not in known and not _is_inner(each)]


def _is_inner(name: str) -> bool:
    """Tell whether this is one of the few events of Reflex's own front end, whose States have long names."""
    path, _, short = name.removeprefix(f"{ROOT}.").rpartition(".")
    state = path.rpartition("____")[2]
    return (f"{state}.{short}" if state else short) in INTERNAL


def all_were_judged(wire: Wire, heard: Heard) -> None:
    """Wait until what a tab has sent is judged; Reflex drops most of it unasked, so that nobody can count.

    Events of a tab are judged one after another: what is sent last is judged last.
    """
    before = sum((tab, name) == (wire.token, BOOT) for tab, name, *_ in heard.decisions)
    until = time.monotonic() + 60  # a busy machine
    wire.emit(BOOT, {"vars": {}}, path="/sign-in")
    while sum((tab, name) == (wire.token, BOOT) for tab, name, *_ in heard.decisions) == before:
        assert time.monotonic() < until, "what was sent last was never judged"
        wire.updates(0.1)
    wire.updates(0.5)


def test_no_name_beside_the_table_is_let_through(world: World, heard: Heard, app_url: str) -> None:
    """What nobody meant to offer is refused, to somebody signed in who may do much."""
    tried, before = names(), state_of(world)
    with Wire(app_url, cookie=world.callers["neighbour"].cookie) as wire:
        wire.boot("/sign-in")
        for at, name in enumerate(tried):
            wire.emit(name, {"value": world.victim.person_id}, path="/sign-in")
            if at % 50 == 0:
                wire.updates(0.02)
        all_were_judged(wire, heard)
        judged = heard.of(wire.token)
        frames = json.dumps(wire.received)
    known = {*handlers(), *(f"{ROOT}.{name}" for name in INTERNAL)}
    assert {name for name, through in judged.items() if through and name not in known and not _is_inner(name)} == set()
    assert len(tried) > 500
    assert {f"{each.get_full_name()}.setvar" for each in product_states()} <= set(judged), "Reflex knows these itself"
    assert MARK not in frames
    assert state_of(world) == before


@pytest.mark.parametrize("event", ["hydrate_and_load", "update_vars_internal_state.update_vars_internal"])
def test_the_browser_sets_no_var(event: str, world: World, app_url: str) -> None:
    """Reflex lets a browser bring back what it stored; nothing of ours is stored there."""
    marker = "QZSETQZ"
    wanted = {f"{state.get_full_name()}.{name}": marker for state in product_states() for name in state.base_vars}
    wanted |= {
        f"{each.rpartition('.')[0]}.{name}": marker
        for each in handlers()
        for name in ("_owner", "_number", "_entry_id")
    }
    wanted |= {f"{name}_rx_state_": marker for name in wanted}
    inner = next(state for state in states() if state.__name__ == "UpdateVarsInternalState").get_full_name()
    name = BOOT if event == "hydrate_and_load" else f"{inner}.update_vars_internal"
    with Wire(app_url, cookie=world.callers["neighbour"].cookie) as wire:
        wire.boot("/sign-in")
        pairs = list(wanted.items())
        for first in range(0, len(pairs), 20):
            wire.emit(name, {"vars": dict(pairs[first : first + 20])}, path="/sign-in")
        wire.updates(1)
        again = delta(wire.call(BOOT, {"vars": {}}, path="/sign-in", wait=1, until="signed_in"))
        frames = json.dumps(wire.received)
    assert again
    assert marker not in frames


PATHS = (
    *("/records/laboratory/{entry}", "/access/request/{request}", "/physician/chart/{grant}", "/ledger", "/"),
    *("//records/laboratory/{entry}", "/records/laboratory/{entry}/", "/RECORDS/laboratory/{entry}", "/x/../records"),
    *("https://evil.example/records/laboratory/{entry}", "/records/laboratory/{entry}?person={person}#x", "\x00", ""),
)


@pytest.mark.parametrize("caller", ["neighbour", "ungranted", "revoked"])
def test_no_address_of_ones_own_making_shows_more(caller: str, world: World, app_url: str) -> None:
    """The address comes from the client in every event; it names things and grants nothing."""
    entry, grant = next(iter(world.entries.values())), world.callers["granted"].grant_id
    told = {"entry": entry, "grant": grant, "request": world.request, "person": world.victim.person_id}
    with Wire(app_url, cookie=world.callers[caller].cookie) as wire:
        wire.boot("/sign-in")
        for pattern in PATHS:
            path = pattern.format(**told)
            for name in (BOOT, *(each for each in handlers() if each.endswith(".load"))):
                forged = {
                    "pathname": path,
                    "asPath": path,
                    "query": {**told, "cls": "laboratory", "person_id": world.victim.person_id},
                    "headers": {"x-session": world.callers["victim"].session_id},
                    "ip": "127.0.0.1",
                    "token": "x",
                    "client_token": "x",
                    "session_id": world.callers["victim"].session_id,
                    "sid": "x",
                }
                wire.emit(name, {"vars": {}} if name == BOOT else {}, router_data=forged)
            wire.updates(0.3)
        assert MARK not in json.dumps(wire.received)
