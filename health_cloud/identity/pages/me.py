"""Oneself: name, how the app looks on this device, where one is signed in, signing out."""

from __future__ import annotations

import reflex as rx

from health_cloud.identity.pages.moving import Lead, SignOut
from health_cloud.identity.state.me import Me
from health_cloud.identity.views import SessionRow
from health_cloud.ui.dates import moment
from health_cloud.ui.feedback import problem
from health_cloud.ui.forms import button
from health_cloud.ui.i18n import t
from health_cloud.ui.layout import page, separated
from health_cloud.ui.marks import tile
from health_cloud.ui.preferences import language_switch, text_switch, theme_switch
from health_cloud.ui.rows import row, rows, section
from health_cloud.ui.shell import OWN_NAME, Shell


def me_page() -> rx.Component:
    """Show who is signed in, and how."""
    patient = Shell.role == "patient"
    return page(
        rx.el.div(
            rx.el.p(OWN_NAME, class_name="t-title"),
            rx.el.p(
                rx.match(
                    Shell.role,
                    ("patient", t("identity.me.patient")),
                    ("physician", t("identity.me.physician")),
                    ("pharmacist", t("identity.me.pharmacist")),
                    ("staff", t("identity.me.staff")),
                    ("auditor", t("identity.me.auditor")),
                    "",
                ),
                class_name="t-small ink-2",
            ),
            class_name="pad",
        ),
        rx.cond(
            patient,
            rows(
                row(
                    t("identity.me.ledger"),
                    sub=t("identity.me.ledger_sub"),
                    lead=tile("scroll_text"),
                    href="/ledger",
                    arrow=True,
                ),
                lead=True,
            ),
            rx.fragment(),
        ),
        section(t("identity.me.device")),
        rx.el.div(language_switch(), text_switch(), theme_switch(), class_name="pad stack"),
        section(t("identity.me.sessions")),
        problem(Me.problem, Me.problem_params),
        rows(rx.foreach(Me.places, _session)),
        Lead.create(target=Me.focus, turn=Me.turn),
        rx.el.div(
            SignOut.create(label=t("identity.me.sign_out"), failed=t("identity.me.still_in")),
            class_name="pad gap-top",
        ),
        heading=t("identity.me.title"),
        role=Shell.role,  # pyright: ignore[reportArgumentType] - on a State class it is a Var
        tab="me",
    )


def _session(place: rx.Var[SessionRow]) -> rx.Component:
    return row(
        rx.cond(place.here, t("identity.me.here"), t("identity.me.elsewhere")),
        sub=separated(
            t("identity.me.began", at=moment(place.began)),
            t("identity.me.seen", at=moment(place.seen)),
        ),
        end=rx.cond(
            place.here,
            rx.fragment(),
            button(t("identity.me.end"), look="plain", small=True, on_click=Me.end(place.id)),
        ),
        arrow=False,
    )
