# pyright: reportAttributeAccessIssue=false, reportArgumentType=false, reportReturnType=false, reportOperatorIssue=false
# A Var of a view has the attributes of the view at run time.
"""Page of an entry: everything there is, the main thing first, then originals, source, and why it can be seen."""

from __future__ import annotations

import reflex as rx

from health_cloud.records.pages import originals, printing, results, said
from health_cloud.records.pages.compare import compare_link
from health_cloud.records.pages.meaning import terms
from health_cloud.records.pages.parts import class_row, facts, loaded, titled, two
from health_cloud.records.pages.reports import checked, reports, series
from health_cloud.records.pages.story import story
from health_cloud.records.pages.why import why_line
from health_cloud.records.state import Entry
from health_cloud.records.views.screens import (
    EntryPage,
    MedicineCard,
)
from health_cloud.ui import dates
from health_cloud.ui.feedback import note
from health_cloud.ui.forms import button
from health_cloud.ui.i18n import t, words
from health_cloud.ui.layout import page
from health_cloud.ui.rows import class_name, rows, section

_BESIDE = 6
"""So many entries of the same visit stand open; a hospital stay makes dozens."""


def entry_page() -> rx.Component:
    """Return the page of one of one's own entries."""
    shown = Entry.page
    back = rx.cond(shown.record_class != "", "/records/" + shown.record_class, "/")
    return page(
        loaded(
            Entry,
            rx.fragment(printing.facts(shown), entry_body(shown, also=_acts(shown))),
            days=False,
        ),
        heading=rx.cond(
            Entry.ready, rx.cond(shown.id != "", titled(shown), t("records.missing.title")), t("ui.loading")
        ),
        sub=rx.cond(shown.id != "", entry_sub(shown), rx.fragment()),
        size="title",
        back=back,
        back_label=rx.cond(shown.record_class != "", class_name(shown.record_class), t("ui.nav.records")),
        back_others={"/search": t("records.search.title"), "/visits": t("records.visits.title")},
        tab="records",
    )


def _acts(shown: rx.Var[EntryPage]) -> rx.Component:
    """Offer what its owner can do with it: paper, or a QR code that shows it to somebody."""
    show = button(t("records.entry.show"), href="/access/links/new?entry=" + shown.id, name="qr_code", small=True)
    return rx.fragment(printing.print_button(), show)


def entry_title() -> rx.Var[str]:
    """Name the browser's tab by class and day alone: titles stay in its history."""
    shown = Entry.page
    return rx.cond(
        shown.id != "",
        t("records.title.entry_of", name=class_name(shown.record_class), day=dates.full_day(shown.occurred)),
        rx.cond(Entry.failure == "missing", t("records.missing.title"), t("records.title.entry")),
    )


def entry_sub(shown: rx.Var[EntryPage] | EntryPage) -> rx.Component:
    """Say where, by whom and when."""
    return rx.fragment(
        two(
            words(shown.organization),
            rx.cond(words(shown.place) != words(shown.organization), words(shown.place), ""),
        ),
        rx.cond(words(shown.practitioner) != "", rx.el.i(class_name="sep"), rx.fragment()),
        words(shown.practitioner),
        rx.el.br(),
        rx.cond(
            (shown.ended != "") & (shown.record_class == "medical_records"),
            rx.cond(
                dates.full_day(shown.occurred) == dates.full_day(shown.ended),
                dates.moment(shown.occurred),
                t("records.entry.span", start=dates.day(shown.occurred), end=dates.day(shown.ended)),
            ),
            dates.moment(shown.occurred),
        ),
    )


