"""Moving a visit: the times of its physician, and what changes with it."""

from __future__ import annotations

import reflex as rx

from health_cloud.followup.pages.kinds import kind_line
from health_cloud.followup.pages.times import kept_note, reads_line, times_sheet
from health_cloud.followup.state import Moving
from health_cloud.ui import dates
from health_cloud.ui.feedback import empty, loading
from health_cloud.ui.forms import button
from health_cloud.ui.i18n import t, words
from health_cloud.ui.layout import page
from health_cloud.ui.rows import face

_PAGE = Moving.page
_NAME = words(_PAGE.physician.name)


def move_page() -> rx.Component:
    """Return the page."""
    here = Moving.ready & ~Moving.gone & ~Moving.done
    return page(
        rx.cond(
            Moving.done,
            empty(
                "calendar_clock",
                t("followup.move.done", at=dates.visit(Moving.done_at)),
                rx.cond(
                    Moving.visit.state == "accepted",
                    t("followup.move.done_accepted"),
                    t("followup.move.done_requested"),
                ),
                action=button(t("followup.book.to_list"), look="primary", href="/followup"),
            ),
            rx.cond(Moving.gone, _gone(), rx.cond(here, _body(), loading(4))),
        ),
        heading=rx.cond(
            here, t("followup.move.title_of", at=dates.visit(Moving.visit.starts_at)), t("followup.move.title")
        ),
        lead=rx.cond(here, face(_NAME, large=True), rx.fragment()),
        sub=rx.cond(
            here,
            rx.el.span(
                *(t("access.doctor", name=_NAME), rx.el.i(class_name="sep"), words(_PAGE.department)),
                *(rx.el.i(class_name="sep"), kind_line(_PAGE.kind)),
            ),
            rx.fragment(),
        ),
        size="title",
        back="/followup",
        back_label=t("followup.title"),
        role="patient",
        tab="followup",
        actions=rx.cond(here, _act(), rx.fragment()),
    )


def _gone() -> rx.Component:
    return empty(
        "calendar_clock",
        t("followup.move.gone"),
        t("followup.move.gone_text"),
        action=button(t("followup.book.to_list"), href="/followup"),
    )


def _act() -> rx.Component:
    return rx.cond(
        _PAGE.held != "",
        button(t("followup.move.act", at=dates.visit(_PAGE.held_at)), look="primary", on_click=Moving.move, wide=True),
        rx.el.p(t("followup.book.pick"), class_name="ink-2"),
    )


def _body() -> rx.Component:
    return rx.fragment(
        times_sheet(Moving),
        kept_note(_PAGE),
        reads_line(_PAGE),
        rx.el.p(
            rx.cond(Moving.visit.state == "accepted", t("followup.move.stands"), t("followup.move.asks")),
            class_name="pad t-small ink-2",
        ),
    )
