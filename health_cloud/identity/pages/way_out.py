# pyright: reportAttributeAccessIssue=false, reportArgumentType=false
# A Var of a view has the attributes of the view at run time.
"""I cannot verify: the ways out, the desk with what to bring among them."""

from __future__ import annotations

import reflex as rx

from health_cloud.identity.state.way_out import WayOut
from health_cloud.ui.feedback import loading
from health_cloud.ui.forms import button
from health_cloud.ui.i18n import t, words
from health_cloud.ui.layout import page, step_bar
from health_cloud.ui.marks import tile
from health_cloud.ui.rows import row, rows, section

_WAYS = (
    ("phone_off", "identity.way_out.contact", "identity.way_out.contact_sub"),
    ("id_card", "identity.way_out.card", "identity.way_out.card_sub"),
    ("circle_help", "identity.way_out.questions", "identity.way_out.questions_sub"),
    ("users", "identity.way_out.other", "identity.way_out.other_sub"),
)


def way_out_page() -> rx.Component:
    """Show what to do for each trouble, and where the desk is."""
    unset = ((WayOut.place.zh + WayOut.place.en + WayOut.hours.zh + WayOut.hours.en) == "") & (WayOut.phone == "")
    return page(
        rx.el.div(
            rx.el.h1(t("identity.way_out.heading"), class_name="t-display"),
            rx.el.p(t("identity.way_out.sub"), class_name="ink-2 heading-sub"),
            class_name="pad heading",
        ),
        section(t("identity.way_out.desk")),
        rx.cond(WayOut.ready, rx.cond(unset, _unset(), _desk()), loading(2)),
        section(t("identity.way_out.bring")),
        rows(
            row(t("identity.way_out.bring_document"), lead=tile("id_card"), arrow=False),
            row(t("identity.way_out.bring_card"), lead=tile("credit_card"), arrow=False),
            row(t("identity.way_out.bring_phone"), lead=tile("smartphone"), arrow=False),
            row(t("identity.way_out.bring_child", age=WayOut.age), lead=tile("users"), arrow=False),
        ),
        section(t("identity.way_out.troubles")),
        rows(*[row(t(title), sub=t(sub), lead=tile(name), arrow=False) for name, title, sub in _WAYS]),
        bar=step_bar(t("identity.way_out.title"), back="/welcome"),
        role="guest",
        actions=(button(t("identity.way_out.with_code"), look="primary", href="/verify", wide=True),),
    )


def _desk() -> rx.Component:
    place, hours = words(WayOut.place), words(WayOut.hours)
    call = rx.el.a(WayOut.phone, href="tel:" + WayOut.phone, class_name="link", reload_document=True)
    return rows(
        rx.cond(place != "", row(place, sub=t("identity.way_out.place"), lead=tile("map_pin")), rx.fragment()),
        rx.cond(hours != "", row(hours, sub=t("identity.way_out.hours"), lead=tile("clock")), rx.fragment()),
        rx.cond(WayOut.phone != "", row(call, sub=t("identity.way_out.phone"), lead=tile("phone")), rx.fragment()),
    )


def _unset() -> rx.Component:
    return rx.el.p(t("identity.way_out.unset"), class_name="pad ink-2")
