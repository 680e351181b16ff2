"""Parts that the screens of access share."""

from __future__ import annotations

from typing import Any

import reflex as rx

from health_cloud.consent.service.wishes import UNTIL
from health_cloud.identity.views import AccountCard
from health_cloud.ui import dates
from health_cloud.ui.forms import date_field, field
from health_cloud.ui.i18n import t, words
from health_cloud.ui.rows import made, made_of


def who(card: rx.Var[AccountCard] | AccountCard) -> rx.Component:
    """Say where somebody works, and as what."""
    return rx.fragment(
        words(card.organization),
        rx.cond(words(card.department) != "", rx.fragment(rx.el.i(class_name="sep"), words(card.department)), ""),
        rx.cond(words(card.title) != "", rx.fragment(rx.el.i(class_name="sep"), words(card.title)), ""),
    )


def period(first: rx.Var[str] | str, last: rx.Var[str] | str) -> rx.Var[str]:
    """Say which days are meant."""
    return rx.cond(
        (first == "") & (last == ""),
        t("access.period.all"),
        rx.cond(
            last == "",
            t("access.period.from", day=dates.full_day(first)),
            rx.cond(
                first == "",
                t("access.period.to", day=dates.full_day(last)),
                t("access.period.between", first=dates.full_day(first), last=dates.full_day(last)),
            ),
        ),
    )


def kinds(classes: rx.Var[tuple[str, ...]]) -> rx.Component:
    """Show record classes with their icons."""
    # foreach would hand the index on as the text
    return made(rx.foreach(classes, _kind))


def _kind(name: rx.Var[str]) -> rx.Component:
    return made_of(name)


def until_fields(chosen: rx.Var[str] | str, *, day: rx.Component, clock_time: rx.Component) -> rx.Component:
    """Ask until when, where a time of one's own is chosen."""
    return rx.cond(chosen == UNTIL, rx.el.div(day, clock_time, class_name="two-days"), rx.fragment())


def until_day(error: rx.Var[str], **props: Any) -> rx.Component:
    """Ask for the day."""
    return date_field(t("access.until.day"), name="until_day", error=error, required=True, **props)


def until_time(error: rx.Var[str], **props: Any) -> rx.Component:
    """Ask for the time of that day."""
    return field(t("access.until.time"), name="until_time", type="time", error=error, required=True, **props)


def number_field(kind: str, error: rx.Var[str]) -> rx.Component:
    """Ask for a number that names a patient: of a visit card, or a national ID."""
    return field(
        t(f"access.ask.{kind}"),
        name="card",
        hint=t(f"access.ask.{kind}_hint"),
        error=error,
        required=True,
        auto_complete="off",
        max_length=40,
        key=kind,
    )
