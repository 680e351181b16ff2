# pyright: reportAttributeAccessIssue=false, reportArgumentType=false, reportReturnType=false, reportOperatorIssue=false
# A Var of a view has the attributes of the view at run time.
"""The line that closes every record and every page of values, and the sheet behind it: a rendered decision."""

from __future__ import annotations

import reflex as rx

from health_cloud.chart.views import Proof, ProofRule, WhyCard
from health_cloud.ui import dates
from health_cloud.ui.i18n import t, words
from health_cloud.ui.marks import icon
from health_cloud.ui.overlays import disclosure
from health_cloud.ui.rows import class_names, rule, thread, thread_item


def proof_line(proof: rx.Var[Proof], *, opened: rx.Component | rx.Var[str] | None = None) -> rx.Component:
    """Say at a page's end on which ground and by whose rules it is shown; the sheet says the whole of it.

    Args:
        proof: of the page.
        opened: when what it shows was opened; without it that stands with each record.
    """
    ruled = rx.cond(
        proof.single,
        t("records.why.policy", name=words(proof.rules[0].organization), number=proof.rules[0].policy_version),
        rx.cond(proof.rules.length() > 0, t("records.proof.several"), ""),
    )
    when = t("records.proof.each") if opened is None else opened
    trigger = rx.el.button(
        icon("badge_check", size="m"),
        rx.el.span(t(proof.reason), rx.cond(ruled != "", rx.el.i(class_name="sep"), rx.fragment()), ruled),
        rx.el.span(t("ui.why"), class_name="link"),
        type="button",
        class_name="why",
    )
    until = rx.cond(
        proof.until != "",
        rx.fragment(rx.el.br(), t("records.why.until", at=dates.moment(proof.until))),
        rx.fragment(),
    )
    own = rx.el.p(rx.el.a(t("records.why.ledger"), href="/ledger", class_name="link"), class_name="pad why-more")
    sheet = disclosure(
        trigger,
        thread(
            thread_item(t("records.why.who"), sub=rx.fragment(t(proof.reason), until), now=True),
            thread_item(t("records.why.rule"), sub=rx.fragment(rx.foreach(proof.rules, _ruled)), now=True),
            thread_item(t("records.why.when"), sub=when, now=True),
        ),
        rx.cond(proof.basis == "own", own, rx.fragment()),
        title=t("records.proof.title"),
    )
    shown = rx.el.div(rule(inset=True), sheet, class_name="not-printed")
    return rx.cond(proof.reason != "", shown, rx.fragment())


def released(at: rx.Var[str], number: rx.Var[int], name: rx.Var[str] | rx.Component) -> rx.Component:
    """Say of one record since when it can be seen, and by which version of its hospital's rules."""
    since = rx.cond(at != "", t("records.proof.since", at=dates.moment(at), number=number), "")
    return rx.el.span(name, rx.cond(at != "", rx.el.small(since), rx.fragment()), class_name="proof-of")


def _ruled(each: rx.Var[ProofRule]) -> rx.Component:
    names = class_names(each.classes)
    classes = rx.cond(each.classes.length() > 0, rx.fragment(rx.el.br(), names), rx.fragment())
    return rx.el.span(
        t("records.why.policy", name=words(each.organization), number=each.policy_version),
        classes,
        rx.el.br(),
        _bounds(each),
        class_name="proof-of",
    )


def _bounds(each: rx.Var[WhyCard] | rx.Var[ProofRule]) -> rx.Component:
    """Say from which day on records of a kind can be seen, and how long after their result."""
    return rx.fragment(
        rx.cond(each.from_date != "", t("records.why.from", day=dates.full_day(each.from_date)), t("records.why.all")),
        rx.el.br(),
        rx.cond(each.delay_hours > 0, t("records.why.delay", count=each.delay_hours), t("records.why.at_once")),
    )


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
        _bounds(card),
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
