"""Before booking: what it is about, how one is, and what the rules of online follow-up say."""

from __future__ import annotations

import reflex as rx
from reflex_components_core.el.elements.base import BaseHTML

from health_cloud.followup.service.checking import NEW
from health_cloud.followup.service.eligibility.deciding import DESK, EMERGENCY, IN_PERSON, MET, NOT_MET
from health_cloud.followup.state import Checking
from health_cloud.followup.state.checking import ANSWER, HOW
from health_cloud.followup.views import Check, DiseaseRow, FlagRow, RuleText
from health_cloud.identity.pages.moving import Lead
from health_cloud.ui import dates
from health_cloud.ui.feedback import empty, loading, problem
from health_cloud.ui.forms import button, choice, choices, field_error, pair
from health_cloud.ui.i18n import t, words
from health_cloud.ui.layout import page
from health_cloud.ui.marks import icon, tile
from health_cloud.ui.overlays import disclosure
from health_cloud.ui.rows import face, row, rows, section, sheet

_PHYSICIAN = Checking.page.physician
_VERDICT = Checking.answer.verdict
_HOSPITAL = words(_PHYSICIAN.organization)


class Call(BaseHTML):
    """A link that calls a number; `rx.el.a` would make it a route."""

    tag = "a"

    href: rx.Var[str]


def check_page() -> rx.Component:
    """Return the page."""
    here = Checking.ready & ~Checking.gone
    return page(
        rx.cond(Checking.field == "", problem(Checking.problem, Checking.params), rx.fragment()),
        Lead.create(target=Checking.field, turn=Checking.turn),
        rx.cond(
            Checking.gone,
            empty("calendar_clock", t("followup.check.gone"), t("followup.check.gone_text")),
            rx.cond(
                Checking.ready,
                rx.match(Checking.step, (HOW, _how()), (ANSWER, _answer()), _about()),
                loading(4, days=False),
            ),
        ),
        heading=rx.cond(here, _heading(), t("followup.check.title")),
        lead=rx.cond(here & (Checking.step != ANSWER), face(words(_PHYSICIAN.name), large=True), rx.fragment()),
        sub=rx.cond(here, _sub(), rx.fragment()),
        back="/followup/book",
        back_label=t("followup.book.title"),
        role="patient",
        tab="followup",
        actions=rx.cond(here, _acts(), rx.fragment()),
    )


def _heading() -> rx.Var[str]:
    answer = rx.cond(_VERDICT.met, t("followup.check.may"), t("followup.check.way." + _VERDICT.way))
    return rx.cond(
        Checking.step == HOW,
        t("followup.check.how"),
        rx.cond(Checking.step == ANSWER, answer, t("followup.check.about")),
    )


def _sub() -> rx.Component:
    said = rx.cond(
        _VERDICT.met,
        t("followup.check.may_text", at=dates.moment(Checking.answer.until)),
        rx.cond(
            _VERDICT.cited == "flags",
            rx.cond(_VERDICT.way == EMERGENCY, t("followup.check.why.emergency"), t("followup.check.why.flags")),
            rx.cond(
                _VERDICT.way == DESK,
                rx.cond(_VERDICT.cited == "child", t("followup.check.why.birth"), t("followup.check.why.desk")),
                words(Checking.answer.rule.text),
            ),
        ),
    )
    return rx.cond(
        Checking.step == ANSWER,
        rx.el.span(said),
        rx.el.span(
            t("access.doctor", name=words(_PHYSICIAN.name)),
            rx.el.i(class_name="sep"),
            words(Checking.page.department),
        ),
    )


def _acts() -> rx.Component | rx.Var[str]:
    return rx.match(
        Checking.step,
        (
            HOW,
            pair(
                button(t("followup.check.before"), on_click=Checking.back),
                button(t("followup.check.ask"), look="primary", on_click=Checking.ask),
            ),
        ),
        (
            ANSWER,
            rx.cond(
                _VERDICT.met,
                button(t("followup.check.times"), look="primary", href=Checking.times, wide=True),
                button(t("followup.check.back"), on_click=Checking.back, wide=True),
            ),
        ),
        button(t("followup.check.next"), look="primary", on_click=Checking.go_on, wide=True),
    )


def _error(name: str) -> rx.Component:
    said = rx.cond(Checking.field == name, t(Checking.problem, Checking.params), "")
    return rx.el.div(field_error(said, name), class_name="pad")


def _about() -> rx.Component:
    return rx.el.div(
        rx.cond(
            Checking.page.diseases.length() == 0,
            rx.el.p(t("followup.check.none_listed"), class_name="pad preview ink-2"),
            rx.fragment(),
        ),
        choices(
            rx.foreach(Checking.page.diseases, _disease),
            choice(
                t("followup.check.new"),
                name="disease",
                checked=Checking.disease == NEW,
                on_change=Checking.choose(NEW),
                sub=t("followup.check.new_text"),
            ),
            legend=t("followup.check.about"),
        ),
        _error("disease"),
        id="disease",
    )


