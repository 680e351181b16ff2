"""Each point of Reflex's inside that this room stands on (a new version shows here first)."""

from __future__ import annotations

import asyncio
import inspect
import uuid
from datetime import timedelta

import pytest

from health_cloud.web import tool_chain
from tests.wire import Wire, delta

tool_chain.prepare(serving=True)

import reflex as rx  # noqa: E402 - after its environment is set
from reflex.constants.state import FIELD_MARKER  # noqa: E402
from reflex_base.environment import environment  # noqa: E402
from reflex_base.event.context import EventContext  # noqa: E402

from health_cloud.core import changes  # noqa: E402
from health_cloud.core.actors import Actor  # noqa: E402
from health_cloud.core.clock import now  # noqa: E402
from health_cloud.core.policy import Role  # noqa: E402
from health_cloud.ui.shell import Shell  # noqa: E402
from health_cloud.web import live  # noqa: E402
from health_cloud.web.build import free_of_origin, inline_script_hashes  # noqa: E402
from health_cloud.web.handlers import INTERNAL  # noqa: E402
from health_cloud.web.sessions import sessions  # noqa: E402

SHELL = Shell.get_full_name()


def test_the_version_is_the_one_that_was_tried():
    from importlib.metadata import version

    assert version("reflex") == "0.10.1"


def test_the_marker_of_vars_and_the_shape_of_deltas(app_url):
    assert FIELD_MARKER == "_rx_state_"
    with Wire(app_url) as wire:
        updates = wire.boot()
    assert all(
        name.endswith(FIELD_MARKER)
        for update in updates
        for var in (update.get("delta") or {}).values()
        for name in var
    )


def test_the_context_carries_router_data():
    assert "router_data" in {field.name for field in EventContext.__dataclass_fields__.values()}


def test_internal_handlers_have_the_names_we_let_pass():
    from reflex_base.registry import RegistrationContext

    from health_cloud.web.gate import _inner

    known = {_inner(name) for name in RegistrationContext.get().event_handlers}
    assert known >= INTERNAL


def test_emit_update_and_the_event_processor(served):
    assert list(inspect.signature(served.app.event_namespace.emit_update).parameters) == ["update", "token"]
    assert served.app.event_processor is not None


def test_the_serving_switches():
    assert environment.REFLEX_SKIP_COMPILE.name == "__REFLEX_SKIP_COMPILE"
    assert environment.REFLEX_MOUNT_FRONTEND_COMPILED_APP.name == "__REFLEX_MOUNT_FRONTEND_COMPILED_APP"
    assert environment.REFLEX_SOCKET_MAX_HTTP_BUFFER_SIZE.get() == 65536


def test_addresses_leave_the_bundle():
    made = free_of_origin('var e={PING:"http://localhost:3000/ping",EVENT:`ws://localhost:3000/_event`}')
    assert "localhost" not in made
    assert made.count("location.origin") == 2


def test_hashes_are_those_of_the_browser():
    html = "<script>alert(1)</script><script src='/a.js'></script>"
    assert inline_script_hashes(html) == ["'sha256-bhHHL3z2vDgxUt0W3dWQOrprscmda2Y5pLsLg4GF+pI='"]


def test_compressed_copies_are_of_the_finished_files(app_url):
    import gzip

    for path in (tool_chain.CLIENT / "assets").glob("reflex-env-*.js"):
        assert gzip.decompress(path.with_name(path.name + ".gz").read_bytes()) == path.read_bytes()


def test_the_app_wraps_are_ours(served):
    assert list(served.app.app_wraps) == [(55, "ErrorBoundary")]
    assert served.app.toaster is None


def test_a_public_method_of_a_state_is_callable_by_anyone():
    """The reason for the surface test: decorated or not."""
    assert "tell" in Shell.event_handlers
    assert not any(name.startswith("_") for name in Shell.event_handlers)
    assert issubclass(Shell, rx.State)


@pytest.fixture
def patient(monkeypatch):
    ended = []

    def resolve(row, visitor, /, *, touch=True):
        return None if ended else Actor(account_id="a", role=Role.PATIENT, session_id=row, name="n", visitor=visitor)

    row = f"row-{uuid.uuid4()}"
    monkeypatch.setattr(sessions, "find", lambda secret: row if secret else "")
    monkeypatch.setattr(sessions, "resolve", resolve)
    monkeypatch.setattr(sessions, "ends", lambda _row: None if ended else now() + timedelta(hours=1))
    return row, ended


def test_an_ended_session_empties_its_open_tab_by_itself(app_url, patient):
    """R7, driven by the event: nothing is sent by the browser."""
    row, ended = patient
    with Wire(app_url, cookie="session=x") as wire:
        assert delta(wire.boot())[SHELL]["signed_in"] is True
        ended.append(True)
        changes.publish(frozenset({f"session:{row}"}))
        updates = wire.updates(2)
    assert delta(updates)[SHELL]["signed_in"] is False
    assert "/sign-in" in str(updates)


def test_a_handler_sees_who_acts(app_url, patient, monkeypatch):
    """The gate sets the context variable in the task that then runs the handler."""
    from health_cloud.core.actors import acting
    from health_cloud.ui import shell as module

    row, _ = patient
    seen = []

    def texts():
        seen.append(acting().session_id)
        return {}

    monkeypatch.setattr(module, "texts", texts)
    with Wire(app_url, cookie="session=x") as wire:
        wire.call(f"{SHELL}.tell", {"key": "web.offline", "params": {}}, until="notice_key")
    assert seen == [row]


def test_an_emptying_delta_names_every_var_of_the_screen():
    names = {name.removesuffix(FIELD_MARKER) for name in live.emptied(Shell)}
    assert {"name", "role", "signed_in", "notice_key", "notice_params", "badges"} <= names
    assert asyncio.iscoroutinefunction(live.Delivery.run)
