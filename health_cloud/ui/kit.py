"""All parts on one page, for the eye and for the tests; mounted in demo mode only."""

from __future__ import annotations

import reflex as rx

from health_cloud.ui.i18n import t
from health_cloud.ui.layout import page
from health_cloud.ui.rows import classes


def kit_page() -> rx.Component:
    """Show all parts."""
    return page(classes(), heading=t("ui.brand"), brand=True, tab="records")


PAGES = [("/kit", kit_page, t("ui.brand")), ("/", kit_page, t("ui.brand"))]
