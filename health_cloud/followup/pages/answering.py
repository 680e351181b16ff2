# pyright: reportArgumentType=false, reportOperatorIssue=false, reportReturnType=false
# A Var of a view has the attributes of the view at run time.
"""Questions on past visits: the team's list, one of them to be answered, and the desk's rule."""

from __future__ import annotations

from typing import Any

import reflex as rx

from health_cloud.followup.pages.asking import answer_of, stand_of, words_of
from health_cloud.followup.pages.noted import told
from health_cloud.followup.service.answering import LONGEST
from health_cloud.followup.state import AnsweringQuestion, AskingRules, QuestionsOwed
from health_cloud.followup.views import LateQuestion, OwedQuestion, QuestionCard, TalkLine
from health_cloud.prescribing.pages.parts import medicine
from health_cloud.prescribing.views.prescriptions import ItemRow
from health_cloud.ui import dates
from health_cloud.ui.feedback import empty, loading, note, problem
from health_cloud.ui.forms import button, field, form
from health_cloud.ui.i18n import t, words
from health_cloud.ui.layout import page
from health_cloud.ui.rows import face, section

_ONE, _RULE = AnsweringQuestion.page, AskingRules.page


def questions_owed() -> rx.Component:
    """Return the list of what the team owes answers to; nothing where nothing waits."""
    return rx.cond(
        QuestionsOwed.owed.length() > 0,
        rx.el.section(
            section(t("followup.ask.owed"), more=QuestionsOwed.owed.length().to_string()),
            rx.el.ul(rx.foreach(QuestionsOwed.owed, _owed), class_name="rows answers"),
            aria_label=t("followup.ask.owed"),
        ),
        rx.fragment(),
    )


def _owed(each: rx.Var[OwedQuestion]) -> rx.Component:
    return rx.el.li(
        rx.el.div(
            face(words(each.patient)),
            rx.el.div(
                rx.el.b(
                    rx.cond(
                        each.further,
                        t("followup.ask.asks_again", name=words(each.patient)),
                        t("followup.ask.asks", name=words(each.patient)),
                    )
                ),
                rx.el.p(
                    t("followup.ask.visit_of", name=words(each.physician)),
                    rx.el.i(class_name="sep"),
                    dates.near_moment(each.asked_at),
                    class_name="t-small ink-2",
                ),
                rx.match(
                    each.taken,
                    ("other", rx.el.p(t("followup.ask.taken_by", name=words(each.taken_by)), class_name="t-small")),
                    ("me", rx.el.p(t("followup.ask.taken_by_you"), class_name="t-small strong")),
                    rx.fragment(),
                ),
            ),
            class_name="grant-head",
        ),
        rx.el.div(
            rx.cond(
                each.overdue,
                rx.el.p(rx.el.b(t("followup.ask.overdue"), class_name="ink-warn"), class_name="t-small"),
                dates.clock(each.due_at, since=each.asked_at),
            ),
            button(
                t("followup.ask.open"),
                small=True,
                href="/physician/question/" + each.id,
                aria_label=t("followup.ask.open_of", name=words(each.patient)),
            ),
            class_name="owed",
        ),
        key=each.id,
    )


def question_page() -> rx.Component:
    """Return the page of one question for the team."""
    return page(
        rx.cond(
            AnsweringQuestion.ready,
            rx.cond(
                AnsweringQuestion.missing,
                empty(
                    "messages_square",
                    t("followup.ask.none"),
                    t("followup.ask.none_text"),
                    action=button(t("followup.visit.queue"), href="/physician/visits"),
                ),
                _one(),
            ),
            loading(4),
        ),
        heading=rx.cond(_ONE.id != "", t("followup.ask.asks", name=words(_ONE.patient)), t("followup.ask.owed")),
        sub=rx.cond(
            _ONE.id != "",
            rx.fragment(
                t("followup.ask.visit_of", name=words(_ONE.physician)),
                rx.el.i(class_name="sep"),
                dates.visit(_ONE.visit_at),
            ),
            rx.fragment(),
        ),
        size="title",
        back="/physician/visits",
        back_label=t("followup.visit.queue"),
        role="physician",
        tab="slots",
    )


