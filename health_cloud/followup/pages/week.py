"""The physician's regular hours, day by day of the week."""

from __future__ import annotations

import reflex as rx

from health_cloud.followup.pages.kinds import kinds_field
from health_cloud.followup.service.slots import MINUTES
from health_cloud.followup.state import Week
from health_cloud.followup.views import AppointmentCard, HoursRow, OffRow, WeekDay
from health_cloud.identity.pages.moving import Lead
from health_cloud.ui import dates
from health_cloud.ui.feedback import empty, loading, note, problem
from health_cloud.ui.forms import button, date_field, field, field_error, form, select_field
from health_cloud.ui.i18n import t, words
from health_cloud.ui.layout import page, separated
from health_cloud.ui.overlays import bottom_sheet, disclosed_confirm
from health_cloud.ui.rows import row, rows, section, sheet

_PAGE = Week.page
_WEEKDAYS = tuple(f"2024-01-0{number + 1}" for number in range(7))
"""A Monday and the days after it, for their names."""


def week_page() -> rx.Component:
    """Return the page."""
    return page(
        rx.cond((Week.field == "") & ~Week.editing, problem(Week.problem, Week.params), rx.fragment()),
        Lead.create(target=Week.field, turn=Week.turn),
        _done(),
        rx.cond(Week.ready, _body(), loading(4, days=False)),
        _editing(),
        heading=t("followup.week.title"),
        sub=t("followup.week.opens", days=_PAGE.rule.days_ahead, at=_PAGE.rule.opens_at),
        back="/physician/slots",
        back_label=t("followup.slots.title"),
        role="physician",
        tab="slots",
        actions=button(t("followup.week.add"), look="primary", wide=True, on_click=Week.edit("")),
    )


def _done() -> rx.Component:
    return rx.cond(
        Week.changed,
        note(
            t("followup.week.done", added=Week.done.added, withdrawn=Week.done.withdrawn),
            kind="info",
            name="check",
            inset=True,
            live=True,
        ),
        rx.fragment(),
    )


def _body() -> rx.Component:
    return rx.fragment(
        rx.cond(_PAGE.standing.length() > 0, _standing(), rx.fragment()),
        rx.cond(
            _PAGE.days.length() == 0,
            empty("calendar_clock", t("followup.week.none"), t("followup.week.none_text")),
            sheet(rx.foreach(_PAGE.days, _day), title=t("followup.week.hours")),
        ),
        section(t("followup.week.off")),
        rows(rx.foreach(_PAGE.off, _off), rx.foreach(_PAGE.holidays, _holiday)),
        form(
            date_field(
                t("followup.week.off_day"),
                name="day",
                hint=t("followup.week.off_hint"),
                error=rx.cond((Week.field == "day") & ~Week.editing, t(Week.problem, Week.params), ""),
                min=_PAGE.today,
            ),
            button(t("followup.week.take_off"), submit=True),
            on_submit=Week.take_off,
            no_validate=True,
        ),
    )


def _standing() -> rx.Component:
    return rx.fragment(
        note(t("followup.week.standing", count=_PAGE.standing.length()), kind="warn", name="triangle_alert"),
        rows(rx.foreach(_PAGE.standing, _booked)),
    )


def _booked(card: rx.Var[AppointmentCard]) -> rx.Component:
    return row(dates.visit(card.starts_at), sub=words(card.patient), href="/physician/slots", arrow=True)


def _day(day: rx.Var[WeekDay]) -> rx.Component:
    return rx.fragment(
        rx.el.h3(dates.weekday(day.day, "long"), class_name="times-day"),
        rx.el.ul(rx.foreach(day.hours, _hours), class_name="rows answers"),
    )


