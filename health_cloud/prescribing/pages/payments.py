# pyright: reportArgumentType=false, reportOperatorIssue=false, reportReturnType=false
# A Var of a view has the attributes of the view at run time.
"""The desk's payments that do not fit: what was reported, why it was refused, and what to do about it."""

from __future__ import annotations

import reflex as rx

from health_cloud.prescribing.service.unfit import KEPT
from health_cloud.prescribing.state import UnfitPayments
from health_cloud.prescribing.views.payments import UnfitRow
from health_cloud.ui import dates
from health_cloud.ui.feedback import empty, loading, problem
from health_cloud.ui.forms import button
from health_cloud.ui.i18n import t, words
from health_cloud.ui.layout import page
from health_cloud.ui.rows import facts, row, rows, section

_PAGE = UnfitPayments.page


def payments_page() -> rx.Component:
    """Return the page."""
    return page(
        problem(UnfitPayments.problem),
        rx.cond(UnfitPayments.ready, _body(), loading(3, days=False)),
        heading=t("prescribing.unfit.title"),
        sub=t("prescribing.unfit.sub"),
        back="/desk",
        back_label=t("desk.title"),
        role="staff",
        tab="visibility",
    )


def _body() -> rx.Component:
    return rx.fragment(
        rx.cond(
            _PAGE.waiting.length() == 0,
            empty("wallet", t("prescribing.unfit.none"), t("prescribing.unfit.none_text")),
            rx.fragment(
                rx.el.p(t("prescribing.unfit.count", count=_PAGE.count), class_name="pad t-small ink-2", role="status"),
                rx.foreach(_PAGE.waiting, _waiting),
            ),
        ),
        rx.cond(
            _PAGE.settled.length() > 0,
            rx.fragment(section(t("prescribing.unfit.settled")), rows(rx.foreach(_PAGE.settled, _settled))),
            rx.fragment(),
        ),
    )


def _waiting(each: rx.Var[UnfitRow]) -> rx.Component:
    return rx.el.section(
        rx.el.h2(_kind(each), " \u00a5", each.amount, class_name="t-heading pad"),
        rx.el.p(rx.el.b(_said("why", each)), class_name="pad"),
        rx.el.p(_said("do", each), class_name="pad"),
        facts(
            (t("prescribing.unfit.number"), each.number),
            (t("prescribing.unfit.reference"), each.reference),
            (
                t("prescribing.unfit.total"),
                rx.cond(each.total != "", "\u00a5" + each.total, t("prescribing.unfit.no_total")),
            ),
            (t("prescribing.unfit.at"), dates.moment(each.at)),
            (
                t("prescribing.unfit.last"),
                t("prescribing.unfit.times", at=dates.moment(each.last_at), count=each.times),
            ),
        ),
        rx.el.div(button(t("prescribing.unfit.settle"), on_click=UnfitPayments.settle(each.id)), class_name="pad"),
        key=each.id,
        class_name="sheet unfit",
    )


def _kind(each: rx.Var[UnfitRow]) -> rx.Var[str]:
    return rx.cond(each.kind == "refund", t("prescribing.unfit.refund"), t("prescribing.unfit.payment"))


def _said(what: str, each: rx.Var[UnfitRow]) -> rx.Component:
    """Say why a report was refused, or what to do."""
    return rx.match(each.reason, *((name, t(f"prescribing.unfit.{what}.{name}")) for name in sorted(KEPT)), "")


def _settled(each: rx.Var[UnfitRow]) -> rx.Component:
    who = rx.cond(words(each.by) != "", words(each.by), t("prescribing.unfit.by_itself"))
    return row(
        rx.fragment(_kind(each), " \u00a5", each.amount),
        sub=rx.fragment(
            t("prescribing.unfit.of", number=each.number, reference=each.reference),
            rx.el.i(class_name="sep"),
            t("prescribing.unfit.settled_by", name=who, at=dates.near_moment(each.settled_at)),
        ),
    )
