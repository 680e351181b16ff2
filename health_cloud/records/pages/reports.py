# pyright: reportAttributeAccessIssue=false, reportArgumentType=false, reportReturnType=false, reportOperatorIssue=false
# A Var of a view has the attributes of the view at run time.
"""What stands beside a report: the one before it, others of its visit, its series; and a check-up in short."""

from __future__ import annotations

import reflex as rx

from health_cloud.records.pages import said
from health_cloud.records.pages.parts import class_row, two
from health_cloud.records.views.reports import SeriesLine
from health_cloud.records.views.screens import EntryPage, ResultLine
from health_cloud.ui import dates
from health_cloud.ui.feedback import note
from health_cloud.ui.i18n import t, words
from health_cloud.ui.marks import flag, icon
from health_cloud.ui.rows import rows, section


def reports(shown: rx.Var[EntryPage]) -> rx.Component:
    """Show the report of the same kind before this one, and the others of the same visit."""
    return rx.fragment(
        rx.cond(shown.previous.at != "", _previous(shown), rx.fragment()),
        rx.cond(
            shown.related.length() > 0,
            rx.el.section(
                section(t("records.part.related")),
                rows(rx.foreach(shown.related, class_row), lead=True),
                class_name="not-printed",
            ),
            rx.fragment(),
        ),
    )


def _previous(shown: rx.Var[EntryPage]) -> rx.Component:
    last = shown.previous
    name = t("records.part.previous_of", day=dates.full_day(last.at))
    return rx.el.section(
        section(t("records.part.previous")),
        rx.el.div(
            rx.cond(
                last.href != "",
                rx.el.a(name, icon("chevron_right", size="s"), href=last.href, class_name="link through"),
                rx.el.p(name, class_name="strong"),
            ),
            rx.cond(words(last.conclusion) != "", rx.el.p(words(last.conclusion), class_name="ink-2"), rx.fragment()),
            class_name="pad previous",
        ),
        class_name="not-printed",
    )


def series(shown: rx.Var[EntryPage]) -> rx.Component:
    """Show the series of a study in plain words, and where its pictures are."""
    return rx.cond(
        shown.series.length() > 0,
        rx.el.section(
            section(t("records.part.series"), more=t("records.part.series_count", count=shown.series.length())),
            rows(rx.foreach(shown.series, _one_series)),
            rx.cond(
                shown.stored > 0,
                note(t("records.part.stored", count=shown.stored), kind="plain", name="layers"),
                rx.fragment(),
            ),
        ),
        rx.fragment(),
    )


def _one_series(each: rx.Var[SeriesLine]) -> rx.Component:
    plain = rx.cond(each.word != "", t(each.word), each.modality)
    technical = rx.el.dl(
        _fact("records.series.title", words(each.title)),
        _fact("records.series.modality", each.modality),
        _fact("records.series.number", each.number),
        _fact("records.series.uid", each.uid),
        class_name="facts",
    )
    return rx.el.li(
        rx.el.div(
            rx.el.p(two(plain, words(each.body)), class_name="ttl"),
            rx.el.p(
                two(t("records.part.images", count=each.images), rx.cond(each.at != "", dates.moment(each.at), "")),
                class_name="sub",
            ),
            rx.el.details(
                rx.el.summary(t("records.series.technical"), rx.el.span(" ", plain, class_name="sr")),
                technical,
                class_name="technical",
            ),
            class_name="one-series",
        )
    )


def _fact(name: str, value: rx.Var[str]) -> rx.Component:
    return rx.cond(value != "", rx.el.div(rx.el.dt(t(name)), rx.el.dd(value)), rx.fragment())


def checked(shown: rx.Var[EntryPage], order: rx.Component, measures: rx.Component) -> rx.Component:
    """Show a check-up: the doctor's conclusion first, then what differs, then the measures."""
    return rx.fragment(
        rx.cond(
            (shown.passages.length() > 0) | (shown.abnormal.length() > 0),
            rx.el.section(
                rx.foreach(shown.passages, said.passage),
                rx.cond(shown.abnormal.length() > 0, _abnormal(shown), rx.fragment()),
                class_name="sheet",
            ),
            rx.fragment(),
        ),
        order,
        measures,
    )


def _abnormal(shown: rx.Var[EntryPage]) -> rx.Component:
    return rx.el.div(
        rx.el.h2(t("records.check.abnormal", count=shown.abnormal.length())),
        rx.el.ul(rx.foreach(shown.abnormal, _differs), class_name="told"),
        class_name="passage differs",
    )


def _differs(line: rx.Var[ResultLine]) -> rx.Component:
    inside = rx.fragment(
        rx.el.span(
            words(line.name),
            rx.el.span(
                rx.cond(words(line.limits) != "", t("records.check.limits", limits=words(line.limits)), ""),
                rx.cond(
                    line.past.than != "",
                    rx.fragment(
                        rx.cond(words(line.limits) != "", rx.el.i(class_name="sep"), rx.fragment()),
                        t(line.past.than, by=line.past.by, year=line.past.year),
                    ),
                    rx.fragment(),
                ),
                class_name="detail",
            ),
            class_name="text",
        ),
        rx.el.span(rx.el.b(words(line.value)), " ", rx.el.small(words(line.unit)), class_name="figure"),
        rx.el.span(flag(line.kind, t(line.word)), class_name="end"),
        rx.cond(line.trend != "", icon("chevron_right", size="s"), rx.fragment()),
    )
    opens = rx.el.a(inside, href=line.trend, class_name="told-line")
    return rx.el.li(rx.cond(line.trend != "", opens, rx.el.span(inside, class_name="told-line")))
