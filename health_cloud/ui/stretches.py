"""Long lists: parts that come as their edge nears, above and below, and that let go of what is far away."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

import reflex as rx
from reflex.event import EventHandler, no_args_event_spec, passthrough_event_spec
from reflex.vars.function import ArgsFunctionOperation, FunctionStringVar

from health_cloud.ui import scripts


class Stretches(scripts.Local):
    """A list in parts, by groups. The State holds the part that came last, the browser what it has of them.

    Attributes:
        at: address of the list, without the place in it.
        turn: which reading of the list the part belongs to; another one takes the place of everything.
        part: its place among the parts, 0 the one that was read first; older ones count up, newer ones down.
        groups: its groups, each with `rows` of which each has an `id`; `named` is what else a group has: its name.
        start: cursor of the line before the first of the part, empty at the newest.
        older, newer: whether more lies beyond the last and the first line.
        stale: counts how often something has changed since: what is shown has to be read anew.
        held: key of why the next part did not come.
        brief: whether nothing of it is kept once it is out of sight: its ground may be gone by then.
        tall: how high a row is about, in CSS pixels: a screenful is drawn first, and room kept for what is not drawn.
        list: tag of a group's list, with the class `class_name`.
        head_of: function of a group and its count, 0 while that is not known.
        line_of: function of a row, returning one `li`.
    """

    library = scripts.STRETCHES
    tag = "Stretches"

    at: rx.Var[str]
    turn: rx.Var[str]
    part: rx.Var[int]
    groups: rx.Var[list[Any]]
    named: rx.Var[str]
    start: rx.Var[str]
    older: rx.Var[bool]
    newer: rx.Var[bool]
    stale: rx.Var[int]
    held: rx.Var[str]
    brief: rx.Var[bool]
    tall: rx.Var[int]
    list: rx.Var[str]
    head_of: rx.Var[Any]
    line_of: rx.Var[Any]

    on_older: EventHandler[no_args_event_spec]
    on_newer: EventHandler[no_args_event_spec]
    on_renew: EventHandler[passthrough_event_spec(str, int)]


def stretches(
    state: Any,
    groups: rx.Var[Any],
    *waiting: rx.Component,
    named: str,
    group: type,
    row: type,
    head: Callable[[Any, rx.Var[int]], rx.Component],
    line: Callable[[Any], rx.Component],
    kind: Literal["ul", "ol"] = "ul",
    class_name: str = "rows",
    brief: bool = False,
    tall: int = 64,
) -> rx.Component:
    """Show a list that goes on by itself.

    Args:
        state: with the vars and handlers of `Stretches`.
        groups: the var of it that holds the part.
        waiting: shown until the first part is there.
        named: what names a group, such as "month".
        group: class of its groups.
        row: class of their rows.
        head: shows the head of a group, with its count, 0 while that is not known.
        line: shows a row, as one `li`.
        kind: tag of a group's list.
        class_name: class of a group's list.
        brief: nothing of it is kept once it is out of sight: its ground may be gone by then.
        tall: how high a row is about on a phone, in CSS pixels.
    """
    whole, count = rx.Var("whole", _var_type=group).guess_type(), rx.Var("count", _var_type=int).guess_type()
    each = rx.Var("each", _var_type=row).guess_type()
    return Stretches.create(
        *waiting,
        at=state.at,
        turn=state.turn,
        part=state.part,
        groups=groups,
        named=named,
        start=state.start,
        older=state.older != "",
        newer=state.newer != "",
        stale=state.stale,
        held=state.held,
        brief=brief,
        tall=tall,
        list=kind,
        class_name=class_name,
        head_of=ArgsFunctionOperation.create(("whole", "count"), head(whole, count)),
        line_of=ArgsFunctionOperation.create(("each",), line(each)),
        on_older=state.show_older,
        on_newer=state.show_newer,
        on_renew=state.renew,
    )


def within(rows: rx.Var[Any], row: type, show: Callable[[Any], rx.Component]) -> rx.Var[Any]:
    """Show what lies within a row, each with a `key`: Reflex 0.10 cannot put an `rx.foreach` into a function."""
    one = rx.Var("one", _var_type=row).guess_type()
    shown = ArgsFunctionOperation.create(("one",), show(one))
    return FunctionStringVar.create("Array.prototype.map.call").call(rows, shown)
