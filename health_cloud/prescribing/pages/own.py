# pyright: reportArgumentType=false, reportOperatorIssue=false, reportReturnType=false
# A Var of a view has the attributes of the view at run time.
"""What was prescribed in a visit, in its room, for its patient."""

from __future__ import annotations

import reflex as rx

from health_cloud.prescribing.pages.parts import medicine
from health_cloud.prescribing.state import Prescribed
from health_cloud.prescribing.views.prescriptions import ItemRow
from health_cloud.ui import dates
from health_cloud.ui.feedback import note, problem
from health_cloud.ui.forms import button
from health_cloud.ui.i18n import t, words
from health_cloud.ui.marks import icon

_OWN = Prescribed.own


def own_prescription() -> rx.Component:
    """Return how the prescription of this visit stands; nothing while there is none."""
    return rx.cond(
        _OWN.id != "",
        rx.el.section(
            rx.el.h2(icon("pill", size="m"), t("prescribing.own.title"), class_name="t-heading rx-own-title"),
            rx.el.div(_stand(), role="status"),
            rx.cond(
                _OWN.medicines.length() > 0,
                rx.el.ul(rx.foreach(_OWN.medicines, _medicine), class_name="rx-items"),
                rx.fragment(),
            ),
            rx.match(_OWN.state, ("approved", _pay()), ("paid", _paid()), rx.fragment()),
            problem(Prescribed.problem, Prescribed.params),
            class_name="rx-own",
            aria_label=t("prescribing.own.title"),
        ),
        rx.fragment(),
    )


def _stand() -> rx.Component:
    return rx.match(
        _OWN.state,
        (
            "signed",
            note(t("prescribing.own.signed_text"), strong=t("prescribing.own.signed"), name="hourglass", inset=True),
        ),
        (
            "returned",
            note(t("prescribing.own.returned_text"), strong=t("prescribing.own.returned"), name="undo_2", inset=True),
        ),
        (
            "approved",
            note(
                t("prescribing.own.approved_text", until=dates.moment(_OWN.until)),
                strong=t("prescribing.own.approved"),
                kind="info",
                name="wallet",
                inset=True,
            ),
        ),
        (
            "lapsed",
            note(
                t("prescribing.own.lapsed_text"),
                strong=t("prescribing.own.lapsed"),
                kind="warn",
                name="timer",
                inset=True,
            ),
        ),
        ("paid", note(t("prescribing.own.paid", at=dates.near_moment(_OWN.paid_at)), name="check", inset=True)),
        note(t("prescribing.own.refunded"), name="undo_2", inset=True),
    )


def _pay() -> rx.Component:
    return rx.el.div(
        rx.el.dl(
            rx.el.div(rx.el.dt(t("prescribing.own.total")), rx.el.dd(rx.el.b("¥", _OWN.total))),
            rx.el.div(rx.el.dt(t("prescribing.own.number")), rx.el.dd(rx.el.b(_OWN.number))),
            rx.el.div(
                rx.el.dt(t("prescribing.own.where")),
                rx.el.dd(t("prescribing.own.where_text", hospital=words(_OWN.hospital))),
            ),
            class_name="facts",
        ),
        rx.cond(_OWN.demo, _demo(t("prescribing.own.demo_pay"), Prescribed.pay), rx.fragment()),
    )


def _paid() -> rx.Component:
    return rx.el.div(
        button(t("prescribing.own.read"), href="/records/prescriptions", look="primary", wide=True),
        rx.cond(_OWN.demo, _demo(t("prescribing.own.demo_refund"), Prescribed.refund), rx.fragment()),
        class_name="rx-paid",
    )


def _demo(act: rx.Var[str], on_click: object) -> rx.Component:
    return rx.el.div(
        rx.el.p(t("prescribing.own.demo"), class_name="t-small ink-2"),
        button(act, wide=True, on_click=on_click),
        class_name="rx-demo",
    )


def _medicine(each: rx.Var[ItemRow]) -> rx.Component:
    return medicine(each)
