"""What happened, what is missing, what is on its way: notes, toasts and the states of a screen."""

from __future__ import annotations

from typing import Any, Literal

import reflex as rx
from reflex.event import EventHandler, no_args_event_spec

from health_cloud.ui import scripts
from health_cloud.ui.forms import button
from health_cloud.ui.i18n import t
from health_cloud.ui.marks import icon

Text = str | rx.Var[str]
Line = Text | rx.Component

NoteKind = Literal["info", "warn", "crit", "plain"]
_NOTE_ICONS = {"info": "info", "warn": "plug_zap", "crit": "siren", "plain": "info"}


def note(
    text: Line,
    *,
    kind: NoteKind = "plain",
    strong: Line | None = None,
    name: str | None = None,
    action: rx.Component | None = None,
    inset: bool = False,
    live: bool = False,
) -> rx.Component:
    """Say one sentence across the page: who and since when.

    Args:
        text: the sentence.
        kind: info, warn (a clock, a source missing), crit, plain.
        strong: its beginning, in strong letters.
        name: another icon than the usual.
        action: a `link_button` at the right.
        inset: inside the text edge, with round corners.
        live: announced when it appears.
    """
    classes = "note" + ("" if kind == "plain" else f" {kind}") + (" inset" if inset else "")
    return rx.el.div(
        icon(name or _NOTE_ICONS[kind], size="m"),
        rx.el.span(*([rx.el.b(strong)] if strong is not None else []), text),
        *([action] if action is not None else []),
        class_name=classes,
        role="status" if live else None,
    )


def problem(key: Text, params: rx.Var[Any] | dict[str, str] | None = None, *, inset: bool = True) -> rx.Component:
    """Show an error by its key while there is one; announced at once.

    Args:
        key: a State var, empty when all is well.
        params: a State var with the placeholders.
        inset: inside the text edge.
    """
    text = t(key, params) if params is not None else t(key)
    classes = "note crit inset" if inset else "note crit"
    return rx.el.div(
        rx.cond(
            key != "",
            rx.el.div(icon("circle_alert", size="m"), rx.el.span(text), class_name=classes),
            rx.fragment(),
        ),
        role="alert",
        class_name="problem",
    )


class Announce(scripts.Local):
    """A live region for changes that are only seen otherwise."""

    library = scripts.FRAME
    tag = "Announce"

    message: rx.Var[str]


def announce(message: Text) -> rx.Component:
    """Say a change aloud to those who do not see it."""
    return Announce.create(message=message)


class Toast(scripts.Local):
    """Says what happened and takes it back, with seconds left."""

    library = scripts.FEEDBACK
    tag = "Toast"

    message: rx.Var[str]
    seconds: rx.Var[int]

    on_undo: EventHandler[no_args_event_spec]
    on_close: EventHandler[no_args_event_spec]


def toast(message: Text, *, on_close: Any, on_undo: Any = None, seconds: int = 8) -> rx.Component:
    """Show what happened while the message is not empty; `on_close` empties it.

    Never for errors: those stay, as `problem` or `note`.

    Args:
        message: a State var, or a `t` of one.
        on_close: called when the seconds are over or the person closes it.
        on_undo: offers to take it back.
        seconds: how long; the count stops while a pointer or the focus rests on it.
    """
    undo = {"on_undo": on_undo} if on_undo is not None else {}
    return Toast.create(message=message, seconds=seconds, on_close=on_close, **undo)


def empty(name: str, title: Line, text: Line, *, action: rx.Component | None = None) -> rx.Component:
    """Say what would be here, and from when."""
    return rx.el.div(
        icon(name),
        rx.el.h2(title, class_name="t-heading"),
        rx.el.p(text),
        *([action] if action is not None else []),
        class_name="blank",
    )


def failed(
    title: Line, text: Line, *, on_retry: Any = None, code: Text = "", first: bool = False, name: str = "server_off"
) -> rx.Component:
    """Say what cannot be shown, since when, what is safe; retry; a code to read aloud.

    Args:
        title: what does not work.
        text: since when, and what is safe.
        on_retry: tries again.
        code: to read to the help desk.
        first: the title is the page's h1.
        name: another icon.
    """
    head = rx.el.h1 if first else rx.el.h2
    reading = [rx.el.p(t("ui.failed.code", code=code), class_name="t-micro ink-3")]
    if isinstance(code, rx.Var):
        reading = [rx.cond(code != "", reading[0], rx.fragment())]
    elif not code:
        reading = []
    return rx.el.div(
        icon(name),
        head(title, class_name="t-heading"),
        rx.el.p(text),
        *([button(t("ui.retry"), look="primary", on_click=on_retry)] if on_retry is not None else []),
        *reading,
        class_name="blank",
        role="alert",
    )


def partial(text: Line, *, strong: Line | None = None, on_retry: Any = None) -> rx.Component:
    """Say that something may be missing; counts beside it must say "at least"."""
    action = (
        rx.el.button(t("ui.retry_short"), type="button", on_click=on_retry, class_name="link act plain-ink")
        if on_retry is not None
        else None
    )
    return note(text, kind="warn", strong=strong, action=action, live=True)


def offline() -> rx.Component:
    """Say that there is no network, and what that means."""
    return note(t("ui.offline.text"), strong=t("ui.offline.title"), name="wifi_off", live=True)


def loading(rows: int = 4, *, days: bool = True, label: Line | None = None) -> rx.Component:
    """Show bars in the true height of the rows to come; headings and filters stay real."""
    lead = [rx.el.span(rx.el.i(class_name="sk sk-2"), class_name="day")] if days else []
    return rx.el.div(
        rx.el.p(label if label is not None else t("ui.loading"), class_name="sr", role="status"),
        rx.el.ul(
            *[
                rx.el.li(
                    rx.el.span(
                        *lead,
                        rx.el.span(
                            rx.el.i(class_name=f"sk sk-{'579'[number % 3]}"),
                            rx.el.i(class_name="sk sk-4 thin"),
                            class_name="sk-lines",
                        ),
                        rx.el.span(rx.el.i(class_name="sk sk-3"), class_name="end"),
                        class_name="row still" if days else "row flat still",
                    )
                )
                for number in range(rows)
            ],
            class_name="rows days" if days else "rows",
            aria_hidden="true",
        ),
        class_name="loading",
        key="loading",  # else one of what comes in its place is taken for this one, moved
    )


class _Afterwards(scripts.Local):
    """Waits with its children until what stands above them has been painted."""

    library = scripts.AFTERWARDS
    tag = "Afterwards"


def afterwards(*parts: rx.Component) -> rx.Component:
    """Show what lies below the first screenful a moment later, in a turn of its own: nobody waits for it to read on."""
    return _Afterwards.create(*parts)
