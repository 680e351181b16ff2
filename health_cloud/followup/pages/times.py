"""The times of one physician: the next free one at once, the days, and those of the chosen day."""

from __future__ import annotations

from typing import Any

import reflex as rx

from health_cloud.followup.pages.kinds import kind_line, place_line
from health_cloud.followup.pages.waiting import join_form
from health_cloud.followup.service.rows import IN_PERSON
from health_cloud.followup.state import Times
from health_cloud.followup.views import SlotRow, TimesDay, TimesPage
from health_cloud.identity.pages.moving import Lead
from health_cloud.ui import dates
from health_cloud.ui.feedback import empty, loading, note, problem
from health_cloud.ui.forms import button, chip, chips, field, form
from health_cloud.ui.i18n import t, words
from health_cloud.ui.layout import page
from health_cloud.ui.rows import face, sheet

_PAGE = Times.page
_FORM = "booking"
_NAME = words(_PAGE.physician.name)


def times_page() -> rx.Component:
    """Return the page."""
    here = Times.ready & ~Times.gone & ~Times.done & (_PAGE.step == "")
    return page(
        rx.cond(
            Times.done,
            empty(
                "calendar_clock",
                t("followup.book.done"),
                t("followup.book.done_text", at=dates.visit(Times.done_at)),
                action=rx.cond(
                    Times.let != "",
                    rx.el.div(
                        rx.el.p(t("followup.let.why", name=_NAME), class_name="t-small ink-2"),
                        button(t("followup.let.start", name=_NAME), href=Times.let, wide=True),
                        button(t("followup.book.to_list"), look="primary", href="/followup", wide=True),
                        class_name="stack",
                    ),
                    button(t("followup.book.to_list"), look="primary", href="/followup"),
                ),
            ),
            rx.cond(
                Times.gone,
                _gone(),
                rx.cond(here, _body(), rx.cond(Times.ready & (_PAGE.step != ""), _before(), loading(4))),
            ),
        ),
        heading=rx.cond(here, t("followup.times.title", name=_NAME), t("followup.book.title")),
        lead=rx.cond(here, face(_NAME, large=True), rx.fragment()),
        sub=rx.cond(here, _about(), rx.fragment()),
        size="title",
        back="/followup/book",
        back_label=t("followup.book.title"),
        role="patient",
        tab="followup",
        actions=rx.cond(here & (_PAGE.days.length() > 0), _act(), rx.fragment()),
    )


def _before() -> rx.Component:
    """Lead to what comes before: it was done, and has served a booking on another screen, or a day has gone by."""
    return empty(
        "clipboard_check",
        t("followup.give.first"),
        t("followup.give.first_text"),
        action=button(t("followup.check.next"), look="primary", href=_PAGE.step),
    )


def _gone() -> rx.Component:
    return empty(
        "calendar_clock",
        t("followup.check.error.place"),
        t("followup.book.none_text"),
        action=button(t("followup.book.title"), href="/followup/book"),
    )


def _about() -> rx.Component:
    return rx.el.span(
        words(_PAGE.department),
        rx.cond(_PAGE.kind != "", rx.fragment(rx.el.i(class_name="sep"), kind_line(_PAGE.kind)), rx.fragment()),
        rx.cond(
            _PAGE.minutes > 0,
            rx.fragment(rx.el.i(class_name="sep"), t("followup.slots.each", count=_PAGE.minutes)),
            rx.fragment(),
        ),
    )


def _act() -> rx.Component:
    """Keep the act in sight beside all the times; it says which one is chosen."""
    return rx.cond(
        _PAGE.held != "",
        button(
            t("followup.book.act", at=dates.visit(_PAGE.held_at)),
            look="primary",
            submit=True,
            wide=True,
            form=_FORM,
        ),
        rx.el.p(t("followup.book.pick"), class_name="ink-2"),
    )


def _body() -> rx.Component:
    return rx.fragment(
        _ways(),
        times_sheet(Times),
        rx.cond(
            _PAGE.kind == IN_PERSON,
            rx.el.div(
                place_line(words(_PAGE.physician.organization), words(_PAGE.department), _PAGE.place),
                class_name="pad in-person-said",
            ),
            rx.fragment(),
        ),
        rx.cond(Times.picked, _reason(), rx.fragment()),
        reads_line(_PAGE),
        join_form(),
        rx.el.p(t("followup.times.cancel", hours=_PAGE.cancel_hours), class_name="pad t-small ink-2"),
    )


