# pyright: reportArgumentType=false, reportOperatorIssue=false, reportReturnType=false
# A Var of a view has the attributes of the view at run time.
"""What screens of prescriptions share: a medicine with its dose, and what the checks say of it."""

from __future__ import annotations

from typing import Any

import reflex as rx

from health_cloud.prescribing.views.prescriptions import Finding, ItemRow
from health_cloud.ui.i18n import t, words
from health_cloud.ui.marks import icon


def medicine(each: rx.Var[ItemRow], *below: rx.Component, findings: Any = None) -> rx.Component:
    """Show one medicine: name, quantity, dose, what the checks say, and what stands below."""
    return rx.el.li(
        icon("pill", size="m"),
        rx.el.div(
            rx.el.div(
                rx.el.b(words(each.title)),
                rx.el.span(words(each.quantity), class_name="ink-2 rx-quantity"),
                class_name="rx-head",
            ),
            rx.cond(words(each.dose) != "", rx.el.p(words(each.dose), class_name="t-small"), rx.fragment()),
            rx.cond(each.item.note != "", rx.el.p(each.item.note, class_name="t-small ink-2 rx-note"), rx.fragment()),
            rx.cond(
                each.findings.length() > 0,
                rx.el.ul(rx.foreach(each.findings, findings or finding), class_name="rx-findings"),
                rx.fragment(),
            ),
            *below,
            class_name="rx-body",
        ),
        key=each.item.code,
        class_name="rx-item",
    )


def finding(each: rx.Var[Finding]) -> rx.Component:
    """Say what a check says, with the reason that was written for it."""
    return rx.el.li(finding_line(each), class_name=_look(each), key=each.id)


def finding_line(each: rx.Var[Finding]) -> rx.Component:
    """Say it without the list: a shape, the word for how grave it is, the sentence, its source, the reason."""
    return rx.el.div(
        rx.match(
            each.level,
            ("refuse", icon("shield_x", size="s")),
            ("warn", icon("triangle_alert", size="s")),
            icon("info", size="s"),
        ),
        rx.el.div(
            rx.match(
                each.level,
                ("refuse", rx.el.b(t("prescribing.level.refuse"), " ")),
                ("warn", rx.el.b(t("prescribing.level.warn"), " ")),
                rx.fragment(),
            ),
            words(each.words),
            rx.cond(
                each.source != "",
                rx.el.span(" ", t("prescribing.source", source=each.source), class_name="ink-3"),
                rx.fragment(),
            ),
            rx.cond(
                each.reason != "",
                rx.el.p(t("prescribing.reasoned", reason=each.reason), class_name="ink-2"),
                rx.fragment(),
            ),
        ),
        class_name="rx-finding",
    )


def _look(each: rx.Var[Finding]) -> rx.Var[str]:
    return rx.match(each.level, ("refuse", "refuse"), ("warn", "warn"), "hint-line")


def look_of(each: rx.Var[Finding]) -> rx.Var[str]:
    """Return the class of a finding's line."""
    return _look(each)


def unseen(keys: rx.Var[Any]) -> rx.Component:
    """Say what the checks could not look at."""
    return rx.cond(
        keys.length() > 0,
        rx.el.ul(
            rx.foreach(keys, lambda key: rx.el.li(icon("eye_off", size="s"), rx.el.span(t(key)), key=key)),
            class_name="rx-unseen",
        ),
        rx.fragment(),
    )
