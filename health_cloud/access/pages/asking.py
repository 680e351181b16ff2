"""The physician's first screen and the request in the making."""

from __future__ import annotations

import reflex as rx

from health_cloud.access.pages.emergencies import HREF, opened_section, past_section
from health_cloud.access.pages.parts import kinds, number_field, until_day, until_fields, until_time
from health_cloud.access.pages.treating import ward_link
from health_cloud.access.state import Asking, Sent, TodaysVisits
from health_cloud.consent.service.wishes import LASTINGS, LONGEST_MESSAGE, PURPOSES, WAYS
from health_cloud.consent.views import NATIONAL_ID, OPENING, QR, TODAY, VISIT, WARD, SentRow, TodaysVisit
from health_cloud.core.vocabulary import RecordClass
from health_cloud.ui import dates
from health_cloud.ui.feedback import empty, loading, note, problem
from health_cloud.ui.forms import (
    button,
    chip,
    chips,
    choice,
    choices,
    date_field,
    field,
    field_error,
    form,
    link_button,
    segments,
)
from health_cloud.ui.i18n import t, words
from health_cloud.ui.layout import page
from health_cloud.ui.marks import class_icon, icon
from health_cloud.ui.rows import class_name, face, row, rows, section, tile
from health_cloud.ui.shell import Shell


def sent_page() -> rx.Component:
    """Return the physician's first screen: charts that are open, and requests."""
    return page(
        rx.cond(
            Sent.ready,
            rx.fragment(
                opened_section(),
                section(t("access.today.open"), more=t("access.today.live")),
                rx.cond(
                    Sent.open.length() == 0,
                    rx.el.p(t("access.today.none_open"), class_name="pad ink-2"),
                    rows(rx.foreach(Sent.open, _open), lead=True),
                ),
                ward_link(),
                section(t("access.today.asked")),
                rx.cond(
                    Sent.others.length() == 0,
                    rx.el.p(t("access.today.none_asked"), class_name="pad ink-2"),
                    rows(rx.foreach(Sent.others, _asked)),
                ),
                past_section(),
                section(t("access.owed.title")),
                rows(
                    row(
                        rx.cond(
                            Shell.badges["today"] > 0,
                            t("access.owed.waiting", count=Shell.badges["today"]),
                            t("access.owed.none"),
                        ),
                        sub=t("access.owed.today_text"),
                        href="/physician/questions",
                        lead=tile("messages_square", "c-accent"),
                        fresh=Shell.badges["today"] > 0,
                        arrow=True,
                    ),
                    lead=True,
                ),
            ),
            loading(3),
        ),
        heading=t("access.today.title"),
        role="physician",
        tab="today",
        actions=(
            button(t("access.today.ask"), look="primary", href="/physician/ask", wide=True, name="shield_check"),
            button(t("access.emergency.begin"), look="danger", href=HREF, wide=True, name="siren"),
        ),
    )


def _open(sent: rx.Var[SentRow]) -> rx.Component:
    return row(
        words(sent.name),
        sub=rx.fragment(
            kinds(sent.classes),
            rx.cond(
                sent.ends_with == OPENING,
                rx.el.span(t("access.today.once"), class_name="t-small"),
                rx.fragment(),
            ),
            dates.clock(sent.until_at, since=sent.from_at),
        ),
        href="/physician/chart/" + sent.grant_id,
        lead=face(words(sent.name)),
        arrow=True,
    )


def _asked(sent: rx.Var[SentRow]) -> rx.Component:
    return row(
        rx.match(
            sent.asked_by,
            (NATIONAL_ID, t("access.today.national_id", card=sent.asked_for)),
            (TODAY, t("access.today.visit", at=dates.near_moment(sent.asked_for))),
            (WARD, t("access.today.ward", at=dates.near_moment(sent.asked_for))),
            (QR, t("access.today.code")),
            t("access.today.card", card=sent.asked_for),
        ),
        sub=rx.fragment(
            t("access.purpose." + sent.purpose),
            rx.el.i(class_name="sep"),
            dates.near_moment(sent.created_at),
            rx.cond(
                sent.reply != "",
                rx.fragment(rx.el.br(), t("access.request.said", text=sent.reply)),
                rx.fragment(),
            ),
        ),
        end=rx.el.span(t("access.state." + sent.state), class_name="t-small ink-2"),
    )


def ask_page() -> rx.Component:
    """Return the request in the making."""
    return page(
        rx.cond(Asking.ready, rx.cond(Asking.sent, _was_sent(), _form()), loading(4, days=False)),
        heading=t("access.ask.title"),
        role="physician",
        tab="ask",
    )


