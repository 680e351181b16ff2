"""The main navigation of each role: a bar below on phones and tablets, a rail on desks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, Literal

import reflex as rx

from health_cloud.ui.i18n import t
from health_cloud.ui.marks import icon, seal
from health_cloud.ui.shell import OWN_NAME, Shell, may_see_to

Role = Literal["patient", "physician", "pharmacist", "staff", "guest"]


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
    "pharmacist": (
        Tab("review", "/pharmacist", "pill"),
        Tab("me", "/me", "circle_user_round"),
    ),
    "staff": (
        Tab("visibility", "/desk", "eye"),
        Tab("emergencies", "/desk/emergencies", "siren"),
        Tab("questions", "/desk/questions", "messages_square"),
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
    "review": "ui.nav.review",
    "visibility": "ui.nav.visibility",
    "emergencies": "ui.nav.emergencies",
    "questions": "ui.nav.questions",
}

_LEVELS: Final = {"access": "decide", "followup": "book"}
"""Places that a guardian sees who was given so much."""


def navigation(role: Role | rx.Var[str], tab: str) -> list[rx.Component]:
    """Give the rail and the bar of a role; one of the two is shown at a time.

    Args:
        role: a Var where a page serves several.
        tab: the chosen place.
    """
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
    made = rx.el.a(
        icon(place.icon),
        rx.el.span(t(_NAMES[place.name])),
        rx.cond(waiting > 0, badge, rx.fragment()),
        href=place.href,
        **_current(place.name == chosen),
    )
    level = _LEVELS.get(place.name)
    return rx.cond(may_see_to(level), made, rx.fragment()) if level is not None else made


def _account() -> rx.Component:
    """Say at the foot of the rail whose session this is; ward machines are shared."""
    name = rx.el.span(OWN_NAME, class_name="rail-name")
    shown = rx.el.a(rx.el.span(OWN_NAME[0], class_name="face", aria_hidden="true"), name, href="/me")
    return rx.cond(Shell.name != "", shown, rx.fragment())


def _current(chosen: bool) -> dict[str, Any]:
    return {"aria_current": "page"} if chosen else {}
