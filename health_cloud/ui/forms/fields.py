"""Text fields: label above, hint below it, error under the field with what to do."""

from __future__ import annotations

from typing import Any

import reflex as rx

from health_cloud.ui import scripts
from health_cloud.ui.i18n import t
from health_cloud.ui.marks import icon

Text = str | rx.Var[str]
Line = Text | rx.Component


def field(
    label: Line,
    *,
    name: str,
    hint: Line | None = None,
    error: Text | None = None,
    type: Any = "text",  # noqa: A002
    end: rx.Component | None = None,
    multiline: bool = False,
    class_name: str = "",
    **props: Any,
) -> rx.Component:
    """Show a labelled text field.

    Args:
        label: what is asked for; always visible.
        name: name in the form, and the field's id.
        hint: how it looks, where to find it.
        error: what to do; a Var that is empty shows none. The key's text, already through `t`.
        type: as in HTML.
        end: an icon button inside the field.
        multiline: a text area.
        class_name: further classes of the whole.
        props: of the input (`default_value`, `on_blur`, `autocomplete`, `input_mode`, `placeholder`, `required`).
    """
    problem = error if error is not None else ""
    wrong = _is_wrong(problem)
    described = " ".join(part for part in (f"{name}-hint" if hint is not None else "", f"{name}-error") if part)
    wiring: dict[str, Any] = {"id": name, "name": name, "aria_describedby": described, "aria_invalid": wrong}
    if props.pop("required", False):
        wiring["required"] = True
    control = rx.el.textarea(rows="3", **wiring, **props) if multiline else rx.el.input(type=type, **wiring, **props)
    return rx.el.div(
        rx.el.label(label, html_for=name),
        *([rx.el.span(hint, class_name="hint", id=f"{name}-hint")] if hint is not None else []),
        rx.el.div(
            control,
            *([end] if end is not None else []),
            class_name=_switch(
                wrong, "input tall bad" if multiline else "input bad", "input tall" if multiline else "input"
            ),
        ),
        field_error(problem, name),
        class_name=f"field {class_name}".strip(),
    )


def field_error(error: Text, name: str) -> rx.Component:
    """Say under a field what to do; announced when it appears."""
    shown = rx.el.span(icon("circle_alert", size="s"), error, class_name="field-error")
    if isinstance(error, rx.Var):
        shown = rx.cond(error != "", shown, rx.fragment())
    elif not error:
        shown = rx.fragment()
    return rx.el.div(shown, id=f"{name}-error", aria_live="polite")


def _is_wrong(error: Text) -> rx.Var[bool] | bool:
    return error != "" if isinstance(error, rx.Var) else bool(error)


def _switch(condition: rx.Var[bool] | bool, yes: str, no: str) -> str | rx.Var[str]:
    return rx.cond(condition, yes, no) if isinstance(condition, rx.Var) else yes if condition else no


def code_field(label: Line, *, name: str = "code", digits: int = 6, **rest: Any) -> rx.Component:
    """Ask for a code that was sent; phones offer it from the message."""
    return field(
        label,
        name=name,
        **{
            "auto_complete": "one-time-code",
            "input_mode": "numeric",
            "pattern": rf"\d{{{digits}}}",
            "max_length": digits,
            "class_name": "code-field",
            **rest,
        },
    )


def password_field(label: Line, *, name: str = "password", new: bool = False, **rest: Any) -> rx.Component:
    """Ask for a password, with a button that shows it; `new` lets password managers propose one."""
    return field(
        label,
        name=name,
        type="password",
        end=Reveal.create(target=name, show=t("ui.password.show"), hide=t("ui.password.hide")),
        **{"auto_complete": "new-password" if new else "current-password", **rest},
    )


class Reveal(scripts.Local):
    """The button that shows a password."""

    library = scripts.FORMS
    tag = "Reveal"

    target: rx.Var[str]
    show: rx.Var[str]
    hide: rx.Var[str]


def date_field(label: Line, *, name: str, **rest: Any) -> rx.Component:
    """Ask for a day with the device's own calendar; gives ISO text."""
    return field(label, name=name, type="date", **rest)


def select_field(
    label: Line,
    *,
    name: str,
    options: list[tuple[str, Text]] | rx.Var[Any],
    hint: Line | None = None,
    error: Text = "",
    **props: Any,
) -> rx.Component:
    """Ask for one of many with the device's own list; options are (value, text)."""
    if isinstance(options, rx.Var):
        inside = [rx.foreach(options, lambda option: rx.el.option(option[1], value=option[0]))]
    else:
        inside = [rx.el.option(text, value=value) for value, text in options]
    return rx.el.div(
        rx.el.label(label, html_for=name),
        *([rx.el.span(hint, class_name="hint", id=f"{name}-hint")] if hint is not None else []),
        rx.el.div(
            rx.el.select(*inside, id=name, name=name, aria_describedby=f"{name}-error", **props),
            icon("chevron_down", size="m"),
            class_name="input select",
        ),
        field_error(error, name),
        class_name="field",
    )
