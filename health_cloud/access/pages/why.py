# pyright: reportAttributeAccessIssue=false, reportArgumentType=false, reportReturnType=false, reportOperatorIssue=false
# A Var of a view has the attributes of the view at run time.
"""Page of one line of one's own ledger: asking why it was opened, and the answer."""

from __future__ import annotations

import reflex as rx

from health_cloud.access.pages.ledger import grounds, icon_of, said
from health_cloud.access.service.asked import LONGEST_QUESTION
from health_cloud.access.state.why import AskingWhy
from health_cloud.access.views import Why
from health_cloud.ui import dates
from health_cloud.ui.feedback import empty, loading, note, problem
from health_cloud.ui.forms import button, field, form
from health_cloud.ui.i18n import t, words
from health_cloud.ui.layout import page
from health_cloud.ui.rows import row, rows, sheet, thread, thread_item


def why_line_page() -> rx.Component:
    """Show the line, ask, and show what came of it."""
    return page(
        rx.cond(AskingWhy.field == "", problem(AskingWhy.problem, AskingWhy.params), rx.fragment()),
        rx.cond(AskingWhy.ready, rx.cond(AskingWhy.gone, _gone(), _body()), loading(3)),
        heading=t("access.why.heading"),
        sub=t("access.why.sub"),
        back="/ledger",
        back_label=t("access.ledger.title"),
        role="patient",
        tab="access",
    )


def _gone() -> rx.Component:
    return empty(
        "search_x",
        t("access.why.gone"),
        t("access.why.gone_text"),
        action=button(t("access.why.to_ledger"), href="/ledger"),
    )


def _body() -> rx.Component:
    line = AskingWhy.page.row
    return rx.fragment(
        rows(
            row(
                said(line),
                sub=rx.fragment(grounds(line), rx.el.span(dates.near_moment(line.at), class_name="asked-why")),
                lead=rx.el.span(icon_of(line.icon), class_name="day ink-3 icon-lead"),
            ),
            days=True,
        ),
        rx.cond(line.why_asked.state == "can", _form(), _course(line.why_asked)),
    )


def _form() -> rx.Component:
    return form(
        field(
            t("access.why.words"),
            name="question",
            hint=t("access.why.words_hint"),
            error=rx.cond(AskingWhy.field == "question", t(AskingWhy.problem, AskingWhy.params), ""),
            multiline=True,
            max_length=LONGEST_QUESTION,
        ),
        rx.el.p(t("access.why.promise", within=dates.lasting(AskingWhy.page.hours)), class_name="pad t-small ink-2"),
        rx.el.div(button(t("access.why.send"), look="primary", submit=True, wide=True), class_name="pad preview"),
        on_submit=AskingWhy.send,
    )


def _course(why: rx.Var[Why]) -> rx.Component:
    """Say what was asked, until when an answer is owed, and the answer."""
    return rx.fragment(
        rx.cond(
            why.state == "overdue",
            note(
                t("access.why.late_text"), strong=t("access.why.late"), kind="warn", name="timer", inset=True, live=True
            ),
            rx.fragment(),
        ),
        sheet(
            thread(
                thread_item(
                    t("access.why.you_asked"),
                    sub=dates.near_moment(why.asked_at),
                    made=rx.cond(
                        AskingWhy.page.question != "",
                        rx.el.p(t("access.why.quoted", text=AskingWhy.page.question), class_name="quoted"),
                        rx.fragment(),
                    ),
                ),
                rx.cond(why.state == "answered", _answer(why), _owed(why)),
            ),
            title=t("access.why.course"),
        ),
    )


def _owed(why: rx.Var[Why]) -> rx.Component:
    return thread_item(
        rx.cond(why.state == "overdue", t("access.why.was_due"), t("access.why.due")),
        sub=dates.moment(why.due_at),
        made=rx.cond(why.state == "asked", dates.clock(why.due_at, since=why.asked_at), rx.fragment()),
    )


def _answer(why: rx.Var[Why]) -> rx.Component:
    who = rx.cond(
        words(why.department) != "",
        t("access.why.by_in", name=words(why.by), department=words(why.department)),
        words(why.by),
    )
    return thread_item(
        rx.cond(why.in_name, t("access.why.answered_in_name", name=who), t("access.why.answered_by", name=who)),
        sub=dates.near_moment(why.answered_at),
        made=rx.el.p(why.answer, class_name="quoted", role="status"),
        now=True,
    )
