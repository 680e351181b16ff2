# pyright: reportAttributeAccessIssue=false, reportArgumentType=false, reportReturnType=false, reportOperatorIssue=false
# A Var of a view has the attributes of the view at run time.
"""A visit as a story on one hairline: why, what was found, what was done, what next; of a stay its days."""

from __future__ import annotations

import reflex as rx

from health_cloud.records.pages.parts import several, span, titled
from health_cloud.records.pages.said import passage
from health_cloud.records.views.screens import EntryPage
from health_cloud.records.views.story import Chapter, StayDay, StoryLine
from health_cloud.ui import dates
from health_cloud.ui.i18n import t, words
from health_cloud.ui.marks import class_icon, flag, icon
from health_cloud.ui.rows import section


def story(shown: rx.Var[EntryPage]) -> rx.Component:
    """Show the story of a visit: the discharge summary of a stay first, then its chapters, then its days."""
    told = shown.story
    return rx.cond(
        told.chapters.length() > 0,
        rx.fragment(
            rx.cond(
                told.summary.length() > 0,
                rx.el.section(
                    rx.el.div(rx.el.h2(t("records.story.summary")), class_name="sheet-head"),
                    rx.foreach(told.summary, lambda one: passage(one, level=rx.el.h3)),
                    class_name="sheet",
                ),
                rx.fragment(),
            ),
            section(
                rx.cond(told.stay, t("records.story.stay"), t("records.story.visit")),
                more=rx.cond(told.days > 0, t("records.story.days", count=told.days), ""),
            ),
            rx.el.ol(
                rx.foreach(told.chapters, _chapter),
                class_name=rx.cond(told.summary.length() > 0, "thread told", "sheet thread told"),
            ),
            _course(told.course),
        ),
        rx.fragment(),
    )


def _chapter(each: rx.Var[Chapter]) -> rx.Component:
    return rx.el.li(
        rx.el.h3(t("records.story." + each.name)),
        rx.cond(each.absent != "", rx.el.p(t(each.absent), class_name="t-small ink-2"), rx.fragment()),
        _lines(each.said),
        rx.cond(
            each.folded.length() > 0,
            rx.el.details(
                rx.el.summary(t("records.story.more", count=each.folded.length())),
                _lines(each.folded),
                class_name="further",
            ),
            rx.fragment(),
        ),
        rx.foreach(each.passages, lambda one: passage(one, level=rx.el.h4)),
        class_name=rx.cond(each.name == "next", "now", ""),
    )


def _course(days: rx.Var[list[StayDay]]) -> rx.Component:
    return rx.cond(
        days.length() > 0,
        rx.el.section(section(t("records.story.course")), rx.el.ol(rx.foreach(days, _day), class_name="thread told")),
        rx.fragment(),
    )


def _day(each: rx.Var[StayDay]) -> rx.Component:
    return rx.el.li(
        rx.el.h3(
            t("records.story.day", number=each.number), rx.el.span(dates.day(each.day), class_name="t-small ink-2")
        ),
        _lines(each.said),
    )


def _lines(shown: rx.Var[list[StoryLine]]) -> rx.Component:
    return rx.cond(shown.length() > 0, rx.el.ul(rx.foreach(shown, _line)), rx.fragment())


def _line(line: rx.Var[StoryLine]) -> rx.Component:
    inside = rx.fragment(
        rx.cond(line.record_class != "", class_icon(line.record_class, size="s"), rx.fragment()),
        rx.el.span(
            rx.cond(
                line.label != "", rx.el.span(t(line.label, count=line.count), " ", class_name="ink-2"), rx.fragment()
            ),
            rx.cond(line.record_class != "", titled(line), words(line.title)),
            rx.el.span(
                rx.foreach(
                    line.details,
                    lambda detail, number: rx.fragment(
                        rx.cond(number > 0, rx.el.i(class_name="sep"), rx.fragment()), words(detail)
                    ),
                ),
                class_name="detail",
            ),
            rx.el.span(_when(line), class_name="detail"),
            class_name="text",
        ),
        rx.cond(
            line.word != "",
            rx.el.span(flag(line.kind, t(line.word, count=line.flagged)), class_name="end"),
            rx.cond(line.href != "", icon("chevron_right", size="s"), rx.fragment()),
        ),
    )
    return rx.el.li(
        rx.cond(
            line.href != "",
            rx.el.a(inside, href=line.href, class_name="told-line"),
            rx.el.span(inside, class_name="told-line"),
        )
    )


def _when(line: rx.Var[StoryLine]) -> rx.Component:
    severity, status = (rx.cond(each != "", t(each), "").to(str) for each in (line.severity, line.status))
    return rx.fragment(
        several(span(line.at, line.until), severity, status),
        rx.foreach(line.people, lambda name: rx.el.span(" ", words(name))),
    )
