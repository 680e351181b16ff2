# pyright: reportAttributeAccessIssue=false, reportArgumentType=false, reportReturnType=false, reportOperatorIssue=false
# A Var of a view has the attributes of the view at run time.
"""The filters above a list: links and selects that lead to addresses, so that back and reload keep them."""

from __future__ import annotations

import reflex as rx

from health_cloud.records.pages.sources import blank
from health_cloud.records.views.filters import Chip, Filters, OneOf, Option
from health_cloud.records.views.sources import Sources
from health_cloud.ui.forms import button, chip_link, chip_select, chips
from health_cloud.ui.i18n import t, words


def filter_bar(filters: rx.Var[Filters], jump: rx.Var[OneOf] | None = None) -> rx.Component:
    """Offer what there is to choose; nothing where there is no choice. `jump` leads to a year of what is left."""
    offered = filters.offered if jump is None else filters.offered | (jump.options.length() > 0)
    return rx.cond(
        offered,
        chips(
            t("records.filter.label"),
            *([] if jump is None else [one_of(t("records.visits.jump"), jump)]),
            rx.cond(
                filters.offered,
                chip_link(t("records.filter.all"), chosen=~filters.narrowed, href=filters.every),
                rx.fragment(),
            ),
            _chip("abnormal", filters.abnormal),
            _chip("new", filters.new),
            *[
                one_of(t(f"records.filter.{name}"), getattr(filters, name))
                for name in ("kind", "hospital", "department", "period")
            ],
        ),
        rx.fragment(),
    )


def _chip(name: str, chip: rx.Var[Chip]) -> rx.Component:
    return rx.cond(
        chip.href != "",
        chip_link(t(f"records.filter.{name}"), chosen=chip.on, href=chip.href),
        rx.fragment(),
    )


def one_of(label: rx.Var[str], one: rx.Var[OneOf]) -> rx.Component:
    """Offer one among several; nothing where there is no choice."""
    return rx.cond(
        one.options.length() > 0,
        chip_select(
            label,
            rx.foreach(one.options, _option),
            value=one.chosen,
            chosen=one.chosen != one.options[0].href,
        ),
        rx.fragment(),
    )


def _option(option: rx.Var[Option]) -> rx.Component:
    year = rx.cond(option.year != "", t("records.filter.year", year=option.year), words(option.label))
    return rx.el.option(rx.cond(option.text != "", t(option.text), year), value=option.href)


def nothing_fits(filters: rx.Var[Filters], sources: rx.Var[Sources]) -> rx.Component:
    """Say that the filter, and not the records, is why nothing stands here."""
    return blank(
        sources,
        "list_filter",
        t("records.filter.none"),
        t("records.filter.none_text"),
        action=button(t("records.filter.clear"), href=filters.every),
        sought=True,
    )
