# pyright: reportAttributeAccessIssue=false, reportArgumentType=false, reportOperatorIssue=false
# A Var of a view has the attributes of the view at run time.
"""The notice: asked for before records are shown, and afterwards what was agreed to, with the way back."""

from __future__ import annotations

import reflex as rx

from health_cloud.identity.pages.moving import Lead
from health_cloud.identity.state.agreements import Agreements
from health_cloud.identity.views import NoticePart, PurposeRow
from health_cloud.ui.dates import day, moment
from health_cloud.ui.feedback import loading, note, problem
from health_cloud.ui.forms import button, choice, form
from health_cloud.ui.forms.choosing import choices
from health_cloud.ui.i18n import t, words
from health_cloud.ui.layout import page, separated
from health_cloud.ui.overlays import disclosed_confirm
from health_cloud.ui.rows import row, rows, section
from health_cloud.ui.shell import Shell

_FORM = "agree"


def notice_page() -> rx.Component:
    """Show the notice, with the form or with what was agreed to."""
    shown = Agreements.page
    return page(
        rx.cond(Agreements.ready, rx.cond(shown.in_force, _agreed(), _asking()), loading(4, days=False)),
        Lead.create(target=Agreements.focus, turn=Agreements.turn),
        heading=t("identity.notice.title"),
        sub=rx.cond(
            Agreements.ready, separated(t("identity.notice.version", version=shown.version), day(shown.date)), ""
        ),
        back="/me",
        back_label=t("identity.me.title"),
        role=Shell.role,
        tab="me",
    )


def _asking() -> rx.Component:
    shown = Agreements.page
    why = rx.cond(
        shown.withdrawn,
        note(t("identity.notice.withdrawn"), kind="warn", inset=True),
        rx.cond(
            shown.again,
            note(t("identity.notice.again"), kind="info", inset=True),
            note(t("identity.notice.first"), kind="info", inset=True),
        ),
    )
    return rx.fragment(
        why,
        _words(),
        section(t("identity.notice.asked")),
        form(
            choices(rx.foreach(shown.purposes, _box), legend=t("identity.notice.asked")),
            problem(Agreements.problem, Agreements.problem_params),
            rx.el.div(
                button(t("identity.notice.agree"), look="primary", submit=True, wide=True),
                rx.el.p(t("identity.notice.otherwise"), class_name="t-small ink-2 gap-top"),
                class_name="pad gap-top",
            ),
            on_submit=Agreements.agree,
            id=_FORM,
            no_validate=True,
        ),
    )


def _box(purpose: rx.Var[PurposeRow]) -> rx.Component:
    """A box nobody has ticked for the reader: consent is given by an act of their own."""
    return choice(words(purpose.title), many=True, sub=words(purpose.text), custom_attrs={"name": purpose.key})


def _words() -> rx.Component:
    return rx.foreach(Agreements.page.parts, _part)


def _part(part: rx.Var[NoticePart]) -> rx.Component:
    return rx.el.section(
        rx.el.h2(words(part.title), class_name="t-heading"),
        rx.el.p(words(part.text)),
        class_name="pad gap-top",
    )


def _agreed() -> rx.Component:
    done = rx.cond(
        Agreements.done != "",
        note(t("identity.notice.done_" + Agreements.done), kind="info", inset=True, live=True),
        rx.fragment(),
    )
    return rx.fragment(
        done,
        problem(Agreements.problem, Agreements.problem_params),
        section(t("identity.notice.agreed")),
        rows(rx.foreach(Agreements.page.purposes, _purpose)),
        section(t("identity.notice.words")),
        _words(),
    )


def _purpose(purpose: rx.Var[PurposeRow]) -> rx.Component:
    at = t("identity.notice.given", at=moment(purpose.given_at), version=purpose.version)
    return row(
        words(purpose.title),
        sub=rx.cond(purpose.given_at != "", at, t("identity.notice.not_given")),
        end=rx.cond(
            purpose.given_at == "",
            button(t("identity.notice.give"), look="plain", small=True, on_click=Agreements.give(purpose.key)),
            rx.cond(
                purpose.needed,
                disclosed_confirm(
                    button(t("identity.notice.withdraw"), look="plain", small=True),
                    title=t("identity.notice.withdraw_title"),
                    lines=[
                        t("identity.notice.withdraw_closed"),
                        t("identity.notice.withdraw_kept"),
                        t("identity.notice.withdraw_back"),
                    ],
                    act=t("identity.notice.withdraw"),
                    on_act=Agreements.withdraw(purpose.key),
                ),
                button(
                    t("identity.notice.withdraw"), look="plain", small=True, on_click=Agreements.withdraw(purpose.key)
                ),
            ),
        ),
        arrow=False,
    )