def _one() -> rx.Component:
    asked = _ONE.asked
    return rx.fragment(
        rx.cond(
            AnsweringQuestion.field == "", problem(AnsweringQuestion.problem, AnsweringQuestion.params), rx.fragment()
        ),
        rx.el.ul(rx.foreach(_ONE.earlier, _team_question), class_name="asked"),
        rx.el.div(
            words_of(asked),
            rx.cond(
                asked.state == "open",
                rx.cond(
                    asked.overdue,
                    rx.el.p(t("followup.ask.overdue"), class_name="t-small ink-warn strong"),
                    dates.clock(asked.due_at, since=asked.asked_at),
                ),
                rx.fragment(),
            ),
            rx.cond(asked.state == "answered", answer_of(asked), rx.fragment()),
            class_name="asked pad question",
        ),
        rx.cond(
            AnsweringQuestion.sent,
            note(t("followup.ask.answered"), kind="info", name="check", inset=True, live=True),
            rx.fragment(),
        ),
        rx.match(
            _ONE.may,
            (
                "done",
                rx.cond(
                    AnsweringQuestion.was_open & ~AnsweringQuestion.sent,
                    note(t("followup.ask.meanwhile"), kind="warn", name="triangle_alert", inset=True, live=True),
                    rx.fragment(),
                ),
            ),
            (
                "other",
                note(t("followup.ask.taken_by", name=words(_ONE.taken_by)), name="hourglass", inset=True, live=True),
            ),
            rx.fragment(),
        ),
        # What was typed stays in sight where somebody else was faster
        rx.cond(AnsweringQuestion.was_open & ~AnsweringQuestion.sent, _act(), rx.fragment()),
        _of_visit(),
    )


def _team_question(each: rx.Var[QuestionCard]) -> rx.Component:
    return rx.el.li(
        words_of(each),
        rx.cond(each.state == "answered", answer_of(each), stand_of(each)),
        key=each.id,
        class_name="question",
    )


def _act() -> rx.Component:
    return rx.el.div(
        rx.match(
            _ONE.may,
            ("take", button(t("followup.ask.take"), on_click=AnsweringQuestion.take)),
            ("answer", button(t("followup.ask.give_back"), on_click=AnsweringQuestion.leave)),
            rx.fragment(),
        ),
        form(
            field(
                t("followup.ask.answer"),
                name="answer",
                hint=t("followup.ask.answer_hint"),
                error=_error("answer"),
                multiline=True,
                max_length=LONGEST,
                auto_complete="off",
            ),
            button(t("followup.ask.send_answer"), look="primary", submit=True, wide=True),
            on_submit=AnsweringQuestion.answer,
            no_validate=True,
            id="answer-question",
        ),
        rx.el.details(
            rx.el.summary(t("followup.ask.ask_to_come")),
            form(
                field(
                    t("followup.ask.word"),
                    name="word",
                    hint=t("followup.ask.word_hint"),
                    multiline=True,
                    max_length=LONGEST,
                    auto_complete="off",
                ),
                button(t("followup.ask.send_to_come"), submit=True, wide=True),
                on_submit=AnsweringQuestion.ask_to_come,
                no_validate=True,
                id="ask-to-come",
            ),
            class_name="further",
        ),
        class_name="pad ask-team",
    )


def _error(name: str) -> rx.Var[str]:
    return rx.cond(AnsweringQuestion.field == name, t(AnsweringQuestion.problem, AnsweringQuestion.params), "")


