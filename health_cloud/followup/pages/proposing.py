"""The sheet in which a physician proposes another time."""

from __future__ import annotations

import reflex as rx

from health_cloud.followup.state import Proposing
from health_cloud.identity.pages.moving import Lead
from health_cloud.ui import dates
from health_cloud.ui.feedback import note, problem
from health_cloud.ui.forms import button, field, field_error, form
from health_cloud.ui.i18n import t, words
from health_cloud.ui.overlays import bottom_sheet

_PAGE = Proposing.page
_CARD = _PAGE.card


def propose_problem() -> rx.Component:
    """Say why no sheet could be opened, or that the visit was over."""
    return rx.cond(
        (_CARD.id == "") & (Proposing.field == ""), problem(Proposing.problem, Proposing.params), rx.fragment()
    )


def propose_sheet() -> rx.Component:
    """Return the sheet; it opens where `Proposing.ask` finds the visit."""
    return bottom_sheet(
        rx.cond(Proposing.field == "", problem(Proposing.problem, Proposing.params), rx.fragment()),
        Lead.create(target=Proposing.field, turn=Proposing.turn),
        rx.el.p(
            t("followup.propose.instead", name=words(_CARD.patient), at=dates.visit(_CARD.starts_at)), class_name="pad"
        ),
        rx.cond(
            _PAGE.times.length() > 0, _form(), note(t("followup.propose.no_times"), name="calendar_clock", inset=True)
        ),
        title=t("followup.propose.title"),
        open=_CARD.id != "",
        on_close=Proposing.leave,
    )


def _form() -> rx.Component:
    return form(
        rx.el.div(
            rx.el.label(t("followup.propose.time"), html_for="time"),
            rx.el.div(
                rx.el.select(
                    rx.foreach(_PAGE.times, lambda slot: rx.el.option(dates.visit(slot.starts_at), value=slot.id)),
                    id="time",
                    name="time",
                ),
                class_name="input select",
            ),
            field_error(rx.cond(Proposing.field == "time", t(Proposing.problem, Proposing.params), ""), "time"),
            class_name="field",
        ),
        field(
            t("followup.word"),
            name="word",
            hint=t("followup.propose.word_hint"),
            max_length=200,
            error=rx.cond(Proposing.field == "word", t(Proposing.problem, Proposing.params), ""),
        ),
        rx.el.p(t("followup.propose.kept_text"), class_name="pad t-small ink-2"),
        button(t("followup.propose.send"), look="primary", submit=True, wide=True),
        on_submit=Proposing.send,
    )
