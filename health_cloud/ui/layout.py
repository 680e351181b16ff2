"""The frame of every screen: app bar, heading, content, actions, and the tab bar that becomes a rail on desks.

Who is signed in and what waits for them comes from `Shell`; the rest of the shell (demo banner, connection, toast) is
put into slots by the composition root before the pages are compiled.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, Literal

import reflex as rx
from reflex_components_core.el.elements.base import BaseHTML

from health_cloud.ui import scripts
from health_cloud.ui.i18n import t
from health_cloud.ui.marks import icon, seal
from health_cloud.ui.shell import Shell

Text = str | rx.Var[str]
Role = Literal["patient", "physician", "staff", "guest"]
Slot = Literal["banner", "connection", "outside"]
Make = Callable[[], rx.Component]


@dataclass(frozen=True)
class Tab:
    """One place in the main navigation."""

    name: str
    href: str
    icon: str


NAVIGATION: Final[dict[str, tuple[Tab, ...]]] = {
    "patient": (
        Tab("records", "/", "folder_heart"),
        Tab("access", "/access", "shield_check"),
        Tab("followup", "/followup", "calendar_clock"),
        Tab("me", "/me", "circle_user_round"),
    ),
    "physician": (
        Tab("today", "/physician", "clipboard_list"),
        Tab("ask", "/physician/ask", "shield_check"),
        Tab("slots", "/physician/slots", "calendar_clock"),
        Tab("me", "/me", "circle_user_round"),
    ),
    "staff": (
        Tab("visibility", "/desk", "eye"),
        Tab("me", "/me", "circle_user_round"),
    ),
}
_NAMES: Final = {
    "records": "ui.nav.records",
    "access": "ui.nav.access",
    "followup": "ui.nav.followup",
    "me": "ui.nav.me",
    "today": "ui.nav.today",
    "ask": "ui.nav.ask",
    "slots": "ui.nav.slots",
    "visibility": "ui.nav.visibility",
}

_slots: dict[str, Make] = {}


def fill(slot: Slot, make: Make) -> None:
    """Put something of the shell into every page.

    Args:
        slot: "banner" above all (demo mode), "connection" below it (offline), "outside" after the content (toast).
        make: called once a page, at compile time.
    """
    _slots[slot] = make


class Arrival(scripts.Local):
    """Moves the focus to the heading after a change of route."""

    library = scripts.FRAME
    tag = "Arrival"


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
    brand: bool = False,
    end: tuple[rx.Component, ...] | list[rx.Component] = (),
    actions: rx.Component | tuple[rx.Component, ...] | None = None,
    wide: bool = False,
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
        brand: the seal and the name of the product instead of a back button.
        end: icon buttons at the right of the app bar.
        actions: buttons that stick to the bottom; the tab bar makes room for them on phones.
        wide: a desk screen that uses the whole width instead of a column.
    """
    root = bar is None and back is None and not brand
    top = bar if bar is not None else _bar(heading if root else None, back, back_label, brand, end)
    title = None if root or heading is None else _heading(heading, sub, lead, size)
    below = sub_line(sub) if root and sub is not None else None
    foot = _actions(actions)
    classes = " ".join(
        part for part in ("app", "frame", "wide" if wide else "", "acting" if foot is not None else "") if part
    )
    return rx.el.div(
        Fragment.create(t("ui.skip"), href="#content", class_name="skip"),
        *[rx.el.aside(banner, aria_label=t("ui.notice")) for banner in _slot("banner")],
        *_slot("connection"),
        rx.el.div(
            *_navigation(role, tab),
            rx.el.div(
                *([top] if top is not None else []),
                rx.el.main(
                    rx.el.div(
                        *([title] if title is not None else []),
                        *([below] if below is not None else []),
                        *content,
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
        Arrival.create(),
        class_name=classes,
    )


def step_bar(
    title: Text,
    *,
    back: Text | None = None,
    on_back: rx.EventHandler | rx.event.EventSpec | None = None,
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
    brand: bool,
    end: tuple[rx.Component, ...] | list[rx.Component],
) -> rx.Component | None:
    if brand:
        return rx.el.header(rx.el.span(seal(), t("ui.brand"), class_name="brand"), *end, class_name="appbar")
    if back is not None:
        label = back_label if back_label is not None else t("ui.back")
        return rx.el.header(
            rx.el.a(icon("chevron_left"), label, href=back, class_name="back"),
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


def _slot(name: Slot) -> list[rx.Component]:
    return [_slots[name]()] if name in _slots else []


def _navigation(role: Role | rx.Var[str], tab: str) -> list[rx.Component]:
    if isinstance(role, str):
        return _navigation_of(role, tab)
    cases = [(name, rx.fragment(*_navigation_of(name, tab))) for name in NAVIGATION]
    return [rx.fragment(rx.match(role, *cases, rx.fragment()))]


def _navigation_of(role: str, tab: str) -> list[rx.Component]:
    if role not in NAVIGATION:
        return []
    tabs = NAVIGATION[role]
    return [
        rx.el.nav(
            rx.el.a(seal(), href=tabs[0].href, aria_label=t("ui.brand"), class_name="rail-seal"),
            *[_place(place, tab) for place in tabs],
            rx.el.span(class_name="grow"),
            *([_account()] if role != "patient" else []),
            class_name="rail",
            aria_label=t("ui.nav.label"),
        ),
        rx.el.nav(*[_place(place, tab) for place in tabs], class_name="tabbar", aria_label=t("ui.nav.label")),
    ]


def _place(place: Tab, chosen: str) -> rx.Component:
    waiting = Shell.badges[place.name]
    badge = rx.el.i(rx.el.span(t("ui.nav.waiting"), class_name="sr"), waiting, class_name="badge")
    return rx.el.a(
        icon(place.icon),
        rx.el.span(t(_NAMES[place.name])),
        rx.cond(waiting > 0, badge, rx.fragment()),
        href=place.href,
        **_current(place.name == chosen),
    )


def _account() -> rx.Component:
    """Say at the foot of the rail whose session this is; ward machines are shared."""
    name = rx.el.span(Shell.name, class_name="rail-name")
    shown = rx.el.a(rx.el.span(Shell.name[0], class_name="face", aria_hidden="true"), name, href="/me")
    return rx.cond(Shell.name != "", shown, rx.fragment())


def _current(chosen: bool) -> dict[str, Any]:
    return {"aria_current": "page"} if chosen else {}