def entry_body(shown: rx.Var[EntryPage] | EntryPage, *, also: rx.Component | None = None) -> rx.Component:
    """Show everything there is of an entry, for its owner and for whoever may read it; `also` stands at its top."""
    reads = (shown.record_class == "examinations") | (shown.record_class == "imaging")
    visit = (shown.record_class == "medical_records") | (shown.record_class == "check_ups")
    on_paper = said.passages(shown, "on-paper")
    on_visit = rx.cond(visit, on_paper, rx.fragment())
    return rx.fragment(
        rx.cond(
            shown.version > 1,
            rx.fragment(
                note(t("records.version.corrected", count=shown.version), name="history"),
                rx.cond(
                    shown.changed.length() > 0,
                    rx.el.div(originals.what_changed(shown.changed), class_name="pad"),
                    rx.fragment(),
                ),
            ),
            rx.fragment(),
        ),
        originals.to_original(shown, also),
        rx.cond(reads, said.passages(shown, "sheet"), rx.fragment()),
        rx.cond(reads, originals.pictures(shown), rx.fragment()),
        story(shown),
        rx.cond(shown.record_class == "check_ups", checked(shown, results.order(shown), _measures(shown)), on_visit),
        terms(shown.terms),
        reports(shown),
        results.grid(shown.grid),
        results.results_sheet(shown),
        compare_link(shown),
        _missing_results(shown),
        _medicines(shown),
        rx.foreach(shown.groups, said.group),
        rx.cond(shown.record_class != "check_ups", _measures(shown), rx.fragment()),
        rx.cond(reads | visit, rx.fragment(), on_paper),
        series(shown),
        _fields(shown),
        originals.papers(shown, above=reads),
        _beside(shown),
        originals.source(shown),
        why_line(shown.why),
    )


def _missing_results(shown: rx.Var[EntryPage]) -> rx.Component:
    return rx.cond(
        shown.missing_results > 0,
        note(t("records.part.missing_results", count=shown.missing_results), kind="warn"),
        rx.fragment(),
    )


def _medicines(shown: rx.Var[EntryPage]) -> rx.Component:
    return rx.cond(
        shown.medicines.length() > 0,
        rx.el.section(rx.foreach(shown.medicines, _medicine), class_name="sheet"),
        rx.fragment(),
    )


def _medicine(each: rx.Var[MedicineCard]) -> rx.Component:
    return rx.el.div(
        rx.el.h2(words(each.name), class_name="t-heading"),
        rx.cond(words(each.dose) != "", rx.el.p(words(each.dose), class_name="t-body"), rx.fragment()),
        facts(each.fields),
        rx.cond(
            each.href != "",
            rx.el.a(
                t("records.medicines.through"),
                rx.el.span(" ", words(each.name), class_name="sr"),
                href=each.href,
                class_name="link through",
            ),
            rx.fragment(),
        ),
        class_name="medicine",
    )


def _measures(shown: rx.Var[EntryPage]) -> rx.Component:
    return rx.cond(
        shown.measures.length() > 0,
        rx.el.section(
            rx.el.div(rx.el.h2(t("records.part.measures")), _legend(shown), class_name="sec"),
            results.results(shown.measures, compared=True),
            class_name="on-paper",
        ),
        rx.fragment(),
    )


def _legend(shown: rx.Var[EntryPage]) -> rx.Component:
    """Say which mark is last time's."""
    return rx.cond(
        shown.compared != "",
        rx.el.span(
            rx.el.span(rx.el.i(class_name="ring"), t("records.than.before", day=dates.full_day(shown.compared))),
            rx.el.span(rx.el.i(class_name="ring filled"), t("records.than.now")),
            class_name="legend",
        ),
        rx.fragment(),
    )


def _fields(shown: rx.Var[EntryPage]) -> rx.Component:
    return rx.cond(
        shown.fields.length() > 0,
        rx.el.section(section(t("records.part.about")), facts(shown.fields)),
        rx.fragment(),
    )


def _beside(shown: rx.Var[EntryPage]) -> rx.Component:
    return rx.cond(
        shown.beside.length() > 0,
        rx.el.section(
            section(t("records.part.beside")),
            rows(rx.foreach(shown.beside[:_BESIDE], class_row), lead=True),
            rx.cond(
                shown.beside.length() > _BESIDE,
                rx.el.details(
                    rx.el.summary(t("records.part.beside_more", count=shown.beside.length() - _BESIDE)),
                    rows(rx.foreach(shown.beside[_BESIDE:], class_row), lead=True),
                    class_name="further",
                ),
                rx.fragment(),
            ),
            class_name="not-printed",
        ),
        rx.fragment(),
    )
