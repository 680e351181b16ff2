"""What may be seen only while the server vouches for it, asked every few seconds, beside every push.

A cut network is silent for minutes; a screen that holds somebody else's records must not be.
"""

from __future__ import annotations

from typing import Any, Final

import reflex as rx

from health_cloud.ui.i18n import t
from health_cloud.ui.linked import linked
from health_cloud.ui.scripts import Local

_SOURCE: Final = linked(__file__, "lease.js")


class Lease(Local):
    """Shows its children while `/lease` answers for the session and the ground; hides them within seconds."""

    library = _SOURCE
    tag = "Lease"

    ground: rx.Var[str] | str
    away: rx.Var[str]
    ended: rx.Var[str]
    line: rx.Var[bool]


def lease(*children: Any, kind: str, ground: rx.Var[str] | str) -> rx.Component:
    """Hold what rests on a ground, such as kind `grant` and its id."""
    return Lease.create(
        *children, ground=_named(kind, ground), away=t("ui.lease.away"), ended=t("ui.lease.ended"), line=False
    )


def leased_line(words: Any, *, otherwise: rx.Var[str], kind: str, ground: rx.Var[str] | str) -> rx.Component:
    """Hold words inside a line, such as a name in a heading; without the ground it reads otherwise."""
    return Lease.create(words, ground=_named(kind, ground), away=otherwise, ended=otherwise, line=True)


def _named(kind: str, ground: rx.Var[str] | str) -> rx.Var[str] | str:
    return kind + "=" + ground  # pyright: ignore[reportOperatorIssue] - a Var of text adds to text at run time alone
