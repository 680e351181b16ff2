# pyright: reportAttributeAccessIssue=false, reportArgumentType=false, reportReturnType=false, reportOperatorIssue=false
# A Var of a view has the attributes of the view at run time.
"""Pages of the lists: a class by month, and visits."""

from __future__ import annotations

import reflex as rx

from health_cloud.records.pages.filters import filter_bar, nothing_fits
from health_cloud.records.pages.parts import loaded, months, older, visit_item
from health_cloud.records.pages.search import search_link
from health_cloud.records.pages.sources import blank, complete_to, missing
from health_cloud.records.state import ClassList, Visits
from health_cloud.ui.feedback import note
from health_cloud.ui.forms import link_button
from health_cloud.ui.i18n import t
from health_cloud.ui.layout import Place, page
from health_cloud.ui.marks import CLASS_ICONS, class_icon
from health_cloud.ui.rows import class_name, thread

_WOULD = t("records.empty.text")


def class_page() -> rx.Component:
    """Return the list of one class."""
    body = rx.cond(
        ClassList.months.length() > 0,
        rx.fragment(
            missing(ClassList.sources),
            rx.cond(
                ClassList.start != "",
                note(t("records.list.turned"), action=link_button(t("records.list.newest"), href=ClassList.at)),
                rx.fragment(),
            ),
            months(ClassList.months),
            rx.cond(ClassList.older != "", older(ClassList.show_older), complete_to(ClassList.sources)),
        ),
        rx.fragment(
            missing(ClassList.sources),
            rx.cond(ClassList.filters.narrowed, nothing_fits(ClassList.filters, ClassList.sources), _no_records()),
        ),
    )
    return page(
        filter_bar(ClassList.filters),
        loaded(ClassList, body),
        Place.create(at=ClassList.at, start=ClassList.start, shown=ClassList.shown, ready=ClassList.ready),
        heading=rx.cond(ClassList.record_class != "", class_name(ClassList.record_class), t("records.missing.title")),
        sub=rx.cond(
            ClassList.record_class == "prescriptions",
            rx.el.a(t("records.medicines.link"), href="/medicines", class_name="link through"),
            rx.fragment(),
        ),
        lead=class_icon(ClassList.record_class),
        end=[search_link()],
        back="/",
        back_label=t("ui.nav.records"),
        tab="records",
    )


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


def visits_page() -> rx.Component:
    """Return the thread of visits."""
    body = rx.cond(
        Visits.visits.length() > 0,
        rx.fragment(
            thread(rx.foreach(Visits.visits, visit_item)),
            rx.cond(Visits.older != "", older(Visits.show_older), complete_to(Visits.sources)),
        ),
        blank(Visits.sources, "notebook_text", t("records.visits.none"), _WOULD),
    )
    return page(
        loaded(Visits, rx.fragment(missing(Visits.sources), body), days=False),
        heading=t("records.visits.title"),
        back="/",
        back_label=t("ui.nav.records"),
        tab="records",
    )
