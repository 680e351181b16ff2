# pyright: reportAttributeAccessIssue=false, reportArgumentType=false, reportReturnType=false, reportOperatorIssue=false
# A Var of a view has the attributes of the view at run time.
"""Results on a screen: lines with range and flag, and organisms against antibiotics."""

from __future__ import annotations

import reflex as rx

from health_cloud.records.pages.meaning import meaning
from health_cloud.records.views.screens import Cell, EntryPage, Grid, GridRow, Headline, Organism, ResultLine
from health_cloud.ui.charts import sparkline
from health_cloud.ui.i18n import t, words
from health_cloud.ui.marks import flag, icon
from health_cloud.ui.order import abnormal_first, arranged, explained, order_switch
from health_cloud.ui.results import range_bar


def order(shown: rx.Var[EntryPage]) -> rx.Component:
    """Let the reader choose what comes first, where that makes a difference."""
    return rx.cond(shown.sortable, rx.el.div(order_switch(), class_name="order"), rx.fragment())


def results(shown: rx.Var[list[ResultLine]], *, compared: bool = False) -> rx.Component:
    """Show results one under the other, with the values before; `compared` says how each differs from last time."""
    opened = -1 if compared else explained(shown)  # of body measures people know what they are
    return rx.fragment(rx.foreach(arranged(shown), lambda line, place: _line(line, place == opened, compared=compared)))


def _line(line: rx.Var[ResultLine], opened: rx.Var[bool], *, compared: bool) -> rx.Component:
    named = rx.el.a(words(line.name), href=line.trend, aria_label=t("records.trend.open_of", name=words(line.name)))
    panelled = abnormal_first() & (words(line.panel) != "")
    label = rx.el.span(
        rx.cond(panelled, rx.el.span(words(line.panel), class_name="panel-name"), rx.fragment()),
        rx.cond(line.trend != "", named, words(line.name)),
        rx.cond(line.code != "", rx.el.small(line.code), rx.fragment()),
        rx.cond(line.trend != "", icon("chevron_right", size="s"), rx.fragment()),
        class_name="name",
    )
    value = rx.el.span(
        words(line.value),
        rx.cond(words(line.unit) != "", rx.el.small(words(line.unit)), rx.fragment()),
        class_name=rx.cond(line.numeric, "val", "val words"),
    )
    marked = rx.cond(line.word != "", flag(line.kind, t(line.word)), rx.el.span())
    than = rx.el.span(t(line.past.than, by=line.past.by, year=line.past.year), class_name="than")
    change = rx.cond(line.past.than != "", than, rx.fragment()) if compared else rx.fragment()
    trend = sparkline(line.past.points, low=line.low, high=line.high, unit=words(line.unit))
    traced = line.past.points.length() > 1
    return rx.cond(
        line.heading,
        rx.el.div(rx.el.h3(words(line.name), class_name="strong"), class_name="result panel"),
        rx.el.div(
            rx.el.span(label, rx.cond(line.long, rx.fragment(), value), class_name="top"),
            rx.cond(line.long, rx.el.p(words(line.value), class_name="in-words"), rx.fragment()),
            rx.cond(
                line.ranged,
                rx.el.span(
                    range_bar(
                        words(line.value),
                        kind=rx.cond(line.kind != "", line.kind, "none"),
                        low=line.low,
                        high=line.high,
                        unit=words(line.unit),
                        range_text=words(line.limits),
                        previous=line.past.previous if compared else "",
                    ),
                    rx.cond(traced, trend, rx.fragment()),
                    marked,
                    change,
                    class_name=rx.cond(traced, "bot", "bot two"),
                ),
                rx.cond(
                    traced,
                    rx.el.span(trend, marked, change, class_name="bot bare"),
                    rx.cond(line.word != "", rx.el.span(marked, class_name="bot one"), rx.fragment()),
                ),
            ),
            rx.foreach(
                rx.cond(abnormal_first() & (line.whole.length() > 0), line.whole, line.remarks),
                lambda each: rx.el.p(words(each), class_name="plain"),
            ),
            meaning(line.meaning, words(line.name), opened),
            key=line.place.to_string(),
            class_name=rx.cond(line.inner & ~abnormal_first(), "result inner", "result")
            + rx.cond(line.trend != "", " follows", ""),
        ),
    )


