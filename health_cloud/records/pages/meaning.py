# pyright: reportAttributeAccessIssue=false, reportArgumentType=false, reportReturnType=false, reportOperatorIssue=false
# A Var of a view has the attributes of the view at run time.
"""What a test is: one plain sentence, where it comes from, and that it is no diagnosis."""

from __future__ import annotations

import reflex as rx

from health_cloud.records.views.meaning import Meaning, Term
from health_cloud.ui.i18n import t, words
from health_cloud.ui.marks import icon


def meaning(shown: rx.Var[Meaning], name: rx.Var[str], opened: rx.Var[bool]) -> rx.Component:
    """Offer the sentence below a result; `opened` shows it at once."""
    return rx.cond(
        shown.title != "",
        rx.el.details(
            rx.el.summary(
                rx.el.span(t("records.meaning.open"), aria_hidden="true"),
                rx.el.span(t("records.meaning.of", name=name), class_name="sr"),
                icon("chevron_down", size="s"),
            ),
            _said(shown),
            open=opened,
            class_name="meaning",
        ),
        rx.fragment(),
    )


def meaning_note(shown: rx.Var[Meaning]) -> rx.Component:
    """Show the sentence on a page of the test's own."""
    return rx.cond(shown.title != "", rx.el.div(_said(shown), class_name="meaning-note"), rx.fragment())


def terms(shown: rx.Var[list[Term]]) -> rx.Component:
    """Offer what the words of a report mean, behind one tap; each with its source."""
    return rx.cond(
        shown.length() > 0,
        rx.el.details(
            rx.el.summary(t("records.meaning.terms", count=shown.length()), icon("chevron_down", size="s")),
            rx.el.dl(rx.foreach(shown, _term)),
            class_name="meaning terms not-printed",
        ),
        rx.fragment(),
    )


def _term(each: rx.Var[Term]) -> rx.Component:
    return rx.el.div(rx.el.dt(words(each.name)), rx.el.dd(_said(each.meaning, sourced="records.meaning.word_source")))


def _said(shown: rx.Var[Meaning], *, sourced: str = "records.meaning.source") -> rx.Component:
    return rx.fragment(
        rx.el.p(words(shown.said)),
        rx.el.p(t(sourced, source=words(shown.source), title=shown.title), class_name="meaning-source"),
    )
