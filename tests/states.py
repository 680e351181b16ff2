"""States of a tab without a browser: what a handler sends."""

from __future__ import annotations

from typing import Any, TypeVar

import reflex as rx
from reflex.istate.data import RouterData

from tests import loops

S = TypeVar("S", bound=rx.State)


def root() -> rx.State:
    """Return the States of a new tab."""
    return rx.State(_reflex_internal_init=True)  # pyright: ignore[reportCallIssue]


def at(path: str, tab: rx.State | None = None) -> rx.State:
    """Return the States of a tab that shows a page, of a new tab where none is given."""
    tab = tab or root()
    tab.router_data = {"asPath": path, "pathname": path.partition("?")[0], "token": "t"}
    tab.router = RouterData.from_router_data(tab.router_data)
    return tab


def of(cls: type[S], tab: rx.State | None = None) -> S:
    """Return one State of a tab, of a new one where none is given."""
    state = (tab or root()).get_substate(cls.get_full_name().split("."))
    assert isinstance(state, cls)
    return state


def sent(state: rx.State, handler: str, *given: Any) -> dict[str, Any]:
    """Run a handler or another method and return what of the State goes to the browser."""
    state._clean()
    cls = type(state)
    function = cls.event_handlers[handler].fn if handler in cls.event_handlers else getattr(cls, handler)
    loops.run(function(state, *given))
    delta = state.get_delta().get(state.get_full_name(), {})
    state._clean()
    return {name.removesuffix("_rx_state_"): value for name, value in delta.items()}