def _hours(hours: rx.Var[HoursRow]) -> rx.Component:
    shown = hours.begins + "–" + hours.ends
    return rx.el.li(
        rx.el.div(
            rx.el.b(shown),
            rx.el.p(
                words(hours.department),
                rx.el.i(class_name="sep"),
                t("followup.slots.each", count=hours.minutes),
                rx.foreach(
                    hours.kinds, lambda kind: rx.fragment(rx.el.i(class_name="sep"), t("followup.kind." + kind))
                ),
                rx.cond(
                    hours.quota > 0,
                    rx.fragment(rx.el.i(class_name="sep"), t("followup.week.at_most", count=hours.quota)),
                    rx.fragment(),
                ),
                rx.cond(hours.room != "", rx.fragment(rx.el.i(class_name="sep"), hours.room), rx.fragment()),
                class_name="t-small ink-2",
            ),
            rx.cond(
                hours.starts_later | (hours.valid_until != ""),
                rx.el.p(
                    rx.cond(hours.starts_later, t("followup.week.from", day=dates.full_day(hours.valid_from)), ""),
                    " ",
                    rx.cond(
                        hours.valid_until != "", t("followup.week.until", day=dates.full_day(hours.valid_until)), ""
                    ),
                    class_name="t-small ink-2",
                ),
                rx.fragment(),
            ),
        ),
        rx.el.div(
            button(
                t("followup.week.change"),
                small=True,
                on_click=Week.edit(hours.id),
                aria_label=t("followup.week.change_these", hours=shown),
            ),
            disclosed_confirm(
                button(t("followup.week.end"), look="danger", small=True),
                title=t("followup.week.end_title", hours=shown),
                lines=[t("followup.week.end_free"), t("followup.week.end_booked")],
                act=t("followup.week.end_act"),
                on_act=Week.end(hours.id),
            ),
            class_name="visit-acts",
        ),
        key=hours.id,
    )


def _off(off: rx.Var[OffRow]) -> rx.Component:
    return row(
        dates.near_weekday(off.day),
        end=button(
            t("followup.week.work"),
            small=True,
            on_click=Week.work(off.id),
            aria_label=t("followup.week.work_on", day=dates.near_weekday(off.day)),
        ),
    )


def _holiday(off: rx.Var[OffRow]) -> rx.Component:
    return row(dates.near_weekday(off.day), sub=separated(off.name, t("followup.week.holiday")))


def _error(name: str) -> rx.Var[str]:
    return rx.cond(Week.field == name, t(Week.problem, Week.params), "")


def _editing() -> rx.Component:
    return bottom_sheet(
        rx.cond(Week.field == "", problem(Week.problem, Week.params), rx.fragment()),
        form(
            select_field(
                t("followup.week.weekday"),
                name="weekday",
                options=[(str(number), dates.weekday(day, "long")) for number, day in enumerate(_WEEKDAYS)],
                default_value=Week.edited.weekday.to_string(),
            ),
            rx.el.div(
                _time("begins", t("followup.slots.begin"), Week.edited.begins),
                _time("ends", t("followup.slots.end"), Week.edited.ends),
                class_name="two-days",
            ),
            select_field(
                t("followup.slots.minutes"),
                name="minutes",
                options=[(str(each), t("followup.slots.each", count=each)) for each in MINUTES],
                default_value=Week.edited.minutes.to_string(),
            ),
            kinds_field(Week.edited.kinds, _error("kinds"), Week.edited.room, _error("room")),
            field(
                t("followup.week.quota"),
                name="quota",
                hint=t("followup.week.quota_hint"),
                input_mode="numeric",
                max_length=2,
                auto_complete="off",
                default_value=rx.cond(Week.edited.quota > 0, Week.edited.quota.to_string(), ""),
                error=_error("quota"),
            ),
            rx.el.div(
                date_field(
                    t("followup.week.valid_from"),
                    name="valid_from",
                    default_value=Week.edited.valid_from,
                    error=_error("valid_from"),
                ),
                date_field(
                    t("followup.week.valid_until"),
                    name="valid_until",
                    default_value=Week.edited.valid_until,
                    error=_error("valid_until"),
                ),
                class_name="two-days",
            ),
            rx.cond(_PAGE.department == "", _departments(), rx.fragment()),
            button(t("followup.week.save"), look="primary", submit=True, wide=True),
            on_submit=Week.save,
            no_validate=True,
            key="hours" + Week.edited.id,
        ),
        title=rx.cond(Week.edited.id == "", t("followup.week.add"), t("followup.week.change_title")),
        open=Week.editing,
        on_close=Week.leave,
    )


def _time(name: str, label: rx.Var[str], value: str | rx.Var[str]) -> rx.Component:
    return field(label, name=name, type="time", default_value=value, error=_error(name), required=True)


def _departments() -> rx.Component:
    return rx.el.div(
        rx.el.label(t("followup.slots.department"), html_for="department_id"),
        rx.el.div(
            rx.el.select(
                rx.foreach(
                    _PAGE.department_ids,
                    lambda row_id, number: rx.el.option(words(_PAGE.department_names[number]), value=row_id),
                ),
                id="department_id",
                name="department_id",
            ),
            class_name="input select",
        ),
        field_error(_error("department"), "department"),
        class_name="field",
    )
