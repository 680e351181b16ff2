"""Page of one's emergency card."""

from __future__ import annotations

from typing import Any

import reflex as rx

from health_cloud.card.api import ROUTES, routes
from health_cloud.card.state import HANDLERS, CardFacts
from health_cloud.core.policy import Need
from health_cloud.records.pages.parts import loaded
from health_cloud.ui import scripts
from health_cloud.ui.feedback import note
from health_cloud.ui.i18n import spoken, t
from health_cloud.ui.layout import page
from health_cloud.ui.linked import linked
from health_cloud.ui.page import Page
from health_cloud.ui.shell import Shell


class Making(scripts.Local):
    """Lets its owner choose, shows the card as it will look, and keeps it in the browser."""

    library = linked(__file__, "making.js")
    tag = "Making"

    facts: rx.Var[Any]


def card_page() -> rx.Component:
    """Return the page of one's emergency card."""
    own = rx.fragment(
        rx.el.div(
            rx.el.p(t("card.what")),
            rx.el.p(t("card.who")),
            class_name="pad stack not-printed",
        ),
        loaded(CardFacts, Making.create(facts=CardFacts.card), days=False),
    )
    return page(
        rx.cond(Shell.for_name != "", note(t("card.other")), own),
        heading=t("card.title"),
        size="title",
        back="/summary",
        back_label=t("records.summary.title"),
        tab="records",
    )


PAGES = spoken(
    [Page("/emergency-card", card_page, "card.title", on_load=[CardFacts.load], need=Need.PATIENT)],
    "card",
)

__all__ = ["HANDLERS", "PAGES", "ROUTES", "routes"]
