# pyright: reportArgumentType=false
# A Var of a view has the attributes of the view at run time.
"""One analyte through time, of a chart under a grant."""

from __future__ import annotations

import reflex as rx

from health_cloud.access.pages.leased import leased_page
from health_cloud.access.state import GrantedTrend
from health_cloud.records.pages.trend import trend_back, trend_body, trend_name, trend_sub
from health_cloud.ui.i18n import t


def trend_page() -> rx.Component:
    """Return the page."""
    shown = GrantedTrend.page
    return leased_page(
        GrantedTrend,
        trend_body(shown),
        name=trend_name(shown),
        sub=trend_sub(shown),
        otherwise=t("records.title.trend"),
        back_label=trend_back(shown),
    )
