"""Setting up an account: password, authenticator, recovery codes."""

from __future__ import annotations

import reflex as rx

from health_cloud.identity.pages.moving import Copy, Enter, Lead, Printed
from health_cloud.identity.pages.passkey_parts import Able, PasskeyButton
from health_cloud.identity.state.activate import Activate
from health_cloud.ui.feedback import loading, note, problem
from health_cloud.ui.forms import button, code_field, field, form, password_field
from health_cloud.ui.i18n import t, words
from health_cloud.ui.layout import page, step_bar, steps
from health_cloud.ui.rows import section

STEPS = 3
_FORM = "step"


def activate_page() -> rx.Component:
    """Show the step that is next."""
    number = rx.match(Activate.step, ("password", 1), ("authenticator", 2), ("recovery", STEPS), ("done", STEPS), 0).to(
        int
    )
    return page(
        rx.cond(number > 0, steps(number, STEPS), rx.fragment()),
        rx.fragment(
            rx.match(
                Activate.step,
                ("none", _claim()),
                ("password", _password()),
                ("authenticator", _authenticator()),
                ("recovery", _recovery()),
                ("done", _done()),
                loading(3),
            )
        ),
        Lead.create(target=Activate.focus, turn=Activate.turn),
        Enter.create(code=Activate.entry),
        bar=step_bar(
            t("identity.activate.title"),
            back="/welcome",
            end=rx.cond(number > 0, t("identity.verify.where", number=number, total=STEPS), ""),
        ),
        role="guest",
        actions=(
            rx.fragment(
                rx.match(
                    Activate.step,
                    ("none", _onward(t("identity.verify.onward"))),
                    ("password", _onward(t("identity.verify.onward"))),
                    ("authenticator", _onward(t("identity.activate.confirm"))),
                    ("recovery", _enter(t("identity.activate.kept"))),
                    ("done", _enter(t("identity.activate.enter"))),
                    rx.fragment(),
                )
            ),
        ),
    )


def _onward(text: rx.Var[str]) -> rx.Component:
    return button(text, look="primary", submit=True, wide=True, form=_FORM)


def _enter(text: rx.Var[str]) -> rx.Component:
    return button(text, look="primary", wide=True, on_click=Activate.enter, busy=Activate.entry != "")


def _head(title: rx.Var[str], sub: rx.Var[str]) -> rx.Component:
    return rx.el.div(
        rx.el.h1(title, class_name="t-display"),
        rx.el.p(sub, class_name="ink-2 heading-sub"),
        class_name="pad heading",
    )


def _error(name: str) -> rx.Var[str]:
    return rx.cond(Activate.field == name, t(Activate.problem, Activate.problem_params), "").to(str)


def _whole() -> rx.Component:
    return rx.cond(Activate.field == "", problem(Activate.problem, Activate.problem_params), rx.fragment())


def _claim() -> rx.Component:
    return rx.fragment(
        _head(t("identity.activate.claim"), t("identity.activate.claim_sub")),
        form(
            field(
                t("identity.activate.login"),
                name="login",
                auto_complete="username",
                auto_capitalize="none",
                spell_check=False,
                max_length=60,
            ),
            field(
                t("identity.activate.code"),
                name="code",
                hint=t("identity.activate.code_hint"),
                error=_error("code"),
                auto_complete="off",
                auto_capitalize="characters",
                spell_check=False,
                max_length=20,
            ),
            Printed.create(target="code"),
            on_submit=Activate.claim,
            id=_FORM,
            no_validate=True,
        ),
        _whole(),
        rx.el.p(
            t("identity.activate.patient"),
            " ",
            rx.el.a(t("identity.welcome.first"), href="/verify", class_name="link"),
            class_name="pad gap-top t-small ink-2",
        ),
    )


