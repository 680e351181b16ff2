"""Buttons and the form they send."""

from __future__ import annotations

from typing import Any, Literal

import reflex as rx

from health_cloud.ui.marks import icon

Text = str | rx.Var[str]
Line = Text | rx.Component


def given(**props: Any) -> dict[str, Any]:
    """Leave out what is not given."""
    return {name: value for name, value in props.items() if value is not None}


Look = Literal["primary", "plain", "danger", "danger fill", "quiet"]


def button(
    text: Line,
    *,
    look: Look = "plain",
    on_click: Any = None,
    href: Text | None = None,
    submit: bool = False,
    wide: bool = False,
    small: bool = False,
    busy: rx.Var[bool] | bool = False,
    disabled: rx.Var[bool] | bool = False,
    name: str | None = None,
    **props: Any,
) -> rx.Component:
    """Show a button, or a link that looks like one; one `primary` a screen.

    Args:
        text: the act, named.
        look: see the design's buttons.
        on_click: event.
        href: makes it a link.
        submit: sends the form it stands in.
        wide: as wide as its place.
        small: on a row.
        busy: at work; cannot be pressed again.
        disabled: cannot be pressed now.
        name: icon before the text.
        props: further properties.
    """
    classes = f"btn {look}" + (" wide" if wide else "") + (" sm" if small else "")
    inside = [*([icon(name, size="s")] if name else []), text]
    if href is not None:
        return rx.el.a(*inside, href=href, class_name=classes, **props)
    stopped = disabled
    if isinstance(busy, rx.Var):
        stopped = busy | disabled if isinstance(disabled, rx.Var) else busy
    elif busy:
        stopped = True
    return rx.el.button(
        *inside,
        type="submit" if submit else "button",
        class_name=classes,
        disabled=stopped,
        **given(aria_busy=busy if isinstance(busy, rx.Var) else None),
        **given(on_click=on_click),
        **props,
    )


def link_button(text: Line, *, on_click: Any = None, href: Text | None = None, **props: Any) -> rx.Component:
    """Show an act as a word in a line, with a target of full size."""
    if href is not None:
        return rx.el.a(text, href=href, class_name="link act", **props)
    return rx.el.button(text, type="button", on_click=on_click, class_name="link act", **props)


def pair(*buttons: rx.Component) -> rx.Component:
    """Set two buttons side by side, equally large."""
    return rx.el.div(*buttons, class_name="pair")


def form(*content: rx.Component, on_submit: Any, **props: Any) -> rx.Component:
    """Send fields to a State handler as one dict.

    Without scripts the browser sends it to an address that takes nothing, and never puts the fields into the address.
    """
    return rx.el.form(*content, on_submit=on_submit, method="post", class_name="form", **props)
