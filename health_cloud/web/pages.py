"""Pages of the frame itself: there is no such page."""

from __future__ import annotations

import reflex as rx

from health_cloud.core.policy import Need
from health_cloud.ui import shell
from health_cloud.ui.forms import button
from health_cloud.ui.i18n import t
from health_cloud.ui.layout import page
from health_cloud.ui.page import Page
from health_cloud.web import api


def not_found() -> rx.Component:
    return page(
        rx.el.div(button(t("web.not_found.home"), href="/"), class_name="pad"),
        heading=t("web.not_found.title"),
        sub=t("web.not_found.text"),
        brand=True,
        role="guest",
    )


PAGES = [Page("404", not_found, "web.not_found.title", need=Need.ANYONE)]
HANDLERS = shell.HANDLERS
ROUTES = api.ROUTES
routes = api.routes
