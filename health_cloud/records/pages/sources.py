# pyright: reportAttributeAccessIssue=false, reportArgumentType=false, reportReturnType=false, reportOperatorIssue=false
# A Var of a view has the attributes of the view at run time.
"""Up to when each hospital has sent everything, and what is said where something may be missing."""

from __future__ import annotations

import reflex as rx

from health_cloud.records.views.sources import SourceLine, Sources
from health_cloud.ui import dates
from health_cloud.ui.feedback import Line, empty, partial
from health_cloud.ui.i18n import t, words

_SHOWN = 3
"""So many hospitals are named at once; whoever is known to more opens the rest."""


def missing(shown: rx.Var[Sources]) -> rx.Component:
    """Warn that something may be missing: of which hospital, and since when."""
    return rx.cond(
        shown.wanting.length() > 0,
        partial(
            rx.fragment(
                rx.foreach(shown.wanting[:_SHOWN], _sentence),
                rx.cond(
                    shown.wanting.length() > _SHOWN,
                    rx.el.details(
                        rx.el.summary(t("records.sources.more", count=shown.wanting.length() - _SHOWN)),
                        rx.foreach(shown.wanting[_SHOWN:], _sentence),
                        class_name="further",
                    ),
                    rx.fragment(),
                ),
                rx.el.span(t("records.sources.before"), class_name="detail"),
            ),
            strong=t("records.sources.partial"),
        ),
        rx.fragment(),
    )


def _sentence(line: rx.Var[SourceLine]) -> rx.Component:
    return rx.el.span(_said(line), class_name="detail")


def _said(line: rx.Var[SourceLine]) -> rx.Var[str]:
    return t(line.say, name=words(line.name), at=dates.moment(line.at))


def complete_to(shown: rx.Var[Sources]) -> rx.Component:
    """Say up to when everything is here, hospital by hospital; the last thing on a screen."""
    return rx.el.div(
        rx.foreach(shown.whole[:_SHOWN], lambda line: rx.el.p(_said(line))),
        rx.cond(
            shown.whole.length() > _SHOWN,
            rx.el.details(
                rx.el.summary(t("records.sources.more", count=shown.whole.length() - _SHOWN)),
                rx.foreach(shown.whole[_SHOWN:], lambda line: rx.el.p(_said(line))),
                class_name="further",
            ),
            rx.fragment(),
        ),
        class_name="beneath complete-to",
    )


def blank(
    shown: rx.Var[Sources],
    name: str,
    title: Line,
    text: Line,
    *,
    action: rx.Component | None = None,
    sought: bool = False,
) -> rx.Component:
    """Say that nothing is here, up to when that is sure; while a source is wanting, that it cannot be said.

    Args:
        shown: how the sources stand.
        name: the icon.
        title: that there is nothing.
        text: what would be here.
        action: what can be done.
        sought: something was looked for; of the rest there may be plenty.
    """
    told = _said if sought else _none
    sure = rx.fragment(
        text,
        rx.foreach(shown.whole[:_SHOWN], lambda line: rx.el.span(told(line), class_name="detail")),
        rx.cond(
            shown.whole.length() > _SHOWN,
            rx.el.span(t("records.sources.more", count=shown.whole.length() - _SHOWN), class_name="detail"),
            rx.fragment(),
        ),
    )
    return rx.cond(
        shown.wanting.length() > 0,
        empty("plug_zap", t("records.sources.unsure"), t("records.sources.unsure_text"), action=action),
        empty(name, title, sure, action=action),
    )


def _none(line: rx.Var[SourceLine]) -> rx.Var[str]:
    return t("records.sources.none", name=words(line.name), at=dates.moment(line.at))


def at_least(shown: rx.Var[Sources], count: rx.Var[str]) -> rx.Var[str]:
    """Give a count, or that it is no less, or that none can be given, as the sources have it."""
    wanting = rx.cond(count == "0", t("records.sources.unknown"), t("records.sources.least", count=count))
    return rx.cond((shown.wanting.length() > 0) & ~count.contains("+"), wanting, count).to(str)
