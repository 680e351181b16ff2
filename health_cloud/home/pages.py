# pyright: reportAttributeAccessIssue=false, reportArgumentType=false, reportReturnType=false, reportOperatorIssue=false
# A Var of a view has the attributes of the view at run time.
"""The patient's first screen."""

from __future__ import annotations

import reflex as rx

from health_cloud.core.policy import Need
from health_cloud.core.words import Words
from health_cloud.home.state import HANDLERS, Home
from health_cloud.identity.pages.acting import switcher
from health_cloud.identity.pages.recover import LOADS, recovery_notice
from health_cloud.identity.state.guardians import Wards
from health_cloud.records.pages.parts import class_row, loaded, visit_item
from health_cloud.records.pages.search import search_link
from health_cloud.records.pages.sources import at_least, blank, complete_to, missing
from health_cloud.records.pages.why import proof_line
from health_cloud.ui import scripts
from health_cloud.ui.i18n import t, words
from health_cloud.ui.layout import page
from health_cloud.ui.linked import linked
from health_cloud.ui.marks import CLASS_ICONS
from health_cloud.ui.page import Page
from health_cloud.ui.rows import classes, row, rows, section, sheet, thread, tile
from health_cloud.ui.shell import OWN_NAME, may_see_to

_SOURCE = linked(__file__, "greeting.js")


class Greeting(scripts.Local):
    """Greets by the reader's own clock."""

    library = _SOURCE
    tag = "Greeting"

    name: rx.Var[str]
    texts: rx.Var[dict[str, str]]


class Today(scripts.Local):
    """Says what day it is."""

    library = _SOURCE
    tag = "Today"


def home() -> rx.Component:
    """Show what is new, the six classes, and the last visits."""
    greeting = Greeting.create(
        name=OWN_NAME,
        texts={
            hour: t(key, name=OWN_NAME)
            for hour, key in (
                ("morning", "home.morning"),
                ("noon", "home.noon"),
                ("afternoon", "home.afternoon"),
                ("evening", "home.evening"),
                ("hello", "home.hello"),
            )
        },
    )
    body = rx.cond(
        Home.page.any,
        _body(),
        blank(Home.page.sources, "folder_heart", t("home.nothing.title"), t("home.nothing.text")),
    )
    return page(
        recovery_notice(),
        switcher(),
        loaded(Home, rx.fragment(missing(Home.page.sources), body), days=False),
        heading=greeting,
        sub=Today.create(),
        brand=True,
        end=[search_link()],
        tab="records",
    )


def _body() -> rx.Component:
    news = Home.page.news
    return rx.fragment(
        rx.cond(
            news.length() > 0,
            sheet(
                rows(rx.foreach(news, class_row), lead=True),
                rx.cond(
                    Home.page.new > news.length(),
                    rx.el.p(t("home.news_rest", count=Home.page.new - news.length()), class_name="sheet-foot"),
                    rx.fragment(),
                ),
                title=t("home.news", count=Home.page.new),
            ),
            sheet(rows(rx.foreach(Home.page.recent, class_row), lead=True), title=t("home.recent")),
        ),
        classes({name: at_least(Home.page.sources, Home.page.counts[name]) for name in CLASS_ICONS}),
        rows(
            row(
                t("home.summary"),
                sub=t("home.summary_text"),
                href="/summary",
                lead=tile("notebook_text", "c-accent"),
                arrow=True,
            ),
            rx.cond(may_see_to("decide"), _rights(), rx.fragment()),
            lead=True,
        ),
        rx.cond(
            Home.page.visits.length() > 0,
            rx.fragment(
                section(t("home.visits"), href="/visits", link=t("home.all_visits")),
                thread(rx.foreach(Home.page.visits, visit_item)),
            ),
            rx.fragment(),
        ),
        complete_to(Home.page.sources),
        proof_line(Home.page.proof),
    )


def _rights() -> rx.Component:
    return rx.fragment(
        row(
            rx.cond(Home.page.can_see > 0, t("home.can_see", count=Home.page.can_see), t("home.can_see_none")),
            sub=rx.cond(
                Home.page.can_see > 0,
                rx.fragment(
                    rx.foreach(Home.page.seers, _seer),
                    rx.cond(Home.page.can_see > Home.page.seers.length(), t("home.can_see_others"), ""),
                ),
                t("home.can_see_none_text"),
            ),
            href="/access",
            lead=tile("shield_check", "c-accent"),
            arrow=True,
        ),
        row(t("home.who.title"), sub=t("home.who.text"), href="/ledger", lead=tile("eye", "c-accent"), arrow=True),
    )


def _seer(name: rx.Var[Words], number: rx.Var[int]) -> rx.Component:
    return rx.fragment(rx.cond(number > 0, t("home.comma"), ""), words(name))


PAGES = [Page("/", home, "home.title", on_load=[Home.load, *LOADS, Wards.load], need=Need.PATIENT)]

__all__ = ["HANDLERS", "PAGES"]
