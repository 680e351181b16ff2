# pyright: reportAttributeAccessIssue=false, reportArgumentType=false, reportReturnType=false, reportOperatorIssue=false
# A Var of a view has the attributes of the view at run time.
"""Page of the search: one field, and what was found."""

from __future__ import annotations

import reflex as rx

from health_cloud.records.pages.parts import class_row
from health_cloud.records.pages.sources import blank, complete_to, missing
from health_cloud.records.pages.why import proof_line
from health_cloud.records.service.reading import PAGE
from health_cloud.records.service.search import LONGEST
from health_cloud.records.state import Search
from health_cloud.records.views.search import FoundMonth, FoundRow, Hit
from health_cloud.ui import dates
from health_cloud.ui.feedback import announce, failed, note
from health_cloud.ui.forms import button, field, form
from health_cloud.ui.i18n import t, words
from health_cloud.ui.layout import icon_link, page
from health_cloud.ui.rows import group, section
from health_cloud.ui.stretches import stretches, within


def search_link() -> rx.Component:
    """Show the way to the search, for the bar of another page."""
    return icon_link("search", t("records.search.title"), href="/search")


def search_page() -> rx.Component:
    """Return the search."""
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
        announce(rx.cond((Search.asked != "") & (Search.failure == ""), _told(), "")),
        rx.cond(
            Search.failure != "",
            failed(t(Search.failure), t("records.failed.safe"), on_retry=Search.load, code=Search.code),
            rx.cond(Search.asked != "", _found(), rx.fragment()),
        ),
        heading=t("records.search.title"),
        back="/",
        back_label=t("ui.nav.records"),
        tab="records",
    )


def _told() -> rx.Var[str]:
    return rx.cond(
        Search.sources.wanting.length() > 0,
        t("records.search.least", count=Search.total),
        t("records.search.count", count=Search.total),
    )


def _found() -> rx.Component:
    return rx.fragment(
        missing(Search.sources),
        rx.cond(Search.unread, note(t("records.search.unread")), rx.fragment()),
        rx.cond(
            Search.some,
            rx.fragment(
                rx.cond(Search.total > PAGE, note(t("records.search.most", found=_told())), rx.fragment()),
                stretches(
                    Search,
                    Search.months,
                    named="name",
                    group=FoundMonth,
                    row=FoundRow,
                    head=_month_head,
                    line=_row,
                    class_name="rows lead",
                ),
                rx.cond(Search.older != "", rx.fragment(), complete_to(Search.sources)),
                proof_line(Search.proof),
            ),
            blank(
                Search.sources,
                "search_x",
                t("records.search.none", asked=Search.asked),
                t("records.search.none_text"),
                sought=True,
            ),
        ),
    )


def _month_head(month: rx.Var[FoundMonth], _count: rx.Var[int]) -> rx.Component:
    similar = rx.cond(month.similar, section(t("records.search.similar")), rx.fragment())
    return rx.fragment(similar, group(dates.month(month.month)))


def _row(found: rx.Var[FoundRow]) -> rx.Component:
    return class_row(found.line, below=rx.fragment(within(found.hits, Hit, _hit)))


def _hit(hit: rx.Var[Hit]) -> rx.Component:
    return rx.el.span(t(hit.kind, name=words(hit.name)), class_name="hit", key=hit.kind + words(hit.name))
