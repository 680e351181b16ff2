# pyright: reportAttributeAccessIssue=false, reportArgumentType=false, reportReturnType=false, reportOperatorIssue=false
# A Var of a view has the attributes of the view at run time.
"""The line that closes every record, and the sheet behind it: a rendered decision."""

from __future__ import annotations

import reflex as rx

from health_cloud.chart.views import WhyCard
from health_cloud.ui import dates
from health_cloud.ui.i18n import t, words
from health_cloud.ui.marks import icon
from health_cloud.ui.overlays import disclosure
from health_cloud.ui.rows import rule, thread, thread_item


def why_line(card: rx.Var[WhyCard]) -> rx.Component:
    """Say on which ground this can be seen; the sheet says the whole of it."""
    trigger = rx.el.button(
        icon("badge_check", size="m"),
        rx.el.span(t(card.reason)),
        rx.el.span(t("ui.why"), class_name="link"),
        type="button",
        class_name="why",
    )
    who = rx.cond(
        card.until != "",
        rx.fragment(t(card.reason), rx.el.br(), t("records.why.until", at=dates.moment(card.until))),
        t(card.reason),
    )
    rule_words = rx.fragment(
        t("records.why.policy", name=words(card.organization), number=card.policy_version),
        rx.el.br(),
        rx.cond(card.from_date != "", t("records.why.from", day=dates.full_day(card.from_date)), t("records.why.all")),
        rx.el.br(),
        rx.cond(card.delay_hours > 0, t("records.why.delay", count=card.delay_hours), t("records.why.at_once")),
    )
    opened = rx.fragment(
        t("records.why.outcome", at=dates.moment(card.outcome_at)),
        rx.el.br(),
        t("records.why.released", at=dates.moment(card.released_at)),
        rx.el.br(),
        t("records.source.clock"),
    )
    return rx.fragment(
        rule(inset=True),
        disclosure(
            trigger,
            thread(
                thread_item(t("records.why.who"), sub=who, now=True),
                thread_item(t("records.why.rule"), sub=rule_words, now=True),
                thread_item(t("records.why.when"), sub=opened, now=True),
            ),
            rx.cond(
                card.basis == "own",
                rx.el.p(rx.el.a(t("records.why.ledger"), href="/ledger", class_name="link"), class_name="pad why-more"),
                rx.fragment(),
            ),
            title=t("records.why.title"),
        ),
    )
