"""Pages of the desk: what patients may see, and whether treating teams may read."""

from __future__ import annotations

from health_cloud.core.policy import Need
from health_cloud.desk.pages.teams import teams_page
from health_cloud.desk.pages.visibility import visibility_page
from health_cloud.desk.state import HANDLERS, TeamSwitching, Visibility
from health_cloud.ui.page import Page

PAGES = [
    Page("/desk", visibility_page, "desk.title", (Visibility.load,), Need.STAFF),
    Page("/desk/teams", teams_page, "desk.teams.title", (TeamSwitching.load,), Need.STAFF),
]

__all__ = ["HANDLERS", "PAGES"]
