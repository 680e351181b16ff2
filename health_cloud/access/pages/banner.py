# pyright: reportAttributeAccessIssue=false, reportArgumentType=false, reportOperatorIssue=false
# A Var of a view has the attributes of the view at run time.
"""The banner over everything that a physician reads of a patient: on what ground, what of it, for how long still."""

from __future__ import annotations

import reflex as rx

from health_cloud.access.pages.emergencies import chart_banner
from health_cloud.access.pages.parts import period
from health_cloud.consent.views import ENCOUNTER, OPENING, TREATMENT, GrantCard
from health_cloud.core.vocabulary import RecordClass
from health_cloud.ui import dates
from health_cloud.ui.i18n import t, words
from health_cloud.ui.marks import icon
from health_cloud.ui.rows import class_names


def ground_banner(ground: rx.Var[GrantCard]) -> rx.Component:
    """Say by whose leave, for what, which classes of which days, how long still; or that it is an emergency."""
    given = rx.el.div(
        icon("shield_check", size="m"),
        rx.cond(ground.purpose == TREATMENT, _team(ground), _leave(ground)),
        dates.clock(
            ground.until_at,
            since=rx.cond(ground.ends_with == OPENING, ground.opened_at, ground.from_at),
            tail=rx.match(
                ground.ends_with,
                (OPENING, t("access.chart.once")),
                (ENCOUNTER, t("access.chart.encounter")),
                "",
            ),
        ),
        class_name="grant",
    )
    return rx.cond(ground.emergency != "", chart_banner(ground), given)


def _leave(ground: rx.Var[GrantCard]) -> rx.Component:
    return rx.el.span(
        rx.el.b(t("access.chart.leave", name=words(ground.name))),
        rx.el.span(
            t("access.purpose." + ground.purpose),
            rx.el.i(class_name="sep"),
            _classes(ground),
            rx.el.i(class_name="sep"),
            period(ground.period_from, ground.period_to),
        ),
        class_name="grow",
    )


def _classes(ground: rx.Var[GrantCard]) -> rx.Component:
    """Name the classes that it opens, where it does not open them all."""
    names = class_names(ground.classes)
    return rx.cond(ground.classes.length() == len(RecordClass), t("access.chart.every"), names)


def _team(ground: rx.Var[GrantCard]) -> rx.Component:
    """Say that this rests on a visit, whose team it is, and that it opens this hospital's records alone."""
    return rx.el.span(
        rx.el.b(t("access.chart.team", department=words(ground.grantee.department))),
        rx.el.span(t("access.chart.team_text", organization=words(ground.grantee.organization))),
        class_name="grow",
    )
