# pyright: reportAttributeAccessIssue=false, reportArgumentType=false, reportReturnType=false, reportOperatorIssue=false
# A Var of a view has the attributes of the view at run time.
"""Pages of the answers that are owed to patients: a physician's own, and a hospital's."""

from __future__ import annotations

from typing import Any, Literal

import reflex as rx

from health_cloud.access.service.answering import LONGEST_ANSWER
from health_cloud.access.state.owed import DeskOwed, Owed
from health_cloud.access.views import OwedRow
from health_cloud.records.pages.parts import two
from health_cloud.ui import dates
from health_cloud.ui.feedback import empty, loading, note, problem
from health_cloud.ui.forms import button, field, form
from health_cloud.ui.i18n import t, words
from health_cloud.ui.layout import page
from health_cloud.ui.overlays import bottom_sheet
from health_cloud.ui.rows import face, section

_Whose = Literal["mine", "ours"]


def owed_page() -> rx.Component:
    """Return the physician's page."""
    return page(
        *_body(Owed, "mine"),
        heading=t("access.owed.title"),
        sub=t("access.owed.sub"),
        back="/physician",
        back_label=t("ui.nav.today"),
        role="physician",
        tab="today",
    )


def desk_owed_page() -> rx.Component:
    """Return the desk's page."""
    return page(
        *_body(DeskOwed, "ours"),
        heading=t("access.owed.title"),
        sub=t("access.owed.desk_sub"),
        role="staff",
        tab="questions",
    )


def _body(state: Any, whose: _Whose) -> list[rx.Component]:
    def line(each: rx.Var[OwedRow]) -> rx.Component:
        return _owed(state, each, whose)

    return [
        rx.cond(state.field == "", problem(state.problem, state.params), rx.fragment()),
        rx.cond(
            state.sent,
            note(t("access.owed.sent"), kind="info", name="check", inset=True, live=True),
            rx.fragment(),
        ),
        rx.cond(
            state.ready,
            rx.fragment(
                rx.cond(
                    state.owed.length() == 0,
                    empty("messages_square", t("access.owed.none"), t(f"access.owed.none_{whose}")),
                    rx.el.ul(rx.foreach(state.owed, line), class_name="rows answers"),
                ),
                _done(state) if whose == "mine" else rx.fragment(),
            ),
            loading(3),
        ),
        _sheet(state),
    ]


def _owed(state: Any, each: rx.Var[OwedRow], whose: _Whose) -> rx.Component:
    whom = two(t("access.owed.reader", name=words(each.reader)), words(each.department))
    act = button(
        t("access.owed.answer"),
        small=True,
        on_click=state.begin(each.id),
        aria_label=t("access.owed.answer_to", name=words(each.name)),
    )
    return rx.el.li(
        rx.el.div(
            face(words(each.name)),
            rx.el.div(
                rx.el.b(t("access.owed.asks", name=words(each.name))),
                rx.el.p(whom, class_name="t-small ink-2") if whose == "ours" else rx.fragment(),
                _looked(each),
                _question(each),
            ),
            class_name="grant-head",
        ),
        rx.el.div(
            _clock(each),
            _waits(each) if whose == "ours" else rx.fragment(),
            rx.cond(each.may_answer, act, rx.fragment()),
            class_name="owed",
        ),
        key=each.id,
    )


def _looked(each: rx.Var[OwedRow]) -> rx.Component:
    what = t("access.owed.looked", what=t(each.what))
    return rx.el.p(two(what, dates.near_moment(each.read_at)), class_name="t-small ink-2")


def _question(each: rx.Var[OwedRow]) -> rx.Component:
    return rx.cond(
        each.question != "", rx.el.p(t("access.why.quoted", text=each.question), class_name="quoted"), rx.fragment()
    )


def _clock(each: rx.Var[OwedRow]) -> rx.Component:
    late = rx.el.p(
        rx.el.b(t("access.owed.late"), class_name="ink-warn"),
        rx.el.i(class_name="sep"),
        t("access.owed.due", at=dates.moment(each.due_at)),
        class_name="t-small",
    )
    return rx.cond(each.overdue, late, dates.clock(each.due_at, since=each.asked_at))


def _waits(each: rx.Var[OwedRow]) -> rx.Component:
    """Say why the desk may answer, or why not yet."""
    text = rx.cond(
        each.may_answer,
        rx.cond(
            each.disabled,
            t("access.owed.disabled"),
            rx.cond(each.without_screen, t("access.owed.without_screen"), t("access.owed.in_name")),
        ),
        t("access.owed.waits", name=words(each.reader)),
    )
    return rx.el.p(text, class_name="t-small ink-2")


def _done(state: Any) -> rx.Component:
    return rx.cond(
        state.done.length() > 0,
        rx.fragment(
            section(t("access.owed.done")), rx.el.ul(rx.foreach(state.done, _answered), class_name="rows answers")
        ),
        rx.fragment(),
    )


def _answered(each: rx.Var[OwedRow]) -> rx.Component:
    return rx.el.li(
        rx.el.div(
            face(words(each.name), quiet=True),
            rx.el.div(
                rx.el.b(words(each.name)),
                _looked(each),
                _question(each),
                rx.el.p(
                    two(t("access.owed.answered"), dates.near_moment(each.answered_at)), class_name="t-small ink-2"
                ),
                rx.el.p(each.answer, class_name="quoted"),
            ),
            class_name="grant-head",
        ),
        key=each.id,
    )


def _sheet(state: Any) -> rx.Component:
    return bottom_sheet(
        form(
            field(
                t("access.owed.words"),
                name="answer",
                hint=t("access.owed.words_hint"),
                error=rx.cond(state.field == "answer", t(state.problem, state.params), ""),
                multiline=True,
                max_length=LONGEST_ANSWER,
            ),
            button(t("access.owed.send"), look="primary", submit=True, wide=True),
            on_submit=state.send,
        ),
        title=t("access.owed.answer_title"),
        open=state.answering != "",
        on_close=state.keep,
    )
