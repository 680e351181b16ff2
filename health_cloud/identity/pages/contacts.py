"""How one can be reached: what is used, what is about to change, and how to stop it."""

from __future__ import annotations

import reflex as rx

from health_cloud.identity.pages.moving import Lead, Printed
from health_cloud.identity.state.contacts import Contacts, Stopping
from health_cloud.identity.views import ContactRow
from health_cloud.ui.dates import lasting, moment
from health_cloud.ui.feedback import loading, note, problem
from health_cloud.ui.forms import button, code_field, field, form, link_button
from health_cloud.ui.i18n import t
from health_cloud.ui.layout import page
from health_cloud.ui.marks import tile
from health_cloud.ui.rows import row, rows
from health_cloud.ui.shell import Shell

_NEW, _CODE, _STOP = "new-contact", "contact-code", "stop-change"


def contacts_page() -> rx.Component:
    """Show phone and e-mail, or the step of changing one."""
    return page(
        rx.cond(
            Contacts.ready,
            rx.fragment(rx.match(Contacts.step, ("new", _new()), ("code", _code()), _overview())),
            loading(2, days=False),
        ),
        Lead.create(target=Contacts.focus, turn=Contacts.turn),
        heading=t("identity.contacts.title"),
        sub=t("identity.contacts.sub"),
        back="/me",
        back_label=t("ui.nav.me"),
        role=Shell.role,  # pyright: ignore[reportArgumentType] - on a State class it is a Var
        tab="me",
    )


def stop_page() -> rx.Component:
    """Ask for the code that stops a change."""
    asked = rx.fragment(
        problem(rx.cond(Stopping.field == "stop_code", "", Stopping.problem), Stopping.problem_params),
        form(
            field(
                t("identity.contacts.stop_code"),
                name="stop_code",
                hint=t("identity.contacts.stop_hint"),
                error=rx.cond(Stopping.field == "stop_code", t(Stopping.problem, Stopping.problem_params), ""),
                auto_complete="off",
                auto_capitalize="characters",
                spell_check=False,
                max_length=20,
            ),
            Printed.create(target="stop_code"),
            on_submit=Stopping.stop,
            id=_STOP,
            no_validate=True,
        ),
    )
    done = note(t("identity.contacts.stopped"), kind="info", inset=True, live=True)
    return page(
        rx.cond(Stopping.done, done, rx.cond(Stopping.ready, asked, loading(1, days=False))),
        Lead.create(target=Stopping.focus, turn=Stopping.turn),
        heading=t("identity.contacts.stop_title"),
        sub=t("identity.contacts.stop_sub"),
        back="/welcome",
        role="guest",
        actions=rx.cond(
            Stopping.done,
            button(t("identity.welcome.sign_in"), look="primary", wide=True, href="/sign-in"),
            button(
                t("identity.contacts.stop"),
                look="primary",
                submit=True,
                wide=True,
                form=_STOP,
                disabled=rx.cond(Stopping.ready, False, True),
            ),
        ),
    )


def _overview() -> rx.Component:
    return rx.fragment(
        problem(Contacts.problem, Contacts.problem_params),
        rows(rx.foreach(Contacts.lines, _line), lead=True),
        rx.foreach(Contacts.lines, _pending),
        rx.el.p(t("identity.contacts.why", wait=lasting(Contacts.hours)), class_name="pad t-small ink-2 gap-top"),
    )


def _line(line: rx.Var[ContactRow]) -> rx.Component:
    source = rx.match(
        line.source,
        ("hospital", t("identity.contacts.from_hospital")),
        ("own", t("identity.contacts.from_you", at=moment(line.since))),
        ("desk", t("identity.contacts.from_desk", at=moment(line.since))),
        t("identity.contacts.none"),
    )
    name = rx.cond(line.kind == "phone", t("identity.contacts.phone"), t("identity.contacts.email"))
    symbol = rx.fragment(rx.cond(line.kind == "phone", tile("phone"), tile("mail")))
    act = rx.cond(line.masked != "", t("identity.contacts.change"), t("identity.contacts.add"))
    return row(
        rx.cond(line.masked != "", line.masked, name),
        sub=source,
        lead=symbol,
        end=button(
            act,
            look="plain",
            small=True,
            on_click=Contacts.start(line.kind),
            aria_label=t("identity.contacts.change_what", what=name),
        ),
    )


def _pending(line: rx.Var[ContactRow]) -> rx.Component:
    return rx.cond(
        line.pending != "",
        note(
            t("identity.contacts.pending", address=line.pending, at=moment(line.effective)),
            kind="info",
            name="hourglass",
            action=link_button(t("identity.contacts.cancel"), on_click=Contacts.cancel(line.pending_id)),
        ),
        rx.fragment(),
    )


def _new() -> rx.Component:
    error = rx.cond(Contacts.field == "value", t(Contacts.problem, Contacts.problem_params), "")
    by_phone = field(
        t("identity.contacts.new_phone"),
        name="value",
        type="tel",
        hint=t("identity.contacts.new_phone_hint"),
        error=error,
        auto_complete="tel",
        max_length=24,
    )
    by_email = field(
        t("identity.contacts.new_email"),
        name="value",
        type="email",
        error=error,
        auto_complete="email",
        auto_capitalize="none",
        max_length=254,
    )
    return rx.fragment(
        problem(rx.cond(Contacts.field == "value", "", Contacts.problem), Contacts.problem_params),
        form(
            rx.cond(Contacts.kind == "phone", by_phone, by_email),
            on_submit=Contacts.begin,
            id=_NEW,
            no_validate=True,
        ),
        _buttons(t("identity.contacts.send"), _NEW),
    )


def _code() -> rx.Component:
    error = rx.cond(Contacts.field == "code", t(Contacts.problem, Contacts.problem_params), "")
    return rx.fragment(
        problem(rx.cond(Contacts.field == "code", "", Contacts.problem), Contacts.problem_params),
        form(
            code_field(t("identity.contacts.code", address=Contacts.sent_to), error=error),
            on_submit=Contacts.confirm,
            id=_CODE,
            no_validate=True,
        ),
        _buttons(t("identity.contacts.confirm"), _CODE),
        rx.cond(
            Shell.demo,
            rx.el.p(
                rx.el.a(t("identity.verify.outbox"), href="/demo/outbox", target="_blank", class_name="link"),
                class_name="pad t-small gap-top",
            ),
            rx.fragment(),
        ),
    )


def _buttons(act: rx.Var[str], form_id: str) -> rx.Component:
    return rx.el.div(
        button(act, look="primary", submit=True, wide=True, form=form_id),
        button(t("identity.contacts.back"), look="quiet", wide=True, on_click=Contacts.back),
        class_name="pad stack gap-top",
    )
