"""A locked session: a passkey or one field, and nothing of anybody."""

from __future__ import annotations

import reflex as rx

from health_cloud.identity.pages.moving import Lead, SignOut
from health_cloud.identity.pages.passkey_parts import Able, PasskeyButton
from health_cloud.identity.pages.staying import Back
from health_cloud.identity.state.unlock import Unlock
from health_cloud.ui.feedback import problem
from health_cloud.ui.forms import button, form, password_field
from health_cloud.ui.i18n import t
from health_cloud.ui.layout import page

_FORM = "unlock"


def unlock_page() -> rx.Component:
    """Return the page."""
    return page(
        rx.cond(Unlock.passkey, _passkey(), rx.fragment()),
        form(
            password_field(
                t("identity.unlock.secret"),
                name="secret",
                hint=t("identity.unlock.hint"),
                error=rx.cond(Unlock.field == "secret", t(Unlock.problem, Unlock.problem_params), "").to(str),
                max_length=200,
            ),
            on_submit=Unlock.submit,
            id=_FORM,
            no_validate=True,
        ),
        rx.cond(Unlock.field == "", problem(Unlock.problem, Unlock.problem_params), rx.fragment()),
        rx.el.div(
            SignOut.create(label=t("identity.unlock.sign_out"), failed=t("identity.me.still_in")),
            class_name="pad gap-top",
        ),
        Lead.create(target=Unlock.focus, turn=Unlock.turn),
        Back.create(open=Unlock.open),
        heading=t("identity.unlock.title"),
        sub=t("identity.unlock.sub"),
        brand=True,
        role="guest",
        actions=button(t("identity.unlock.open"), look="primary", submit=True, wide=True, form=_FORM, busy=Unlock.open),
    )


def _passkey() -> rx.Component:
    return Able.create(
        rx.el.div(
            PasskeyButton.create(
                label=t("identity.unlock.passkey"),
                options=Unlock.options,
                on_ask=Unlock.ask_passkey,
                on_answer=Unlock.show_passkey,
                on_problem=Unlock.fail_passkey,
            ),
            rx.el.p(t("identity.passkey.or"), class_name="t-small ink-2"),
            class_name="pad stack",
        )
    )
