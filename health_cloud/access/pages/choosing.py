# pyright: reportAttributeAccessIssue=false, reportArgumentType=false
# A Var of a view has the attributes of the view at run time.
"""Standing choices: who may never ask, who always may; each is one press, and so is taking it back."""

from __future__ import annotations

import reflex as rx

from health_cloud.access.state import Choosing
from health_cloud.consent.views import ASK, HOSPITAL, NEVER, PHYSICIAN, ChoiceRow
from health_cloud.ui.feedback import loading, problem
from health_cloud.ui.forms import button, chip, chips, choice, choices
from health_cloud.ui.i18n import t, words
from health_cloud.ui.layout import page
from health_cloud.ui.rows import rows, section


def choices_page() -> rx.Component:
    """Return the page."""
    return page(
        problem(Choosing.problem, Choosing.params),
        rx.cond(Choosing.ready, _body(), loading(4, days=False)),
        heading=t("access.choices.title"),
        sub=t("access.choices.sub"),
        back="/access",
        back_label=t("access.title"),
        role="patient",
        tab="access",
    )


def _body() -> rx.Component:
    nobody = Choosing.page.nobody
    return rx.fragment(
        choices(
            choice(
                t("access.choices.everybody"),
                name="everybody",
                checked=~nobody,
                on_change=Choosing.set_nobody(False),
            ),
            choice(
                t("access.choices.nobody"),
                name="everybody",
                sub=t("access.choices.nobody_text"),
                checked=nobody,
                on_change=Choosing.set_nobody(True),
            ),
            legend=t("access.choices.general"),
        ),
        _group(Choosing.page.made, t("access.choices.made")),
        _group(Choosing.page.physicians, t("access.choices.physicians")),
        _group(Choosing.page.places, t("access.choices.places")),
        section(t("access.choices.kept")),
        rx.el.div(
            rx.cond(
                Choosing.counted,
                rx.el.p(t("access.choices.kept_count", count=Choosing.page.kept), role="status"),
                button(t("access.choices.kept_show"), on_click=Choosing.count, small=True),
            ),
            rx.el.p(t("access.choices.kept_text"), class_name="t-small ink-2"),
            class_name="pad choices-kept",
        ),
    )


def _group(listed: rx.Var[list[ChoiceRow]], title: rx.Var[str]) -> rx.Component:
    return rx.cond(listed.length() > 0, rx.fragment(section(title), rows(rx.foreach(listed, _row))), rx.fragment())


def _row(each: rx.Var[ChoiceRow]) -> rx.Component:
    name = rx.match(
        each.kind,
        (HOSPITAL, t("access.choices.whole", name=words(each.name))),
        (PHYSICIAN, t("access.doctor", name=words(each.name))),
        words(each.name),
    )
    place = words(each.place)
    return rx.el.li(
        rx.el.div(
            rx.el.b(name),
            rx.cond(place != "", rx.el.p(place, class_name="t-small ink-2"), rx.fragment()),
            class_name="grow",
        ),
        chips(
            name,
            *[
                chip(
                    t(f"access.choices.{wanted}"),
                    chosen=each.choice == wanted,
                    on_click=Choosing.choose(each.kind, each.id, rx.cond(each.choice == wanted, "", wanted)),
                )
                for wanted in (NEVER, ASK)
            ],
        ),
        class_name="choice-row",
        key=each.kind + each.id,
    )
