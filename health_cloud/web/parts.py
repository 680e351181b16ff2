"""Components of the frame that need the browser or the socket: connection, newer version."""

from __future__ import annotations

import reflex as rx
from reflex_components_core.core.banner import connection_errors_count

from health_cloud.core.policy import Role
from health_cloud.ui.feedback import toast
from health_cloud.ui.i18n import t
from health_cloud.ui.linked import linked
from health_cloud.ui.shell import Shell

_SOURCE = linked(__file__, "shell.js")
_DRAFTS = linked(__file__, "drafts.js")


class Connection(rx.Component):
    """Says when the hospital cannot be reached, offers a newer version, and keeps the service worker."""

    library = _SOURCE
    tag = "Connection"

    errors: rx.Var[int]
    offline: rx.Var[str]
    lost: rx.Var[str]
    update_words: rx.Var[str]
    missing: rx.Var[str]
    again: rx.Var[str]
    own: rx.Var[bool]
    card_words: rx.Var[str]
    card_link: rx.Var[str]


class Drafts(rx.Component):
    """Gives back what was being typed when the page is built anew after a lost connection."""

    library = _DRAFTS
    tag = "Drafts"

    ready: rx.Var[bool]


def connection() -> rx.Component:
    """Say when there is no connection, or a newer version."""
    return Connection.create(
        errors=connection_errors_count,
        offline=t("web.offline"),
        lost=t("web.lost"),
        update_words=t("web.update"),
        missing=t("web.missing"),
        again=t("web.reload"),
        own=(Shell.role == Role.PATIENT.value) & (Shell.for_name == ""),
        card_words=t("web.card"),
        card_link=t("web.card_look"),
    )


def demo_banner() -> rx.Component:
    """Say on every page that nobody here is real."""
    return rx.cond(Shell.demo, rx.el.p(t("web.demo"), class_name="demo-banner"), rx.fragment())


def outside() -> rx.Component:
    """Show what the shell has to say, and keep what is being typed."""
    return rx.fragment(
        toast(t(Shell.notice_key, Shell.notice_params), on_close=Shell.dismiss),
        Drafts.create(ready=rx.State.is_hydrated),
    )
