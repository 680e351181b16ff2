# pyright: reportAttributeAccessIssue=false, reportArgumentType=false, reportReturnType=false, reportOperatorIssue=false
# A Var of a view has the attributes of the view at run time.
"""Page of one analyte through time: the newest value, the plot, and the table that says the same."""

from __future__ import annotations

import reflex as rx

from health_cloud.core.words import Words
from health_cloud.records.pages.meaning import meaning_note
from health_cloud.records.pages.parts import loaded, two
from health_cloud.records.pages.why import proof_line, released
from health_cloud.records.state import Trend
from health_cloud.records.views.trend import TrendPage, TrendRow
from health_cloud.ui import dates
from health_cloud.ui.charts import plot
from health_cloud.ui.feedback import afterwards, note
from health_cloud.ui.i18n import t, words
from health_cloud.ui.layout import page
from health_cloud.ui.marks import flag, icon
from health_cloud.ui.rows import section

_COLUMNS = 4


def trend_page() -> rx.Component:
    """Return the page of one analyte."""
    shown = Trend.page
    return page(
        loaded(Trend, trend_body(shown), back="/records/laboratory", days=False),
        heading=rx.cond(
            Trend.ready, rx.cond(shown.id != "", trend_name(shown), t("records.missing.title")), t("ui.loading")
        ),
        sub=rx.cond(shown.id != "", trend_sub(shown), rx.fragment()),
        size="title",
        back=rx.cond(shown.back != "", shown.back, "/records/laboratory"),
        back_label=trend_back(shown),
        tab="records",
    )


def trend_back(shown: rx.Var[TrendPage]) -> rx.Var[str]:
    """Name what it was opened from."""
    return rx.cond(
        shown.record_class == "laboratory",
        t("records.trend.back"),
        rx.match(
            shown.record_class,
            ("check_ups", t("ui.class.check_ups")),
            ("medical_records", t("ui.class.medical_records")),
            t("ui.class.laboratory"),
        ),
    )


def trend_name(shown: rx.Var[TrendPage]) -> rx.Var[str]:
    """Name what was measured."""
    return rx.cond(words(shown.pair) != "", t("records.trend.pressure"), words(shown.name))


def trend_sub(shown: rx.Var[TrendPage]) -> rx.Component:
    """Say what was measured in what, and in which unit."""
    unit = rx.cond(words(shown.unit) != "", t("records.trend.unit", unit=words(shown.unit)), "")
    first = rx.cond(shown.code != "", shown.code, words(shown.specimen))
    second = rx.cond(shown.code != "", words(shown.specimen), "")
    dot = rx.cond((unit != "") & (first != ""), rx.el.i(class_name="sep"), rx.fragment())
    return rx.fragment(two(first, second), dot, unit)


def trend_body(shown: rx.Var[TrendPage]) -> rx.Component:
    """Show an analyte through time, for its owner and for whoever may read it."""
    return rx.fragment(
        rx.cond(shown.rows.length() > 0, _sheet(shown), note(t("records.trend.none"))),
        meaning_note(shown.meaning),
        meaning_note(shown.pair_meaning),
        afterwards(rx.cond(shown.rows.length() > 0, _table(shown), rx.fragment())),
        afterwards(
            rx.cond(
                shown.converted > 0,
                rx.el.p(
                    t("records.trend.converted", unit=words(shown.unit), count=shown.converted), class_name="beneath"
                ),
                rx.fragment(),
            ),
            rx.cond(shown.more, rx.el.p(t("records.trend.more"), class_name="beneath"), rx.fragment()),
            rx.el.p(t("records.trend.rule"), class_name="beneath trend-rule"),
            proof_line(shown.proof, opened=rx.fragment(rx.foreach(shown.rows, _opened))),
        ),
    )


