"""Before a time is picked: what the physician will be able to read until the visit is over, and online care."""

from __future__ import annotations

import reflex as rx

from health_cloud.access.pages.preview import sees, which_and_days
from health_cloud.followup.pages.checking import rule_line
from health_cloud.followup.state import Giving
from health_cloud.identity.pages.moving import Lead
from health_cloud.ui import dates
from health_cloud.ui.feedback import empty, loading, note, problem
from health_cloud.ui.forms import button, choice, choices, field_error
from health_cloud.ui.i18n import t, words
from health_cloud.ui.layout import page
from health_cloud.ui.rows import face, section, sheet

_NAME = words(Giving.page.physician.name)


def give_page() -> rx.Component:
    """Return the page."""
    here = Giving.ready & (Giving.again == "") & (Giving.page.rows.length() > 0)
    return page(
        rx.cond(Giving.field == "", problem(Giving.problem, Giving.params), rx.fragment()),
        Lead.create(target=Giving.field, turn=Giving.turn),
        rx.cond(
            Giving.ready,
            rx.cond(Giving.gone, _gone(), rx.cond(here, _body(), rx.cond(Giving.again != "", _again(), rx.fragment()))),
            loading(4),
        ),
        heading=rx.cond(here, t("followup.give.title_of", name=_NAME), t("followup.give.title")),
        lead=rx.cond(here, face(_NAME, large=True), rx.fragment()),
        sub=rx.cond(
            here,
            rx.el.span(t("access.doctor", name=_NAME), rx.el.i(class_name="sep"), words(Giving.page.department)),
            rx.fragment(),
        ),
        size="title",
        back=rx.cond(Giving.in_person, "/followup", "/followup/book"),
        back_label=rx.cond(Giving.in_person, t("followup.title"), t("followup.book.title")),
        role="patient",
        tab="followup",
        actions=rx.cond(
            here,
            button(
                rx.cond(Giving.in_person, t("followup.let.agree"), t("followup.give.agree")),
                look="primary",
                on_click=Giving.agree,
                wide=True,
                disabled=Giving.empty,
            ),
            rx.fragment(),
        ),
    )


def _again() -> rx.Component:
    return empty(
        "clipboard_check",
        t("followup.give.first"),
        t("followup.give.first_text"),
        action=button(t("followup.book.check"), look="primary", href=Giving.again),
    )


def _gone() -> rx.Component:
    return empty(
        "calendar_clock",
        t("followup.let.error.over"),
        t("followup.let.over_text"),
        action=button(t("followup.book.to_list"), href="/followup"),
    )


def _body() -> rx.Component:
    return rx.fragment(
        rx.cond(
            Giving.page.held_until != "",
            note(t("followup.give.held", name=_NAME, at=dates.moment(Giving.page.held_until)), kind="info", inset=True),
            rx.fragment(),
        ),
        sheet(
            *which_and_days(Giving, Giving.page),
            rx.cond(
                Giving.field.contains("period"),
                rx.el.div(field_error(t(Giving.problem, Giving.params), "period"), class_name="pad"),
                rx.fragment(),
            ),
            title=t("access.request.which"),
            note=t("access.request.narrow"),
        ),
        rx.el.div(
            sees(_NAME, Giving.page.total),
            rx.cond(
                Giving.page.latest != "",
                rx.el.p(
                    rx.cond(
                        Giving.in_person,
                        t("followup.give.until", name=_NAME, at=dates.moment(Giving.page.latest)),
                        t("followup.give.latest", name=_NAME, at=dates.moment(Giving.page.latest)),
                    ),
                    class_name="t-small strong",
                ),
                rx.fragment(),
            ),
            rx.el.p(t("followup.give.ends"), class_name="t-small ink-2"),
            rx.el.p(t("followup.give.pharmacist"), class_name="t-small ink-2"),
            class_name="pad preview",
            role="status",
        ),
        rx.cond(Giving.in_person, rx.el.p(t("followup.let.optional"), class_name="pad t-small ink-2"), _online()),
    )


def _online() -> rx.Component:
    return rx.fragment(
        section(t("followup.give.online")),
        rx.el.div(
            rx.el.p(t("followup.give.online_text"), class_name="pad t-small ink-2"),
            choices(
                choice(
                    t("followup.give.online_agree"),
                    many=True,
                    checked=Giving.online,
                    on_change=Giving.agree_online,
                ),
                legend=t("followup.give.online"),
            ),
            rx.el.div(
                field_error(rx.cond(Giving.field == "online", t(Giving.problem, Giving.params), ""), "online"),
                class_name="pad",
            ),
            id="online",
        ),
        rule_line(Giving.page.rule),
    )
