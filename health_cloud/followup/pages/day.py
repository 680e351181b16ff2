# pyright: reportArgumentType=false, reportOperatorIssue=false, reportReturnType=false, reportAttributeAccessIssue=false
# A Var of a view has the attributes of the view at run time.
"""Below a physician's visits of today: requests to answer, tasks owed, and their own waiting times."""

from __future__ import annotations

import reflex as rx

from health_cloud.followup.state import Day
from health_cloud.followup.views import OwedTask, Waited
from health_cloud.ui import dates
from health_cloud.ui.charts import sparkline
from health_cloud.ui.i18n import t, words
from health_cloud.ui.marks import tile
from health_cloud.ui.rows import row, rows, section

_PAGE = Day.page
_IN_HOURS = 180
"""Minutes from which on a wait is said in hours."""
_TILES = (("note", "notebook_text"), ("seen", "hospital"), ("returned", "pill"))


def requests_waiting() -> rx.Component:
    """Lead to the requests that wait for an answer; nothing where none does."""
    return rx.cond(
        _PAGE.requests > 0,
        rows(
            row(
                t("followup.day.requests", count=_PAGE.requests),
                sub=t("followup.day.request_at", at=dates.visit(_PAGE.request_at)),
                href="/physician/slots",
                lead=tile("calendar_clock", "c-accent"),
                arrow=True,
            ),
            lead=True,
        ),
        rx.fragment(),
    )


def tasks_owed() -> rx.Component:
    """Show what is owed on past visits, what ends first first; nothing where nothing is."""
    return rx.cond(
        _PAGE.tasks.length() > 0,
        rx.el.section(
            section(t("followup.day.tasks"), more=_PAGE.tasks.length().to_string()),
            rows(rx.foreach(_PAGE.tasks, _task), lead=True),
            aria_label=t("followup.day.tasks"),
        ),
        rx.fragment(),
    )


def _task(each: rx.Var[OwedTask]) -> rx.Component:
    mark = rx.match(each.kind, *((kind, tile(name)) for kind, name in _TILES), tile("clock"))
    return row(
        t("followup.day.task." + each.kind, name=words(each.patient)),
        sub=rx.fragment(
            t("followup.day.visit_at", at=dates.visit(each.at)),
            rx.el.i(class_name="sep"),
            t("followup.day.until." + each.kind, at=dates.near_moment(each.until)),
        ),
        href=each.href,
        lead=mark,
        arrow=True,
    )


def waiting_times() -> rx.Component:
    """Show how long patients have waited in the last 30 days, from real records; nothing before there is one."""
    return rx.cond(
        (_PAGE.begun.count > 0) | (_PAGE.answered.count > 0),
        rx.el.section(
            section(t("followup.day.waits"), more=t("followup.day.lately")),
            rx.el.div(
                _waited("begun", _PAGE.begun),
                _waited("answered", _PAGE.answered),
                class_name="waits",
            ),
            aria_label=t("followup.day.waits"),
        ),
        rx.fragment(),
    )


def _waited(name: str, waited: rx.Var[Waited] | Waited) -> rx.Component:
    hours = (waited.minutes / 60).to(int)
    said = rx.cond(
        waited.minutes < _IN_HOURS,
        t("followup.day.minutes", count=waited.minutes),
        t("followup.day.hours", count=hours),
    )
    return rx.cond(
        waited.count > 0,
        rx.el.div(
            rx.el.p(t("followup.day.wait." + name), class_name="t-small ink-2"),
            rx.el.p(said, class_name="t-title"),
            sparkline(waited.days, unit=t("followup.day.unit")),
            rx.el.p(t("followup.day.of." + name, count=waited.count), class_name="t-micro ink-3"),
            class_name="wait",
        ),
        rx.fragment(),
    )