def _ways() -> rx.Component:
    """Choose how to meet, where there is a choice."""
    ways = rx.foreach(
        _PAGE.kinds,
        lambda kind: chip(t("followup.kind." + kind), chosen=_PAGE.kind == kind, on_click=Times.meet(kind)),
    )
    return rx.cond(_PAGE.kinds.length() > 1, chips(t("followup.times.how"), ways), rx.fragment())


def times_sheet(state: Any) -> rx.Component:
    """Show the next free time, the days and the times of one of them, for a State of `TimesScreen`."""
    shown = state.page
    return rx.fragment(
        rx.cond(state.field == "", problem(state.problem, state.params), rx.fragment()),
        Lead.create(target=state.field, turn=state.turn),
        sheet(
            rx.cond(shown.next != "", _next(state), rx.el.p(t("followup.times.all_taken"), class_name="pad ink-2")),
            rx.el.div(
                rx.foreach(shown.days, lambda day: _day(state, day)),
                class_name="day-strip",
                role="group",
                aria_label=t("followup.times.days"),
            ),
            _part(state, "followup.times.morning", shown.morning),
            _part(state, "followup.times.afternoon", shown.afternoon),
            title=t("followup.times.next"),
        ),
    )


def _next(state: Any) -> rx.Component:
    at = dates.visit(state.page.next_at)
    return rx.el.div(
        rx.el.b(at),
        button(
            t("followup.times.this"),
            look="plain",
            on_click=state.choose(state.page.next),
            aria_label=t("followup.times.this_at", at=at),
        ),
        class_name="next-time",
    )


def _day(state: Any, day: rx.Var[TimesDay]) -> rx.Component:
    return rx.el.button(
        rx.el.span(dates.weekday(day.day), class_name="t-small"),
        rx.el.b(dates.day_of_month(day.day)),
        rx.el.span(
            rx.cond(day.kind == "free", t("followup.times.free", count=day.free), t("followup.times.day." + day.kind)),
            class_name="t-micro",
        ),
        type="button",
        disabled=day.kind != "free",
        aria_pressed=rx.cond(day.day == state.page.day, "true", "false"),
        on_click=state.show(day.day),
        class_name="day-chip",
        key=day.day,
    )


def _part(state: Any, title: str, slots: Any) -> rx.Component:
    shown = rx.Var.create(slots).to(list[SlotRow])
    return rx.cond(
        shown.length() > 0,
        rx.fragment(
            rx.el.h3(t(title), class_name="times-day"),
            rx.el.div(rx.foreach(shown, lambda slot: _time(state, slot)), class_name="times"),
        ),
        rx.fragment(),
    )


def _time(state: Any, slot: rx.Var[SlotRow]) -> rx.Component:
    return chip(dates.time(slot.starts_at), chosen=state.page.held == slot.id, on_click=state.choose(slot.id))


def reads_line(shown: rx.Var[TimesPage] | TimesPage) -> rx.Component:
    """Say until when the physician could read, at the time that is held."""
    return rx.cond(
        shown.reads_until != "",
        rx.el.p(
            t("followup.give.until", name=words(shown.physician.name), at=dates.moment(shown.reads_until)),
            class_name="pad t-small",
            role="status",
        ),
        rx.fragment(),
    )


def kept_note(shown: rx.Var[TimesPage] | TimesPage) -> rx.Component:
    """Say that a time is held, and for how long."""
    return rx.cond(
        shown.held != "",
        note(
            rx.fragment(
                t("followup.hold.kept", at=dates.visit(shown.held_at)),
                " ",
                dates.clock(shown.held_until, since=shown.held_since),
            ),
            inset=True,
        ),
        rx.fragment(),
    )


def _reason() -> rx.Component:
    return form(
        kept_note(_PAGE),
        field(
            t("followup.book.reason"),
            name="reason",
            hint=t("followup.book.reason_hint"),
            error=rx.cond(Times.field == "reason", t(Times.problem, Times.params), ""),
            multiline=True,
            max_length=300,
        ),
        on_submit=Times.book,
        id=_FORM,
        no_validate=True,
    )
