"""Signing in: three fields, judged together."""

from __future__ import annotations

import reflex as rx

from health_cloud.identity.pages.moving import Enter, Lead
from health_cloud.identity.pages.passkey_parts import Able, PasskeyButton
from health_cloud.identity.state.sign_in import SignIn
from health_cloud.ui.feedback import problem
from health_cloud.ui.forms import button, code_field, field, form, link_button, password_field
from health_cloud.ui.i18n import t
from health_cloud.ui.layout import page
from health_cloud.ui.shell import Shell

_FORM = "sign-in"


def sign_in_page() -> rx.Component:
    """Show the form."""
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
    by_passkey = rx.fragment(
        rx.el.p(t("identity.passkey.beside_hint"), class_name="t-small ink-2"),
        PasskeyButton.create(
            label=t("identity.passkey.confirm"),
            look="primary",
            options=SignIn.options,
            field="passkey",
            on_ask=SignIn.ask,
            on_problem=SignIn.fail,
        ),
    )
    other = rx.cond(SignIn.recovery, t("identity.sign_in.use_app"), t("identity.sign_in.use_recovery"))
    return page(
        problem(SignIn.problem, SignIn.problem_params),
        rx.cond(SignIn.beside, rx.fragment(), _alone()),
        form(
            field(
                t("identity.sign_in.identifier"),
                name="identifier",
                hint=t("identity.sign_in.identifier_hint"),
                auto_complete="username",
                auto_capitalize="none",
                spell_check=False,
                max_length=100,
            ),
            password_field(t("identity.sign_in.password"), max_length=200),
            rx.cond(SignIn.beside, by_passkey, rx.cond(SignIn.recovery, by_recovery, by_app)),
            on_submit=SignIn.submit,
            id=_FORM,
            no_validate=True,
        ),
        rx.el.div(link_button(other, on_click=SignIn.use_recovery), class_name="pad"),
        Able.create(
            rx.el.div(
                link_button(
                    rx.cond(SignIn.beside, t("identity.sign_in.use_app"), t("identity.passkey.beside_code")),
                    on_click=SignIn.use_beside,
                ),
                class_name="pad",
            )
        ),
        rx.cond(SignIn.provider, _hospital(), rx.fragment()),
        rx.el.ul(
            _way(t("identity.sign_in.first"), t("identity.welcome.first"), "/verify"),
            _way(t("identity.sign_in.lost"), t("identity.sign_in.lost_way"), "/recover"),
            _way(t("identity.sign_in.work"), t("identity.activate.claim"), "/activate"),
            rx.cond(
                Shell.demo,
                _way(t("identity.sign_in.demo"), t("identity.welcome.demo_people"), "/demo"),
                rx.fragment(),
            ),
            class_name="pad t-small ink-2 gap-top ways",
        ),
        Lead.create(target=SignIn.focus, turn=SignIn.turn),
        Enter.create(code=SignIn.entry),
        heading=t("identity.sign_in.title"),
        back="/welcome",
        role="guest",
        actions=rx.cond(
            SignIn.beside,
            rx.fragment(),
            button(
                t("identity.sign_in.enter"),
                look="primary",
                submit=True,
                wide=True,
                form=_FORM,
                busy=SignIn.entry != "",
            ),
        ),
    )


def _hospital() -> rx.Component:
    """Return the way in for whoever works here: by the hospital's own sign-in."""
    return rx.el.div(
        rx.el.p(t("identity.single_sign_on.who"), class_name="t-small ink-2"),
        rx.el.a(
            t("identity.single_sign_on.enter"),
            href="/auth/oidc/start",
            reload_document=True,
            class_name="btn plain wide",
        ),
        class_name="pad gap-top",
    )


def _alone() -> rx.Component:
    """Offer a passkey first, where there can be one."""
    return Able.create(
        rx.el.div(
            PasskeyButton.create(
                label=t("identity.passkey.sign_in"),
                options=SignIn.options,
                on_ask=SignIn.ask,
                on_answer=SignIn.show,
                on_problem=SignIn.fail,
            ),
            rx.el.p(t("identity.passkey.or"), class_name="t-small ink-2"),
            class_name="pad stack gap-top",
        )
    )


def _way(question: rx.Var[str], link: rx.Var[str], href: str) -> rx.Component:
    return rx.el.li(question, " ", rx.el.a(link, href=href, class_name="link"))
