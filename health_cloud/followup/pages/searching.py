# pyright: reportArgumentType=false, reportOperatorIssue=false, reportReturnType=false
# A Var of a view has the attributes of the view at run time.
"""Search in the talk of a visit: the words are marked, and each leads to where it was said."""

from __future__ import annotations

from typing import Literal

import reflex as rx

from health_cloud.followup.service.searching import LONGEST
from health_cloud.followup.state import TalkSearch
from health_cloud.followup.views import FoundLine
from health_cloud.ui import dates
from health_cloud.ui.feedback import problem
from health_cloud.ui.forms import button, field, form
from health_cloud.ui.i18n import t, words
from health_cloud.ui.marks import icon

_PLACES = {"patient": "/followup/visit/", "physician": "/physician/visit/"}


def talk_search(side: Literal["patient", "physician"]) -> rx.Component:
    """Return the search, closed until it is wanted."""
    return rx.el.details(
        rx.el.summary(icon("search", size="s"), t("followup.find.title")),
        form(
            field(
                t("followup.find.words"),
                name="words",
                error=rx.cond(TalkSearch.field == "words", t(TalkSearch.problem, TalkSearch.params), ""),
                max_length=LONGEST,
                auto_complete="off",
            ),
            rx.el.label(
                rx.el.input(type="checkbox", name="everywhere", value="yes"),
                t(f"followup.find.everywhere_{side}"),
                class_name="find-where",
            ),
            button(t("followup.find.find"), submit=True),
            on_submit=TalkSearch.find,
            no_validate=True,
            id="find-in-talk",
        ),
        rx.cond(TalkSearch.field == "", problem(TalkSearch.problem, TalkSearch.params), rx.fragment()),
        rx.el.div(
            rx.cond(
                TalkSearch.done,
                rx.fragment(
                    rx.el.p(
                        rx.cond(
                            TalkSearch.found.lines.length() == 0,
                            t("followup.find.none"),
                            rx.cond(
                                TalkSearch.found.more,
                                t("followup.find.more", count=TalkSearch.found.lines.length()),
                                t("followup.find.count", count=TalkSearch.found.lines.length()),
                            ),
                        ),
                        class_name="t-small ink-2",
                    ),
                    rx.el.ul(rx.foreach(TalkSearch.found.lines, lambda line: _line(line, side)), class_name="found"),
                    button(t("followup.find.leave"), small=True, on_click=TalkSearch.leave),
                ),
                rx.fragment(),
            ),
            role="status",
            class_name="pad found-box",
        ),
        class_name="find-in-talk",
    )


def _line(line: rx.Var[FoundLine], side: Literal["patient", "physician"]) -> rx.Component:
    return rx.el.li(
        rx.el.a(
            rx.el.span(line.before, rx.el.mark(line.match), line.after, class_name="found-words"),
            rx.el.span(
                rx.cond(line.side == side, t("followup.find.you"), t(f"followup.find.other_{side}")),
                rx.el.i(class_name="sep"),
                rx.cond(
                    line.here,
                    dates.time(line.at),
                    rx.fragment(dates.visit(line.visit_at), rx.el.i(class_name="sep"), words(line.physician)),
                ),
                class_name="t-micro ink-2",
            ),
            href=_PLACES[side] + line.visit + "#said-" + line.id,
        ),
        key=line.id,
    )
