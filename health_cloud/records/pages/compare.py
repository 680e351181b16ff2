# pyright: reportAttributeAccessIssue=false, reportArgumentType=false, reportReturnType=false, reportOperatorIssue=false
# A Var of a view has the attributes of the view at run time.
"""Page of two reports side by side: a table at the desk, two columns below each name on a phone."""

from __future__ import annotations

from typing import Any

import reflex as rx

from health_cloud.records.pages.parts import loaded
from health_cloud.records.pages.why import proof_line, released
from health_cloud.records.state import Compare
from health_cloud.records.views.compare import ComparedRow, ComparedSide, ComparedValue, ComparePage
from health_cloud.records.views.screens import EntryPage
from health_cloud.ui import dates
from health_cloud.ui.feedback import note
from health_cloud.ui.i18n import t, words
from health_cloud.ui.layout import page
from health_cloud.ui.marks import flag, tile
from health_cloud.ui.rows import class_name, row, rows, section


def compare_link(shown: rx.Var[EntryPage]) -> rx.Component:
    """Lead from a report to it and the one before it, side by side."""
    return rx.cond(
        shown.compare != "",
        rx.el.div(
            rows(
                row(
                    t("records.compare.link"),
                    sub=t("records.compare.link_sub", day=dates.full_day(shown.compare_at)),
                    href=shown.compare,
                    lead=tile("columns_2"),
                    arrow=True,
                ),
                lead=True,
            ),
            class_name="not-printed",
        ),
        rx.fragment(),
    )


def compare_page() -> rx.Component:
    """Return the page of two reports of one's own."""
    shown = Compare.page
    there = shown.id != ""
    name = rx.cond(words(shown.title) != "", words(shown.title), class_name(shown.record_class))
    heading = rx.cond(there, t("records.compare.heading", title=name), t("records.missing.title"))
    return page(
        loaded(Compare, _body(shown), days=False),
        heading=rx.cond(Compare.ready, heading, t("ui.loading")),
        sub=rx.cond(
            there,
            t(
                "records.compare.days",
                older=dates.full_day(shown.older.at),
                newer=dates.full_day(shown.newer.at),
            ),
            "",
        ),
        size="title",
        back=rx.cond(there, shown.newer.href, "/"),
        back_label=rx.cond(there, class_name(shown.record_class), t("ui.nav.records")),
        tab="records",
    )


def _body(shown: rx.Var[ComparePage]) -> rx.Component:
    something = (shown.measures.length() > 0) | (shown.results.length() > 0)
    return rx.fragment(
        rx.cond(
            something,
            rx.el.section(
                _table(shown, shown.measures, t("records.part.measures")),
                _table(shown, shown.results, t("records.part.results")),
                class_name="sheet compare",
            ),
            note(t("records.compare.nothing")),
        ),
        rx.cond(something, rx.el.p(t("records.compare.rule"), class_name="beneath"), rx.fragment()),
        rx.cond(
            shown.others.length() > 0,
            rx.el.section(section(t("records.compare.others")), rows(rx.foreach(shown.others, _other))),
            rx.fragment(),
        ),
        proof_line(shown.proof, opened=rx.fragment(_opened(shown.newer), _opened(shown.older))),
    )


def _opened(side: rx.Var[ComparedSide]) -> rx.Component:
    day = rx.el.a(dates.full_day(side.at), href=side.href, class_name="link")
    return released(side.released, side.rule, day)


def _table(shown: rx.Var[ComparePage], found: rx.Var[list[ComparedRow]], name: rx.Var[str]) -> rx.Component:
    """Show one part; its roles are said, for a phone lays the cells of a row below each other."""
    heads = rx.el.tr(
        rx.el.th(t("records.compare.test"), scope="col", role="columnheader"),
        _head(shown.older),
        _head(shown.newer),
        rx.el.th(t("records.compare.change"), scope="col", role="columnheader"),
        role="row",
    )
    return rx.cond(
        found.length() > 0,
        rx.fragment(
            rx.cond(shown.measures.length() > 0, rx.el.h2(name, class_name="compare-part"), rx.fragment()),
            rx.el.table(
                rx.el.caption(name, class_name="sr"),
                rx.el.thead(heads, role="rowgroup"),
                rx.el.tbody(rx.foreach(found, lambda each: _row(shown, each)), role="rowgroup"),
                role="table",
                class_name="compare-table",
            ),
        ),
        rx.fragment(),
    )


def _head(side: rx.Var[ComparedSide]) -> rx.Component:
    return rx.el.th(
        rx.el.a(dates.full_day(side.at), href=side.href),
        rx.el.small(words(side.organization)),
        scope="col",
        role="columnheader",
    )


def _row(shown: rx.Var[ComparePage], each: rx.Var[ComparedRow]) -> rx.Component:
    return rx.el.tr(
        rx.el.th(
            rx.cond(words(each.panel) != "", rx.el.span(words(each.panel), class_name="panel-name"), rx.fragment()),
            words(each.name),
            rx.cond(each.code != "", rx.el.small(each.code), rx.fragment()),
            scope="row",
            role="rowheader",
        ),
        _cell(each.older, shown.older),
        _cell(each.newer, shown.newer),
        rx.el.td(rx.cond(each.say != "", t(each.say, by=each.by), ""), role="cell", class_name="change"),
        role="row",
    )


def _cell(value: rx.Var[ComparedValue], side: rx.Var[ComparedSide]) -> rx.Component:
    given = rx.fragment(
        rx.el.span(
            words(value.value),
            rx.cond(words(value.unit) != "", rx.el.small(words(value.unit)), rx.fragment()),
            class_name=rx.cond(value.numeric, "val", "val words"),
        ),
        rx.cond(value.word != "", flag(value.kind, t(value.word)), rx.fragment()),
        rx.cond(range_said(value) != "", rx.el.small(range_said(value), class_name="limits"), rx.fragment()),
    )
    return rx.el.td(
        rx.el.span(dates.full_day(side.at), class_name="on", aria_hidden="true"),
        rx.cond(value.given, given, rx.el.span(t("records.compare.none"), class_name="ink-3")),
        role="cell",
    )


def range_said(value: rx.Var[Any]) -> rx.Var[str]:
    """Say a reference range as given: of anything with `low`, `high` and `limits`."""
    limits = rx.cond(
        (value.low != "") & (value.high != ""),
        value.low + "–" + value.high,
        rx.cond(value.high != "", "≤ " + value.high, rx.cond(value.low != "", "≥ " + value.low, "")),
    )
    said = rx.cond(words(value.limits) != "", words(value.limits), limits)
    return rx.cond(said != "", t("ui.result.reference", range=said), "")


def _other(side: rx.Var[ComparedSide]) -> rx.Component:
    return row(dates.full_day(side.at), sub=words(side.organization), href=side.href, arrow=True)
