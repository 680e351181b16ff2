"""Small plots as SVG; a large charting library stays off the first load."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import reflex as rx

from health_cloud.ui import scripts

Text = str | rx.Var[str]


class Sparkline(scripts.Local):
    """Earlier values as a line, the last one as its flag's shape."""

    library = scripts.RESULTS
    tag = "Sparkline"

    points: rx.Var[list[dict[str, Any]]]
    low: rx.Var[str]
    high: rx.Var[str]
    unit: rx.Var[str]


def sparkline(
    points: rx.Var[Any] | Sequence[dict[str, Any]], *, low: Text = "", high: Text = "", unit: Text = ""
) -> rx.Component:
    """Draw earlier values, and say them to those who hear the page; nothing under two.

    Args:
        points: oldest first, the present one last: {"at": ISO text, "value": text, "kind": flag kind, "gap": method
            changed before it}.
        low: lower limit, drawn dashed.
        high: upper limit, drawn dashed.
        unit: of all of them.
    """
    given = points.to(list[dict[str, Any]]) if isinstance(points, rx.Var) else list(points)
    return Sparkline.create(points=given, low=low, high=high, unit=unit)


class Plot(scripts.Local):
    """Values through time, to scale."""

    library = scripts.PLOT
    tag = "Plot"

    rows: rx.Var[list[dict[str, Any]]]
    name: rx.Var[str]
    beside: rx.Var[list[dict[str, Any]]]
    names: rx.Var[list[str]]


def plot(rows: rx.Var[Any], *, name: Text, beside: rx.Var[Any], names: Sequence[Text]) -> rx.Component:
    """Draw values through time, for the eye alone: a table beside it has to say the same.

    Args:
        rows: newest first: {"id", "href", "at": ISO text, "value", "unit": Words, as sent, "drawn": its number in the
            plot's unit, "drawn_low", "drawn_high": range of that time in it, "converted": that unit is not its own,
            "censored": "<" or ">" where no more is known, "kind", "word": key, "plotted", "joined": a line leads to it
            from the one before, "broken": key of why none may}.
        name: what was measured.
        beside: rows of a second measure on the same axis, such as the lower blood pressure; maybe none.
        names: what each of both is called.
    """
    second = beside.to(list[dict[str, Any]])
    called = rx.Var.create(list(names)).to(list[str])
    return Plot.create(rows=rows.to(list[dict[str, Any]]), name=name, beside=second, names=called)
