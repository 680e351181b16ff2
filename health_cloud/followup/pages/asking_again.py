# pyright: reportArgumentType=false, reportOperatorIssue=false, reportReturnType=false
# A Var of a view has the attributes of the view at run time.
"""What the rules say as a visit opens: in the room of its patient, and on the desk of its physician."""

from __future__ import annotations

import reflex as rx

from health_cloud.followup.pages.checking import Call, rule_line
from health_cloud.followup.service.eligibility.deciding import EMERGENCY
from health_cloud.followup.state import AskedInRoom, AskedOnDesk
from health_cloud.followup.views import FlagRow
from health_cloud.ui.feedback import note, problem
from health_cloud.ui.forms import button, choice, choices, field, form
from health_cloud.ui.i18n import t, words

_ROOM, _DESK = AskedInRoom.page, AskedOnDesk.page
_ANSWER = _ROOM.answer


def asked_in_room() -> rx.Component:
    """Ask the signs anew where the answers are older than a day, or say what the rules say and the way out."""
    return rx.match(
        _ROOM.state,
        ("unasked", _questions()),
        ("own", _refused()),
        ("law", _refused()),
        rx.fragment(),
    )


def _questions() -> rx.Component:
    return rx.el.section(
        rx.el.h2(t("followup.again.title"), class_name="t-heading pad"),
        rx.el.p(t("followup.again.text"), class_name="pad t-small ink-2"),
        choices(
            rx.foreach(_ROOM.questions, _flag),
            choice(t("followup.again.none"), many=True, checked=AskedInRoom.none, on_change=AskedInRoom.have_none),
            legend=t("followup.again.title"),
        ),
        problem(AskedInRoom.problem, AskedInRoom.params),
        rx.el.div(
            button(t("followup.again.send"), look="primary", wide=True, on_click=AskedInRoom.answer), class_name="pad"
        ),
        aria_label=t("followup.again.title"),
    )


def _flag(each: rx.Var[FlagRow]) -> rx.Component:
    return choice(
        words(each.words),
        many=True,
        checked=AskedInRoom.said.contains(each.name),
        on_change=AskedInRoom.toggle(each.name),
    )


def _refused() -> rx.Component:
    emergency = _ANSWER.verdict.way == EMERGENCY
    call = Call.create(
        t("followup.check.call", number=_ANSWER.emergency), href="tel:" + _ANSWER.emergency, class_name="link act"
    )
    said = rx.cond(_ROOM.state == "own", t("followup.again.own_text"), t("followup.again.law_text"))
    return rx.el.section(
        rx.cond(
            emergency,
            note(
                t("followup.again.emergency_text"),
                kind="crit",
                strong=t("followup.check.way.emergency"),
                action=call,
                live=True,
                inset=True,
            ),
            note(said, kind="warn", strong=t("followup.again.refused"), name="scale", live=True, inset=True),
        ),
        rule_line(_ANSWER.rule),
        rx.el.div(button(t("followup.again.in_person"), href=_ROOM.in_person, wide=True), class_name="pad"),
    )


def asked_on_desk() -> rx.Component:
    """Say to the physician which rule says no by now; where it is the hospital's own, let them go on with a reason."""
    return rx.match(
        _DESK.state,
        ("unasked", note(t("followup.again.desk_unasked"), name="hourglass", inset=True)),
        (
            "law",
            rx.el.div(
                note(
                    t("followup.again.desk_law_text"),
                    kind="crit",
                    strong=t("followup.again.desk_law", number=_DESK.rule.number),
                    live=True,
                    inset=True,
                ),
                rule_line(_DESK.rule),
            ),
        ),
        (
            "own",
            rx.el.div(
                note(
                    t("followup.again.desk_own_text"),
                    kind="warn",
                    strong=t("followup.again.desk_own", number=_DESK.rule.number),
                    live=True,
                    inset=True,
                ),
                rule_line(_DESK.rule),
                form(
                    field(
                        t("followup.again.reason"),
                        name="again",
                        hint=t("followup.again.reason_hint"),
                        max_length=300,
                        auto_complete="off",
                        error=rx.cond(AskedOnDesk.problem != "", t(AskedOnDesk.problem, AskedOnDesk.params), ""),
                    ),
                    button(t("followup.again.go_on"), submit=True),
                    on_submit=AskedOnDesk.go_on,
                    no_validate=True,
                ),
            ),
        ),
        rx.fragment(),
    )