def _of_visit() -> rx.Component:
    """Show the words of the visit, and say that there is nothing else."""
    return rx.el.section(
        section(t("followup.ask.of_visit")),
        rx.el.p(t("followup.ask.of_visit_text"), class_name="pad t-small ink-2"),
        rx.el.div(
            rx.el.p(t("followup.reason_said", text=_ONE.reason)),
            rx.foreach(_ONE.notes, lambda each: rx.el.div(told(each.text), key=each.number, class_name="note-one")),
            rx.cond(
                _ONE.medicines.length() > 0,
                rx.el.ul(rx.foreach(_ONE.medicines, _medicine), class_name="rx-items"),
                rx.fragment(),
            ),
            rx.el.h3(t("followup.visit.talk"), class_name="t-heading"),
            rx.cond(
                _ONE.talk.length() == 0,
                rx.el.p(t("followup.visit.nothing_said"), class_name="ink-2"),
                rx.el.ul(rx.foreach(_ONE.talk, _said), class_name="talk"),
            ),
            class_name="pad of-visit",
        ),
    )


def _medicine(each: rx.Var[ItemRow]) -> rx.Component:
    return medicine(each)


def _said(line: rx.Var[TalkLine]) -> rx.Component:
    return rx.el.li(
        rx.el.p(line.text),
        rx.el.span(
            rx.cond(line.side == "physician", words(_ONE.physician), words(_ONE.patient)),
            rx.el.i(class_name="sep"),
            dates.time(line.at),
            class_name="said-when",
        ),
        key=line.id,
        class_name=rx.cond(line.side == "physician", "said me", "said them"),
    )


def asking_rule() -> rx.Component:
    """Return the desk's rule for questions on past visits, and what is late."""
    return rx.cond(
        AskingRules.ready,
        rx.el.section(
            section(t("followup.ask.rule")),
            rx.cond(AskingRules.field == "", problem(AskingRules.problem, AskingRules.params), rx.fragment()),
            rx.cond(
                AskingRules.saved,
                note(t("followup.opening.saved"), kind="info", name="check", inset=True, live=True),
                rx.fragment(),
            ),
            form(
                _number("days", _RULE.rule.days),
                _number("answer_days", _RULE.rule.answer_days),
                button(t("followup.opening.save"), submit=True),
                rx.cond(
                    _RULE.changed_at != "",
                    rx.el.p(
                        words(_RULE.changed_by),
                        rx.el.i(class_name="sep"),
                        dates.near_moment(_RULE.changed_at),
                        class_name="t-small ink-2",
                    ),
                    rx.el.p(t("followup.opening.shipped"), class_name="t-small ink-2"),
                ),
                on_submit=AskingRules.save,
                no_validate=True,
                id="asking-rule",
            ),
            rx.cond(
                _RULE.late.length() > 0,
                rx.fragment(
                    note(t("followup.ask.late_at_desk"), kind="warn", name="triangle_alert", inset=True, live=True),
                    rx.el.ul(rx.foreach(_RULE.late, _late), class_name="rows late-questions"),
                ),
                rx.fragment(),
            ),
            aria_label=t("followup.ask.rule"),
        ),
        rx.fragment(),
    )


def _late(each: rx.Var[LateQuestion]) -> rx.Component:
    return rx.el.li(
        rx.el.b(words(each.department)),
        rx.el.p(
            words(each.physician),
            rx.el.i(class_name="sep"),
            t("followup.ask.since", at=dates.moment(each.due_at)),
            class_name="t-small ink-2",
        ),
        key=each.id,
        class_name="pad",
    )


def _number(name: str, value: Any) -> rx.Component:
    return field(
        t(f"followup.ask.rule_{name}"),
        name=name,
        hint=t(f"followup.ask.rule_{name}_hint"),
        input_mode="numeric",
        max_length=2,
        auto_complete="off",
        default_value=rx.Var.create(value).to_string(),
        error=rx.cond(AskingRules.field == name, t(AskingRules.problem, AskingRules.params), ""),
    )
