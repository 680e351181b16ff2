"""Every event handler a client can call, by its full name: what it needs and what its arguments must be."""

from __future__ import annotations

import inspect
import json
import typing
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, cast

import reflex as rx
from pydantic import ConfigDict, TypeAdapter, ValidationError
from reflex.state import State

from health_cloud.core.policy import Need

INTERNAL = frozenset(
    {
        "hydrate_and_load",
        "on_load_internal_state.on_load_internal",
        "on_load_internal_state.set_is_hydrated",
        "set_is_hydrated",
        "update_vars_internal_state.update_vars_internal",
        "frontend_event_exception_state.handle_frontend_exception",
    }
)
"""What Reflex's own front end calls; all else of Reflex is refused, `hydrate` too, which 0.10 does not use."""

_SHAPES: dict[str, dict[str, tuple[type, ...]]] = {
    "hydrate_and_load": {"vars": (dict, type(None)), "hashes": (list, type(None))},
    "on_load_internal_state.on_load_internal": {},
    "on_load_internal_state.set_is_hydrated": {"value": (bool,)},
    "set_is_hydrated": {"value": (bool,)},
    "update_vars_internal_state.update_vars_internal": {"vars": (dict,)},
    "frontend_event_exception_state.handle_frontend_exception": {"info": (str,), "component_stack": (str,)},
}
_MAY_LACK = frozenset({"hydrate_and_load"})


def internal_accepts(name: str, payload: object) -> bool:
    """Tell whether the payload of an internal event is such as Reflex's own front end sends."""
    if not isinstance(payload, dict):
        return False
    given = cast("dict[object, object]", payload)
    shape = _SHAPES[name]
    if not given.keys() <= shape.keys() or (given.keys() < shape.keys() and name not in _MAY_LACK):
        return False
    return all(isinstance(value, shape[str(key)]) for key, value in given.items())


WITHOUT_SENDER = frozenset({"on_load_internal_state.set_is_hydrated", "set_is_hydrated"})
"""Internal events without arguments of weight that may come from the server itself, without router data."""

_STRICT = ConfigDict(strict=True)


@dataclass(frozen=True)
class Handler:
    """One client-callable handler."""

    key: str
    need: Need | None
    arguments: Mapping[str, TypeAdapter[Any]] = field(repr=False)
    required: frozenset[str] = frozenset()

    def accepts(self, payload: Mapping[str, Any]) -> bool:
        """Tell whether a payload has just the arguments that the handler has, each of its declared type.

        Reflex only warns and passes a wrong payload on raw (notes, trap 2); here it is refused. So is half a
        character: no database takes it, and one that came back in an update would close the socket.
        """
        if not isinstance(payload, dict) or not self.required <= payload.keys() <= self.arguments.keys():
            return False
        try:
            for name, value in payload.items():
                self.arguments[name].validate_python(value)
        except ValidationError:
            return False
        return _whole(payload)


def _whole(payload: Mapping[str, Any]) -> bool:
    """Tell whether all text is of whole characters: JSON can say a lone surrogate, UTF-8 cannot."""
    try:
        json.dumps(payload, ensure_ascii=False).encode()
    except (UnicodeEncodeError, RecursionError):
        return False
    return True


def product_states(root: type[rx.State] = State) -> Iterator[type[rx.State]]:
    """Return the product's own State classes."""
    for state in root.__subclasses__():
        if state.__module__.startswith("health_cloud.") and not state._mixin:  # noqa: SLF001 - a mixin is no State
            yield state
        yield from product_states(state)


def table(needs: Mapping[str, Need]) -> dict[str, Handler]:
    """Return full handler name -> handler, for every handler of every State.

    Args:
        needs: `ClassName.handler` -> need, as the features' `HANDLERS` say.
    """
    made: dict[str, Handler] = {}
    for state in product_states():
        for name in own_handlers(state):
            key = f"{state.__name__}.{name}"
            made[f"{state.get_full_name()}.{name}"] = _handler(key, needs.get(key), state.event_handlers[name].fn)
    return made


def own_handlers(state: type[rx.State]) -> list[str]:
    """Return the handlers that a State brings itself or by a mixin, not those it inherits from Reflex."""
    parent = state.get_parent_state()
    inherited = parent.event_handlers if parent is not None else {}
    return sorted(name for name in state.event_handlers if name not in inherited)


def _handler(key: str, need: Need | None, function: Any) -> Handler:
    parameters = [p for p in inspect.signature(function).parameters.values() if p.name != "self"]
    hints = typing.get_type_hints(function)
    arguments = {p.name: _adapter(hints.get(p.name, typing.Any)) for p in parameters}
    required = frozenset(p.name for p in parameters if p.default is inspect.Parameter.empty)
    return Handler(key, need, arguments, required)


def _adapter(hint: Any) -> TypeAdapter[Any]:
    try:
        return TypeAdapter(hint, config=_STRICT)
    except Exception:  # noqa: BLE001 - a type with its own config takes none beside it
        return TypeAdapter(hint)
