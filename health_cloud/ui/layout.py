"""The frame of every screen: app bar, heading, content, actions, and the tab bar that becomes a rail on desks.

Who is signed in and what waits for them comes from `Shell`; the rest of the shell (demo banner, connection, toast) is
put into slots by the composition root before the pages are compiled.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

import reflex as rx
from reflex_components_core.el.elements.base import BaseHTML

from health_cloud.ui import scripts
from health_cloud.ui.i18n import t
from health_cloud.ui.marks import icon, seal
from health_cloud.ui.navigation import Role, navigation

Text = str | rx.Var[str]
Slot = Literal["banner", "acting", "connection", "outside", "proof", "staying", "help", "bell"]
Make = Callable[[], rx.Component]


_slots: dict[str, Make] = {}


def fill(slot: Slot, make: Make) -> None:
    """Put something of the shell into every page.

    Args:
        slot: "banner" above all (demo mode), "acting" below it (for whom a guardian acts), "connection" below it
            (offline), "outside" after the content (toast), "proof" and "staying" there too (the question for a second
            factor, the end of the session), "help" at the end of pages that ask for it (the demonstration's answers
            while proving who one is), "bell" at the right of the app bar of pages with a place in the navigation.
        make: called once a page, at compile time.
    """
    _slots[slot] = make


class Arrival(scripts.Local):
    """Moves the focus to the heading after a change of route."""

    library = scripts.FRAME
    tag = "Arrival"


class BackLink(scripts.Local):
    """Leads to the page above, or to that list of `others` which one came from; on a list to where one was in it."""

    library = scripts.PLACE
    tag = "BackLink"

    href: rx.Var[str]
    others: rx.Var[dict[str, str]]


class Fragment(BaseHTML):
    """A link inside the page; `rx.el.a` would make it a route."""

    tag = "a"

    href: rx.Var[str]


class PostForm(BaseHTML):
    """A form that the browser itself sends, so that the answer can set a cookie; `rx.el.form` never sends."""

    tag = "form"

    action: rx.Var[str]
    method: rx.Var[str]


def post_form(*content: rx.Component, action: str, **props: Any) -> rx.Component:
    """Send fields to an HTTP route by a full page load."""
    return PostForm.create(*content, action=action, method="post", **props)


def page(
    *content: rx.Component,
    heading: Text | rx.Component | None = None,
    sub: rx.Component | Text | None = None,
    lead: rx.Component | None = None,
    size: Literal["display", "title"] = "display",
    role: Role | rx.Var[str] = "patient",
    tab: str = "",
    bar: rx.Component | None = None,
    back: Text | None = None,
    back_label: Text | None = None,
    back_others: dict[str, rx.Var[str]] | None = None,
    brand: bool = False,
    end: tuple[rx.Component, ...] | list[rx.Component] = (),
    actions: rx.Component | tuple[rx.Component, ...] | None = None,
    wide: bool = False,
    helped: bool = False,
) -> rx.Component:
    """Frame a screen.

    Args:
        content: what the person came for.
        heading: the page's only h1; None when the content brings its own.
        sub: line under the heading.
        lead: icon or face before the heading.
        size: "display" for root pages and steps, "title" for a record.
        role: whose navigation; "guest" has none; a Var where a page serves several.
        tab: the chosen place in it.
        bar: an app bar of one's own, such as `step_bar`.
        back: where the back button leads.
        back_label: name of that place.
        back_others: addresses of lists from which one comes here too, and their names: back leads to where one was.
        brand: the seal and the name of the product instead of a back button.
        end: icon buttons at the right of the app bar.
        actions: buttons that stick to the bottom; the tab bar makes room for them on phones. On a root page, which
            has no way back, they come first in the content and the tab bar stays.
        wide: a desk screen that uses the whole width instead of a column.
        helped: the slot "help" stands after the content.
    """
    root = bar is None and back is None and not brand
    ends = [*end, *(_slot("bell") if tab else [])]
    top = bar if bar is not None else _bar(heading if root else None, back, back_label, back_others, brand, ends)
    title = None if root or heading is None else _heading(heading, sub, lead, size)
    below = sub_line(sub) if root and sub is not None else None
    foot = None if root else _actions(actions)
    first = _first(actions) if root else None
    classes = " ".join(
        part for part in ("app", "frame", "wide" if wide else "", "acting" if foot is not None else "") if part
    )
    return rx.el.div(
        Fragment.create(t("ui.skip"), href="#content", class_name="skip"),
        *[rx.el.aside(banner, aria_label=t("ui.notice")) for banner in _slot("banner")],
        *_slot("acting"),
        *_slot("connection"),
        rx.el.div(
            *navigation(role, tab),
            rx.el.div(
                *([top] if top is not None else []),
                rx.el.main(
                    rx.el.div(
                        *([title] if title is not None else []),
                        *([below] if below is not None else []),
                        *([first] if first is not None else []),
                        *content,
                        *(_slot("help") if helped else []),
                        class_name="content",
                    ),
                    *([foot] if foot is not None else []),
                    custom_attrs={"id": "content"},
                    tab_index=-1,
                    class_name="main",
                ),
                class_name="column",
            ),
            class_name="frame-body",
        ),
        *_slot("outside"),
        *_slot("proof"),
        *_slot("staying"),
        Arrival.create(),
        class_name=classes,
    )


def step_bar(
    title: Text,
    *,
    back: Text | None = None,
    on_back: rx.event.EventType[()] | None = None,
    end: Text = "",
) -> rx.Component:
    """Show the bar of a task in steps: back, what it is, where one stands ("step 2 of 4")."""
    button: list[rx.Component] = []
    if on_back is not None:
        button = [icon_button("chevron_left", t("ui.back"), on_click=on_back, class_name="accent")]
    elif back is not None:
        button = [icon_link("chevron_left", t("ui.back"), href=back, class_name="accent")]
    return rx.el.header(
        *button,
        rx.el.span(title, class_name="mid" if button else "mid first"),
        rx.el.span(end, class_name="t-small ink-2 bar-end"),
        class_name="appbar",
    )


def steps(done: int | rx.Var[int], total: int) -> rx.Component:
    """Show progress as bars; the words beside it say the same."""
    return rx.el.div(
        rx.el.div(
            *[
                rx.el.i(
                    class_name=rx.cond(done.to(int) >= number, "done", "")
                    if isinstance(done, rx.Var)
                    else _done(done, number)
                )
                for number in range(1, total + 1)
            ],
            class_name="steps",
            aria_hidden="true",
        ),
        class_name="pad steps-pad",
    )


def _done(done: int, number: int) -> str:
    return "done" if done >= number else ""


def icon_button(name: str, label: Text, *, class_name: str = "", **props: Any) -> rx.Component:
    """Show a button of one icon, named for those who don't see it."""
    return rx.el.button(icon(name), type="button", aria_label=label, class_name=f"icbtn {class_name}".strip(), **props)


