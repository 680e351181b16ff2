# pyright: reportAttributeAccessIssue=false, reportArgumentType=false
# A Var of a view has the attributes of the view at run time.
"""The code that a patient shows to a physician: a picture to scan, digits to type, and what became of it."""

from __future__ import annotations

import reflex as rx

from health_cloud.access.pages.parts import who
from health_cloud.access.state import ShowingCode
from health_cloud.ui import dates
from health_cloud.ui.feedback import empty, loading, problem
from health_cloud.ui.forms import button
from health_cloud.ui.i18n import t, words
from health_cloud.ui.layout import page
from health_cloud.ui.rows import sheet

_CODE, _STATE = ShowingCode.code, ShowingCode.state


def code_page() -> rx.Component:
    """Return the page."""
    return page(
        problem(ShowingCode.problem, ShowingCode.params),
        rx.cond(
            ShowingCode.ready,
            rx.cond(
                _STATE.reader.id != "",
                rx.el.div(_read(), role="status"),
                rx.cond(_STATE.over, _over(), rx.cond(_CODE.id != "", _shown(), rx.fragment())),
            ),
            loading(4, days=False),
        ),
        heading=t("access.code.title"),
        sub=t("access.code.sub"),
        back="/access",
        back_label=t("access.title"),
        role="patient",
        tab="access",
    )


def _shown() -> rx.Component:
    box = _CODE.size.to(str)
    return sheet(
        rx.el.div(
            rx.el.svg(
                rx.el.svg.path(d=_CODE.picture, class_name="qr-dark"),
                view_box="0 0 " + box + " " + box,
                role="img",
                aria_label=t("access.code.picture"),
                class_name="qr",
            ),
            rx.el.p(t("access.code.or_digits"), class_name="t-small ink-2"),
            rx.el.p(_CODE.digits, class_name="secret code-digits"),
            dates.clock(_CODE.until, since=_CODE.since),
            rx.el.p(t("access.code.text"), class_name="t-small ink-2"),
            class_name="pad stack code-shown",
        ),
    )


def _read() -> rx.Component:
    name = words(_STATE.reader.name)
    return rx.cond(
        _STATE.request_id != "",
        empty(
            "shield_check",
            t("access.code.asked", name=name),
            who(_STATE.reader),
            action=button(t("access.code.look"), look="primary", href="/access/request/" + _STATE.request_id),
        ),
        empty("shield_check", t("access.code.read", name=name), t("access.code.read_text")),
    )


def _over() -> rx.Component:
    return empty(
        "hourglass",
        t("access.code.over"),
        t("access.code.over_text"),
        action=button(t("access.code.renew"), look="primary", on_click=ShowingCode.renew),
    )