def _sheet(shown: rx.Var[TrendPage]) -> rx.Component:
    newest = shown.newest
    return rx.el.section(
        rx.el.p(
            rx.el.span(dates.full_day(newest.at), class_name="when"),
            rx.el.strong(_value(newest), rx.el.small(words(newest.unit)), class_name="val"),
            _flag(newest.kind, newest.word),
            rx.cond(newest.second_word != newest.word, _flag(newest.second_kind, newest.second_word), rx.fragment()),
            class_name="trend-newest",
        ),
        rx.cond(
            shown.plotted > 1,
            plot(
                shown.rows,
                name=trend_name(shown),
                beside=shown.beside,
                names=[words(shown.name), words(shown.pair)],
            ),
            rx.el.p(
                rx.cond(
                    shown.rows.length() == 1,
                    t("records.trend.one"),
                    rx.cond(shown.plotted == 1, t("records.trend.single"), t("records.trend.words")),
                ),
                class_name="trend-said",
            ),
        ),
        class_name="sheet",
    )


def _value(row: rx.Var[TrendRow]) -> rx.Var[str]:
    """Say a value, or a pair as people do: 129/84."""
    first = rx.cond(words(row.value) != "", words(row.value), "–")
    return rx.cond(words(row.second) != "", first + "/" + words(row.second), words(row.value))


def _flag(kind: rx.Var[str], word: rx.Var[str]) -> rx.Component:
    return rx.cond(word != "", flag(kind, t(word)), rx.fragment())


def _table(shown: rx.Var[TrendPage]) -> rx.Component:
    heads = ("date", "value", "compared")
    return rx.fragment(
        section(t("records.trend.each"), more=t("records.trend.count", count=shown.rows.length())),
        rx.el.div(
            rx.el.table(
                rx.el.thead(
                    rx.el.tr(
                        *[
                            rx.el.th(
                                t(f"records.trend.{each}"), scope="col", class_name="num" if each == "value" else ""
                            )
                            for each in heads
                        ],
                        rx.el.td(),
                    )
                ),
                rx.el.tbody(rx.foreach(shown.rows, _row)),
                class_name="table trend-table",
            ),
            class_name="trend-pad",
        ),
    )


def _row(row: rx.Var[TrendRow]) -> rx.Component:
    return rx.fragment(
        rx.el.tr(
            rx.el.th(
                rx.el.a(dates.full_day(row.at), href=row.href),
                rx.el.small(words(row.organization)),
                scope="row",
            ),
            rx.el.td(
                rx.el.b(_value(row), class_name=rx.cond(row.number != "", "number", "")),
                rx.cond(words(row.unit) != "", rx.el.small(words(row.unit)), rx.fragment()),
                rx.cond(
                    row.converted,
                    rx.el.small(t("records.trend.drawn", number=row.drawn), class_name="drawn"),
                    rx.fragment(),
                ),
                class_name="num",
            ),
            _compared(row),
            rx.el.td(icon("chevron_right", size="s"), class_name="go"),
        ),
        rx.cond(
            row.broken != "",
            rx.el.tr(
                rx.el.td(
                    rx.el.span(
                        icon("unlink", size="s"),
                        rx.el.span(
                            t(row.broken, day=dates.month(row.at), was=words(row.was), now=words(row.now)),
                        ),
                    ),
                    col_span=_COLUMNS,
                ),
                class_name="parted",
            ),
            rx.fragment(),
        ),
    )


def _opened(row: rx.Var[TrendRow]) -> rx.Component:
    """Say of one value since when its report can be seen; it leads there, where the whole proof stands."""
    day = rx.el.a(dates.full_day(row.at), " ", _value(row), href=row.href, class_name="link")
    return released(row.released, row.rule, day)


def _compared(row: rx.Var[TrendRow]) -> rx.Component:
    """Compare a value with its range of that time; of a pair each with its own."""
    first = _range(row.low, row.high, row.limits)
    second = _range(row.second_low, row.second_high, row.second_limits)
    return rx.el.td(
        _flag(row.kind, row.word),
        rx.el.small(rx.cond(row.ranged, first, t("records.trend.no_range"))),
        rx.cond(
            words(row.second) != "",
            rx.fragment(_flag(row.second_kind, row.second_word), rx.el.small(second)),
            rx.fragment(),
        ),
    )


def _range(low: rx.Var[str], high: rx.Var[str], said: rx.Var[Words]) -> rx.Var[str]:
    limits = rx.cond((low != "") & (high != ""), low + "–" + high, rx.cond(high != "", "≤ " + high, "≥ " + low))
    return rx.cond(words(said) != "", words(said), limits)
