"""One living grant: leave some of it out, see the difference, confirm it."""

from __future__ import annotations

import reflex as rx

from health_cloud.access.pages.parts import who
from health_cloud.access.pages.preview import differences, sees, which_and_days
from health_cloud.access.state import Narrowing
from health_cloud.ui import dates
from health_cloud.ui.feedback import empty, loading, problem
from health_cloud.ui.forms import button, pair
from health_cloud.ui.i18n import t, words
from health_cloud.ui.layout import page, step_bar
from health_cloud.ui.rows import face, sheet

_GRANT = Narrowing.page.grant
_NAME = words(_GRANT.grantee.name)


def narrowing_page() -> rx.Component:
    """Return the page."""
    here = Narrowing.ready & ~Narrowing.gone & ~Narrowing.done
    return page(
        problem(Narrowing.problem, Narrowing.params),
        rx.cond(
            Narrowing.gone,
            empty("shield_check", t("access.narrow.gone"), t("access.narrow.gone_text")),
            rx.cond(Narrowing.done, _done(), rx.cond(Narrowing.ready, _body(), loading(4))),
        ),
        bar=step_bar(t("access.narrow.title"), back="/access"),
        heading=rx.cond(here, t("access.narrow.heading", name=_NAME), t("access.narrow.title")),
        lead=rx.cond(here, face(_NAME, large=True), rx.fragment()),
        sub=rx.cond(here, who(_GRANT.grantee), rx.fragment()),
        size="title",
        role="patient",
        tab="access",
        actions=rx.cond(here, _decide(), button(t("access.request.back"), href="/access", wide=True)),
    )


def _body() -> rx.Component:
    return rx.fragment(
        sheet(
            *which_and_days(Narrowing, _GRANT),
            title=t("access.request.which"),
            note=t("access.request.narrow"),
        ),
        rx.el.div(
            sees(_NAME, Narrowing.page.total),
            differences(Narrowing.page.rows),
            rx.cond(
                Narrowing.empty,
                rx.el.p(t("access.narrow.none_left"), class_name="t-small"),
                rx.el.p(t("access.narrow.end_stays", at=dates.moment(_GRANT.until_at)), class_name="t-small ink-2"),
            ),
            class_name="pad preview",
            role="status",
        ),
    )


def _decide() -> rx.Component:
    return pair(
        button(t("access.narrow.leave"), href="/access"),
        button(
            t("access.narrow.confirm"),
            look="primary",
            on_click=Narrowing.confirm,
            disabled=Narrowing.page.same,
        ),
    )


def _done() -> rx.Component:
    return empty(
        "shield_check", t("access.narrow.done", name=_NAME, count=Narrowing.page.total), t("access.narrow.done_text")
    )
