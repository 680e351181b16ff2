"""The desk's screen: how far ahead the hospital opens its times, and its holidays."""

from __future__ import annotations

import reflex as rx

from health_cloud.followup.pages.answering import asking_rule
from health_cloud.followup.state import OpeningTimes
from health_cloud.followup.views import OffRow
from health_cloud.identity.pages.moving import Lead
from health_cloud.ui import dates
from health_cloud.ui.feedback import loading, note, problem
from health_cloud.ui.forms import button, date_field, field, form
from health_cloud.ui.i18n import t, words
from health_cloud.ui.layout import page
from health_cloud.ui.rows import row, rows, section

_PAGE = OpeningTimes.page


def opening_page() -> rx.Component:
    """Return the page."""
    return page(
        rx.cond(OpeningTimes.field == "", problem(OpeningTimes.problem, OpeningTimes.params), rx.fragment()),
        Lead.create(target=OpeningTimes.field, turn=OpeningTimes.turn),
        rx.cond(
            OpeningTimes.saved,
            note(t("followup.opening.saved"), kind="info", name="check", inset=True, live=True),
            rx.fragment(),
        ),
        rx.cond(
            OpeningTimes.standing > 0,
            note(
                t("followup.opening.standing", count=OpeningTimes.standing),
                kind="warn",
                name="triangle_alert",
                inset=True,
                live=True,
            ),
            rx.fragment(),
        ),
        rx.cond(OpeningTimes.ready, rx.fragment(_rule(), _holidays(), asking_rule()), loading(4, days=False)),
        heading=t("followup.opening.title"),
        back="/desk",
        back_label=t("ui.nav.visibility"),
        role="staff",
        tab="visibility",
    )


def _error(name: str) -> rx.Var[str]:
    return rx.cond(OpeningTimes.field == name, t(OpeningTimes.problem, OpeningTimes.params), "")


def _rule() -> rx.Component:
    return rx.fragment(
        section(t("followup.opening.rule")),
        form(
            _number("days_ahead", _PAGE.rule.days_ahead),
            field(
                t("followup.opening.opens_at"),
                name="opens_at",
                type="time",
                hint=t("followup.opening.opens_at_hint"),
                default_value=_PAGE.rule.opens_at,
                error=_error("opens_at"),
            ),
            _number("cancel_hours", _PAGE.rule.cancel_hours),
            _number("offer_minutes", _PAGE.rule.offer_minutes),
            button(t("followup.opening.save"), look="primary", submit=True, wide=True),
            rx.cond(
                _PAGE.changed_at != "",
                rx.el.p(
                    words(_PAGE.changed_by),
                    rx.el.i(class_name="sep"),
                    dates.near_moment(_PAGE.changed_at),
                    class_name="t-small ink-2",
                ),
                rx.el.p(t("followup.opening.shipped"), class_name="t-small ink-2"),
            ),
            on_submit=OpeningTimes.save,
            no_validate=True,
        ),
    )


def _number(name: str, value: int | rx.Var[int]) -> rx.Component:
    return field(
        t(f"followup.opening.{name}"),
        name=name,
        hint=t(f"followup.opening.{name}_hint"),
        input_mode="numeric",
        max_length=3,
        auto_complete="off",
        default_value=rx.Var.create(value).to_string(),
        error=_error(name),
    )


def _holidays() -> rx.Component:
    return rx.fragment(
        section(t("followup.opening.holidays")),
        rx.cond(
            _PAGE.holidays.length() == 0,
            rx.el.p(t("followup.opening.no_holidays"), class_name="pad ink-2"),
            rows(rx.foreach(_PAGE.holidays, _holiday)),
        ),
        form(
            rx.el.div(
                date_field(t("followup.opening.day"), name="day", error=_error("day"), min=_PAGE.today),
                field(
                    t("followup.opening.name"), name="name", max_length=40, auto_complete="off", error=_error("name")
                ),
                class_name="two-days",
            ),
            button(t("followup.opening.add"), submit=True),
            on_submit=OpeningTimes.add,
            no_validate=True,
        ),
    )


def _holiday(off: rx.Var[OffRow]) -> rx.Component:
    return row(
        off.name,
        sub=dates.long_day(off.day),
        end=button(
            t("followup.opening.remove"),
            small=True,
            on_click=OpeningTimes.remove(off.id),
            aria_label=t("followup.opening.remove_this", name=off.name),
        ),
    )
