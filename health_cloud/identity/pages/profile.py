"""What each hospital has on file about oneself, and saying what is wrong."""

from __future__ import annotations

from typing import cast

import reflex as rx

from health_cloud.identity.pages.moving import Lead
from health_cloud.identity.service.profile import LONGEST, REASONS
from health_cloud.identity.state.profile import Profile
from health_cloud.identity.views import Datum, HeldRecord
from health_cloud.ui.dates import full_day, moment
from health_cloud.ui.feedback import empty, loading, problem
from health_cloud.ui.forms import button, choice, choices, field, form, pair
from health_cloud.ui.i18n import t, words
from health_cloud.ui.layout import page, separated
from health_cloud.ui.overlays import bottom_sheet
from health_cloud.ui.rows import row, rows, section
from health_cloud.ui.shell import Shell

_FORM = "wrong-datum"
_ASKED = cast("rx.Var[Datum]", Profile.asked)
_SEXES = ("male", "female", "other", "unknown")


def profile_page() -> rx.Component:
    """Show what hospitals have on file, by hospital."""
    shown = rx.cond(
        Profile.held.length() > 0,
        rx.el.div(rx.foreach(Profile.held, _hospital)),
        rx.cond(
            Profile.problem != "",
            rx.fragment(),
            empty("id_card", t("identity.profile.none"), t("identity.profile.none_text")),
        ),
    )
    return page(
        rx.cond(Profile.asking, rx.fragment(), problem(Profile.problem, Profile.problem_params)),
        rx.cond(Profile.ready, shown, loading(4, days=False)),
        _question(),
        Lead.create(target=Profile.focus, turn=Profile.turn),
        heading=t("identity.profile.title"),
        sub=t("identity.profile.sub"),
        back="/me",
        back_label=t("ui.nav.me"),
        role=Shell.role,  # pyright: ignore[reportArgumentType] - on a State class it is a Var
        tab="me",
    )


def _hospital(held: rx.Var[HeldRecord]) -> rx.Component:
    arrived = t("identity.profile.arrived", at=moment(held.arrived))
    as_of = separated(t("identity.profile.as_of", at=moment(held.as_of)), arrived)
    return rx.fragment(
        section(words(held.hospital)),
        rx.el.p(rx.cond(held.as_of != "", as_of, rx.fragment(arrived)), class_name="pad t-small ink-2"),
        rows(rx.foreach(held.data, lambda datum: _datum(held.id, datum))),
    )


def _datum(record_id: rx.Var[str], datum: rx.Var[Datum]) -> rx.Component:
    """Show one datum; a press on its row says that it is wrong."""
    label, value = _label(datum), _value(datum)
    said = rx.cond(
        datum.changed,
        t("identity.profile.changed", at=moment(datum.reported)),
        t("identity.profile.reported", at=moment(datum.reported)),
    )
    back = button(
        t("identity.profile.withdraw"),
        small=True,
        on_click=Profile.withdraw(datum.correction_id),
        aria_label=t("identity.profile.withdraw_name", what=label),
    )
    sub = rx.cond(datum.correction_id != "", separated(label, said), rx.fragment(label))
    wrong = rx.el.span(t("identity.profile.wrong"), class_name="link t-small")
    return rx.fragment(
        rx.cond(
            (datum.correction_id != "") & ~datum.changed,
            row(value, sub=sub, end=back),
            rx.cond(
                _given(datum),
                row(value, sub=sub, end=wrong, on_click=Profile.ask(record_id, datum.name)),
                row(value, sub=sub),
            ),
        )
    )


def _label(datum: rx.Var[Datum]) -> rx.Var[str]:
    return t("identity.profile.datum." + datum.kind.to(str))


def _given(datum: rx.Var[Datum]) -> rx.Var[bool]:
    return (datum.text != "") | (datum.kind == "name")


def _value(datum: rx.Var[Datum]) -> rx.Component:
    return rx.fragment(
        rx.match(
            datum.kind,
            ("name", words(datum.words)),
            ("sex", rx.match(datum.text, *[(sex, t(f"identity.profile.sex.{sex}")) for sex in _SEXES], _missing())),
            ("birth_date", rx.cond(datum.text != "", full_day(datum.text), _missing())),
            rx.cond(datum.text != "", datum.text, _missing()),
        )
    )


def _missing() -> rx.Var[str]:
    return t("identity.profile.not_given")


def _question() -> rx.Component:
    return bottom_sheet(
        rx.el.p(separated(_label(_ASKED), _value(_ASKED)), class_name="pad ink-2"),
        problem(Profile.problem, Profile.problem_params),
        form(
            choices(
                *[choice(t(f"identity.profile.reason.{each}"), name="reason", value=each) for each in REASONS],
                legend=t("identity.profile.ask"),
            ),
            field(
                t("identity.profile.words"),
                name="words",
                hint=t("identity.profile.words_hint"),
                multiline=True,
                max_length=LONGEST,
            ),
            on_submit=Profile.send,
            id=_FORM,
            no_validate=True,
        ),
        rx.el.div(
            pair(
                button(t("ui.cancel"), on_click=Profile.cancel),
                button(t("identity.profile.send"), look="primary", submit=True, form=_FORM),
            ),
            class_name="pad gap-top",
        ),
        title=t("identity.profile.ask"),
        open=Profile.asking,
        on_close=Profile.cancel,
    )
