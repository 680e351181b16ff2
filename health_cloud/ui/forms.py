"""Fields, choices and buttons: label above, hint below it, error under the field with what to do."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import reflex as rx
from reflex.event import EventHandler, passthrough_event_spec

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


def _set(**props: Any) -> dict[str, Any]:
    """Leave out what is not given."""
    return {name: value for name, value in props.items() if value is not None}


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
    given = _set(name=name or None, value=value, checked=checked, on_change=on_change)
    text = [*([lead] if lead is not None else []), rx.el.span(label)]
    return rx.el.label(
        rx.el.input(type="checkbox" if many else "radio", **given, **props),
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
        *[rx.el.a(text, href=href, **_set(aria_current="page" if chosen else None)) for text, href, chosen in options],
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
        **_set(on_click=on_click),
        **props,
    )


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
        **_set(aria_busy=busy if isinstance(busy, rx.Var) else None),
        **_set(on_click=on_click),
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
    """Send fields to a State handler as one dict."""
    return rx.el.form(*content, on_submit=on_submit, class_name="form", **props)
