# pyright: reportAttributeAccessIssue=false, reportArgumentType=false, reportReturnType=false, reportOperatorIssue=false
# A Var of a view has the attributes of the view at run time.
"""Page of the visits: a life in order, each visit with what it made."""

from __future__ import annotations

import reflex as rx

from health_cloud.records.pages.filters import filter_bar, nothing_fits
from health_cloud.records.pages.parts import loaded, row_flag, titled, two
from health_cloud.records.pages.search import search_link
from health_cloud.records.pages.sources import blank, complete_to, missing
from health_cloud.records.pages.why import proof_line
from health_cloud.records.state import Visits
from health_cloud.records.views.timeline import MadeRow, StopRow, Year
from health_cloud.ui import dates
from health_cloud.ui.feedback import loading
from health_cloud.ui.i18n import t, words
from health_cloud.ui.layout import page, separated
from health_cloud.ui.marks import class_icon
from health_cloud.ui.rows import group, thread_item
from health_cloud.ui.stretches import stretches, within


def visits_page() -> rx.Component:
    """Return the thread of visits."""
    body = rx.cond(
        Visits.some,
        rx.fragment(
            stretches(
                Visits,
                Visits.years,
                loading(5, days=False),
                named="year",
                group=Year,
                row=StopRow,
                head=_year_head,
                line=_stop,
                kind="ol",
                class_name="thread",
                tall=170,
            ),
            rx.cond(Visits.older != "", rx.fragment(), complete_to(Visits.sources)),
            proof_line(Visits.proof),
        ),
        rx.cond(
            Visits.filters.narrowed,
            nothing_fits(Visits.filters, Visits.sources),
            blank(Visits.sources, "notebook_text", t("records.visits.none"), t("records.empty.text")),
        ),
    )
    return page(
        filter_bar(Visits.filters, Visits.jump),
        loaded(Visits, rx.fragment(missing(Visits.sources), body), days=False),
        heading=t("records.visits.title"),
        end=[search_link()],
        back="/",
        back_label=t("ui.nav.records"),
        tab="records",
    )


def _year_head(year: rx.Var[Year], _count: rx.Var[int]) -> rx.Component:
    return group(dates.year(year.year))


def _stop(stop: rx.Var[StopRow]) -> rx.Component:
    called = rx.cond(words(stop.title) != "", words(stop.title), t("records.visit." + stop.kind))
    named = rx.cond(stop.href != "", rx.el.a(called, href=stop.href, class_name="knot"), called)
    where = rx.cond(
        words(stop.title).contains(words(stop.department)), words(stop.organization), words(stop.department)
    )
    return thread_item(
        rx.fragment(
            rx.cond(stop.visit, named, dates.day(stop.occurred)),
            rx.cond(stop.fresh, rx.fragment(" ", rx.el.span(t("ui.row.new"), class_name="new")), rx.fragment()),
        ),
        sub=rx.cond(
            stop.visit,
            separated(dates.day(stop.occurred), two(where, words(stop.practitioner))),
            two(where, words(stop.practitioner)),
        ),
        made=rx.cond(stop.made.length() > 0, rx.el.ul(within(stop.made, MadeRow, _made), _rest(stop)), rx.fragment()),
        now=stop.fresh,
    )


def _made(entry: rx.Var[MadeRow]) -> rx.Component:
    return rx.el.li(
        rx.el.a(
            class_icon(entry.record_class, size="s"),
            rx.el.span(titled(entry), class_name=rx.cond(entry.fresh, "text fresh-name", "text")),
            rx.cond(
                (entry.mark != "") & (entry.mark != "ui.row.new"),
                rx.el.span(t(entry.mark), class_name="new"),
                rx.fragment(),
            ),
            rx.el.span(row_flag(entry), class_name="end"),
            href=entry.href,
            class_name="told-line",
        ),
        key=entry.id,
    )


def _rest(stop: rx.Var[StopRow]) -> rx.Component:
    more = t("records.visits.more", count=stop.more)
    return rx.cond(
        stop.more > 0,
        rx.el.li(rx.cond(stop.href != "", rx.el.a(more, href=stop.href, class_name="told-line link"), more)),
        rx.fragment(),
    )
