"""Closing one's account: what goes, what the law makes the hospital keep, and the days to think it over."""

from __future__ import annotations

import reflex as rx

from health_cloud.identity.state.leaving import Leaving
from health_cloud.ui.feedback import loading, problem
from health_cloud.ui.forms import button
from health_cloud.ui.i18n import t
from health_cloud.ui.layout import page
from health_cloud.ui.marks import tile
from health_cloud.ui.overlays import disclosed_confirm
from health_cloud.ui.rows import row, rows, section
from health_cloud.ui.shell import Shell

_GOES = (
    ("key_round", "identity.leaving.factors"),
    ("monitor_smartphone", "identity.leaving.sessions"),
    ("phone", "identity.leaving.contacts"),
)
_ENDS = (("shield_check", "identity.leaving.grants"), ("calendar_clock", "identity.leaving.appointments"))
_STAYS = (("folder_heart", "identity.leaving.records"), ("scroll_text", "identity.leaving.ledger"))


def leaving_page() -> rx.Component:
    """Say what will happen, and do it."""
    return page(
        rx.cond(Leaving.ready, _body(), loading(4, days=False)),
        heading=t("identity.leaving.title"),
        sub=t("identity.leaving.sub"),
        back="/me",
        back_label=t("identity.me.title"),
        role=Shell.role,  # pyright: ignore[reportArgumentType] - on a State class it is a Var
        tab="me",
    )


def _body() -> rx.Component:
    return rx.fragment(
        section(t("identity.leaving.at_once")),
        _list(_ENDS),
        section(t("identity.leaving.goes", days=Leaving.days)),
        _list(_GOES),
        section(t("identity.leaving.stays")),
        _list(_STAYS),
        rx.el.p(t("identity.leaving.anew", days=Leaving.days), class_name="pad ink-2 gap-top"),
        problem(Leaving.problem, Leaving.problem_params),
        rx.el.div(
            disclosed_confirm(
                button(t("identity.leaving.close"), look="danger", wide=True),
                title=t("identity.leaving.sure"),
                lines=[
                    t("identity.leaving.sure_out"),
                    t("identity.leaving.sure_back", days=Leaving.days),
                    t("identity.leaving.sure_kept"),
                ],
                act=t("identity.leaving.close"),
                on_act=Leaving.close,
            ),
            class_name="pad gap-top",
        ),
    )


def _list(lines: tuple[tuple[str, str], ...]) -> rx.Component:
    return rows(*[row(t(key), lead=tile(name), arrow=False) for name, key in lines])
