"""Where one is signed in: each device in words, when and how; end one, or all others; when this device locks."""

from __future__ import annotations

import reflex as rx

from health_cloud.core.policy import Role
from health_cloud.identity.state.places import Places
from health_cloud.identity.views import SessionRow
from health_cloud.ui.dates import moment
from health_cloud.ui.feedback import loading, problem, toast
from health_cloud.ui.forms import button, segments
from health_cloud.ui.i18n import t
from health_cloud.ui.layout import page, separated
from health_cloud.ui.marks import tile
from health_cloud.ui.overlays import confirm
from health_cloud.ui.rows import row, rows, section
from health_cloud.ui.shell import Shell

_METHODS = ("password", "recovery", "passkey", "single_sign_on", "activation")


def sessions_page() -> rx.Component:
    """Return the page."""
    return page(
        problem(Places.problem, Places.problem_params),
        rx.cond(Places.ready, rows(rx.foreach(Places.places, _session), lead=True), loading(2, days=False)),
        rx.cond(
            Places.others,
            rx.el.div(
                button(t("identity.sessions.end_others"), look="danger", wide=True, on_click=Places.ask),
                rx.cond(
                    Shell.role == Role.PATIENT.value,
                    rx.el.p(t("identity.sessions.cards"), class_name="t-small ink-2"),
                    rx.fragment(),
                ),
                class_name="pad gap-top",
            ),
            rx.fragment(),
        ),
        section(t("identity.lock.section")),
        rx.el.div(
            rx.el.p(t("identity.lock.text"), class_name="t-small ink-2"),
            segments(
                t("identity.lock.section"),
                [
                    ("0", t("identity.lock.never")),
                    ("1", t("identity.lock.after", count=1)),
                    ("5", t("identity.lock.after", count=5)),
                    ("15", t("identity.lock.after", count=15)),
                ],
                Places.lock,
                Places.set_lock,
            ),
            rx.el.p(t("identity.lock.honest"), class_name="t-small ink-2"),
            class_name="pad stack",
        ),
        confirm(
            title=t("identity.sessions.ask"),
            lines=[t("identity.sessions.ask_stop"), t("identity.sessions.ask_here")],
            act=t("identity.sessions.end_others"),
            on_act=Places.end_others,
            open=Places.asking,
            on_cancel=Places.keep,
        ),
        toast(
            rx.cond(Places.ended > 0, t("identity.sessions.ended", count=Places.ended), "").to(str),
            on_close=Places.close_toast,
        ),
        heading=t("identity.sessions.title"),
        sub=t("identity.sessions.sub"),
        back="/me",
        back_label=t("identity.me.title"),
        role=Shell.role,  # pyright: ignore[reportArgumentType] - on a State class it is a Var
        tab="me",
    )


def _session(place: rx.Var[SessionRow]) -> rx.Component:
    how = rx.match(place.method, *[(each, t(f"identity.sessions.by_{each}")) for each in _METHODS], "").to(str)
    named = rx.cond(place.agent != "", place.agent, t("identity.sessions.unknown"))
    return row(
        rx.cond(place.here, t("identity.sessions.here", device=named), named),
        sub=rx.fragment(
            rx.cond(
                how != "",
                separated(t("identity.me.began", at=moment(place.began)), how),
                t("identity.me.began", at=moment(place.began)),
            ),
            rx.el.br(),
            rx.cond(
                place.address != "",
                separated(
                    t("identity.me.seen", at=moment(place.seen)),
                    t("identity.sessions.address", address=place.address),
                ),
                t("identity.me.seen", at=moment(place.seen)),
            ),
        ),
        lead=tile("monitor_smartphone", rx.cond(place.here, "c-accent", "c-quiet")),
        end=rx.cond(
            place.here,
            rx.fragment(),
            button(t("identity.me.end"), look="plain", small=True, on_click=Places.end(place.id)),
        ),
    )
