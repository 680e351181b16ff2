"""After the hospital's sign-in: the second factor that is owed here, or why nobody is signed in."""

from __future__ import annotations

import reflex as rx

from health_cloud.identity.pages.moving import Enter, Lead
from health_cloud.identity.pages.passkey_parts import Able, PasskeyButton
from health_cloud.identity.state.single_sign_on import SingleSignOn
from health_cloud.ui.feedback import loading, note, problem
from health_cloud.ui.forms import button, code_field, field, form, link_button
from health_cloud.ui.i18n import t
from health_cloud.ui.layout import page

_FORM = "single-sign-on"


def single_sign_on_page() -> rx.Component:
    """Show what is left to do."""
    return page(
        rx.cond(
            SingleSignOn.step == "wait",
            loading(2, days=False),
            rx.cond(SingleSignOn.step == "code", _code(), _told()),
        ),
        Lead.create(target=SingleSignOn.focus, turn=SingleSignOn.turn),
        Enter.create(code=SingleSignOn.entry),
        heading=t("identity.single_sign_on.title"),
        back=rx.cond(SingleSignOn.inside, "/", "/sign-in"),
        role="guest",
    )


def _code() -> rx.Component:
    by_app = code_field(t("identity.sign_in.code"), hint=t("identity.sign_in.code_hint"))
    by_recovery = field(
        t("identity.sign_in.recovery"),
        name="code",
        hint=t("identity.sign_in.recovery_hint"),
        auto_complete="off",
        auto_capitalize="characters",
        spell_check=False,
        max_length=20,
    )
    other = rx.cond(SingleSignOn.recovery, t("identity.sign_in.use_app"), t("identity.sign_in.use_recovery"))
    return rx.fragment(
        rx.el.p(t("identity.single_sign_on.second"), class_name="pad ink-2"),
        problem(SingleSignOn.problem, SingleSignOn.problem_params),
        rx.cond(SingleSignOn.ways.passkey, _passkey(), rx.fragment()),
        form(
            rx.cond(SingleSignOn.recovery, by_recovery, by_app),
            on_submit=SingleSignOn.submit,
            id=_FORM,
            no_validate=True,
        ),
        rx.el.div(
            button(
                t("identity.sign_in.enter"),
                look="primary",
                submit=True,
                wide=True,
                form=_FORM,
                busy=SingleSignOn.entry != "",
            ),
            rx.cond(
                SingleSignOn.ways.authenticator,
                rx.el.div(link_button(other, on_click=SingleSignOn.use_recovery), class_name="gap-top"),
                rx.fragment(),
            ),
            class_name="pad gap-top",
        ),
    )


def _passkey() -> rx.Component:
    return Able.create(
        rx.el.div(
            PasskeyButton.create(
                label=t("identity.passkey.confirm"),
                options=SingleSignOn.options,
                on_ask=SingleSignOn.ask_passkey,
                on_answer=SingleSignOn.show_passkey,
                on_problem=SingleSignOn.fail_passkey,
            ),
            rx.el.p(t("identity.single_sign_on.or_code"), class_name="t-small ink-2"),
            class_name="pad stack gap-top",
        )
    )


def _told() -> rx.Component:
    return rx.fragment(
        note(
            t(SingleSignOn.told),
            kind="warn",
            strong=rx.cond(
                SingleSignOn.inside, t("identity.single_sign_on.not_proved"), t("identity.single_sign_on.not_in")
            ).to(str),
            inset=True,
        ),
        rx.cond(SingleSignOn.inside, _go_on(), _other_ways()),
    )


def _go_on() -> rx.Component:
    words = t("identity.single_sign_on.go_on")
    return rx.el.div(rx.el.a(words, href="/", class_name="btn primary wide"), class_name="pad gap-top")


def _other_ways() -> rx.Component:
    return rx.fragment(
        rx.el.div(
            rx.cond(
                SingleSignOn.unready,
                rx.el.a(t("identity.single_sign_on.set_up"), href="/activate", class_name="btn primary wide"),
                rx.cond(
                    SingleSignOn.open,
                    rx.el.a(
                        t("identity.single_sign_on.again"),
                        href="/auth/oidc/start",
                        reload_document=True,
                        class_name="btn primary wide",
                    ),
                    rx.fragment(),
                ),
            ),
            rx.el.a(t("identity.single_sign_on.other"), href="/sign-in", class_name="btn plain wide gap-top"),
            class_name="pad gap-top",
        ),
    )
