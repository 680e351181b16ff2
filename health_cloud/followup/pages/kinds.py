# pyright: reportOperatorIssue=false, reportArgumentType=false
# A Var joins texts at run time.
"""How one meets: by text, by video or in person, as a word with its mark, and as a choice."""

from __future__ import annotations

from collections.abc import Sequence

import reflex as rx

from health_cloud.followup.service.rows import ONLINE
from health_cloud.ui.forms import choice, choices, field_error
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


def kinds_field(chosen: rx.Var[tuple[str, ...]] | Sequence[str], error: rx.Var[str]) -> rx.Component:
    """Let a physician choose the ways to meet, as `kind_text` and `kind_video` of a form."""
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
                for kind in ONLINE
            ],
            legend=t("followup.slots.kinds"),
        ),
        field_error(error, "kinds"),
        class_name="kinds",
        id="kinds",
    )
