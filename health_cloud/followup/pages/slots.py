"""The physician's times: who asks, who comes, what is on offer."""

from __future__ import annotations

import reflex as rx

from health_cloud.followup.pages.kinds import kind_line, kinds_field
from health_cloud.followup.pages.proposing import propose_problem, propose_sheet
from health_cloud.followup.service.slots import MINUTES
from health_cloud.followup.state import Proposing, Slots
from health_cloud.followup.views import AppointmentCard, SlotDay, SlotRow
from health_cloud.identity.pages.moving import Lead
from health_cloud.ui import dates
from health_cloud.ui.feedback import loading, note, problem
from health_cloud.ui.forms import button, chip, chips, date_field, field, form, pair
from health_cloud.ui.i18n import t, words
from health_cloud.ui.layout import page
from health_cloud.ui.overlays import bottom_sheet, disclosed_confirm
from health_cloud.ui.rows import face, row, rows, section, sheet


def slots_page() -> rx.Component:
    """Return the page."""
    return page(
        rx.cond(Slots.field == "", problem(Slots.problem, Slots.params), rx.fragment()),
        Lead.create(target=Slots.field, turn=Slots.turn),
        propose_problem(),
        rx.cond(Slots.ready, _body(), loading(4)),
        _declining(),
        propose_sheet(),
        heading=t("followup.slots.title"),
        role="physician",
        tab="slots",
        actions=button(t("followup.slots.to_visits"), look="primary", href="/physician/visits", wide=True),
    )


def _body() -> rx.Component:
    return rx.fragment(
        section(t("followup.slots.waiting")),
        rx.cond(
            Slots.waiting.length() == 0,
            rx.el.p(t("followup.slots.none_waiting"), class_name="pad ink-2"),
            rx.el.ul(rx.foreach(Slots.waiting, _request), class_name="rows answers"),
        ),
        rx.cond(
            Slots.coming.length() > 0,
            rx.fragment(
                section(t("followup.slots.coming")),
                rx.el.ul(rx.foreach(Slots.coming, _coming), class_name="rows answers"),
            ),
            rx.fragment(),
        ),
        rx.cond(
            Slots.days.length() > 0,
            sheet(
                rx.foreach(Slots.days, _day),
                title=t("followup.slots.times"),
                note=t("followup.slots.take_off"),
            ),
            rx.fragment(section(t("followup.slots.times")), rx.el.p(t("followup.slots.none"), class_name="pad ink-2")),
        ),
        rows(row(t("followup.week.title"), sub=t("followup.week.link"), href="/physician/slots/week", arrow=True)),
        section(t("followup.slots.more")),
        _form(),
    )


def _request(card: rx.Var[AppointmentCard]) -> rx.Component:
    return rx.el.li(
        _who(card),
        rx.el.div(_propose(card)),
        pair(
            button(t("followup.decline"), on_click=Slots.ask_word(card.id)),
            button(t("followup.accept"), look="primary", on_click=Slots.accept(card.id)),
        ),
        key=card.id,
    )


def _coming(card: rx.Var[AppointmentCard]) -> rx.Component:
    return rx.el.li(
        _who(card),
        rx.el.div(
            _propose(card),
            disclosed_confirm(
                button(t("followup.cancel"), look="danger", small=True),
                title=t("followup.cancel_title", at=dates.visit(card.starts_at)),
                lines=[t("followup.cancel_told", name=words(card.patient)), t("followup.cancel_closed")],
                act=t("followup.cancel_act"),
                cancel=t("followup.cancel_not"),
                on_act=Slots.cancel(card.id),
            ),
            class_name="visit-acts",
        ),
        key=card.id,
    )


def _propose(card: rx.Var[AppointmentCard]) -> rx.Component:
    return button(t("followup.propose.start"), small=True, name="calendar_clock", on_click=Proposing.ask(card.id))


def _proposed(card: rx.Var[AppointmentCard]) -> rx.Component:
    return rx.cond(
        card.proposed_at != "",
        rx.el.p(
            t(
                "followup.propose.waits",
                at=dates.visit(card.proposed_at),
                until=dates.near_moment(card.proposed_until),
            ),
            class_name="t-small strong",
        ),
        rx.fragment(),
    )


