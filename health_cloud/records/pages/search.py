# pyright: reportAttributeAccessIssue=false, reportArgumentType=false, reportReturnType=false, reportOperatorIssue=false
# A Var of a view has the attributes of the view at run time.
"""Page of the search: one field, and what was found."""

from __future__ import annotations

import reflex as rx

from health_cloud.records.pages.parts import class_row
from health_cloud.records.pages.sources import blank, complete_to, missing
from health_cloud.records.service.search import LONGEST
from health_cloud.records.state import Search
from health_cloud.records.views.search import FoundMonth, FoundRow, Hit
from health_cloud.ui import dates
from health_cloud.ui.feedback import announce, failed, note
from health_cloud.ui.forms import button, field, form
from health_cloud.ui.i18n import t, words
from health_cloud.ui.layout import icon_link, page
from health_cloud.ui.rows import group, rows, section
from health_cloud.ui.stretches import Place


def search_link() -> rx.Component:
    """Show the way to the search, for the bar of another page."""
    return icon_link("search", t("records.search.title"), href="/search")


def search_page() -> rx.Component:
    """Return the search."""
    shown = Search.page
    told = rx.cond(
        shown.sources.wanting.length() > 0,
        t("records.search.least", count=shown.total),
        t("records.search.count", count=shown.total),
    )
    return page(
        rx.el.div(
            form(
                field(
                    t("records.search.label"),
                    name="query",
                    type="search",
                    hint=t("records.search.hint"),
                    error=t(Search.problem),
                    default_value=Search.asked,
                    auto_complete="off",
                    enter_key_hint="search",
                    max_length=LONGEST,
                ),
                button(t("records.search.find"), look="primary", submit=True, wide=True),
                on_submit=Search.find,
            ),
            class_name="seek",
            role="search",
        ),
        announce(rx.cond((Search.asked != "") & (Search.failure == ""), told, "")),
        rx.cond(
            Search.failure != "",
            failed(t(Search.failure), t("records.failed.safe"), on_retry=Search.load, code=Search.code),
            rx.cond(Search.asked != "", _found(), rx.fragment()),
        ),
        Place.create(within="main", ready=shown.total > 0),
        heading=t("records.search.title"),
        back="/",
        back_label=t("ui.nav.records"),
        tab="records",
    )


def _found() -> rx.Component:
    shown = Search.page
    return rx.fragment(
        missing(shown.sources),
        rx.cond(shown.unread, note(t("records.search.unread")), rx.fragment()),
        rx.cond(
            shown.total > 0,
            rx.fragment(
                rx.cond(
                    shown.most > 0,
                    note(t("records.search.most", most=shown.most, total=shown.total)),
                    rx.fragment(),
                ),
                rx.foreach(shown.exact, _month),
                rx.cond(shown.similar.length() > 0, section(t("records.search.similar")), rx.fragment()),
                rx.foreach(shown.similar, _month),
                complete_to(shown.sources),
            ),
            blank(
                shown.sources,
                "search_x",
                t("records.search.none", asked=Search.asked),
                t("records.search.none_text"),
                sought=True,
            ),
        ),
    )


def _month(month: rx.Var[FoundMonth]) -> rx.Component:
    return rx.el.section(group(dates.month(month.month)), rows(rx.foreach(month.rows, _row), lead=True))


def _row(found: rx.Var[FoundRow]) -> rx.Component:
    return class_row(found.line, below=rx.foreach(found.hits, _hit))


def _hit(hit: rx.Var[Hit]) -> rx.Component:
    return rx.el.span(t(hit.kind, name=words(hit.name)), class_name="hit")
