"""R18: random JSON for every handler as every role, and frames that are none.

No body runs with a type it did not declare, nothing breaks inside one, and neither a trace nor a payload comes
back or is logged.
"""

from __future__ import annotations

import ast
import inspect
import json
import logging
import textwrap
import types
import typing
from functools import lru_cache
from typing import Any

import pytest
from argon2 import PasswordHasher
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as run_settings
from hypothesis import strategies as st

from health_cloud.identity.service import passwords
from tests.attack.conftest import Heard
from tests.attack.test_matrix import ENDS_OWN, handlers, settle
from tests.attack.world import World, reopen
from tests.wire import Wire

CANARY = "QZCANARYQZ"
ECHOES = ("Shell.tell", "Slots.ask_word")
"""What only puts a word on one's own screen."""
OWN_SCREEN = {"shown", "from_date", "period_from", "period_to"}
"""Vars that hold what somebody has just chosen on their own screen, until the service has judged it."""
INTERNAL = (
    *("hydrate_and_load", "set_is_hydrated", "hydrate"),
    *("on_load_internal_state.on_load_internal", "update_vars_internal_state.update_vars_internal"),
    "frontend_event_exception_state.handle_frontend_exception",
)
TEXT = st.one_of(
    st.just(CANARY),
    st.text(max_size=20).map(lambda text: CANARY + text),
    st.sampled_from([f"{CANARY}\x00", f"{CANARY}\ud800", f"{CANARY}'; DROP TABLE x--", f"../../{CANARY}", "９" * 30]),
    st.sampled_from(["-1", "٣", "--5", "0001-01-01", "9999-12-31", "99:99", "laboratory", "1e309", CANARY * 500]),
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=6,
)
RIGHT = {str: TEXT, int: st.integers(), bool: st.booleans(), list: st.lists(TEXT, max_size=3)}
ODD = (
    *("", " ", "--5", "-", "²", "٣", "९", "-0", "1e3", "0x1", "9" * 30, "-" + "9" * 30, "\x00", "a\x00b", "\u202e"),
    *("2026-02-30", "0000-00-00", "9999-12-31", "0001-01-01", "24:60", "٢٣:٠٠", "2026-11-21T00:00:00Z", "None", "nan"),
    *(
        "half a character \ud83d",
        "../../etc/passwd",
        "%00",
        "' OR 1=1 --",
        "{{7*7}}",
        "${7*7}",
        "<svg onload=x>",
        CANARY * 200,
    ),
)
"""What looks like a number, a day or a path and is none, or one too many."""
ROLES = ("visitor", "neighbour", "ungranted", "staff", "auditor", "pharmacist")


def hint_of(hint: Any) -> type:
    return typing.get_origin(hint) or hint


@st.composite
def calls(draw: Any) -> list[tuple[str, Any]]:
    """Draw a call of each handler: sometimes of the right shape with wild contents, sometimes of any shape."""
    made: list[tuple[str, Any]] = []
    for full, handler in handlers().items():
        if handler.key in ECHOES:
            continue
        hints = hints_of(full)
        right = RIGHT | {dict: st.dictionaries(st.sampled_from(fields_of(full)), JSON, max_size=8)}
        payload: Any = {name: draw(right.get(hint_of(hint), JSON)) for name, hint in hints.items()}
        match draw(st.integers(0, 5)):
            case 0:
                payload = {name: draw(JSON) for name in hints}
            case 1:
                payload |= {CANARY: draw(JSON)}
            case 2:
                payload = draw(JSON)
        made.append((full, payload))
    made.sort(key=lambda call: handlers()[call[0]].key in ENDS_OWN)  # what ends one's own session comes last
    made += [(f"reflex___state____state.{name}", draw(JSON)) for name in INTERNAL]
    made += [(f"reflex___state____state.{name}", {"vars": {CANARY: draw(JSON)}, "info": CANARY}) for name in INTERNAL]
    return made


@lru_cache
def body_of(full: str) -> Any:
    """Return the function of a handler."""
    from health_cloud.web.handlers import product_states

    path, _, name = full.rpartition(".")
    state = next(each for each in product_states() if each.get_full_name() == path)
    return state.event_handlers[name].fn


def hints_of(full: str) -> dict[str, Any]:
    hints = typing.get_type_hints(body_of(full))
    return {key: hint for key, hint in hints.items() if key != "return"}


@lru_cache
def fields_of(full: str) -> list[str]:
    """Return the names of fields that a handler may look for in its form: every short text in its source."""
    tree = ast.parse(textwrap.dedent(inspect.getsource(body_of(full))))
    texts = {each.value for each in ast.walk(tree) if isinstance(each, ast.Constant) and isinstance(each.value, str)}
    return sorted(text for text in texts if text.isidentifier()) or ["field"]


def fits(value: Any, hint: Any) -> bool:
    """Tell whether a value is of the declared type; written here, not asked of the product."""
    if "\\ud" in ascii(value):  # half a character
        return False
    origin, inner = typing.get_origin(hint), typing.get_args(hint)
    if hint is Any:
        return True
    if origin in (typing.Union, types.UnionType):
        return any(fits(value, each) for each in inner)
    if origin is dict:
        return isinstance(value, dict) and all(fits(k, inner[0]) and fits(v, inner[1]) for k, v in value.items())
    if origin is list:
        return isinstance(value, list) and all(fits(each, inner[0]) for each in value)
    return type(value) is hint or (hint is type(None) and value is None)