def _who(card: rx.Var[AppointmentCard]) -> rx.Component:
    return rx.el.div(
        face(words(card.patient)),
        rx.el.div(
            rx.el.b(words(card.patient)),
            rx.el.p(kind_line(card.kind), rx.el.i(class_name="sep"), dates.visit(card.starts_at), class_name="t-small"),
            rx.cond(card.place != "", rx.el.p(card.place, class_name="t-small ink-2"), rx.fragment()),
            rx.el.p(t("followup.reason_said", text=card.reason), class_name="t-small ink-2"),
            rx.el.a(t("followup.prepare.read"), href="/physician/prepared/" + card.id, class_name="link"),
            _proposed(card),
        ),
        class_name="grant-head",
    )


def _day(day: rx.Var[SlotDay]) -> rx.Component:
    return rx.fragment(
        rx.el.h3(dates.near_weekday(day.day), class_name="times-day"),
        rx.el.div(rx.foreach(day.slots, _time), class_name="times"),
    )


def _time(slot: rx.Var[SlotRow]) -> rx.Component:
    return rx.cond(
        slot.taken,
        rx.el.span(
            dates.time(slot.starts_at),
            rx.el.span(
                rx.match(
                    slot.state,
                    ("proposed", t("followup.propose.to")),
                    ("offered", t("followup.wait.being_offered")),
                    words(slot.patient),
                ),
                class_name="t-micro",
            ),
            class_name="chip taken",
        ),
        chip(
            dates.time(slot.starts_at),
            chosen=False,
            on_click=Slots.close(slot.id),
            aria_label=t("followup.slots.take_this_off", at=dates.moment(slot.starts_at)),
        ),
    )


def _error(name: str) -> rx.Var[str]:
    return rx.cond(Slots.field == name, t(Slots.problem, Slots.params), "")


def _form() -> rx.Component:
    return form(
        rx.cond(
            Slots.opened > 0,
            note(t("followup.slots.opened", count=Slots.opened), kind="info", inset=True, live=True, name="check"),
            rx.fragment(),
        ),
        date_field(t("followup.slots.day"), name="day", error=_error("day"), min=Slots.today, required=True),
        rx.el.div(
            field(t("followup.slots.begin"), name="begin", type="time", error=_error("begin"), required=True),
            field(t("followup.slots.end"), name="end", type="time", error=_error("end"), required=True),
            class_name="two-days",
        ),
        rx.el.div(
            rx.el.h3(t("followup.slots.minutes"), class_name="t-body strong"),
            chips(
                t("followup.slots.minutes"),
                *[
                    chip(
                        t("followup.slots.each", count=minutes),
                        chosen=Slots.minutes == str(minutes),
                        on_click=Slots.set_minutes(str(minutes)),
                    )
                    for minutes in MINUTES
                ],
            ),
            class_name="field",
        ),
        kinds_field(("text",), _error("kinds"), room_error=_error("room")),
        rx.cond(Slots.department == "", _departments(), rx.fragment()),
        rx.el.div(button(t("followup.slots.open"), look="primary", submit=True, wide=True), class_name="pad preview"),
        on_submit=Slots.open,
        no_validate=True,
    )


def _departments() -> rx.Component:
    return rx.el.div(
        rx.el.label(t("followup.slots.department"), html_for="department"),
        rx.el.div(
            rx.el.select(
                rx.foreach(
                    Slots.department_ids,
                    lambda row_id, number: rx.el.option(words(Slots.department_names[number]), value=row_id),
                ),
                id="department",
                name="department",
            ),
            class_name="input select",
        ),
        class_name="field",
    )


def _declining() -> rx.Component:
    return bottom_sheet(
        form(
            field(t("followup.word"), name="word", hint=t("followup.word_hint"), max_length=200),
            button(t("followup.decline"), look="danger", submit=True, wide=True),
            on_submit=Slots.decline,
        ),
        title=t("followup.decline_title"),
        open=Slots.declining != "",
        on_close=Slots.keep,
    )
