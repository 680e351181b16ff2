"""The order of results, as on the report or abnormal first: chosen on this device, unknown to the server."""

from __future__ import annotations

from typing import Any, Final

import reflex as rx
from reflex.utils.imports import ImportVar
from reflex.vars import VarData

from health_cloud.ui import scripts

_HOOK: Final = "hcOrder"
_ORDER: Final = VarData(
    imports={scripts.ORDER: [ImportVar(tag="useOrder")]}, hooks={f"const {_HOOK} = useOrder();": None}
)


class OrderSwitch(scripts.Local):
    """Choose the order."""

    library = scripts.ORDER
    tag = "OrderSwitch"


def order_switch() -> rx.Component:
    """Choose between the report's own order and what is abnormal first."""
    return OrderSwitch.create()


def abnormal_first() -> rx.Var[bool]:
    """Tell whether what is abnormal comes first."""
    return rx.Var(_js_expr=f"{_HOOK}.abnormal", _var_type=bool, _var_data=_ORDER).guess_type()


def arranged(lines: rx.Var[Any]) -> rx.Var[Any]:
    """Give lines ({"heading", "kind", "meaning"}) in the chosen order."""
    return _asked("arranged", lines, lines._var_type)  # noqa: SLF001


def explained(lines: rx.Var[Any]) -> rx.Var[int]:
    """Give the place, in the chosen order, of the first line whose test is explained; -1 where there is none."""
    return _asked("explained", lines, int)


def _asked(function: str, lines: rx.Var[Any], kind: Any) -> rx.Var[Any]:
    return rx.Var(
        _js_expr=f"{_HOOK}.{function}({lines!s})",
        _var_type=kind,
        _var_data=VarData.merge(_ORDER, lines._get_all_var_data()),  # noqa: SLF001
    ).guess_type()
