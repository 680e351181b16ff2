# pyright: reportAttributeAccessIssue=false, reportArgumentType=false, reportReturnType=false, reportOperatorIssue=false
# A Var of a view has the attributes of the view at run time.
"""What was said of a visit or in a report: running text, diagnoses, and all that belongs to it by kind."""

from __future__ import annotations

import reflex as rx

from health_cloud.core.words import Words
from health_cloud.records.pages.parts import two
from health_cloud.records.views.screens import EntryPage, ItemGroup, ItemLine, Passage
from health_cloud.ui import dates
from health_cloud.ui.i18n import t, words
from health_cloud.ui.rows import row, rows, section


def passages(shown: rx.Var[EntryPage], look: str) -> rx.Component:
    """Show running text, on the sheet where it is what the person came for."""
    return rx.cond(
        shown.passages.length() > 0,
        rx.el.section(rx.foreach(shown.passages, _passage), class_name=look),
        rx.fragment(),
    )


def _passage(each: rx.Var[Passage]) -> rx.Component:
    heading = rx.cond(each.name != "", t(each.name), words(each.heading))
    return rx.el.div(
        rx.cond(heading != "", rx.el.h2(heading), rx.fragment()),
        rx.el.p(words(each.text), class_name="prose"),
        class_name="passage",
    )


def diagnoses(shown: rx.Var[EntryPage]) -> rx.Component:
    """Show the diagnoses of a visit, which are what a person came for, on the sheet."""
    return rx.foreach(
        shown.groups,
        lambda each: rx.cond(
            each.kind == "diagnosis",
            rx.el.section(
                rx.el.div(rx.el.h2(t("records.item.diagnosis")), class_name="sheet-head"),
                rows(rx.foreach(each.said, _item)),
                class_name="sheet",
            ),
            rx.fragment(),
        ),
    )


def group(each: rx.Var[ItemGroup], record_class: rx.Var[str]) -> rx.Component:
    """Show one kind of what belongs to a visit; diagnoses of a visit stand on its sheet already."""
    return rx.cond(
        (each.kind == "diagnosis") & (record_class == "medical_records"),
        rx.fragment(),
        rx.el.section(section(t("records.item." + each.kind)), rows(rx.foreach(each.said, _item))),
    )


def _item(item: rx.Var[ItemLine]) -> rx.Component:
    when = rx.cond(
        (item.until != "") & (dates.day(item.until) != dates.day(item.at)),
        t("records.entry.span", start=dates.day(item.at), end=dates.day(item.until)),
        dates.day(item.at),
    )
    sub = rx.fragment(
        rx.el.span(rx.foreach(item.details, _detail), class_name="detail"),
        rx.el.span(
            two(rx.cond(item.at != "", when, ""), rx.cond(item.status != "", t(item.status), "")),
            rx.foreach(item.people, lambda name: rx.fragment(rx.el.i(class_name="sep"), words(name))),
            class_name="detail",
        ),
    )
    return row(words(item.title), sub=sub)


def _detail(each: rx.Var[Words], number: rx.Var[int]) -> rx.Component:
    return rx.fragment(rx.cond(number > 0, rx.el.i(class_name="sep"), rx.fragment()), words(each))
