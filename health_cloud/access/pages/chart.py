# pyright: reportArgumentType=false
# A Var of a view has the attributes of the view at run time.
"""A chart under a grant: whose leave, what, how long; an overview, six classes, a list, an entry."""

from __future__ import annotations

import reflex as rx

from health_cloud.access.pages.banner import ground_banner
from health_cloud.access.pages.overview import overview
from health_cloud.access.state import GrantedChart
from health_cloud.access.state.chart import ONCE, OVERVIEW
from health_cloud.access.views import ClassTab
from health_cloud.records.pages.entry import entry_body, entry_sub
from health_cloud.records.pages.parts import row_flag, titled, two
from health_cloud.records.pages.why import proof_line
from health_cloud.records.views.screens import ListRow, Month
from health_cloud.ui import dates
from health_cloud.ui.feedback import empty, loading, note
from health_cloud.ui.forms import button
from health_cloud.ui.i18n import t, words
from health_cloud.ui.layout import page
from health_cloud.ui.lease import lease, leased_line
from health_cloud.ui.marks import class_icon, icon
from health_cloud.ui.rows import class_name, day_lead, group, row
from health_cloud.ui.stretches import stretches

_GRANT = GrantedChart.page.grant


def chart_page() -> rx.Component:
    """Return the page."""
    here = GrantedChart.ready & ~GrantedChart.over
    return page(
        rx.cond(
            GrantedChart.over,
            empty(
                "lock",
                rx.cond(GrantedChart.urgent, t("access.emergency.over"), t("access.chart.over")),
                rx.match(
                    GrantedChart.once,
                    *[(key, t(key)) for key in ONCE],
                    rx.cond(GrantedChart.urgent, t("access.emergency.over_text"), t("access.chart.over_text")),
                ),
                action=button(t("access.ask.to_list"), href="/physician"),
            ),
            rx.cond(GrantedChart.ready, lease(_chart(), kind="grant", ground=_GRANT.id), loading(5)),
        ),
        heading=rx.cond(
            here,
            leased_line(words(_GRANT.name), otherwise=t("access.chart.title"), kind="grant", ground=_GRANT.id),
            t("access.chart.title"),
        ),
        size="title",
        back="/physician",
        back_label=t("ui.nav.today"),
        role="physician",
        tab="today",
        wide=True,
    )


def _chart() -> rx.Component:
    return rx.fragment(
        ground_banner(_GRANT),
        rx.cond(
            GrantedChart.narrowed,
            note(t("access.chart.narrowed"), kind="info", name="shield_check", live=True),
            rx.fragment(),
        ),
        rx.el.nav(
            rx.cond(GrantedChart.page.glance, _glance(), rx.fragment()),
            rx.foreach(GrantedChart.page.tabs, _tab),
            class_name="tabs class-tabs",
            aria_label=t("access.chart.classes"),
        ),
        rx.cond(GrantedChart.record_class == OVERVIEW, overview(GrantedChart.overview), _panes()),
    )


def _panes() -> rx.Component:
    """Show a class as a list, and beside it the entry that was opened."""
    return rx.el.div(
        rx.el.div(_list(), proof_line(GrantedChart.proof), class_name="pane-list"),
        rx.cond(
            GrantedChart.entry_open,
            rx.el.article(
                rx.el.div(
                    button(t("access.chart.back"), small=True, on_click=GrantedChart.close_entry, name="chevron_left"),
                    class_name="pad entry-back",
                ),
                rx.el.div(
                    rx.el.h2(titled(GrantedChart.entry), class_name="t-title"),
                    rx.el.p(entry_sub(GrantedChart.entry), class_name="t-small ink-2"),
                    class_name="pad",
                ),
                entry_body(GrantedChart.entry),
                class_name="pane-entry",
            ),
            rx.el.div(
                empty("mouse_pointer_click", t("access.chart.pick"), t("access.chart.pick_text")),
                class_name="pane-hint",
            ),
        ),
        class_name=rx.cond(GrantedChart.entry_open, "chart-panes opened", "chart-panes"),
    )


def _glance() -> rx.Component:
    return rx.el.button(
        icon("layout_dashboard", size="s"),
        t("access.overview.title"),
        type="button",
        aria_current=rx.cond(GrantedChart.record_class == OVERVIEW, "true", "false"),
        on_click=GrantedChart.pick(OVERVIEW),
    )


def _tab(tab: rx.Var[ClassTab]) -> rx.Component:
    return rx.cond(
        tab.open,
        rx.el.button(
            class_icon(tab.record_class),
            class_name(tab.record_class),
            rx.el.span(rx.cond(tab.more, "999+", tab.count.to_string()), class_name="count"),
            type="button",
            aria_current=rx.cond(GrantedChart.record_class == tab.record_class, "true", "false"),
            on_click=GrantedChart.pick(tab.record_class),
        ),
        rx.el.span(
            icon("lock", size="s"),
            class_name(tab.record_class),
            rx.el.span(t("access.chart.locked"), class_name="sr"),
            class_name="locked",
        ),
    )


def _list() -> rx.Component:
    return rx.cond(
        GrantedChart.some,
        stretches(
            GrantedChart,
            GrantedChart.months,
            loading(5),
            named="month",
            group=Month,
            row=ListRow,
            head=_month_head,
            line=_row,
            class_name="rows days",
            brief=True,
        ),
        rx.el.p(t("access.chart.none"), class_name="pad ink-2"),
    )


def _month_head(month: rx.Var[Month], _count: rx.Var[int]) -> rx.Component:
    return group(dates.month(month.month))


def _row(entry: rx.Var[ListRow]) -> rx.Component:
    return row(
        titled(entry),
        sub=two(words(entry.place), words(entry.practitioner)),
        on_click=GrantedChart.open_entry(entry.id),
        lead=day_lead(entry.occurred),
        end=row_flag(entry),
        fresh=entry.fresh,
    )
