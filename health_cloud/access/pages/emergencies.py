# pyright: reportAttributeAccessIssue=false, reportArgumentType=false, reportReturnType=false, reportOperatorIssue=false
# A Var of a view has the attributes of the view at run time.
"""Emergencies: the physician breaks the glass; what the chart says of it, and what the patient sees."""

from __future__ import annotations

import reflex as rx

from health_cloud.access.pages.parts import number_field, who
from health_cloud.access.state import Breaking, Emergencies, OpenEmergencies
from health_cloud.consent.service.breaking import CODES, HOURS, LONGEST_REASON, WAYS
from health_cloud.consent.views import NATIONAL_ID, EmergencyCard, GrantCard
from health_cloud.ui import dates
from health_cloud.ui.feedback import loading, problem
from health_cloud.ui.forms import button, chip, chips, field, field_error, form, pair, segments
from health_cloud.ui.i18n import t, words
from health_cloud.ui.layout import page, separated
from health_cloud.ui.marks import icon, tile
from health_cloud.ui.rows import face, row, rows, section

HREF = "/physician/emergency"


def break_page() -> rx.Component:
    """Return the page on which a physician opens a chart without asking."""
    return page(
        rx.cond(Breaking.ready, _form(), loading(4, days=False)),
        heading=t("access.emergency.title"),
        sub=t("access.emergency.sub"),
        lead=tile("siren", "c-crit"),
        size="title",
        back="/physician",
        back_label=t("ui.nav.today"),
        role="physician",
        tab="today",
    )


def _error(name: str) -> rx.Var[str]:
    return rx.cond(Breaking.field == name, t(Breaking.problem, Breaking.params), "")


def _form() -> rx.Component:
    return form(
        rx.cond(Breaking.field == "", problem(Breaking.problem, Breaking.params), rx.fragment()),
        rx.el.ul(
            _will("eye", t("access.emergency.will.see", count=Breaking.hours)),
            _will("bell", t("access.emergency.will.tell")),
            _will("clipboard_check", t("access.emergency.will.review")),
            class_name="will",
        ),
        rx.el.div(
            rx.el.h2(t("access.ask.who"), class_name="t-body strong"),
            segments(
                t("access.ask.who"), [(way, t(f"access.ask.by.{way}")) for way in WAYS], Breaking.by, Breaking.set_by
            ),
            class_name="field",
        ),
        rx.cond(
            Breaking.by == NATIONAL_ID,
            number_field("national_id", _error("card")),
            number_field("card", _error("card")),
        ),
        rx.el.div(
            rx.el.h2(t("access.emergency.why"), class_name="t-body strong"),
            chips(
                t("access.emergency.why"),
                *[
                    chip(
                        t(f"access.emergency.code.{code}"),
                        chosen=Breaking.code == code,
                        on_click=Breaking.set_code(code),
                    )
                    for code in CODES
                ],
            ),
            field_error(_error("code"), "code"),
            class_name="field",
        ),
        field(
            t("access.emergency.reason"),
            name="reason",
            hint=t("access.emergency.reason_hint"),
            error=_error("reason"),
            multiline=True,
            required=True,
            max_length=LONGEST_REASON,
        ),
        rx.el.div(
            rx.el.h2(t("access.ask.how_long"), class_name="t-body strong"),
            chips(
                t("access.ask.how_long"),
                *[
                    chip(
                        t("access.emergency.hours", count=hours),
                        chosen=Breaking.hours == hours,
                        on_click=Breaking.set_hours(hours),
                    )
                    for hours in HOURS
                ],
            ),
            field_error(_error("hours"), "hours"),
            class_name="field",
        ),
        rx.el.div(
            pair(
                button(t("access.emergency.keep"), href="/physician"),
                button(t("access.emergency.open", count=Breaking.hours), look="danger fill", submit=True),
            ),
            class_name="pad",
        ),
        on_submit=Breaking.send,
    )


def _will(name: str, text: rx.Var[str]) -> rx.Component:
    return rx.el.li(icon(name, size="m"), rx.el.span(text))


def opened_section() -> rx.Component:
    """Return what the physician has open in emergencies, on their first screen; nothing where there is none."""
    return rx.cond(
        OpenEmergencies.opened.length() > 0,
        rx.fragment(
            section(t("access.emergency.opened")), rows(rx.foreach(OpenEmergencies.opened, _opened), lead=True)
        ),
        rx.fragment(),
    )


def _opened(card: rx.Var[EmergencyCard]) -> rx.Component:
    return row(
        words(card.name),
        sub=rx.fragment(t("access.emergency.code." + card.code), dates.clock(card.until_at, since=card.from_at)),
        href="/physician/chart/" + card.id,
        lead=tile("siren", "c-crit"),
        arrow=True,
    )


