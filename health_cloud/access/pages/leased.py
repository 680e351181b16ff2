# pyright: reportArgumentType=false, reportOperatorIssue=false
# A Var of a view has the attributes of the view at run time.
"""Frame of a page that stands beside a chart, held by the same lease as the chart."""

from __future__ import annotations

from typing import Any

import reflex as rx

from health_cloud.access.pages.banner import ground_banner
from health_cloud.records.pages.parts import loaded
from health_cloud.ui.feedback import empty
from health_cloud.ui.forms import button
from health_cloud.ui.i18n import t
from health_cloud.ui.layout import page
from health_cloud.ui.lease import lease, leased_line


def leased_page(
    state: Any,
    body: rx.Component,
    *,
    name: rx.Var[str],
    sub: rx.Component,
    otherwise: rx.Var[str],
    back_label: rx.Var[str],
) -> rx.Component:
    """Return a page of a State that is a `LeasedPage`.

    Args:
        state: whose `page` has an id and leads `back`.
        body: what it shows while the ground holds.
        name: its heading; `otherwise` where there is none.
        sub: below the heading.
        otherwise: heading without the ground.
        back_label: what `back` leads to.
    """
    shown, grant = state.page, state.grant
    here = shown.id != ""
    held = rx.fragment(rx.cond(here, ground_banner(state.ground), rx.fragment()), body)
    return page(
        rx.cond(
            state.over,
            empty(
                "lock",
                t("access.chart.over"),
                t("access.chart.over_text"),
                action=button(t("access.ask.to_list"), href="/physician"),
            ),
            loaded(state, lease(held, kind="grant", ground=grant), back="/physician", days=False),
        ),
        heading=rx.cond(here, leased_line(name, otherwise=otherwise, kind="grant", ground=grant), otherwise),
        sub=rx.cond(here, sub, rx.fragment()),
        size="title",
        back=rx.cond(here, shown.back, "/physician"),
        back_label=rx.cond(here, back_label, t("ui.nav.today")),
        role="physician",
        tab="today",
        wide=True,
    )
