"""Where the records of a chart are read on a ground: the patient's own addresses lead nowhere for anybody else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, is_dataclass, replace
from typing import Any, TypeVar

T = TypeVar("T")
_LEADING = frozenset({"href", "trend"})


def chart_address(ground_id: str, record_class: str = "", entry_id: str = "") -> str:
    """Return where a chart is read on a ground, open at a class and maybe an entry of it."""
    whole = f"/physician/chart/{ground_id}"
    return f"{whole}?class={record_class}&entry={entry_id}" if entry_id else whole


def moved(page: T, ground_id: str) -> T:
    """Return a page all of whose addresses lead to the same records on a ground.

    Args:
        page: of the reading screens, made of frozen dataclasses and lists of them.
        ground_id: on which the chart is read.
    """
    return _moved(page, lambda address: _under(address, ground_id))


def _moved(each: Any, lead: Callable[[str], str]) -> Any:
    if isinstance(each, list | tuple):
        return type(each)(_moved(one, lead) for one in each)  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
    if not is_dataclass(each) or isinstance(each, type):
        return each
    held = {field.name: getattr(each, field.name) for field in fields(each)}
    new = {name: lead(value) if name in _LEADING else _moved(value, lead) for name, value in held.items()}
    return replace(each, **{name: value for name, value in new.items() if value is not held[name]})


def _under(address: str, ground_id: str) -> str:
    """Return where `/records/class/entry`, `/records/class/entry/place` and `/medicines/entry/place` are read."""
    match address.split("/"):
        case ["", "records", record_class, entry_id]:
            return chart_address(ground_id, record_class, entry_id)
        case ["", "records", _, entry_id, place]:
            return f"/physician/chart/{ground_id}/trend/{entry_id}/{place}"
        case ["", "medicines", entry_id, _]:
            return chart_address(ground_id, "prescriptions", entry_id)
        case _:
            return ""
