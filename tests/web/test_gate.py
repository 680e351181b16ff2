"""The gate, over a raw socket: what is not in the table, whose caller lacks the role, whose arguments are wrong."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as run_settings
from hypothesis import strategies as st

from health_cloud.core.actors import Actor
from health_cloud.core.clock import now
from health_cloud.core.policy import Need, Role
from health_cloud.web import tool_chain
from tests.wire import ANYTHING, BOOT, Wire, delta, events

tool_chain.prepare(serving=True)

from health_cloud.app import FEATURES  # noqa: E402 - after its environment is set
from health_cloud.ui.shell import Shell  # noqa: E402
from health_cloud.web import pages as web_pages  # noqa: E402
from health_cloud.web.frame import gathered  # noqa: E402
from health_cloud.web.handlers import table  # noqa: E402
from health_cloud.web.sessions import sessions  # noqa: E402

SHELL = Shell.get_full_name()
HANDLERS = table(gathered((web_pages, *FEATURES), "HANDLERS"))
ROOT = "reflex___state____state"


@pytest.fixture
def signed_in(monkeypatch):
    """Let cookies `session=<role>` be sessions of that role."""
    ended = set()

    def resolve(row, visitor, /, *, touch=True):
        role = row.partition("-")[2]
        if row in ended or role not in set(Role):
            return None
        return Actor(account_id=f"account-{role}", role=Role(role), session_id=row, name=role, visitor=visitor)

    monkeypatch.setattr(sessions, "find", lambda secret: f"row-{secret}" if f"row-{secret}" not in ended else "")
    monkeypatch.setattr(sessions, "resolve", resolve)
    monkeypatch.setattr(sessions, "ends", lambda row: None if row in ended else now() + timedelta(hours=1))
    monkeypatch.setattr(sessions, "stops", lambda actor, path: "")  # nobody here has a notice to agree to
    return ended


@pytest.mark.parametrize("name", sorted(HANDLERS))
def test_nobody_reaches_what_needs_somebody(app_url, name):
    if HANDLERS[name].need in (Need.ANYONE, Need.DEMO):
        pytest.skip("for anyone")
    with Wire(app_url) as wire:
        assert refused(wire.answer(name, {}, enough=refused))


def refused(answer: list[dict[str, Any]]) -> bool:
    """Tell whether a tab was refused, in words or by being led away."""
    return delta(answer).get(SHELL, {}).get("notice_key", "").startswith("core.error.") or bool(events(answer))


@pytest.mark.parametrize("name", ["hydrate", "setvar", "no_such_handler"])
def test_what_the_table_does_not_name_is_refused(app_url, name):
    with Wire(app_url) as wire:
        answer = delta(wire.call(f"{ROOT}.{name}", {}))
    assert "is_hydrated" not in answer.get(ROOT, {})


def test_roles_are_held_apart(app_url, signed_in):
    for role, allowed in ((Role.PATIENT, "as_patient"), (Role.PHYSICIAN, "as_physician"), (Role.STAFF, "as_staff")):
        with Wire(app_url, cookie=f"session={role}") as wire:
            assert delta(wire.boot("/nothing-is-here"))[SHELL]["role"] == role
            for arrival in ("as_patient", "as_physician", "as_staff", "as_auditor"):
                away = arrival != allowed
                came = wire.call(f"{SHELL}.{arrival}", wait=0.2, until="_redirect" if away else "")
                assert bool(events(came)) == away


def test_a_session_that_ended_is_refused_at_its_next_event(app_url, signed_in):
    with Wire(app_url, cookie="session=patient") as wire:
        assert delta(wire.boot())[SHELL]["signed_in"] is True
        signed_in.add("row-patient")
        answer = wire.call(f"{SHELL}.as_patient", until="_redirect")
    assert delta(answer)[SHELL]["signed_in"] is False
    assert "/sign-in" in str(events(answer)) or "/welcome" in str(events(answer))


def test_a_stolen_token_brings_nothing(app_url, signed_in):
    with Wire(app_url, cookie="session=patient") as owner:
        owner.boot()
        token = owner.token
    with Wire(app_url, token=token) as thief:
        shell = delta(thief.boot()).get(SHELL, {})
    assert not shell.get("signed_in")
    assert shell.get("name", "") == ""


def test_signing_in_as_another_in_the_same_tab_starts_empty(app_url, signed_in):
    with Wire(app_url, cookie="session=patient") as first:
        first.call(f"{SHELL}.tell", {"key": "web.offline", "params": {}}, until="notice_key")
        token = first.token
    with Wire(app_url, cookie="session=staff", token=token) as second:
        shell = delta(second.boot())[SHELL]
    assert (shell["role"], shell["notice_key"]) == ("staff", "")


@pytest.mark.parametrize(
    "payload",
    [
        {},
        {"key": 1, "params": {}},
        {"key": "web.offline", "params": []},
        {"key": "web.offline", "params": {}, "more": 1},
    ],
)
def test_arguments_of_another_shape_are_refused(app_url, payload):
    with Wire(app_url) as wire:
        answer = delta(wire.call(f"{SHELL}.tell", payload, until="notice_key"))
    assert answer[SHELL]["notice_key"] == "core.error.denied"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=40),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
    max_leaves=10,
)
MARKER = "planted-marker-7d1f"


@run_settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_random_arguments_bring_no_trace_back_and_none_into_the_log(app_url, caplog, data):
    """R18: no body sees an unvalidated type; no trace or payload comes back or is logged."""
    name = data.draw(st.sampled_from(sorted(HANDLERS)))
    arguments = {argument: data.draw(JSON) for argument in HANDLERS[name].arguments}
    arguments[data.draw(st.sampled_from([*arguments, "other"]))] = MARKER
    caplog.clear()
    with caplog.at_level(logging.INFO), Wire(app_url) as wire:
        answer = str(wire.call(name, arguments, wait=0.1))
    for word in ("Traceback", 'File "', ".py", "pydantic", "TypeError"):
        assert word not in answer
    assert MARKER not in caplog.text


def test_malformed_frames_are_survived(app_url):
    for frame in (
        "42/_event,[]",
        '42/_event,["event"]',
        '42/_event,["event",1]',
        '42/_event,["event",{"name":{}}]',
        "zz",
    ):
        with Wire(app_url) as wire:
            wire.send_raw(frame)
    with Wire(app_url) as wire:
        assert wire.call(BOOT, {"vars": {}}, until=ANYTHING)
