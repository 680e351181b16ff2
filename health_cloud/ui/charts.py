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
    label: rx.Var[str]


def sparkline(
    points: rx.Var[Any] | Sequence[dict[str, Any]], *, low: Text = "", high: Text = "", label: Text = ""
) -> rx.Component:
    """Draw earlier values; nothing under two.

    Args:
        points: oldest first: {"at": ISO text, "value": text, "kind": flag kind, "gap": method changed before it}.
        low: lower limit, drawn dashed.
        high: upper limit, drawn dashed.
        label: what it shows, where no text beside it says the same.
    """
    given = points if isinstance(points, rx.Var) else list(points)
    return Sparkline.create(points=given, low=low, high=high, label=label)