def _disease(each: rx.Var[DiseaseRow]) -> rx.Component:
    return choice(
        words(each.words),
        name="disease",
        checked=Checking.disease == each.name,
        on_change=Checking.choose(each.name),
        sub=rx.cond(
            each.day == "",
            t("followup.check.listed"),
            t("followup.check.diagnosed", day=dates.full_day(each.day)),
        ),
    )


def _how() -> rx.Component:
    return rx.fragment(
        rx.el.div(
            choices(
                rx.foreach(Checking.questions, _flag),
                choice(t("followup.check.none"), many=True, checked=Checking.none, on_change=Checking.have_none),
                legend=t("followup.check.how"),
            ),
            _error("flags"),
            id="flags",
        ),
        section(t("followup.check.controlled")),
        rx.el.div(
            rx.el.p(t("followup.check.controlled_text"), class_name="pad t-small ink-2"),
            choices(
                *[
                    choice(
                        t(f"followup.check.controlled_{each}"),
                        name="controlled",
                        checked=Checking.controlled == each,
                        on_change=Checking.want(each),
                    )
                    for each in ("no", "yes")
                ],
                legend=t("followup.check.controlled"),
            ),
            _error("controlled"),
            id="controlled",
        ),
    )


def _flag(each: rx.Var[FlagRow]) -> rx.Component:
    return choice(
        words(each.words), many=True, checked=Checking.said.contains(each.name), on_change=Checking.toggle(each.name)
    )


def _answer() -> rx.Component:
    return rx.fragment(
        rx.match(
            _VERDICT.way,
            (EMERGENCY, sheet(_call(), rx.el.hr(class_name="hr"), rows(_emergency_room(), lead=True))),
            (IN_PERSON, sheet(rows(_in_person(), lead=True))),
            (DESK, sheet(rows(_desk(), lead=True))),
            rx.fragment(),
        ),
        section(t("followup.check.checked")),
        rx.el.ul(rx.foreach(_VERDICT.checks, check_line), class_name="checks"),
        rx.cond(_VERDICT.met, rx.fragment(), rule_line(Checking.answer.rule)),
    )


def _call() -> rx.Component:
    return Call.create(
        tile("phone", "c-crit"),
        rx.el.span(
            rx.el.span(t("followup.check.call", number=Checking.answer.emergency), class_name="ttl strong"),
            rx.el.span(t("followup.check.call_text"), class_name="sub"),
            class_name="row-text",
        ),
        rx.el.span(icon("chevron_right", size="m"), class_name="end"),
        href="tel:" + Checking.answer.emergency,
        class_name="row",
    )


def _emergency_room() -> rx.Component:
    return row(
        t("followup.check.emergency_room", hospital=_HOSPITAL),
        sub=t("followup.check.emergency_room_text"),
        lead=tile("hospital"),
    )


def _in_person() -> rx.Component:
    return row(
        t("followup.check.in_person", hospital=_HOSPITAL, department=words(Checking.page.department)),
        sub=t("followup.check.in_person_text"),
        lead=tile("hospital"),
        href=Checking.in_person,
        arrow=True,
    )


def _desk() -> rx.Component:
    sub = rx.cond(_VERDICT.cited == "child", t("followup.check.desk_birth"), t("followup.check.desk_text"))
    return row(t("followup.check.desk", hospital=_HOSPITAL), sub=sub, lead=tile("hospital"))


def check_line(each: rx.Var[Check]) -> rx.Component:
    """Say what a rule says, with its evidence."""
    mark = rx.match(
        each.state,
        (MET, rx.el.span(icon("check", size="m"), class_name="mark")),
        (NOT_MET, rx.el.span(icon("x", size="m"), class_name="mark crit")),
        rx.el.span(icon("plug_zap", size="m"), class_name="mark warn"),
    )
    return rx.cond(
        each.shown,
        rx.el.li(
            mark,
            rx.el.span(
                t("followup.check.rule." + each.name, what=words(each.what)),
                rx.el.span(
                    t(each.say, day=rx.cond(each.day == "", "", dates.full_day(each.day)), what=words(each.what)),
                    class_name="t-small ink-2",
                ),
            ),
            rx.el.span(
                t("followup.check.state." + each.state),
                class_name=rx.match(
                    each.state, (MET, "t-small ink-3"), (NOT_MET, "t-small strong crit"), "t-small strong warn"
                ),
            ),
            key=each.name,
        ),
        rx.fragment(),
    )


def rule_line(rule: rx.Var[RuleText] | RuleText) -> rx.Component:
    """Cite a rule, with its text behind."""
    return disclosure(
        rx.el.button(
            icon("scale", size="m"),
            rx.el.span(t("followup.check.by", number=rule.number, source=words(rule.source))),
            rx.el.span(t("followup.check.read"), class_name="link"),
            type="button",
            class_name="why",
        ),
        rx.el.p(words(rule.text)),
        rx.el.p(words(rule.source), class_name="t-small ink-2"),
        title=t("followup.check.rule_number", number=rule.number),
    )