def icon_link(name: str, label: Text, *, href: Text, class_name: str = "", **props: Any) -> rx.Component:
    """Show a link of one icon, named for those who don't see it."""
    return rx.el.a(icon(name), href=href, aria_label=label, class_name=f"icbtn {class_name}".strip(), **props)


def separated(*parts: Text | rx.Component) -> rx.Component:
    """Join the parts of a second line by drawn dots."""
    joined: list[Text | rx.Component] = []
    for part in parts:
        joined += [rx.el.i(class_name="sep"), part] if joined else [part]
    return rx.fragment(*joined)


def sub_line(text: rx.Component | Text) -> rx.Component:
    """Show the line under a heading on a root page."""
    return rx.el.div(rx.el.p(text, class_name="t-small ink-2"), class_name="pad sub-line")


def _bar(
    heading: Text | rx.Component | None,
    back: Text | None,
    back_label: Text | None,
    back_others: dict[str, rx.Var[str]] | None,
    brand: bool,
    end: tuple[rx.Component, ...] | list[rx.Component],
) -> rx.Component | None:
    if brand:
        return rx.el.header(rx.el.span(seal(), t("ui.brand"), class_name="brand"), *end, class_name="appbar")
    if back is not None:
        label = back_label if back_label is not None else t("ui.back")
        return rx.el.header(
            BackLink.create(icon("chevron_left"), label, href=back, others=back_others or {}, class_name="back"),
            rx.el.span(class_name="mid"),
            *end,
            class_name="appbar",
        )
    if heading is None:
        return None
    return rx.el.header(rx.el.h1(heading, class_name="t-display"), *end, class_name="appbar root")


def _heading(
    heading: Text | rx.Component, sub: rx.Component | Text | None, lead: rx.Component | None, size: str
) -> rx.Component:
    title = rx.el.h1(heading, class_name=f"t-{size}")
    return rx.el.div(
        rx.el.div(lead, title, class_name="heading-line") if lead is not None else title,
        *([rx.el.p(sub, class_name="t-small ink-2 heading-sub")] if sub is not None else []),
        class_name="pad heading",
    )


def _actions(actions: rx.Component | tuple[rx.Component, ...] | None) -> rx.Component | None:
    if actions is None:
        return None
    buttons = actions if isinstance(actions, tuple) else (actions,)
    return rx.el.div(*buttons, class_name="actions")


def _first(actions: rx.Component | tuple[rx.Component, ...] | None) -> rx.Component | None:
    if actions is None:
        return None
    buttons = actions if isinstance(actions, tuple) else (actions,)
    return rx.el.div(*buttons, class_name="pad first-actions")


def _slot(name: Slot) -> list[rx.Component]:
    return [_slots[name]()] if name in _slots else []
