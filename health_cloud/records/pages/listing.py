# pyright: reportAttributeAccessIssue=false, reportArgumentType=false, reportReturnType=false, reportOperatorIssue=false
# A Var of a view has the attributes of the view at run time.
"""Page of the list of a class, by month."""

from __future__ import annotations

import reflex as rx

from health_cloud.records.pages.filters import filter_bar, nothing_fits
from health_cloud.records.pages.parts import day_row, loaded
from health_cloud.records.pages.search import search_link
from health_cloud.records.pages.sources import blank, complete_to, missing
from health_cloud.records.pages.why import proof_line
from health_cloud.records.state import ClassList
from health_cloud.records.views.screens import ListRow, Month
from health_cloud.ui import dates
from health_cloud.ui.feedback import loading
from health_cloud.ui.i18n import t
from health_cloud.ui.layout import icon_link, page
from health_cloud.ui.marks import CLASS_ICONS, class_icon
from health_cloud.ui.rows import class_name, group
from health_cloud.ui.stretches import stretches

_WOULD = t("records.empty.text")


def class_page() -> rx.Component:
    """Return the list of one class."""
    body = rx.cond(
        ClassList.some,
        rx.fragment(
            missing(ClassList.sources),
            stretches(
                ClassList,
                ClassList.months,
                loading(5),
                named="month",
                group=Month,
                row=ListRow,
                head=_month_head,
                line=day_row,
                class_name="rows days",
            ),
            rx.cond(ClassList.older != "", rx.fragment(), complete_to(ClassList.sources)),
            proof_line(ClassList.proof),
        ),
        rx.fragment(
            missing(ClassList.sources),
            rx.cond(ClassList.filters.narrowed, nothing_fits(ClassList.filters, ClassList.sources), _no_records()),
        ),
    )
    return page(
        filter_bar(ClassList.filters),
        loaded(ClassList, body),
        heading=rx.cond(ClassList.record_class != "", class_name(ClassList.record_class), t("records.missing.title")),
        sub=rx.cond(
            ClassList.record_class == "prescriptions",
            rx.el.a(t("records.medicines.link"), href="/medicines", class_name="link through"),
            rx.fragment(),
        ),
        lead=class_icon(ClassList.record_class),
        end=[icon_link("calendar_clock", t("records.visits.title"), href="/visits"), search_link()],
        back="/",
        back_label=t("ui.nav.records"),
        tab="records",
    )


def _month_head(month: rx.Var[Month], count: rx.Var[int]) -> rx.Component:
    number = rx.cond(month.least, t("records.list.least", count=count), t("records.list.count", count=count))
    return group(dates.month(month.month), rx.cond(count > 0, number, ""))


def _no_records() -> rx.Component:
    return rx.fragment(
        rx.match(
            ClassList.record_class,
            *[
                (name, blank(ClassList.sources, icon, t("records.empty.title", name=class_name(name)), _WOULD))
                for name, (icon, _colour) in CLASS_ICONS.items()
            ],
            rx.fragment(),
        )
    )


def class_title() -> rx.Var[str]:
    """Name the browser's tab by the class."""
    return rx.cond(
        ClassList.record_class != "",
        class_name(ClassList.record_class),
        rx.cond(ClassList.ready, t("records.missing.title"), t("records.title.list")),
    )