def _password() -> rx.Component:
    return rx.fragment(
        _head(t("identity.activate.password"), t("identity.activate.password_sub")),
        rx.cond(
            Activate.known,
            note(
                rx.cond(Activate.keeps, t("identity.activate.keeps"), t("identity.activate.known")),
                kind="info",
                inset=True,
            ),
            rx.fragment(),
        ),
        form(
            rx.el.input(
                type="text",
                name="username",
                auto_complete="username",
                value=words(Activate.name),
                read_only=True,
                hidden=True,
                aria_hidden="true",
            ),
            password_field(
                t("identity.activate.new_password"),
                new=True,
                hint=t("identity.activate.password_hint"),
                error=_error("password"),
                max_length=200,
            ),
            on_submit=Activate.set_password,
            id=_FORM,
            no_validate=True,
        ),
        _whole(),
    )


def authenticator_key(
    picture: rx.Var[str] | str, size: rx.Var[int] | int, secret: rx.Var[str] | str, address: rx.Var[str] | str
) -> rx.Component:
    """Show the key of an authenticator: as a picture to scan, for typing, and for the app on this very phone."""
    box = rx.Var.create(size).to(str)
    return rx.el.div(
        rx.el.svg(
            rx.el.svg.path(d=picture, class_name="qr-dark"),
            view_box="0 0 " + box + " " + box,
            role="img",
            aria_label=t("identity.activate.qr"),
            class_name="qr",
        ),
        rx.el.div(
            rx.el.p(t("identity.activate.by_hand"), class_name="t-small ink-2"),
            rx.el.p(
                rx.el.span(secret, class_name="secret"),
                Copy.create(
                    text=secret,
                    label=t("identity.activate.copy_key"),
                    done=t("identity.activate.copied"),
                    what=t("identity.activate.key"),
                ),
                class_name="copied",
            ),
            rx.el.a(t("identity.activate.open_app"), href=address, class_name="link act on-phone"),
        ),
        class_name="pad stack",
    )


def _passkey() -> rx.Component:
    """Offer the lock of the device itself first; it takes one press."""
    return rx.fragment(
        section(t("identity.passkey.offer")),
        rx.el.div(
            rx.el.p(t("identity.passkey.offer_sub"), class_name="ink-2"),
            PasskeyButton.create(
                label=t("identity.passkey.make"),
                options=Activate.options,
                on_ask=Activate.ask_passkey,
                on_answer=Activate.confirm_passkey,
                on_problem=Activate.fail_passkey,
            ),
            rx.cond(Activate.field == "passkey", problem(Activate.problem, Activate.problem_params), rx.fragment()),
            class_name="pad stack",
        ),
    )


def _authenticator() -> rx.Component:
    return rx.fragment(
        _head(t("identity.activate.second"), t("identity.activate.second_sub")),
        Able.create(_passkey()),
        section(t("identity.activate.authenticator")),
        rx.el.p(t("identity.activate.authenticator_sub"), class_name="pad ink-2 gap-under"),
        authenticator_key(Activate.picture, Activate.size, Activate.secret, Activate.address),
        rx.cond(
            Activate.demo_code != "",
            note(t("identity.activate.demo_code", code=Activate.demo_code), kind="info", inset=True),
            rx.fragment(),
        ),
        form(
            code_field(
                t("identity.activate.first_code"),
                hint=t("identity.activate.first_code_hint"),
                error=_error("code"),
            ),
            on_submit=Activate.confirm,
            id=_FORM,
            no_validate=True,
        ),
        _whole(),
    )


def _recovery() -> rx.Component:
    return rx.fragment(
        _head(t("identity.activate.recovery"), t("identity.activate.recovery_sub")),
        rx.el.ol(rx.foreach(Activate.recovery, rx.el.li), class_name="sheet recovery"),
        rx.el.div(
            Copy.create(
                text=Activate.recovery.join("\n"),
                label=t("identity.activate.copy"),
                done=t("identity.activate.copied"),
            ),
            class_name="pad gap-top",
        ),
        _whole(),
    )


def _done() -> rx.Component:
    sub = rx.cond(Activate.keeps, t("identity.activate.done_keeps"), t("identity.activate.done_sub"))
    return rx.fragment(_head(t("identity.activate.done"), sub), _whole())
