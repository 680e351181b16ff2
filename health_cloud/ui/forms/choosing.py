"""Choosing: rows that can be pressed, segments, tabs, chips."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import reflex as rx
from reflex.event import EventHandler, passthrough_event_spec

from health_cloud.ui import scripts
from health_cloud.ui.forms.buttons import given
from health_cloud.ui.marks import icon

Text = str | rx.Var[str]
Line = Text | rx.Component


def choices(*items: rx.Component, legend: Line, legend_hidden: bool = True, sheet: bool = True) -> rx.Component:
    """Group `choice`s (or one `rx.foreach` of them) under their question."""
    return rx.el.fieldset(
        rx.el.legend(legend, class_name="sr" if legend_hidden else "legend"),
        *items,
        class_name="sheet choices" if sheet else "choices",
    )


def choice(
    label: Line,
    *,
    name: str = "",
    value: Text | None = None,
    many: bool = False,
    checked: rx.Var[bool] | bool | None = None,
    on_change: Any = None,
    sub: Line | None = None,
    lead: rx.Component | None = None,
    end: Line | None = None,
    **props: Any,
) -> rx.Component:
    """Show a radio button, or with `many` a check box, as a whole row that can be pressed.

    Args:
        label: what is chosen.
        name: shared by the radio buttons of one question.
        value: sent by a form.
        many: several may be chosen.
        checked: controlled from a State; left out, the browser keeps it.
        on_change: event with the new state.
        sub: second line.
        lead: an icon before the label.
        end: a count at the right.
        props: of the input.
    """
    state = given(name=name or None, value=value, checked=checked, on_change=on_change)
    text = [*([lead] if lead is not None else []), rx.el.span(label)]
    return rx.el.label(
        rx.el.input(type="checkbox" if many else "radio", **state, **props),
        rx.el.span(
            rx.el.span(*text, class_name="choice-line"),
            *([rx.el.span(sub, class_name="sub")] if sub is not None else []),
        ),
        *([rx.el.span(end, class_name="n")] if end is not None else []),
        class_name="choice",
    )


class Picker(scripts.Local):
    """Segments and tabs with the arrow keys."""

    library = scripts.FRAME
    tag = "Picker"

    kind: rx.Var[str]
    label: rx.Var[str]
    value: rx.Var[str]
    options: rx.Var[list[dict[str, Any]]]
    disabled: rx.Var[bool]

    on_pick: EventHandler[passthrough_event_spec(str)]


Options = Sequence[tuple[Any, ...]] | rx.Var[Any]


def segments(label: Text, options: Options, value: Text, on_pick: Any) -> rx.Component:
    """Choose one of two to four: options are (value, text); a Var holds {"value", "label"} objects."""
    return Picker.create(kind="seg", label=label, value=value, options=_options(options), on_pick=on_pick)


def tabs(label: Text, options: Options, value: Text, on_pick: Any) -> rx.Component:
    """Switch between views of one page: options are (value, text) or (value, text, count)."""
    return Picker.create(kind="tabs", label=label, value=value, options=_options(options), on_pick=on_pick)


def link_tabs(label: Text, *options: tuple[Text, Text, bool]) -> rx.Component:
    """Switch between pages that belong together: options are (text, href, chosen)."""
    return rx.el.nav(
        *[rx.el.a(text, href=href, **given(aria_current="page" if chosen else None)) for text, href, chosen in options],
        class_name="tabs",
        aria_label=label,
    )


def _options(options: Options) -> Any:
    if isinstance(options, rx.Var):
        return options
    names = ("value", "label", "count")
    return [dict(zip(names, option, strict=False)) for option in options]


def chips(label: Text, *items: rx.Component) -> rx.Component:
    """Group `chip`s, the filters of a list."""
    return rx.el.div(*items, class_name="chips", role="group", aria_label=label)


def chip(text: Line, *, chosen: rx.Var[bool] | bool, on_click: Any = None, **props: Any) -> rx.Component:
    """Show a filter; chosen has a tick."""
    tick = icon("check", size="s")
    shown = rx.cond(chosen, tick, rx.fragment()) if isinstance(chosen, rx.Var) else tick if chosen else rx.fragment()
    return rx.el.button(
        shown,
        text,
        type="button",
        aria_pressed=rx.cond(chosen, "true", "false") if isinstance(chosen, rx.Var) else str(chosen).lower(),
        class_name="chip",
        **given(on_click=on_click),
        **props,
    )


def chip_link(text: Line, *, chosen: rx.Var[bool] | bool, href: Text, **props: Any) -> rx.Component:
    """Show a filter that is an address: back leads to the one before it."""
    return rx.el.a(
        rx.cond(chosen, icon("check", size="s"), rx.fragment()),
        text,
        href=href,
        aria_current=rx.cond(chosen, "true", "false"),
        class_name="chip",
        **props,
    )


def chip_select(label: Text, *options: rx.Component, value: rx.Var[str], chosen: rx.Var[bool]) -> rx.Component:
    """Show a filter of one among many; each `option`'s value is the address that chooses it."""
    return rx.el.label(
        rx.el.span(label, class_name="sr"),
        rx.cond(chosen, icon("check", size="s"), rx.fragment()),
        rx.el.select(*options, value=value, on_change=lambda href: rx.redirect(href)),  # noqa: PLW0108  Reflex counts its arguments
        icon("chevron_down", size="s"),
        class_name=rx.cond(chosen, "chip pick on", "chip pick"),
    )
