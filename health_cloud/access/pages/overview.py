# pyright: reportAttributeAccessIssue=false, reportArgumentType=false, reportOperatorIssue=false
# A Var of a view has the attributes of the view at run time.
"""A chart at a glance: what must not be missed at the left, the newest of each thing measured at the right."""

from __future__ import annotations

import reflex as rx

from health_cloud.records.pages.compare import range_said
from health_cloud.records.pages.sources import complete_to, missing
from health_cloud.records.pages.summary import allergies, immunizations, medicines, people, problems
from health_cloud.records.pages.why import proof_line
from health_cloud.records.views.overview import OverviewPage
from health_cloud.records.views.screens import Point
from health_cloud.records.views.sheet import Indicator
from health_cloud.ui import dates
from health_cloud.ui.charts import sparkline
from health_cloud.ui.feedback import note
from health_cloud.ui.i18n import t, words
from health_cloud.ui.marks import flag
from health_cloud.ui.rows import section


def overview(shown: rx.Var[OverviewPage]) -> rx.Component:
    """Show a chart at a glance."""
    summary = shown.summary
    return rx.el.div(
        missing(summary.sources),
        rx.cond(summary.closed, note(t("access.overview.closed")), rx.fragment()),
        rx.cond(summary.older, note(t("records.summary.older", count=summary.looked)), rx.fragment()),
        rx.el.div(
            rx.el.div(allergies(summary), problems(summary), medicines(summary), class_name="glance-said"),
            rx.cond(shown.measured, _measured(shown), rx.fragment()),
            rx.el.div(
                immunizations(summary),
                section(t("access.overview.people")),
                people(summary),
                class_name="glance-also",
            ),
            class_name=rx.cond(shown.measured, "glance", "glance unmeasured"),
        ),
        rx.el.p(t("records.summary.rule"), class_name="beneath summary-rule"),
        complete_to(summary.sources),
        proof_line(summary.proof),
    )


def _measured(shown: rx.Var[OverviewPage]) -> rx.Component:
    return rx.el.div(
        section(t("access.overview.indicators")),
        rx.cond(
            shown.indicators.length() > 0,
            rx.el.table(
                rx.el.thead(
                    rx.el.tr(
                        rx.el.th(t("access.overview.name"), scope="col"),
                        rx.el.th(t("access.overview.course"), scope="col", class_name="course"),
                        rx.el.th(t("access.overview.newest"), scope="col", class_name="num"),
                        rx.el.th(t("access.overview.before"), scope="col", class_name="num"),
                    )
                ),
                rx.el.tbody(rx.foreach(shown.indicators, _indicator)),
                class_name="table glance-table",
            ),
            rx.el.p(t("access.overview.unmeasured"), class_name="beneath"),
        ),
        class_name="glance-measured",
    )


def _indicator(each: rx.Var[Indicator]) -> rx.Component:
    name = words(each.name)
    return rx.el.tr(
        rx.el.th(
            rx.cond(
                each.trend != "",
                rx.el.a(name, href=each.trend, aria_label=t("records.trend.open_of", name=name)),
                name,
            ),
            rx.el.small(range_said(each)),
            scope="row",
        ),
        rx.el.td(
            sparkline(each.points, low=each.low, high=each.high, unit=words(each.unit)),
            class_name="course",
        ),
        rx.el.td(_newest(each), class_name="num"),
        rx.el.td(rx.foreach(each.before, _before), class_name="num"),
        key=each.key,
    )


def _newest(each: rx.Var[Indicator]) -> rx.Component:
    return _to_record(
        each.href,
        rx.el.b(words(each.value)),
        rx.cond(words(each.unit) != "", rx.el.small(words(each.unit)), rx.fragment()),
        rx.cond(each.word != "", flag(each.kind, t(each.word)), rx.fragment()),
        rx.el.small(dates.full_day(each.at), class_name="when"),
    )


def _before(point: rx.Var[Point]) -> rx.Component:
    day = rx.el.small(dates.full_day(point.at))
    return rx.el.span(_to_record(point.href, rx.el.span(point.value, class_name="val"), day), class_name="earlier")


def _to_record(href: rx.Var[str], *value: rx.Component) -> rx.Component:
    """Lead from a value to its record, where it stands why that can be seen."""
    return rx.cond(href != "", rx.el.a(*value, href=href, class_name="to-record"), rx.fragment(*value))
