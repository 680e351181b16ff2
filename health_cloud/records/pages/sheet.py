# pyright: reportAttributeAccessIssue=false, reportArgumentType=false, reportReturnType=false, reportOperatorIssue=false
# A Var of a view has the attributes of the view at run time.
"""Page of the visit sheet: what one wants to ask and to show, on one sheet of A4."""

from __future__ import annotations

import reflex as rx

from health_cloud.records.pages.compare import range_said
from health_cloud.records.pages.parts import loaded, two
from health_cloud.records.pages.printing import print_button, sheet_facts
from health_cloud.records.pages.why import proof_line
from health_cloud.records.state.sheet import MOST, VisitSheet
from health_cloud.records.views.medicines import MedicineLine
from health_cloud.records.views.screens import Point
from health_cloud.records.views.sheet import Indicator, SheetPage
from health_cloud.records.views.summary import SummaryGroup, SummaryLine
from health_cloud.ui import dates
from health_cloud.ui.charts import sparkline
from health_cloud.ui.feedback import note
from health_cloud.ui.forms import button, chip
from health_cloud.ui.i18n import t, words
from health_cloud.ui.layout import page, separated
from health_cloud.ui.marks import flag
from health_cloud.ui.rows import section

_ASK = "ask"


def sheet_page() -> rx.Component:
    """Return the page of one's visit sheet."""
    return page(
        sheet_facts(),
        rx.el.p(print_button(), class_name="to-original"),
        _question(),
        loaded(VisitSheet, _body(VisitSheet.page), days=False),
        heading=t("records.sheet.title"),
        sub=t("records.sheet.sub"),
        size="title",
        back="/summary",
        back_label=t("records.summary.title"),
        tab="records",
    )


def sheet_link(*beside: rx.Component) -> rx.Component:
    """Lead to the sheet, and to what stands beside it."""
    return rx.el.p(
        button(t("records.sheet.open"), href="/visit-sheet", name="file_text", small=True),
        *beside,
        class_name="to-original",
    )


def _question() -> rx.Component:
    """Take down what one wants to ask: the field has no name and no handler, so nothing of it leaves the browser."""
    return rx.el.div(
        rx.el.label(t("records.sheet.ask"), html_for=_ASK, class_name="strong"),
        rx.el.span(
            rx.el.textarea(id=_ASK, rows="3", max_length=300, auto_complete="off", aria_describedby=f"{_ASK}-hint"),
            class_name="input tall",
        ),
        rx.el.p(t("records.sheet.ask_hint"), id=f"{_ASK}-hint", class_name="t-small ink-2 not-printed"),
        class_name="pad sheet-ask",
    )


def _body(shown: rx.Var[SheetPage]) -> rx.Component:
    none = rx.el.p(t("records.summary.nothing"), class_name="beneath")
    return rx.fragment(
        rx.cond(shown.closed, note(t("records.summary.closed")), rx.fragment()),
        rx.cond(shown.indicators.length() > 0, _choice(shown), rx.fragment()),
        section(t("records.sheet.indicators")),
        rx.cond(
            shown.indicators.length() > 0,
            rx.el.section(rx.foreach(shown.indicators, _indicator), class_name="on-paper sheet-lines"),
            none,
        ),
        section(t("records.summary.medicines")),
        rx.cond(
            (shown.medicines.length() > 0) | (shown.named.current.length() > 0) | (shown.named.stated.length() > 0),
            rx.el.ul(
                rx.foreach(shown.medicines, _medicine),
                rx.foreach(shown.named.current, _said),
                rx.foreach(shown.named.stated, _said),
                class_name="sheet-said",
            ),
            none,
        ),
        section(t("records.summary.allergies")),
        rx.cond(shown.allergies.any, _allergies(shown.allergies), none),
        rx.cond(shown.older, rx.el.p(t("records.sheet.older"), class_name="beneath"), rx.fragment()),
        rx.el.p(t("records.sheet.rule"), class_name="beneath"),
        proof_line(shown.proof),
    )


def _choice(shown: rx.Var[SheetPage]) -> rx.Component:
    chosen = VisitSheet.chosen
    return rx.el.div(
        section(t("records.sheet.choose"), more=t("records.sheet.count", count=chosen.length(), most=MOST)),
        rx.el.div(
            rx.foreach(
                shown.indicators,
                lambda each: chip(
                    rx.fragment(
                        words(each.name),
                        rx.el.small(words(each.unit), class_name="ink-2"),
                        rx.cond(each.twin, rx.el.small(dates.full_day(each.at), class_name="ink-2"), rx.fragment()),
                    ),
                    chosen=chosen.contains(each.key),
                    disabled=~chosen.contains(each.key) & (chosen.length() >= MOST),
                    on_click=VisitSheet.toggle(each.key),
                ),
            ),
            class_name="sheet-choice",
            role="group",
            aria_label=t("records.sheet.choose"),
        ),
        class_name="not-printed",
    )


def _indicator(each: rx.Var[Indicator]) -> rx.Component:
    name = rx.el.span(
        words(each.name), rx.cond(each.code != "", rx.el.small(each.code), rx.fragment()), class_name="name"
    )
    value = rx.el.span(
        words(each.value),
        rx.cond(words(each.unit) != "", rx.el.small(words(each.unit)), rx.fragment()),
        class_name="val",
    )
    marked = rx.cond(each.word != "", flag(each.kind, t(each.word)), rx.el.span())
    told = separated(
        rx.cond(each.ranged, range_said(each), t("records.trend.no_range")),
        dates.full_day(each.at),
        words(each.organization),
    )
    before = rx.el.span(t("records.sheet.before"), rx.foreach(each.before, _before), class_name="sheet-before")
    trend = sparkline(each.points, low=each.low, high=each.high, unit=words(each.unit))
    return rx.cond(
        VisitSheet.chosen.contains(each.key),
        rx.el.div(
            rx.el.span(name, value, class_name="top"),
            rx.el.div(rx.el.span(told), marked, class_name="sheet-told"),
            rx.cond(each.before.length() > 0, rx.el.div(before, trend, class_name="sheet-told"), rx.fragment()),
            key=each.key,
            class_name="result",
        ),
        rx.fragment(),
    )


def _before(point: rx.Var[Point]) -> rx.Component:
    return rx.el.span(rx.el.b(point.value), " ", dates.full_day(point.at))


def _medicine(line: rx.Var[MedicineLine]) -> rx.Component:
    return rx.el.li(
        rx.el.b(words(line.name)), rx.el.span(two(words(line.newest.dose), words(line.newest.organization)))
    )


def _allergies(shown: rx.Var[SummaryGroup]) -> rx.Component:
    return rx.el.ul(
        rx.foreach(shown.current, _said),
        rx.foreach(shown.stated, _said),
        rx.foreach(shown.before, _said),
        class_name="sheet-said",
    )


def _said(line: rx.Var[SummaryLine]) -> rx.Component:
    status = rx.cond(line.differ, t("records.summary.differ"), rx.cond(line.status != "", t(line.status), ""))
    told = two(status, rx.cond(line.severity != "", t(line.severity), ""))
    where = two(words(line.newest.organization), dates.full_day(line.newest.at))
    return rx.el.li(rx.el.b(words(line.title)), rx.el.span(told), rx.el.span(where))
