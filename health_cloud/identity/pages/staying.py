"""How long a session goes on: said before it ends; who touches the screen stays."""

from __future__ import annotations

import reflex as rx

from health_cloud.ui.i18n import t
from health_cloud.ui.linked import linked
from health_cloud.ui.scripts import Local
from health_cloud.ui.shell import Shell

_SCRIPT = linked(__file__, "staying.js")


class Staying(Local):
    """Counts a touch as a sign of life, says when the session is about to end, leaves when it has."""

    library = _SCRIPT
    tag = "Staying"

    inside: rx.Var[bool]
    title: rx.Var[str]
    idle: rx.Var[str]
    total: rx.Var[str]
    stay: rx.Var[str]
    aware: rx.Var[str]


class Back(Local):
    """Goes back, by a full page load, to where the screen was when it locked."""

    library = _SCRIPT
    tag = "Back"

    open: rx.Var[bool]


def staying() -> rx.Component:
    """Return what belongs on every page."""
    return Staying.create(
        inside=Shell.signed_in,
        title=t("identity.staying.title"),
        idle=t("identity.staying.idle"),
        total=t("identity.staying.total"),
        stay=t("identity.staying.stay"),
        aware=t("identity.staying.aware"),
    )
