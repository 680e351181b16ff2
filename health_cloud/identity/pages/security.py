"""How one signs in: password, authenticator, recovery codes; one change at a time, each after a fresh code."""

from __future__ import annotations

import reflex as rx

from health_cloud.identity.pages.activate import authenticator_key
from health_cloud.identity.pages.moving import Copy, Lead
from health_cloud.identity.state.security import Security
from health_cloud.identity.views import FactorChangeRow
from health_cloud.ui.dates import moment
from health_cloud.ui.feedback import loading, note, problem
from health_cloud.ui.forms import button, code_field, form, pair, password_field
from health_cloud.ui.i18n import t
from health_cloud.ui.layout import page, separated
from health_cloud.ui.marks import tile
from health_cloud.ui.overlays import disclosed_confirm
from health_cloud.ui.rows import row, rows, section
from health_cloud.ui.shell import OWN_NAME, Shell

_FORM = "factor"
_OTHER_CODES = t("identity.contacts.change_what", what=t("identity.security.recovery"))
_WHATS = ("password", "authenticator", "recovery", "passkey_added", "passkey_removed")


def security_page() -> rx.Component:
    """Return the page."""
    return page(
        rx.cond(
            Security.done != "",
            note(t("identity.security.done_" + Security.done), kind="info", inset=True, live=True),
            rx.fragment(),
        ),
        rx.fragment(
            rx.match(
                Security.step,
                ("password", _password()),
                ("authenticator", _authenticator()),
                ("recovery", _codes()),
                rx.cond(Security.ready, _overview(), loading(3, days=False)),
            )
        ),
        Lead.create(target=Security.focus, turn=Security.turn),
        heading=t("identity.security.title"),
        back="/me",
        back_label=t("identity.me.title"),
        role=Shell.role,  # pyright: ignore[reportArgumentType] - on a State class it is a Var
        tab="me",
    )


def _error(name: str) -> rx.Var[str]:
    return rx.cond(Security.field == name, t(Security.problem, Security.problem_params), "").to(str)


def _whole() -> rx.Component:
    return rx.cond(Security.field == "", problem(Security.problem, Security.problem_params), rx.fragment())


def _overview() -> rx.Component:
    have = Security.page
    return rx.fragment(
        problem(Security.problem, Security.problem_params),
        rows(
            row(
                t("identity.security.password"),
                sub=rx.cond(have.password, t("identity.security.password_set"), t("identity.security.none")),
                lead=tile("key_round"),
                on_click=Security.begin_password,
                arrow=True,
            ),
            row(
                t("identity.security.authenticator"),
                sub=rx.cond(have.authenticator, t("identity.security.authenticator_set"), t("identity.security.none")),
                lead=tile("smartphone"),
                on_click=Security.begin_authenticator,
                arrow=True,
            ),
            row(
                t("identity.passkey.title"),
                sub=t("identity.me.passkeys_sub"),
                lead=tile("fingerprint"),
                href="/me/passkeys",
                arrow=True,
            ),
            row(
                t("identity.security.recovery"),
                sub=t("identity.security.recovery_left", count=have.recovery),
                lead=tile("list_checks"),
                end=_renew(),
            ),
            row(
                t("identity.sessions.title"),
                sub=t("identity.sessions.row_sub"),
                lead=tile("monitor_smartphone"),
                href="/me/sessions",
                arrow=True,
            ),
            lead=True,
        ),
        rx.el.p(t("identity.security.others_end"), class_name="pad gap-top t-small ink-2"),
        rx.cond(
            have.changes.length() > 0,  # pyright: ignore[reportAttributeAccessIssue] - a Var has it
            rx.fragment(section(t("identity.security.changes")), rows(rx.foreach(have.changes, _change))),
            rx.fragment(),
        ),
    )


def _renew() -> rx.Component:
    """Say what happens before: whoever is merely curious would lose the codes that they wrote down."""
    return disclosed_confirm(
        button(t("identity.contacts.change"), small=True, aria_label=_OTHER_CODES),
        title=t("identity.security.renew_title"),
        lines=[t("identity.security.renew_old"), t("identity.security.renew_new")],
        act=t("identity.security.renew_codes"),
        on_act=Security.renew_codes,
    )


def _change(change: rx.Var[FactorChangeRow]) -> rx.Component:
    what = rx.match(change.what, *[(each, t(f"identity.security.changed_{each}")) for each in _WHATS], "").to(str)
    return row(
        what,
        sub=rx.cond(change.agent != "", separated(moment(change.at), change.agent), moment(change.at)),
    )


def _buttons(act: rx.Var[str]) -> rx.Component:
    return rx.el.div(
        pair(
            button(t("ui.cancel"), on_click=Security.leave),
            button(act, look="primary", submit=True, form=_FORM),
        ),
        class_name="pad gap-top",
    )


def _password() -> rx.Component:
    return rx.fragment(
        section(t("identity.security.new_password")),
        form(
            rx.el.input(
                type="text",
                name="username",
                auto_complete="username",
                value=OWN_NAME,
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
            on_submit=Security.change_password,
            id=_FORM,
            no_validate=True,
        ),
        _whole(),
        _buttons(t("identity.security.change_password")),
    )


def _authenticator() -> rx.Component:
    offer = Security.offer
    return rx.fragment(
        section(t("identity.security.new_authenticator")),
        rx.el.p(t("identity.security.old_works"), class_name="pad ink-2 gap-under"),
        authenticator_key(offer.picture, offer.size, offer.secret, offer.address),
        rx.cond(
            offer.demo_code != "",
            note(t("identity.activate.demo_code", code=offer.demo_code), kind="info", inset=True),
            rx.fragment(),
        ),
        form(
            code_field(
                t("identity.activate.first_code"),
                hint=t("identity.activate.first_code_hint"),
                error=_error("code"),
            ),
            on_submit=Security.confirm_authenticator,
            id=_FORM,
            no_validate=True,
        ),
        _whole(),
        _buttons(t("identity.activate.confirm")),
    )


def _codes() -> rx.Component:
    return rx.fragment(
        section(t("identity.activate.recovery")),
        rx.el.p(t("identity.security.old_codes_over"), class_name="pad ink-2"),
        rx.el.ol(rx.foreach(Security.codes, rx.el.li), class_name="sheet recovery"),
        rx.el.div(
            Copy.create(
                text=Security.codes.join("\n"),
                label=t("identity.activate.copy"),
                done=t("identity.activate.copied"),
            ),
            button(t("identity.security.codes_kept"), look="primary", wide=True, on_click=Security.leave),
            class_name="pad gap-top stack",
        ),
    )
