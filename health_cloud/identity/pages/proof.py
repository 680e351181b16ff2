"""The dialog in which a person proves once more that it is them, before a far-reaching act."""

from __future__ import annotations

import reflex as rx

from health_cloud.identity.pages.moving import Lead
from health_cloud.identity.pages.passkey_parts import Able, PasskeyButton
from health_cloud.identity.state.proof import Proof
from health_cloud.ui.feedback import note, problem
from health_cloud.ui.forms import button, field, form, pair
from health_cloud.ui.i18n import t
from health_cloud.ui.overlays import Overlay

_FORM = "proof"


def proof_dialog() -> rx.Component:
    """Return the dialog; nothing of it is in the page while it is closed."""
    error = rx.cond(Proof.field == "proof_code", t(Proof.problem, Proof.problem_params), "").to(str)
    return Overlay.create(
        rx.el.p(
            rx.cond(Proof.provider != "", t("identity.proof.why_there"), t("identity.proof.why")), class_name="ink-2"
        ),
        rx.cond(Proof.ways.passkey, _passkey(), rx.fragment()),
        rx.cond(Proof.ways.authenticator | Proof.ways.recovery, _code(error), rx.fragment()),
        rx.cond(Proof.provider != "", _provider(), rx.fragment()),
        rx.cond(Proof.field == "", problem(Proof.problem, Proof.problem_params), rx.fragment()),
        pair(
            button(t("ui.cancel"), on_click=Proof.cancel),
            rx.cond(
                Proof.ways.authenticator | Proof.ways.recovery,
                button(t("identity.proof.confirm"), look="primary", submit=True, form=_FORM),
                rx.fragment(),
            ),
        ),
        Lead.create(target=Proof.focus, turn=Proof.turn),
        open=Proof.asking,
        kind="dialog",
        title=t("identity.proof.title"),
        on_close=Proof.cancel,
    )


def _passkey() -> rx.Component:
    return Able.create(
        PasskeyButton.create(
            label=t("identity.passkey.confirm"),
            options=Proof.options,
            on_ask=Proof.ask_passkey,
            on_answer=Proof.show_passkey,
            on_problem=Proof.fail_passkey,
        )
    )


def _provider() -> rx.Component:
    return rx.fragment(
        rx.el.p(t("identity.proof.provider_hint"), class_name="t-small ink-2"),
        rx.el.a(t("identity.proof.provider"), href=Proof.provider, reload_document=True, class_name="btn primary wide"),
    )


def _code(error: rx.Var[str]) -> rx.Component:
    return rx.fragment(
        form(
            field(
                rx.cond(Proof.ways.authenticator, t("identity.proof.code"), t("identity.sign_in.recovery")).to(str),
                name="proof_code",
                hint=rx.cond(
                    Proof.ways.authenticator, t("identity.proof.code_hint"), t("identity.sign_in.recovery_hint")
                ).to(str),
                error=error,
                class_name="code-field",
                auto_complete="one-time-code",
                auto_capitalize="characters",
                spell_check=False,
                max_length=20,
                custom_attrs={"data-first": ""},
            ),
            on_submit=Proof.submit,
            id=_FORM,
            no_validate=True,
        ),
        rx.cond(
            Proof.ways.demo_code != "",
            note(t("identity.proof.demo_code", code=Proof.ways.demo_code), kind="info", inset=True),
            rx.fragment(),
        ),
    )
