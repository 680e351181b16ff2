"""Pages of notify: the inbox, and the bell that leads to it."""

from __future__ import annotations

import reflex as rx

from health_cloud.core.policy import Need
from health_cloud.notify.service import post
from health_cloud.notify.state import HANDLERS, PATH, Bell, Inbox
from health_cloud.notify.views import NewsRow
from health_cloud.ui import dates
from health_cloud.ui.feedback import empty, loading
from health_cloud.ui.i18n import t
from health_cloud.ui.layout import page
from health_cloud.ui.marks import icon, tile
from health_cloud.ui.page import Page
from health_cloud.ui.rows import row, rows
from health_cloud.ui.shell import Shell

_ICONS = {
    "sign_in": "log_in",
    "factor": "key_round",
    "contact": "phone",
    "recovery": "life_buoy",
    "attempts": "shield_alert",
    "account": "circle_user_round",
    "guardian": "users",
    "emergency": "siren",
    "review": "clipboard_check",
    "access": "shield_check",
    "appointment": "calendar_clock",
    "records": "folder_heart",
}


def bell() -> rx.Component:
    """Lead to the inbox from the bar of every screen, with the number of new lines."""
    waiting = Shell.badges["bell"]
    count = rx.cond(waiting > 0, rx.el.i(waiting, class_name="badge"), rx.fragment())
    link = rx.el.a(
        icon("bell"),
        count,
        href=PATH,
        aria_label=rx.cond(waiting > 0, t("notify.bell.fresh", count=waiting), t("notify.bell.none")),
        class_name="icbtn bell",
    )
    return rx.cond(Shell.signed_in, link, rx.fragment())


def inbox_page() -> rx.Component:
    body = rx.cond(
        Inbox.news.length() > 0,
        rows(rx.foreach(Inbox.news, _line), lead=True),
        empty("bell", t("notify.inbox.empty"), t("notify.inbox.empty_text")),
    )
    return page(
        rx.cond(Inbox.ready, body, loading(days=False)),
        heading=t("notify.inbox.title"),
        sub=t("notify.inbox.sub"),
        back="/me",
        back_label=t("ui.nav.me"),
        role=Shell.role,  # pyright: ignore[reportArgumentType] - on a State class it is a Var
        tab="me",
    )


def _line(line: rx.Var[NewsRow]) -> rx.Component:
    text, at = t(line.key, line.params), dates.moment(line.at)
    symbol = rx.fragment(rx.match(line.kind, *[(kind, tile(name)) for kind, name in _ICONS.items()], tile("bell")))
    return rx.fragment(
        rx.cond(
            line.link != "",
            row(text, sub=at, lead=symbol, href=line.link, fresh=line.fresh, new=line.fresh, arrow=True),
            row(text, sub=at, lead=symbol, fresh=line.fresh, new=line.fresh),
        )
    )


PAGES = [Page(PATH, inbox_page, "notify.inbox.title", on_load=[Inbox.load], need=Need.SIGNED_IN)]
EVERYWHERE = dict.fromkeys((Need.SIGNED_IN, Need.PATIENT, Need.PHYSICIAN, Need.STAFF), (Bell.load,))
TASKS = post.TASKS

__all__ = ["EVERYWHERE", "HANDLERS", "PAGES", "TASKS"]
