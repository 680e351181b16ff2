# pyright: reportArgumentType=false, reportOperatorIssue=false, reportReturnType=false
# A Var of a view has the attributes of the view at run time.
"""Questions on past visits, on the patient's page of the visit: asking, and what was answered."""

from __future__ import annotations

import reflex as rx

from health_cloud.followup.pages.checking import Call
from health_cloud.followup.service.answering import LONGEST
from health_cloud.followup.state import Questions
from health_cloud.followup.views import QuestionCard
from health_cloud.ui import dates
from health_cloud.ui.feedback import note, problem
from health_cloud.ui.forms import button, field, form, pair
from health_cloud.ui.i18n import t, words
from health_cloud.ui.marks import icon
from health_cloud.ui.rows import section

_OWN = Questions.page


def visit_questions() -> rx.Component:
    """Return what was asked on a visit that is over, and where one asks; nothing as long as it is not."""
    return rx.cond(
        (_OWN.id != "") & (_OWN.may != "not_yet"),
        rx.el.section(
            section(t("followup.ask.title")),
            rx.el.ul(rx.foreach(_OWN.questions, _own_question), class_name="asked"),
            rx.cond(
                Questions.sent,
                note(t("followup.ask.sent"), kind="info", name="check", inset=True, live=True),
                rx.fragment(),
            ),
            rx.cond(Questions.field == "", problem(Questions.problem, Questions.params), rx.fragment()),
            rx.match(
                _OWN.may,
                ("yes", rx.cond(Questions.further == "", _ask(), rx.fragment())),
                ("full", _closed("full")),
                ("late", _closed("late")),
                rx.fragment(),
            ),
            class_name="visit-questions",
            aria_label=t("followup.ask.title"),
        ),
        rx.fragment(),
    )


def _closed(why: str) -> rx.Component:
    return rx.el.div(
        rx.el.p(t(f"followup.ask.{why}"), class_name="ink-2"),
        button(t("followup.book.start"), href=_OWN.book),
        class_name="pad visit-ask",
    )


def _ask() -> rx.Component:
    return rx.el.div(
        rx.el.p(
            t(
                "followup.ask.who",
                name=words(_OWN.physician.name),
                department=words(_OWN.department),
                day=dates.long_day(_OWN.due_at),
            )
        ),
        rx.el.p(t("followup.ask.reads"), class_name="t-small ink-2"),
        _emergency(),
        form(
            _text(),
            button(t("followup.ask.send"), look="primary", submit=True, wide=True),
            on_submit=Questions.ask,
            no_validate=True,
            id="ask-team",
        ),
        rx.el.p(t("followup.ask.left", count=_OWN.left, day=dates.long_day(_OWN.until)), class_name="t-small ink-2"),
        class_name="pad ask-team",
    )


def _text() -> rx.Component:
    return field(
        t("followup.ask.text"),
        name="text",
        hint=t("followup.ask.text_hint"),
        error=rx.cond(Questions.field == "text", t(Questions.problem, Questions.params), ""),
        multiline=True,
        max_length=LONGEST,
        auto_complete="off",
    )


def _emergency() -> rx.Component:
    return note(
        t("followup.ask.emergency"),
        kind="warn",
        name="siren",
        action=Call.create(
            t("followup.check.call", number=_OWN.emergency), href="tel:" + _OWN.emergency, class_name="link act"
        ),
    )


def _own_question(each: rx.Var[QuestionCard]) -> rx.Component:
    return rx.el.li(
        words_of(each),
        stand_of(each),
        rx.cond(
            each.state == "answered",
            rx.fragment(
                answer_of(each),
                rx.cond(
                    each.kind == "book",
                    button(t("followup.ask.book"), look="primary", href=_OWN.book, wide=True),
                    rx.fragment(),
                ),
                rx.cond(each.may_follow, _further(each), rx.fragment()),
            ),
            rx.fragment(),
        ),
        key=each.id,
        class_name=rx.cond(each.further, "question further-one", "question"),
    )


def _further(each: rx.Var[QuestionCard]) -> rx.Component:
    return rx.cond(
        Questions.further == each.id,
        form(
            _text(),
            pair(
                button(t("followup.ask.keep"), on_click=Questions.leave),
                button(t("followup.ask.send"), look="primary", submit=True),
            ),
            on_submit=Questions.ask_further,
            no_validate=True,
            id="ask-further",
        ),
        button(t("followup.ask.once_more"), on_click=Questions.begin(each.id)),
    )


def words_of(each: rx.Var[QuestionCard]) -> rx.Component:
    """Show what was asked, when, and by whom if not by the patient."""
    return rx.fragment(
        rx.el.p(
            rx.cond(each.further, t("followup.ask.further"), t("followup.ask.asked")),
            rx.el.i(class_name="sep"),
            rx.cond(words(each.by) != "", rx.fragment(words(each.by), rx.el.i(class_name="sep")), rx.fragment()),
            dates.moment(each.asked_at),
            class_name="t-small ink-2",
        ),
        rx.el.p(each.text, class_name="own-words"),
    )


def stand_of(each: rx.Var[QuestionCard]) -> rx.Component:
    """Say how a question stands that is not answered."""
    return rx.cond(
        each.state == "open",
        rx.el.p(
            rx.cond(each.overdue, icon("triangle_alert", size="s"), icon("hourglass", size="s")),
            rx.el.span(
                rx.cond(
                    each.overdue,
                    t("followup.ask.late_answer", day=dates.long_day(each.due_at)),
                    rx.cond(
                        each.taken,
                        t("followup.ask.taken_up", day=dates.long_day(each.due_at)),
                        t("followup.ask.waits", day=dates.long_day(each.due_at)),
                    ),
                )
            ),
            class_name=rx.cond(each.overdue, "question-stand ink-warn", "question-stand ink-2"),
            role="status",
        ),
        rx.cond(each.state == "ended", rx.el.p(t("followup.ask.ended"), class_name="ink-2"), rx.fragment()),
    )


def answer_of(each: rx.Var[QuestionCard]) -> rx.Component:
    """Show an answer."""
    return rx.el.div(
        rx.el.p(
            rx.el.b(t("access.doctor", name=words(each.answered_by))),
            rx.el.i(class_name="sep"),
            dates.moment(each.answered_at),
            class_name="t-small",
        ),
        rx.cond(each.kind == "book", rx.el.p(t("followup.ask.please_come"), class_name="strong"), rx.fragment()),
        rx.cond(each.answer != "", rx.el.p(each.answer, class_name="own-words"), rx.fragment()),
        class_name="answer",
    )
