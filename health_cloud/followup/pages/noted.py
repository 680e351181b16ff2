# pyright: reportAttributeAccessIssue=false, reportArgumentType=false, reportReturnType=false, reportOperatorIssue=false
# A Var of a view has the attributes of the view at run time.
"""What a signed note says, the newest and those before it."""

from __future__ import annotations

import reflex as rx

from health_cloud.followup.views import NoteText, SignedRow
from health_cloud.ui import dates
from health_cloud.ui.i18n import t, words


def earlier(signed: rx.Var[tuple[SignedRow, ...]]) -> rx.Component:
    """Show what was signed before, each as it was."""
    return rx.cond(
        signed.length() > 0,
        rx.el.details(
            rx.el.summary(t("followup.note.earlier", count=signed.length())),
            rx.foreach(signed, _one_signed),
            class_name="further note-earlier",
        ),
        rx.fragment(),
    )


def _one_signed(each: rx.Var[SignedRow]) -> rx.Component:
    return rx.el.div(
        rx.el.h3(
            t("followup.note.signed_at", at=dates.moment(each.at), factor=t(each.factor)), class_name="t-small strong"
        ),
        rx.cond(
            each.text.reason != "",
            rx.el.p(t("followup.note.because", reason=each.text.reason), class_name="t-small"),
            rx.fragment(),
        ),
        told(each.text),
        key=each.number,
        class_name="note-one",
    )


def told(text: rx.Var[NoteText]) -> rx.Component:
    """Show what a note says."""
    problem_said = rx.cond(
        words(text.problem) != "",
        rx.el.p(words(text.problem), " ", rx.el.span(text.code, class_name="ink-2"), class_name="t-small"),
        rx.fragment(),
    )
    referral = rx.match(
        text.referral,
        ("in_person", t("followup.note.refer_in_person")),
        ("department", t("followup.note.refer_to", name=words(text.department))),
        "",
    )
    return rx.el.dl(
        _said(t("followup.note.situation"), text.situation),
        _said(t("followup.note.judgement"), text.judgement, problem_said),
        _said(t("followup.note.plan"), text.plan),
        _said(t("followup.note.referral"), referral, rx.el.p(text.why, class_name="t-small")),
        rx.cond(
            text.weeks > 0,
            _said(t("followup.note.weeks"), t("followup.note.in_weeks", count=text.weeks)),
            rx.fragment(),
        ),
        class_name="note-told",
    )


def _said(label: rx.Var[str], text: rx.Var[str], *more: rx.Component) -> rx.Component:
    return rx.cond(text != "", rx.el.div(rx.el.dt(label), rx.el.dd(rx.el.p(text), *more)), rx.fragment())
