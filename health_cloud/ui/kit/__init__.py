"""All parts of the interface, for the eye and for the tests; pages of the demonstration only."""

from __future__ import annotations

from health_cloud.core.policy import Need
from health_cloud.ui.kit.parts import kit_page
from health_cloud.ui.kit.screens import empty_page, failed_page, home_page, list_page, report_page, step_page
from health_cloud.ui.page import Page

PAGES = [
    Page("/kit", kit_page, "ui.kit.title", need=Need.DEMO),
    Page("/kit/home", home_page, "ui.kit.title", need=Need.DEMO),
    Page("/kit/list", list_page, "ui.kit.title", need=Need.DEMO),
    Page("/kit/report", report_page, "ui.kit.title", need=Need.DEMO),
    Page("/kit/step", step_page, "ui.kit.title", need=Need.DEMO),
    Page("/kit/empty", empty_page, "ui.kit.title", need=Need.DEMO),
    Page("/kit/failed", failed_page, "ui.kit.title", need=Need.DEMO),
]
