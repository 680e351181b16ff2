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
from random import Random
from typing import Any

import pytest
from argon2 import PasswordHasher

from health_cloud.identity.service import passwords
from tests.attack.conftest import Heard
from tests.attack.test_matrix import ENDS_OWN, handlers, settle
from tests.attack.world import World, reopen
from tests.wire import Wire

CANARY = "QZCANARYQZ"
ECHOES = ("Shell.tell", "Slots.ask_word")
"""What only puts a word on one's own screen."""
OWN_SCREEN = {"shown", "from_date", "period_from", "period_to", "asked", "others", "label"}
"""Vars that hold what somebody has just chosen or typed on their own screen; `others`: the cards one asked for."""
INTERNAL = (
    *("hydrate_and_load", "set_is_hydrated", "hydrate"),
    *("on_load_internal_state.on_load_internal", "update_vars_internal_state.update_vars_internal"),
    "frontend_event_exception_state.handle_frontend_exception",
)
WORDS = (
    *(
        CANARY,
        f"{CANARY}\x00",
        f"{CANARY}\ud800",
        f"{CANARY}'; DROP TABLE x--",
        f"../../{CANARY}",
        "９" * 30,
        CANARY * 500,
    ),
    *("-1", "٣", "--5", "0001-01-01", "9999-12-31", "99:99", "laboratory", "1e309"),
)
NUMBERS = (0, 1, -1, 2**31, -(2**63), 2**64, 10**30, 0.5, -0.0, 1e308, -5e-324, 7.25e16)


class Wild(Random):
    """What a client may send that nobody meant, the same in each run."""

    def text(self) -> str:
        """Return a word, or letters of anywhere."""
        letters = "".join(chr(self.choice((self.randrange(0x250), self.randrange(0x110000)))) for _ in range(8))
        return self.choice((CANARY + letters, self.choice(WORDS)))

    def json(self, depth: int = 3) -> Any:
        """Return anything that JSON can say."""
        match self.randrange(7 if depth else 4):
            case 0:
                return self.choice((None, True, False))
            case 1:
                return self.choice((*NUMBERS, self.randrange(-(10**6), 10**6)))
            case 2 | 3:
                return self.text()
            case 4:
                return [self.json(depth - 1) for _ in range(self.randrange(4))]
            case _:
                return {self.text(): self.json(depth - 1) for _ in range(self.randrange(4))}

    def right(self, full: str, hint: Any) -> Any:
        """Return something of a declared type, with wild contents."""
        match hint_of(hint):
            case kind if kind is str:
                return self.text()
            case kind if kind is int:
                return self.randrange(-(10**20), 10**20)
            case kind if kind is bool:
                return self.random() < 0.5
            case kind if kind is list:
                return [self.text() for _ in range(self.randrange(4))]
            case kind if kind is dict:
                return {self.choice(fields_of(full)): self.json() for _ in range(self.randrange(9))}
            case _:
                return self.json()


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
ROUNDS = 2
ROLES = ("visitor", "neighbour", "ungranted", "staff", "auditor", "pharmacist")


def hint_of(hint: Any) -> type:
    return typing.get_origin(hint) or hint


def calls(wild: Wild) -> list[tuple[str, Any]]:
    """Return a call of each handler: sometimes of the right shape with wild contents, sometimes of any shape."""
    made: list[tuple[str, Any]] = []
    for full, handler in handlers().items():
        if handler.key in ECHOES:
            continue
        hints = hints_of(full)
        payload: Any = {name: wild.right(full, hint) for name, hint in hints.items()}
        match wild.randrange(6):
            case 0:
                payload = {name: wild.json() for name in hints}
            case 1:
                payload |= {CANARY: wild.json()}
            case 2:
                payload = wild.json()
        made.append((full, payload))
    made.sort(key=lambda call: handlers()[call[0]].key in ENDS_OWN)  # what ends one's own session comes last
    made += [(f"reflex___state____state.{name}", wild.json()) for name in INTERNAL]
    made += [(f"reflex___state____state.{name}", {"vars": {CANARY: wild.json()}, "info": CANARY}) for name in INTERNAL]
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


def halved(value: Any) -> bool:
    """Tell whether half a character stands somewhere in what JSON said."""
    return any("\ud800" <= letter <= "\udfff" for letter in json.dumps(value, ensure_ascii=False))


def fits(value: Any, hint: Any) -> bool:
    """Tell whether a value is of the declared type; written here, not asked of the product."""
    if halved(value):
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
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.setattr(passwords, "_hasher", PasswordHasher(time_cost=1, memory_cost=64, parallelism=1))
    known = handlers()
    wild = Wild(name)
    for _ in range(ROUNDS):
        heard.decisions.clear()
        caplog.clear()
        reopen(world.callers[name])
        made = calls(wild)
        with caplog.at_level(logging.DEBUG, "health_cloud"), Wire(app_url, cookie=world.callers[name].cookie) as wire:
            wire.boot("/sign-in", wait=0.2)
            for full, payload in made:
                wire.emit(full, payload, path="/sign-in")
            wire.updates(0.8)
            frames = json.dumps(wire.received, ensure_ascii=False)
        passed = [(full, payload) for _, full, payload, passed in heard.decisions if passed and full in known]
        wrong = [
            (known[full].key, payload)
            for full, payload in passed
            if not all(arg in hints_of(full) and fits(value, hints_of(full)[arg]) for arg, value in payload.items())
        ]
        assert wrong == []
        assert len(passed) > 5
        for word in ("Traceback", 'File "', ".py", "pydantic", "TypeError"):
            assert word not in frames
        assert echoes(wire.received) <= OWN_SCREEN
        assert CANARY not in caplog.text
        assert [record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR] == []
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
    broken = [payload for _, _, payload, passed in heard.decisions if passed and halved(payload)]
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
