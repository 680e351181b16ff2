"""Components of the frame that need the browser or the socket: connection, update."""

from __future__ import annotations

import reflex as rx
from reflex_components_core.core.banner import connection_errors_count

from health_cloud.ui.feedback import toast
from health_cloud.ui.i18n import t
from health_cloud.ui.shell import Shell

_SOURCE = rx.asset("shell.js", shared=True)


class Connection(rx.Component):
    """Says when the browser is offline or the socket is lost."""

    library = _SOURCE.importable_path
    tag = "Connection"

    errors: rx.Var[int]
    offline: rx.Var[str]
    lost: rx.Var[str]


class Worker(rx.Component):
    """Installs the service worker and offers a new version when there is one."""

    library = _SOURCE.importable_path
    tag = "Worker"

    message: rx.Var[str]
    label: rx.Var[str]


def connection() -> rx.Component:
    """Say when there is no connection."""
    return Connection.create(errors=connection_errors_count, offline=t("web.offline"), lost=t("web.lost"))


def demo_banner() -> rx.Component:
    """Say on every page that nobody here is real."""
    return rx.cond(Shell.demo, rx.el.p(t("web.demo"), class_name="demo-banner"), rx.fragment())


def outside() -> rx.Component:
    """Show what the shell has to say, and offer an update."""
    return rx.fragment(
        toast(t(Shell.notice_key, Shell.notice_params), on_close=Shell.dismiss),
        Worker.create(message=t("web.update"), label=t("web.reload")),
    )
