"""All that a client can call: enumerated, in the policy table, typed; a new one is a visible difference (R9)."""

from __future__ import annotations

import dataclasses
import inspect
import types
import typing
from pathlib import Path

import pytest

from health_cloud.web import tool_chain

tool_chain.prepare(serving=True)

import reflex as rx  # noqa: E402 - after its environment is set

from health_cloud.app import FEATURES  # noqa: E402
from health_cloud.web import pages as web_pages  # noqa: E402
from health_cloud.web.frame import gathered, pages_of  # noqa: E402
from health_cloud.web.guard import UnlistedRouteError, guarded_app, route_keys  # noqa: E402
from health_cloud.web.handlers import own_handlers, product_states, table  # noqa: E402

SNAPSHOT = Path(__file__).parent / "surface.txt"
MODULES = (web_pages, *FEATURES)
STATES = sorted(set(product_states()), key=lambda state: state.get_full_name())


def surface() -> list[str]:
    handlers = [f"event {handler.key} {handler.need}" for handler in table(gathered(MODULES, "HANDLERS")).values()]
    routes = [f"route {key} {need}" for key, need in gathered(MODULES, "ROUTES").items()]
    pages = [f"page {page.route} {page.need}" for page in pages_of(MODULES)]
    return sorted(handlers) + sorted(routes) + sorted(pages)


def test_the_surface_is_the_one_we_know(request):
    """A difference is looked at, then accepted by `pytest tests/architecture --accept-surface`."""
    now = "\n".join(surface()) + "\n"
    if request.config.getoption("--accept-surface"):
        SNAPSHOT.write_text(now)
    assert now == SNAPSHOT.read_text()


def test_every_handler_is_in_the_policy_table():
    assert [handler.key for handler in table(gathered(MODULES, "HANDLERS")).values() if handler.need is None] == []


def test_the_policy_table_names_only_what_exists():
    known = {handler.key for handler in table(gathered(MODULES, "HANDLERS")).values()}
    assert sorted(set(gathered(MODULES, "HANDLERS")) - known) == []


def test_every_route_is_in_the_policy_table_and_every_line_of_it_exists():
    routes = [route for module in MODULES if hasattr(module, "routes") for route in module.routes()]
    listed = gathered(MODULES, "ROUTES")
    guarded_app(routes, listed)
    assert {key for route in routes for key in route_keys(route)} == set(listed)


def test_an_unlisted_route_is_not_mounted():
    from starlette.routing import Route

    with pytest.raises(UnlistedRouteError):
        guarded_app([Route("/back-door", lambda request: None)], {})


def test_names_of_states_are_unique():
    names = [state.__name__ for state in STATES]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("state", STATES, ids=lambda state: state.__name__)
def test_public_methods_are_declared_handlers(state):
    """Reflex makes a handler of every public method; one that nobody decorated was not meant as such."""
    undecorated = [
        name
        for name, member in vars(state).items()
        if not name.startswith("_")
        and inspect.isfunction(member)
        and not getattr(member, "_reflex_event", False)
        and name in own_handlers(state)
        and not _decorated(state, name)
    ]
    assert undecorated == []


def _decorated(state, name: str) -> bool:
    source = inspect.getsource(state).splitlines()
    lines = [number for number, line in enumerate(source) if f"def {name}(" in line]
    return all(any("@rx.event" in line for line in source[max(0, number - 4) : number]) for number in lines)


@pytest.mark.parametrize("state", STATES, ids=lambda state: state.__name__)
def test_arguments_are_typed(state):
    for name in own_handlers(state):
        function = state.event_handlers[name].fn
        hints = typing.get_type_hints(function)
        untyped = [p for p in inspect.signature(function).parameters if p != "self" and p not in hints]
        assert untyped == [], f"{state.__name__}.{name}"


PRIMITIVES = (str, int, float, bool, type(None))


def _plain(kind: typing.Any) -> bool:
    """Tell whether a var's type is a primitive, a list or dict of such, or a frozen dataclass."""
    if kind in PRIMITIVES or kind is typing.Any:
        return True
    origin = typing.get_origin(kind)
    if origin in (list, dict, tuple, typing.Union, types.UnionType, typing.Literal, typing.Annotated):
        return origin is typing.Literal or all(part is ... or _plain(part) for part in typing.get_args(kind))
    if dataclasses.is_dataclass(kind) and isinstance(kind, type):
        return kind.__dataclass_params__.frozen
    return isinstance(kind, type) and issubclass(kind, str)


@pytest.mark.parametrize("state", STATES, ids=lambda state: state.__name__)
def test_vars_are_primitives_or_views(state):
    own = {name: var for name, var in state.base_vars.items() if name in state.get_fields()}
    assert {name: str(var._var_type) for name, var in own.items() if not _plain(var._var_type)} == {}


def test_everything_is_a_state_of_ours_or_of_reflex():
    assert all(issubclass(state, rx.State) for state in STATES)