def echoes(updates: list[dict[str, Any]]) -> set[str]:
    """Return the vars, or `events`, in which something of what was sent came back."""
    found = {"events" for update in updates if CANARY in str(update.get("events"))}
    for update in updates:
        for changed in (update.get("delta") or {}).values():
            found |= {name.removesuffix("_rx_state_") for name, value in changed.items() if CANARY in str(value)}
    return found


@pytest.mark.parametrize("name", ROLES)
def test_garbage_as(
    name: str,
    world: World,
    heard: Heard,
    app_url: str,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
):
    known = handlers()

    @run_settings(
        max_examples=3,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=[*HealthCheck],
    )
    @given(calls())
    def garbage(made: list[tuple[str, Any]]) -> None:
        heard.decisions.clear()
        caplog.clear()
        reopen(world.callers[name])
        with caplog.at_level(logging.DEBUG, "health_cloud"), Wire(app_url, cookie=world.callers[name].cookie) as wire:
            wire.boot("/sign-in", wait=0.2)
            for full, payload in made:
                wire.emit(full, payload, path="/sign-in")
            wire.updates(0.8)
            frames = json.dumps(wire.received, ensure_ascii=False)
        bodies = [
            (known[full].key, payload) for _, full, payload, passed in heard.decisions if passed and full in known
        ]
        wrong = [
            (key, payload)
            for _, full, payload, passed in heard.decisions
            if passed and full in known
            for key in [known[full].key]
            if not all(arg in hints_of(full) and fits(value, hints_of(full)[arg]) for arg, value in payload.items())
        ]
        assert wrong == []
        assert len(bodies) > 5
        for word in ("Traceback", 'File "', ".py", "pydantic", "TypeError"):
            assert word not in frames
        assert echoes(wire.received) <= OWN_SCREEN
        assert CANARY not in caplog.text
        assert [record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR] == []

    garbage()
    reopen(world.callers[name])
    printed = "".join(capfd.readouterr())
    assert CANARY not in printed


@pytest.mark.parametrize("name", ["visitor", "neighbour", "ungranted", "staff"])
def test_each_field_with_each_oddity(
    name: str,
    world: World,
    heard: Heard,
    app_url: str,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
):
    """A form is full of texts, as a browser sends them; what they hold is judged in the body or the service."""
    monkeypatch.setattr(passwords, "_hasher", PasswordHasher(time_cost=1, memory_cost=64, parallelism=1))
    made: list[tuple[str, Any]] = []
    for full, handler in handlers().items():
        hints = hints_of(full)
        if handler.key in ECHOES or not handler.need or not handler.need.met_by(world.callers[name].role, demo=True):
            continue
        for argument, hint in hints.items():
            if hint_of(hint) is dict:
                made += [(full, {argument: dict.fromkeys(fields_of(full), odd)}) for odd in ODD]
            elif hint is str:
                made += [(full, {argument: odd}) for odd in ODD]
    caplog.clear()
    with caplog.at_level(logging.DEBUG, "health_cloud"), Wire(app_url, cookie=world.callers[name].cookie) as wire:
        wire.boot("/sign-in", wait=0.2)
        for at, (full, payload) in enumerate(made):
            wire.emit(full, payload, path="/sign-in")
            if at % 20 == 0:
                wire.updates(0.05)
        settle(wire, heard, len(made))
    broken = [payload for _, _, payload, passed in heard.decisions if passed and "\\ud" in ascii(payload)]
    assert broken == []
    reopen(world.callers[name])
    assert len(made) > 50
    assert [record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR] == []
    assert "web.error.unexpected" not in str(wire.received)


FRAMES = (
    "42/_event,[]",
    '42/_event,["event"]',
    f'42/_event,["event","{CANARY}"]',
    f'42/_event,["event",["{CANARY}"]]',
    f'42/_event,["event",{{"name":{{}},"payload":"{CANARY}"}}]',
    f'42/_event,["event",{{"name":"{CANARY}","payload":{{}},"router_data":"{CANARY}"}}]',
    f'42/_event,["event",{{"payload":"{CANARY}"}}]',
    f'42/_event,["client_error",{{"message":"{CANARY}","stack":"{CANARY}"}}]',
    f'42/_event,["{CANARY}","{CANARY}"]',
    f'42/other,["event","{CANARY}"]',
    f'451-/_event,["event",{{"_placeholder":true,"num":0}},"{CANARY}"]',
    "42/_event,[" + "[" * 30_000,
    '42/_event,["event",' + "[" * 20_000 + "]" * 20_000 + "]",
    f"zz{CANARY}",
    f"4{CANARY}",
)


@pytest.mark.parametrize("frame", FRAMES, ids=range(len(FRAMES)))
def test_frames_that_are_none(
    frame: str, app_url: str, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
):
    with caplog.at_level(logging.DEBUG):
        with Wire(app_url, cookie="device=a") as wire:
            wire.send_raw(frame)
            try:
                came = str(wire.updates(0.3))
            except Exception as closed:  # noqa: BLE001 - a closed socket is a fine answer
                came = str(closed)
        import gc

        gc.collect()
        with Wire(app_url, cookie="device=a") as wire:
            assert wire.boot("/sign-in", wait=0.3)
    assert CANARY not in came
    told = [record for record in caplog.records if record.levelno >= logging.WARNING]
    assert not [record.name for record in told if CANARY in record.getMessage() + str(record.exc_info)]
    assert CANARY not in "".join(capfd.readouterr())
