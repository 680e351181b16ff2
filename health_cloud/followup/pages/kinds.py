# pyright: reportOperatorIssue=false, reportArgumentType=false
# A Var joins texts at run time.
"""How one meets: by text, by video or in person, as a word with its mark, and as a choice."""

from __future__ import annotations

from collections.abc import Sequence

import reflex as rx

from health_cloud.followup.service.slots import LONGEST_ROOM
from health_cloud.followup.service.week import KINDS
from health_cloud.ui.forms import choice, choices, field, field_error
from health_cloud.ui.i18n import t
from health_cloud.ui.marks import icon

_MARKS = {"text": "messages_square", "video": "video", "in_person": "hospital"}


def kind_line(kind: rx.Var[str] | str) -> rx.Component:
    """Say how one meets."""
    marks = [(name, icon(_MARKS[name], size="s")) for name in ("video", "in_person")]
    return rx.el.span(
        rx.match(kind, *marks, icon(_MARKS["text"], size="s")),
        t("followup.kind." + rx.Var.create(kind).to(str)),
        class_name="met",
    )


def place_line(organization: rx.Var[str], department: rx.Var[str], room: rx.Var[str] | str) -> rx.Component:
    """Say where one comes to in person."""
    return rx.el.span(
        icon("map_pin", size="s"),
        rx.el.span(
            organization,
            rx.el.i(class_name="sep"),
            department,
            rx.cond(room != "", rx.fragment(rx.el.i(class_name="sep"), room), rx.fragment()),
        ),
        class_name="met-at",
    )


def kinds_field(
    chosen: rx.Var[tuple[str, ...]] | Sequence[str],
    error: rx.Var[str],
    room: rx.Var[str] | str = "",
    room_error: rx.Var[str] | str = "",
) -> rx.Component:
    """Let a physician choose the ways to meet, as `kind_…` of a form, and say where in person, as `room`."""
    known = rx.Var.create(list(chosen)) if not isinstance(chosen, rx.Var) else chosen
    return rx.el.div(
        rx.el.h3(t("followup.slots.kinds"), class_name="t-body strong"),
        choices(
            *[
                choice(
                    t(f"followup.kind.{kind}"),
                    name=f"kind_{kind}",
                    many=True,
                    default_checked=known.to(list[str]).contains(kind),
                )
                for kind in KINDS
            ],
            legend=t("followup.slots.kinds"),
        ),
        field_error(error, "kinds"),
        field(
            t("followup.slots.room"),
            name="room",
            hint=t("followup.slots.room_hint"),
            default_value=room,
            max_length=LONGEST_ROOM,
            auto_complete="off",
            error=room_error,
        ),
        class_name="kinds",
        id="kinds",
    )
