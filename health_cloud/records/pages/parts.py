# pyright: reportAttributeAccessIssue=false, reportArgumentType=false, reportReturnType=false, reportOperatorIssue=false
# A Var of a view has the attributes of the view at run time.
"""Parts that every reading screen uses."""

from __future__ import annotations

from typing import Any

import reflex as rx

from health_cloud.records.views.screens import Field, ListRow, VisitPart, VisitRow
from health_cloud.ui import dates
from health_cloud.ui.feedback import empty, failed, loading
from health_cloud.ui.forms import button
from health_cloud.ui.i18n import t, words
from health_cloud.ui.layout import separated
from health_cloud.ui.marks import class_tile, flag
from health_cloud.ui.rows import class_name, day_lead, made, made_of, row, thread_item


def loaded(state: Any, body: rx.Component, *, back: str = "/", days: bool = True) -> rx.Component:
    """Show a screen's body once it is here; bars before, and what went wrong instead of it."""
    return rx.cond(
        state.failure == "missing",
        missing(back),
        rx.cond(
            state.failure != "",
            failed(t(state.failure), t("records.failed.safe"), on_retry=state.load, code=state.code),
            rx.cond(state.ready, body, loading(5, days=days)),
        ),
    )


def missing(back: str) -> rx.Component:
    """Say that there is no such thing for this reader; hidden and absent look the same."""
    return empty(
        "search_x",
        t("records.missing.title"),
        t("records.missing.text"),
        action=button(t("records.missing.back"), href=back),
    )


def two(first: rx.Var[str], second: rx.Var[str]) -> rx.Component:
    """Join two texts by a dot, where both are there."""
    return rx.fragment(first, rx.cond((first != "") & (second != ""), rx.el.i(class_name="sep"), rx.fragment()), second)


def several(*texts: rx.Var[str]) -> rx.Component:
    """Join texts by dots, those that are there."""
    shown: list[rx.Component | rx.Var[str]] = []
    before: rx.Var[bool] | None = None
    for each in texts:
        if before is not None:
            shown.append(rx.cond(before & (each != ""), rx.el.i(class_name="sep"), rx.fragment()))
        shown.append(each)
        before = (each != "") if before is None else before | (each != "")
    return rx.fragment(*shown)


def span(at: rx.Var[str], until: rx.Var[str]) -> rx.Var[str]:
    """Say when something was: a day, from one to another, or until one; nothing where neither is known."""
    end = dates.day(until)
    since = rx.cond((until != "") & (end != dates.day(at)), t("records.entry.span", start=dates.day(at), end=end), "")
    when = rx.cond(since != "", since, dates.day(at))
    return rx.cond(at != "", when, rx.cond(until != "", t("records.summary.until", day=end), "")).to(str)


def facts(fields: rx.Var[list[Field]]) -> rx.Component:
    """Show named facts: words, or an instant, with its zone where that is not the hospital's."""
    return rx.el.dl(
        rx.foreach(
            fields,
            lambda each: rx.el.div(
                rx.el.dt(t(each.name)),
                rx.el.dd(two(rx.cond(each.at != "", dates.moment(each.at), ""), words(each.words))),
            ),
        ),
        class_name="facts",
    )


def titled(entry: Any) -> rx.Var[str]:
    """Name an entry; a prescription of several medicines by its first one and how many there are."""
    name = rx.cond(words(entry.title) != "", words(entry.title), class_name(entry.record_class))
    several = t("records.title.several", name=name, others=entry.count - 1)
    return rx.cond(entry.count > 1, several, name)


def row_flag(entry: rx.Var[ListRow]) -> rx.Component:
    """Show what the results of an entry say together, where they say anything."""
    return rx.cond(entry.word != "", flag(entry.kind, t(entry.word, count=entry.flagged)), rx.fragment())


def day_row(entry: rx.Var[ListRow]) -> rx.Component:
    """Show an entry in a list of its class: its day leads."""
    return row(
        titled(entry),
        sub=two(
            rx.cond(
                words(entry.title).contains(words(entry.place)) & (words(entry.practitioner) != ""),
                "",
                words(entry.place),
            ),
            words(entry.practitioner),
        ),
        href=entry.href,
        lead=day_lead(entry.occurred),
        end=row_flag(entry),
        fresh=entry.fresh,
        new=entry.fresh,
        mark=t(entry.mark),
    )


def class_row(entry: rx.Var[ListRow], *, below: rx.Component | None = None) -> rx.Component:
    """Show an entry among those of other classes: its class leads; `below` says more under the second line."""
    sub = two(
        rx.cond(words(entry.title).contains(words(entry.place)), words(entry.practitioner), words(entry.place)),
        dates.near_day(entry.occurred),
    )
    return row(
        titled(entry),
        sub=sub if below is None else rx.fragment(sub, below),
        href=entry.href,
        lead=class_tile(entry.record_class),
        end=row_flag(entry),
        fresh=entry.fresh,
        new=(entry.mark != "") & (entry.mark != "ui.row.new"),
        mark=t(entry.mark),
    )


def visit_item(visit: rx.Var[VisitRow], number: rx.Var[int]) -> rx.Component:
    """Show a visit on the thread."""
    title = rx.cond(words(visit.title) != "", words(visit.title), t("records.visit." + visit.kind))
    place = rx.cond(words(visit.department) != "", words(visit.department), words(visit.organization))
    named = rx.cond(visit.href != "", rx.el.a(title, href=visit.href, class_name="knot"), title)
    return thread_item(
        named,
        sub=separated(
            dates.day(visit.occurred),
            two(
                rx.cond(words(visit.title).contains(place) & (words(visit.practitioner) != ""), "", place),
                words(visit.practitioner),
            ),
        ),
        made=rx.cond(visit.parts.length() > 0, made(rx.foreach(visit.parts, _part)), rx.fragment()),
        now=number == 0,
    )


def _part(part: rx.Var[VisitPart]) -> rx.Component:
    return made_of(part.record_class, rx.fragment(class_name(part.record_class), " ", part.count))
