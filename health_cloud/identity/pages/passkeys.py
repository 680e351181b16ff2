"""One's passkeys: each with its name and last use, one more, one less."""

from __future__ import annotations

import reflex as rx

from health_cloud.identity.pages.moving import Lead
from health_cloud.identity.pages.passkey_parts import Able, PasskeyButton
from health_cloud.identity.state.passkeys import Passkeys
from health_cloud.identity.views import PasskeyRow
from health_cloud.ui.dates import moment
from health_cloud.ui.feedback import empty, loading, note, problem, toast
from health_cloud.ui.forms import button, field, form
from health_cloud.ui.i18n import t
from health_cloud.ui.layout import page, separated
from health_cloud.ui.marks import tile
from health_cloud.ui.overlays import bottom_sheet, confirm
from health_cloud.ui.rows import row, rows
from health_cloud.ui.shell import Shell


def passkeys_page() -> rx.Component:
    """Show them."""
    return page(
        rx.el.p(t("identity.passkey.sub"), class_name="pad ink-2"),
        Able.create(note(t("identity.passkey.problem.place"), kind="warn", inset=True), unless=True),
        rx.cond(~Passkeys.editing, problem(Passkeys.problem, Passkeys.problem_params), rx.fragment()),
        rx.cond(
            Passkeys.loaded,
            rx.cond(
                Passkeys.kept.length() > 0,
                rows(rx.foreach(Passkeys.kept, _passkey), lead=True),
                empty("fingerprint", t("identity.passkey.none"), t("identity.passkey.none_text")),
            ),
            loading(2, days=False),
        ),
        _sheet(),
        _question(),
        toast(
            rx.cond(Passkeys.editing | (Passkeys.news == ""), "", t(Passkeys.news)),
            on_close=Passkeys.heard,
        ),
        Lead.create(target=Passkeys.focus, turn=Passkeys.turn),
        heading=t("identity.passkey.title"),
        back="/me",
        back_label=t("ui.nav.me"),
        role=Shell.role,  # pyright: ignore[reportArgumentType] - on a State class it is a Var
        tab="me",
        actions=Able.create(
            PasskeyButton.create(
                label=t("identity.passkey.add"),
                look="primary",
                options=Passkeys.options,
                on_ask=Passkeys.ask,
                on_answer=Passkeys.add,
                on_problem=Passkeys.fail,
            )
        ),
    )


def _name(given: rx.Var[str] | str) -> rx.Var[str]:
    return rx.cond(given != "", given, t("identity.passkey.unnamed")).to(str)


def _passkey(passkey: rx.Var[PasskeyRow]) -> rx.Component:
    used = rx.cond(
        passkey.used != "",
        t("identity.passkey.used", at=moment(passkey.used)),
        t("identity.passkey.never"),
    )
    return row(
        _name(passkey.name),
        sub=rx.cond(passkey.doubted, t("identity.passkey.doubted"), used),
        lead=tile("fingerprint"),
        on_click=Passkeys.choose(passkey.id),
        arrow=True,
    )


def _sheet() -> rx.Component:
    chosen = Passkeys.chosen
    made = t("identity.passkey.made", at=moment(chosen.made))
    return bottom_sheet(
        form(
            rx.el.p(rx.cond(Passkeys.news != "", t(Passkeys.news), ""), role="status"),
            rx.el.p(
                rx.cond(
                    chosen.verifies & ~chosen.backed_up,
                    made,
                    separated(
                        made, rx.cond(chosen.verifies, t("identity.passkey.backed_up"), t("identity.passkey.beside"))
                    ),
                ),
                class_name="t-small ink-2",
            ),
            field(
                t("identity.passkey.name"),
                name="name",
                hint=t("identity.passkey.name_hint"),
                error=rx.cond(Passkeys.field == "name", t(Passkeys.problem), "").to(str),
                default_value=chosen.name,
                auto_complete="off",
                max_length=60,
                custom_attrs={"data-first": ""},
            ),
            button(t("identity.passkey.save"), look="primary", submit=True, wide=True),
            button(t("identity.passkey.remove"), look="danger", wide=True, on_click=Passkeys.ask_removal),
            on_submit=Passkeys.rename,
            key=chosen.id,
            no_validate=True,
        ),
        title=_name(chosen.name),
        open=Passkeys.editing,
        on_close=Passkeys.close,
    )


def _question() -> rx.Component:
    return confirm(
        title=t("identity.passkey.remove_named", name=_name(Passkeys.chosen.name)),
        lines=[t("identity.passkey.remove_stops"), t("identity.passkey.remove_ends")],
        act=t("identity.passkey.remove"),
        on_act=Passkeys.remove,
        open=Passkeys.removing,
        on_cancel=Passkeys.close,
        cancel=t("identity.passkey.keep"),
    )
