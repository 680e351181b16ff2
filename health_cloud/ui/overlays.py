"""What floats: a sheet for details and choices, a dialog for far-reaching acts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import reflex as rx
from reflex.event import EventHandler, no_args_event_spec

from health_cloud.ui import scripts
from health_cloud.ui.forms import button, pair
from health_cloud.ui.i18n import t

Text = str | rx.Var[str]
Line = Text | rx.Component


class Overlay(scripts.Local):
    """A modal opened by a State var."""

    library = scripts.OVERLAYS
    tag = "Overlay"

    open: rx.Var[bool]
    kind: rx.Var[str]
    title: rx.Var[str]

    on_close: EventHandler[no_args_event_spec]


class Disclosure(scripts.Local):
    """A sheet opened in the browser by its first child."""

    library = scripts.OVERLAYS
    tag = "Disclosure"

    title: rx.Var[str]
    kind: rx.Var[str]


def bottom_sheet(*content: rx.Component, title: Text, open: rx.Var[bool] | bool, on_close: Any) -> rx.Component:  # noqa: A002
    """Show details or choices over the page: from below on phones, in the middle on desks.

    Args:
        content: what it holds; not in the page while closed.
        title: its heading.
        open: a State var.
        on_close: the close button, Escape, or a press beside it.
    """
    return Overlay.create(*content, open=open, kind="sheet", title=title, on_close=on_close)


def disclosure(trigger: rx.Component, *content: rx.Component, title: Text) -> rx.Component:
    """Show details that are already in the page, without asking the server; the trigger is a button."""
    return Disclosure.create(trigger, *content, title=title, kind="sheet")


def confirm(
    *content: rx.Component,
    title: Text,
    lines: Sequence[Line],
    act: Line,
    on_act: Any,
    open: rx.Var[bool] | bool,  # noqa: A002
    on_cancel: Any,
    cancel: Line | None = None,
    danger: bool = True,
    busy: rx.Var[bool] | bool = False,
) -> rx.Component:
    """Ask before a far-reaching act: what will happen, the act named, the safe button first and focused.

    Args:
        content: further fields, such as a reason.
        title: the question.
        lines: what will happen, in up to three lines.
        act: the act, named.
        on_act: does it.
        open: a State var.
        on_cancel: the safe button and Escape.
        cancel: the safe button's text.
        danger: the act takes something away.
        busy: it is being done.
    """
    return Overlay.create(
        *_question(
            *content, lines=lines, act=act, on_act=on_act, on_cancel=on_cancel, cancel=cancel, danger=danger, busy=busy
        ),
        open=open,
        kind="dialog",
        title=title,
        on_close=on_cancel,
    )


def disclosed_confirm(
    trigger: rx.Component,
    *content: rx.Component,
    title: Text,
    lines: Sequence[Line],
    act: Line,
    on_act: Any,
    cancel: Line | None = None,
    danger: bool = True,
) -> rx.Component:
    """Ask before a far-reaching act that needs nothing from the server to be described; see `confirm`.

    Opens and closes in the browser; the act closes it too, so its outcome is told elsewhere (`toast`, `problem`).
    """
    question = _question(*content, lines=lines, act=act, on_act=on_act, on_cancel=None, cancel=cancel, danger=danger)
    return Disclosure.create(trigger, *question, title=title, kind="dialog")


def _question(
    *content: rx.Component,
    lines: Sequence[Line],
    act: Line,
    on_act: Any,
    on_cancel: Any,
    cancel: Line | None,
    danger: bool,
    busy: rx.Var[bool] | bool = False,
) -> list[rx.Component]:
    closing = {"data-close": ""} if on_cancel is None else {}
    return [
        rx.el.ul(*[rx.el.li(line) for line in lines], class_name="consequences"),
        *content,
        pair(
            button(
                cancel if cancel is not None else t("ui.cancel"),
                on_click=on_cancel,
                custom_attrs={"data-first": "", **closing},
            ),
            button(act, look="danger fill" if danger else "primary", on_click=on_act, busy=busy, custom_attrs=closing),
        ),
    ]