def headline(said: rx.Var[Headline]) -> rx.Component:
    """Say what the results say together."""
    return rx.cond(
        said.say != "",
        rx.fragment(
            rx.el.div(
                rx.el.h2(t(said.say, total=said.total, flagged=said.flagged)),
                class_name="sheet-head",
            ),
            rx.el.hr(class_name="hr"),
        ),
        rx.fragment(),
    )


def grid(shown: rx.Var[Grid]) -> rx.Component:
    """Show organisms against antibiotics, with what the shapes mean below."""
    return rx.cond(
        shown.organisms.length() > 0,
        rx.fragment(
            rx.el.section(
                rx.el.div(
                    rx.el.h2(
                        rx.cond(
                            shown.organisms.length() > shown.kinds,
                            t("records.culture.isolates", count=shown.organisms.length()),
                            t("records.culture.title", count=shown.organisms.length()),
                        )
                    ),
                    class_name="sheet-head",
                ),
                rx.el.div(
                    rx.el.table(
                        rx.el.thead(
                            rx.el.tr(
                                rx.el.th(t("records.culture.antibiotic"), scope="col"),
                                rx.foreach(shown.organisms, _organism),
                            )
                        ),
                        rx.el.tbody(rx.foreach(shown.rows, _grid_row)),
                        class_name="table",
                    ),
                    class_name="anti-scroll",
                    tab_index=0,
                    role="region",
                    aria_label=t("records.culture.table"),
                ),
                class_name="sheet",
            ),
            rx.cond(
                shown.corrected > 0,
                rx.el.p(t("records.culture.corrected", count=shown.corrected), class_name="beneath"),
                rx.fragment(),
            ),
            rx.el.div(
                *[flag(kind, t(f"records.culture.{kind}")) for kind in ("susceptible", "intermediate", "resistant")],
                class_name="legend pad culture-legend",
            ),
            rx.el.p(
                rx.cond(words(shown.unit) != "", t("records.culture.mic", unit=words(shown.unit)), ""),
                t("records.culture.ask"),
                class_name="beneath",
            ),
        ),
        rx.fragment(),
    )


def _organism(each: rx.Var[Organism]) -> rx.Component:
    isolate = rx.el.span(t("records.culture.isolate", number=each.isolate), class_name="isolate")
    return rx.el.th(
        rx.el.b(words(each.name)), rx.cond(each.isolate > 0, isolate, rx.fragment()), words(each.amount), scope="col"
    )


def _grid_row(each: rx.Var[GridRow]) -> rx.Component:
    return rx.el.tr(rx.el.th(words(each.name), scope="row"), rx.foreach(each.cells, _cell))


def _cell(cell: rx.Var[Cell]) -> rx.Component:
    return rx.el.td(
        rx.cond(
            cell.tested,
            rx.fragment(flag(cell.kind, t(cell.word)), rx.el.small(words(cell.amount))),
            rx.el.span(t("records.culture.untested"), class_name="ink-3"),
        ),
        rx.cond(
            cell.was != "",
            rx.el.span(
                t("records.culture.was", word=t(cell.was), amount=words(cell.was_amount)), class_name="corrected"
            ),
            rx.fragment(),
        ),
    )


def results_sheet(page: rx.Var[EntryPage]) -> rx.Component:
    """Show a report's results: on a sheet where they are what the person came for, else on paper."""
    main = page.record_class == "laboratory"
    return rx.cond(
        page.results.length() > 0,
        rx.fragment(
            rx.cond(main, order(page), rx.el.div(rx.el.h2(t("records.part.results")), class_name="sec")),
            rx.el.section(
                rx.cond(main, headline(page.headline), rx.fragment()),
                results(page.results),
                class_name=rx.cond(main, "sheet", "on-paper"),
            ),
            rx.cond(page.headline.unranged, rx.el.p(t("records.part.unranged"), class_name="beneath"), rx.fragment()),
        ),
        rx.fragment(),
    )
