"""What this is, and the two ways in."""

from __future__ import annotations

import reflex as rx

from health_cloud.ui.forms import button
from health_cloud.ui.i18n import t
from health_cloud.ui.layout import page
from health_cloud.ui.marks import tile
from health_cloud.ui.preferences import language_switch, text_switch
from health_cloud.ui.rows import row, rows
from health_cloud.ui.shell import Shell

_PROMISES = (
    ("folder_heart", "identity.welcome.records", "identity.welcome.records_sub"),
    ("shield_check", "identity.welcome.consent", "identity.welcome.consent_sub"),
    ("eye", "identity.welcome.ledger", "identity.welcome.ledger_sub"),
)


def welcome_page() -> rx.Component:
    """Show what it does and where to begin."""
    demo = rx.el.div(
        button(t("identity.welcome.demo"), href="/demo", wide=True, name="users_round"), class_name="pad gap-top"
    )
    return page(
        rows(
            *[row(t(title), sub=t(sub), lead=tile(name), arrow=False) for name, title, sub in _PROMISES],
            lead=True,
        ),
        rx.cond(Shell.demo, demo, rx.fragment()),
        rx.el.p(
            rx.el.a(t("identity.verify.cannot"), href="/cannot-verify", class_name="link"),
            class_name="pad t-small gap-top",
        ),
        rx.el.div(language_switch(), text_switch(), class_name="pad gap-top stack"),
        heading=t("identity.welcome.title"),
        sub=t("identity.welcome.sub"),
        brand=True,
        role="guest",
        actions=(
            button(t("identity.welcome.first"), look="primary", href="/verify", wide=True),
            button(t("identity.welcome.sign_in"), look="plain", href="/sign-in", wide=True),
        ),
    )
