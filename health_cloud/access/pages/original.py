# pyright: reportAttributeAccessIssue=false, reportArgumentType=false, reportReturnType=false, reportOperatorIssue=false
# A Var of a view has the attributes of the view at run time.
"""One original of a chart under a grant, held by the same lease as the chart."""

from __future__ import annotations

import reflex as rx

from health_cloud.access.state import GrantedOriginal
from health_cloud.records.pages.original import original_body, original_sub, original_title
from health_cloud.records.pages.parts import loaded
from health_cloud.ui.feedback import empty
from health_cloud.ui.forms import button
from health_cloud.ui.i18n import t
from health_cloud.ui.layout import page
from health_cloud.ui.lease import lease, leased_line


def original_page() -> rx.Component:
    """Return the page."""
    shown, grant = GrantedOriginal.page, GrantedOriginal.grant
    here = shown.id != ""
    return page(
        rx.cond(
            GrantedOriginal.over,
            empty(
                "lock",
                t("access.chart.over"),
                t("access.chart.over_text"),
                action=button(t("access.ask.to_list"), href="/physician"),
            ),
            loaded(
                GrantedOriginal,
                lease(original_body(shown), kind="grant", ground=grant),
                back="/physician",
                days=False,
            ),
        ),
        heading=rx.cond(
            here,
            leased_line(original_title(shown), otherwise=t("records.title.original"), kind="grant", ground=grant),
            t("records.title.original"),
        ),
        sub=rx.cond(here, original_sub(shown), rx.fragment()),
        size="title",
        back=rx.cond(here, shown.back, "/physician"),
        back_label=rx.cond(here, t("records.original.back"), t("ui.nav.today")),
        role="physician",
        tab="today",
        wide=True,
    )
