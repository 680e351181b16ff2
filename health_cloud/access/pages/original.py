# pyright: reportArgumentType=false
# A Var of a view has the attributes of the view at run time.
"""One original of a chart under a grant."""

from __future__ import annotations

import reflex as rx

from health_cloud.access.pages.leased import leased_page
from health_cloud.access.state import GrantedOriginal
from health_cloud.records.pages.original import original_body, original_sub, original_title
from health_cloud.ui.i18n import t


def original_page() -> rx.Component:
    """Return the page."""
    shown = GrantedOriginal.page
    return leased_page(
        GrantedOriginal,
        original_body(shown),
        name=original_title(shown),
        sub=original_sub(shown),
        otherwise=t("records.title.original"),
        back_label=t("records.original.back"),
    )
