"""A result: name, value and unit; below, the value on its range, the values before it, the flag in words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

import reflex as rx

from health_cloud.ui import scripts
from health_cloud.ui.charts import sparkline
from health_cloud.ui.marks import Kind, flag

Text = str | rx.Var[str]
Line = Text | rx.Component


class RangeBar(scripts.Local):
    """The reference range with the value on it; says so where the hospital gave none."""

    library = scripts.RESULTS
    tag = "RangeBar"

    value: rx.Var[str]
    unit: rx.Var[str]
    low: rx.Var[str]
    high: rx.Var[str]
    kind: rx.Var[str]
    range_text: rx.Var[str]
    previous: rx.Var[str]


def range_bar(
    value: Text,
    *,
    kind: Text,
    low: Text = "",
    high: Text = "",
    unit: Text = "",
    range_text: Text = "",
    previous: Text = "",
) -> rx.Component:
    """Show where a value lies.

    Args:
        value: as delivered; "<3" is read as 3.
        kind: the flag's kind; its shape is the mark.
        low: lower limit as delivered, empty if none.
        high: upper limit as delivered, empty if none.
        unit: for those who hear it.
        range_text: the range in the hospital's words, used for a single limit or one that is no number.
        previous: the value of last time, as a hollow ring.
    """
    return RangeBar.create(
        value=value, kind=kind, low=low, high=high, unit=unit, range_text=range_text, previous=previous
    )


def result(
    name: Line,
    *,
    value: Text,
    kind: Text,
    word: Text,
    unit: Text = "",
    code: Text | None = None,
    low: Text = "",
    high: Text = "",
    range_text: Text = "",
    previous: Text = "",
    points: rx.Var[Any] | Sequence[dict[str, Any]] | None = None,
    plain: Line | None = None,
    acts: Sequence[rx.Component] = (),
    href: Text | None = None,
) -> rx.Component:
    """Show one result; `result`s stand on a sheet, one under the other.

    Args:
        name: what was measured, in plain words.
        value: as delivered.
        kind: flag kind; "none" where the hospital gave no flag.
        word: flag in words.
        unit: as delivered.
        code: short name, beside the plain one.
        low: lower limit, empty if none.
        high: upper limit, empty if none.
        range_text: range in the hospital's words.
        previous: value of last time.
        points: earlier values and this one, oldest first: {"at", "value", "kind", "gap"}.
        plain: one sentence on what it is; only for the first or an opened one.
        acts: links below.
        href: makes the whole a link.
    """
    label = rx.el.span(name, *([rx.el.small(code)] if code is not None else []), class_name="name")
    bar = range_bar(value, kind=kind, low=low, high=high, unit=unit, range_text=range_text, previous=previous)
    trend = sparkline(points if points is not None else [], low=low, high=high, unit=unit)
    inside = [
        rx.el.span(label, rx.el.span(value, rx.el.small(unit), class_name="val"), class_name="top"),
        rx.el.span(bar, trend, flag(cast("Kind | rx.Var[str]", kind), word), class_name="bot"),
        *([rx.el.p(plain, class_name="plain")] if plain is not None else []),
        *([rx.el.p(*acts, class_name="acts")] if acts else []),
    ]
    if href is not None:
        return rx.el.a(*inside, href=href, class_name="result")
    return rx.el.div(*inside, class_name="result")
