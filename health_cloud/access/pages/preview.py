"""What would be visible, class by class: how many, the newest of each, and what is less than before."""

from __future__ import annotations

from typing import Any

import reflex as rx

from health_cloud.access.views import PreviewRow
from health_cloud.records.pages.parts import titled
from health_cloud.ui import dates
from health_cloud.ui.forms import choice, choices, date_field
from health_cloud.ui.i18n import t
from health_cloud.ui.marks import class_icon
from health_cloud.ui.rows import class_name


def class_choice(each: rx.Var[PreviewRow], on_change: Any) -> rx.Component:
    """Offer a class, with how many would be visible and the newest of them."""
    return choice(
        class_name(each.record_class),
        many=True,
        checked=each.chosen,
        on_change=on_change,
        lead=class_icon(each.record_class),
        sub=rx.cond(
            each.chosen & (each.given > 0),
            t("access.request.newest", what=titled(each), at=dates.day(each.occurred)),
            "",
        ),
        end=rx.cond(
            each.chosen,
            t("access.count", count=each.given),
            t("access.not_given"),
        ),
    )


def sees(name: rx.Var[str], total: rx.Var[int] | int) -> rx.Component:
    """Say how many they would see in all."""
    return rx.el.p(t("access.request.sees", name=name, count=total), class_name="strong")


def differences(rows: rx.Var[tuple[PreviewRow, ...]] | tuple[PreviewRow, ...]) -> rx.Component:
    """Say in words what is less, class by class."""
    return rx.el.ul(rx.foreach(rows, _less), class_name="t-small ink-2")


def _less(each: rx.Var[PreviewRow]) -> rx.Component:
    what = class_name(each.record_class)
    said = rx.cond(
        each.given == 0,
        t("access.less.all", what=what, count=each.asked.to_string()),
        t("access.less.by", what=what, count=each.asked - each.given),
    )
    return rx.cond(each.asked > each.given, rx.el.li(said), rx.fragment())


def which_and_days(state: Any, asked: Any) -> tuple[rx.Component, rx.Component]:
    """Let somebody leave classes and days out.

    Args:
        state: a State with `page.rows`, `page.today`, `toggle`, and the days that are left with their setters.
        asked: what there is at most: a request or a grant.
    """
    return (
        choices(
            rx.foreach(state.page.rows, lambda each: class_choice(each, state.toggle(each.record_class))),
            legend=t("access.request.which"),
            sheet=False,
        ),
        rx.el.div(
            date_field(
                t("access.request.from"),
                name="period_from",
                default_value=state.period_from,
                on_blur=state.set_from,
                min=asked.period_from,
                max=state.page.today,
            ),
            date_field(
                t("access.request.to"),
                name="period_to",
                default_value=state.period_to,
                on_blur=state.set_to,
                max=asked.period_to,
            ),
            class_name="two-days",
        ),
    )
