# pyright: reportAttributeAccessIssue=false, reportArgumentType=false, reportReturnType=false, reportOperatorIssue=false
# A Var of a view has the attributes of the view at run time.
"""What was said of a visit or in a report: running text, diagnoses, and all that belongs to it by kind."""

from __future__ import annotations

from collections.abc import Callable

import reflex as rx

from health_cloud.core.words import Words
from health_cloud.records.pages.parts import several, span
from health_cloud.records.views.screens import EntryPage, ItemGroup, ItemLine
from health_cloud.records.views.story import Block, Passage
from health_cloud.ui.i18n import t, words
from health_cloud.ui.rows import row, rows, section


def passages(shown: rx.Var[EntryPage], look: str) -> rx.Component:
    """Show running text, on the sheet where it is what the person came for."""
    return rx.cond(
        shown.passages.length() > 0,
        rx.el.section(rx.foreach(shown.passages, passage), class_name=look),
        rx.fragment(),
    )


def passage(each: rx.Var[Passage], *, level: Callable[..., rx.Component] = rx.el.h2) -> rx.Component:
    """Show one piece of running text under its heading, in the headings and paragraphs that it was sent with."""
    heading = rx.cond(each.name != "", t(each.name), words(each.heading))
    below = rx.el.h4 if level is rx.el.h3 else rx.el.h5 if level is rx.el.h4 else rx.el.h3
    return rx.el.div(
        rx.cond(heading != "", level(heading), rx.fragment()),
        rx.cond(
            each.blocks.length() > 0,
            rx.el.div(rx.foreach(each.blocks, lambda block: _block(block, below)), class_name="prose"),
            rx.el.p(words(each.text), class_name="prose"),
        ),
        class_name="passage",
    )


def _block(block: rx.Var[Block], level: Callable[..., rx.Component]) -> rx.Component:
    return rx.cond(block.kind == "heading", level(words(block.text)), rx.el.p(words(block.text)))


def group(each: rx.Var[ItemGroup]) -> rx.Component:
    """Show one kind of what belongs to a visit."""
    return rx.el.section(section(t("records.item." + each.kind)), rows(rx.foreach(each.said, _item)))


def _item(item: rx.Var[ItemLine]) -> rx.Component:
    severity, status = (rx.cond(each != "", t(each), "").to(str) for each in (item.severity, item.status))
    sub = rx.fragment(
        rx.el.span(rx.foreach(item.details, _detail), class_name="detail"),
        rx.el.span(
            several(span(item.at, item.until), severity, status),
            rx.foreach(item.people, lambda name: rx.fragment(rx.el.i(class_name="sep"), words(name))),
            class_name="detail",
        ),
    )
    return row(words(item.title), sub=sub)


def _detail(each: rx.Var[Words], number: rx.Var[int]) -> rx.Component:
    return rx.fragment(rx.cond(number > 0, rx.el.i(class_name="sep"), rx.fragment()), words(each))