def _was_sent() -> rx.Component:
    return empty(
        "shield_check",
        t("access.ask.sent"),
        t("access.ask.sent_text"),
        action=button(t("access.ask.to_list"), look="primary", href="/physician"),
    )


def _error(name: str) -> rx.Var[str]:
    return rx.cond(Asking.field == name, t(Asking.problem, Asking.params), "")


def _by_code() -> rx.Component:
    """Say whom it is about, as far as that is known before they agree."""
    return note(t("access.ask.by_code"), kind="info", name="badge_check", inset=True, live=True)


def _todays() -> rx.Component:
    """Offer the follow-ups of today and the own ward, where the hospital lets teams read; nobody else stands here."""
    return rx.el.div(
        rx.cond(
            TodaysVisits.visits.length() == 0,
            rx.el.p(t("access.ask.none_today"), class_name="pad ink-2"),
            choices(rx.foreach(TodaysVisits.visits, _visit), legend=t("access.ask.by.today")),
        ),
        rx.el.div(field_error(_error("today"), "today"), class_name="pad"),
        class_name="which",
    )


def _visit(visit: rx.Var[TodaysVisit]) -> rx.Component:
    return choice(
        words(visit.name),
        name="visit",
        checked=Asking.visit == visit.id,
        on_change=Asking.pick_visit(visit.id),
        end=rx.cond(visit.present, t("access.today.present"), dates.time(visit.starts_at)),
    )


def _form() -> rx.Component:
    return form(
        rx.cond(Asking.field == "", problem(Asking.problem, Asking.params), rx.fragment()),
        note(
            t("access.ask.rule"),
            inset=True,
            name="lock",
            action=link_button(t("access.emergency.begin"), href=HREF),
        ),
        rx.el.div(
            rx.el.h2(t("access.ask.who"), class_name="t-body strong"),
            segments(
                t("access.ask.who"),
                [(way, t(f"access.ask.by.{way}")) for way in WAYS],
                Asking.by,
                Asking.set_by,
            ),
            class_name="field",
        ),
        rx.cond(
            Asking.by == TODAY,
            _todays(),
            rx.match(
                Asking.by,
                (NATIONAL_ID, number_field("national_id", _error("card"))),
                (QR, rx.cond(Asking.shown, _by_code(), number_field("code", _error("card")))),
                number_field("card", _error("card")),
            ),
        ),
        rx.el.div(
            rx.el.h2(t("access.ask.why"), class_name="t-body strong"),
            chips(
                t("access.ask.why"),
                *[
                    chip(
                        t(f"access.purpose.{purpose}"),
                        chosen=Asking.purpose == purpose,
                        on_click=Asking.set_purpose(purpose),
                    )
                    for purpose in PURPOSES
                ],
            ),
            class_name="field",
        ),
        field(
            t("access.ask.message"),
            name="message",
            hint=t("access.ask.message_hint"),
            error=_error("message"),
            multiline=True,
            max_length=LONGEST_MESSAGE,
        ),
        rx.el.div(
            rx.el.h2(t("access.ask.which"), class_name="t-body strong"),
            choices(
                *[
                    choice(
                        class_name(name.value),
                        many=True,
                        checked=Asking.classes.contains(name.value),
                        on_change=Asking.toggle(name.value),
                        lead=class_icon(name.value),
                    )
                    for name in RecordClass
                ],
                legend=t("access.ask.which"),
            ),
            class_name="which",
        ),
        rx.cond(
            Asking.field == "classes",
            rx.el.p(icon("circle_alert", size="s"), t("consent.error.classes"), class_name="field-error pad"),
            rx.fragment(),
        ),
        rx.el.div(
            date_field(t("access.request.from"), name="period_from", error=_error("period_from")),
            date_field(t("access.request.to"), name="period_to", error=_error("period_to")),
            class_name="two-days",
        ),
        rx.el.div(
            rx.el.h2(t("access.ask.how_long"), class_name="t-body strong"),
            chips(
                t("access.ask.how_long"),
                *[
                    chip(
                        t(f"access.for.{lasting}"),
                        chosen=Asking.lasting == lasting,
                        on_click=Asking.set_lasting(lasting),
                    )
                    for lasting in LASTINGS
                ],
            ),
            rx.cond(
                (Asking.lasting == OPENING) | (Asking.lasting == VISIT),
                rx.el.p(t("access.ask.lasts." + Asking.lasting), class_name="t-small ink-2"),
                rx.fragment(),
            ),
            class_name="field",
        ),
        until_fields(Asking.lasting, day=until_day(_error("until_day")), clock_time=until_time(_error("until_time"))),
        rx.el.div(button(t("access.ask.send"), look="primary", submit=True, wide=True), class_name="pad"),
        on_submit=Asking.send,
    )