def past_section() -> rx.Component:
    """Return what the reviews of the physician's earlier emergencies found; nothing where there was none."""
    return rx.cond(
        OpenEmergencies.past.length() > 0,
        rx.fragment(section(t("access.emergency.yours")), rows(rx.foreach(OpenEmergencies.past, _past))),
        rx.fragment(),
    )


def _past(card: rx.Var[EmergencyCard]) -> rx.Component:
    return row(
        t("access.emergency.code." + card.code),
        sub=rx.fragment(separated(dates.near_moment(card.from_at), _review(card)), _remark(card)),
    )


def chart_banner(ground: rx.Var[GrantCard] | GrantCard) -> rx.Component:
    """Say over a chart that it is open in an emergency: why, for how long still, and that it can be closed."""
    return rx.el.div(
        icon("siren", size="m"),
        rx.el.span(
            rx.el.b(t("access.emergency.banner", name=words(ground.name))),
            rx.el.span(t("access.emergency.code." + ground.emergency), rx.el.i(class_name="sep"), ground.reason),
            class_name="grow",
        ),
        dates.clock(ground.until_at, since=ground.from_at),
        button(t("access.emergency.close"), look="danger", small=True, on_click=OpenEmergencies.close(ground.id)),
        class_name="grant urgent",
    )


def now_seen() -> rx.Component:
    """Return who has the patient's records open in an emergency now; nothing where nobody has."""
    return rx.cond(
        Emergencies.now.length() > 0,
        rx.el.ul(rx.foreach(Emergencies.now, _now), class_name="rows grants"),
        rx.fragment(),
    )


def _now(card: rx.Var[EmergencyCard]) -> rx.Component:
    return rx.el.li(
        rx.el.div(
            tile("siren", "c-crit"),
            rx.el.div(
                rx.el.b(t("access.emergency.by", name=words(card.physician.name))),
                rx.el.p(who(card.physician), class_name="t-small ink-2"),
                rx.el.p(t("access.emergency.code." + card.code), class_name="t-small ink-2"),
                rx.el.p(t("access.request.said", text=card.reason), class_name="t-small"),
                rx.el.p(t("access.emergency.all"), class_name="t-small ink-2"),
            ),
            class_name="grant-head",
        ),
        rx.el.div(dates.clock(card.until_at, since=card.from_at), class_name="grant-clock"),
        rx.el.p(t("access.emergency.will_review"), class_name="t-small ink-2 grant-clock"),
        key=card.id,
    )


def before_seen() -> rx.Component:
    """Return earlier emergencies with what their review found; nothing where there was none."""
    return rx.cond(
        Emergencies.before.length() > 0,
        rx.fragment(section(t("access.emergency.before")), rows(rx.foreach(Emergencies.before, _before), lead=True)),
        rx.fragment(),
    )


def _before(card: rx.Var[EmergencyCard]) -> rx.Component:
    return row(
        t("access.emergency.by_then", name=words(card.physician.name)),
        sub=rx.fragment(
            separated(dates.near_moment(card.from_at), t("access.emergency.code." + card.code)),
            rx.el.br(),
            t("access.request.said", text=card.reason),
            rx.el.br(),
            _review(card),
            _remark(card),
        ),
        lead=face(words(card.physician.name)),
    )


def _review(card: rx.Var[EmergencyCard]) -> rx.Component:
    """Say what the review found, or by when there will be one; lateness stays to be seen."""
    waits = rx.cond(
        card.late,
        rx.el.b(t("access.emergency.late"), class_name="ink-warn"),
        rx.el.span(t("access.emergency.until", at=dates.near_moment(card.review_due_at))),
    )
    return rx.fragment(
        rx.el.b(t(_verdict(card)), class_name=rx.cond(card.verdict == "unjustified", "ink-crit", "")),
        rx.cond(
            card.verdict == "",
            waits,
            rx.cond(card.late, rx.el.span(t("access.emergency.was_late")), rx.fragment()),
        ),
    )


def _remark(card: rx.Var[EmergencyCard]) -> rx.Component:
    said = rx.fragment(rx.el.br(), t("access.emergency.remark", text=card.remark))
    return rx.cond(card.remark != "", said, rx.fragment())


def _verdict(card: rx.Var[EmergencyCard]) -> rx.Var[str]:
    return rx.cond(card.verdict == "", "access.emergency.verdict.waits", "access.emergency.verdict." + card.verdict)


def is_open() -> rx.Var[bool]:
    """Tell whether anybody has the patient's records open in an emergency now."""
    return Emergencies.now.length() > 0
