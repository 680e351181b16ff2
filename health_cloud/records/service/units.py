"""Units that say the same in other sizes: one may be drawn on the axis of another, by UCUM and by nothing else.

Not every pair that UCUM can convert is one. What a bracket or a brace says (an international unit, a body surface, what
is counted) is part of the unit, and two that only count to the same dimension of none, as % and mmol/mol, are two.
"""

from __future__ import annotations

import re
from decimal import Decimal
from functools import lru_cache
from importlib import import_module
from typing import Any

_SAID = re.compile(r"\{[^}]*\}|\[[^\]]*\]")
"""What UCUM takes for a name: annotations in braces, and special and arbitrary units in brackets."""
_DIGITS = 12
ONE = Decimal(1)


@lru_cache(maxsize=1)
def _registry() -> Any:
    # half a second, for those alone who send two units
    return import_module("ucumvert").PintUcumRegistry(non_int_type=Decimal)


@lru_cache(maxsize=4096)
def factor(sent: str, wanted: str) -> Decimal | None:
    """Return by what a number in one UCUM unit is multiplied to be one in another; none where they are two families.

    Args:
        sent: UCUM code of the number, as its source gave it.
        wanted: UCUM code that is looked for.
    """
    if sent == wanted:
        return ONE if sent else None
    if not sent or not wanted or _named(sent) != _named(wanted):
        return None
    registry = _registry()
    try:
        units: list[Any] = [registry.from_ucum(code).units for code in (sent, wanted)]
        zero, one = (registry.Quantity(Decimal(number), units[0]).to(units[1]).magnitude for number in (0, 1))
    except Exception:  # noqa: BLE001 - whatever a hospital calls a unit: what UCUM does not know is of no family
        return None
    if any(not each.dimensionality for each in units) or zero != 0:
        return None
    return Decimal(one)


def converted(number: str, by: Decimal) -> str:
    """Return a number in the other unit, to twelve digits; empty for what is none. For drawing, not for saying."""
    try:
        product = Decimal(number) * by
        return format(Decimal(f"{product:.{_DIGITS}g}").normalize(), "f") if product.is_finite() else ""
    except ArithmeticError:
        return ""


def _named(code: str) -> list[str]:
    return sorted(_SAID.findall(code))
