# pyright: reportAttributeAccessIssue=false, reportArgumentType=false, reportReturnType=false, reportOperatorIssue=false
# A Var of a view has the attributes of the view at run time.
"""Page of an entry: everything there is, the main thing first, then originals, source, and why it can be seen."""

from __future__ import annotations

import reflex as rx

from health_cloud.core.words import Words
from health_cloud.records.pages import results
from health_cloud.records.pages.parts import class_row, loaded, titled, two
from health_cloud.records.pages.why import why_line
from health_cloud.records.state import Entry
from health_cloud.records.views.screens import (
    EntryPage,
    Field,
    ItemGroup,
    ItemLine,
    MedicineCard,
    PaperLine,
    Passage,
    SeriesLine,
    VersionLine,
)
from health_cloud.ui import dates
from health_cloud.ui.feedback import note
from health_cloud.ui.i18n import t, words
from health_cloud.ui.layout import page
from health_cloud.ui.marks import icon, tile
from health_cloud.ui.overlays import disclosure
from health_cloud.ui.rows import class_name, row, rows, section


def entry_page() -> rx.Component:
    """Return the page of one of one's own entries."""
    shown = Entry.page
    back = rx.cond(shown.record_class != "", "/records/" + shown.record_class, "/")
    return page(
        loaded(Entry, entry_body(shown), days=False),
        heading=rx.cond(
            Entry.ready, rx.cond(shown.id != "", titled(shown), t("records.missing.title")), t("ui.loading")
        ),
        sub=rx.cond(shown.id != "", entry_sub(shown), rx.fragment()),
        size="title",
        back=back,
        back_label=rx.cond(shown.record_class != "", class_name(shown.record_class), t("ui.nav.records")),
        tab="records",
    )


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


def entry_body(shown: rx.Var[EntryPage] | EntryPage) -> rx.Component:
    """Show everything there is of an entry, for its owner and for whoever may read it."""
    reads = (shown.record_class == "examinations") | (shown.record_class == "imaging")
    visit = (shown.record_class == "medical_records") | (shown.record_class == "check_ups")
    on_paper = _passages(shown, "on-paper")
    return rx.fragment(
        rx.cond(
            shown.version > 1,
            note(t("records.version.corrected", count=shown.version), name="history"),
            rx.fragment(),
        ),
        rx.cond(reads, _passages(shown, "sheet"), rx.fragment()),
        rx.cond(shown.record_class == "medical_records", _diagnoses(shown), rx.fragment()),
        rx.cond(shown.record_class == "check_ups", _measures(shown), rx.fragment()),
        rx.cond(visit, on_paper, rx.fragment()),
        results.grid(shown.grid),
        results.results_sheet(shown),
        _missing_results(shown),
        _medicines(shown),
        rx.foreach(shown.groups, lambda each: _group(each, shown.record_class)),
        rx.cond(shown.record_class != "check_ups", _measures(shown), rx.fragment()),
        rx.cond(reads | visit, rx.fragment(), on_paper),
        _series(shown),
        _fields(shown),
        _papers(shown),
        _beside(shown),
        _source(shown),
        why_line(shown.why),
    )


def _passages(shown: rx.Var[EntryPage], look: str) -> rx.Component:
    return rx.cond(
        shown.passages.length() > 0,
        rx.el.section(rx.foreach(shown.passages, _passage), class_name=look),
        rx.fragment(),
    )


def _passage(each: rx.Var[Passage]) -> rx.Component:
    heading = rx.cond(each.name != "", t(each.name), words(each.heading))
    return rx.el.div(
        rx.cond(heading != "", rx.el.h2(heading), rx.fragment()),
        rx.el.p(words(each.text), class_name="prose"),
        class_name="passage",
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
        _facts(each.fields),
        class_name="medicine",
    )


def _facts(fields: rx.Var[list[Field]]) -> rx.Component:
    return rx.el.dl(
        rx.foreach(
            fields,
            lambda each: rx.el.div(
                rx.el.dt(t(each.name)), rx.el.dd(rx.cond(each.at != "", dates.moment(each.at), words(each.words)))
            ),
        ),
        class_name="facts",
    )


def _measures(shown: rx.Var[EntryPage]) -> rx.Component:
    main = shown.record_class == "check_ups"
    return rx.cond(
        shown.measures.length() > 0,
        rx.fragment(
            rx.cond(main, rx.fragment(), section(t("records.part.measures"))),
            rx.el.section(
                rx.cond(
                    main,
                    rx.el.div(rx.el.h2(t("records.part.measures")), _legend(shown), class_name="sheet-head"),
                    rx.fragment(),
                ),
                results.results(shown.measures, compared=True),
                class_name=rx.cond(main, "sheet", "on-paper"),
            ),
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


def _diagnoses(shown: rx.Var[EntryPage]) -> rx.Component:
    return rx.foreach(
        shown.groups,
        lambda each: rx.cond(
            each.kind == "diagnosis",
            rx.el.section(
                rx.el.div(rx.el.h2(t("records.item.diagnosis")), class_name="sheet-head"),
                rows(rx.foreach(each.said, _item)),
                class_name="sheet",
            ),
            rx.fragment(),
        ),
    )


def _group(each: rx.Var[ItemGroup], record_class: rx.Var[str]) -> rx.Component:
    return rx.cond(
        (each.kind == "diagnosis") & (record_class == "medical_records"),
        rx.fragment(),
        rx.el.section(section(t("records.item." + each.kind)), rows(rx.foreach(each.said, _item))),
    )


def _item(item: rx.Var[ItemLine]) -> rx.Component:
    when = rx.cond(
        (item.until != "") & (dates.day(item.until) != dates.day(item.at)),
        t("records.entry.span", start=dates.day(item.at), end=dates.day(item.until)),
        dates.day(item.at),
    )
    sub = rx.fragment(
        rx.el.span(rx.foreach(item.details, _detail), class_name="detail"),
        rx.el.span(
            two(rx.cond(item.at != "", when, ""), rx.cond(item.status != "", t(item.status), "")),
            rx.foreach(item.people, lambda name: rx.fragment(rx.el.i(class_name="sep"), words(name))),
            class_name="detail",
        ),
    )
    return row(words(item.title), sub=sub)


def _detail(each: rx.Var[Words], number: rx.Var[int]) -> rx.Component:
    return rx.fragment(rx.cond(number > 0, rx.el.i(class_name="sep"), rx.fragment()), words(each))


def _series(shown: rx.Var[EntryPage]) -> rx.Component:
    return rx.cond(
        shown.series.length() > 0,
        rx.el.section(
            section(t("records.part.series"), more=t("records.part.series_count", count=shown.series.length())),
            rows(rx.foreach(shown.series, _one_series)),
        ),
        rx.fragment(),
    )


def _one_series(each: rx.Var[SeriesLine]) -> rx.Component:
    return row(
        rx.cond(words(each.title) != "", words(each.title), each.modality),
        sub=two(each.modality, words(each.body)),
        end=rx.el.span(t("records.part.images", count=each.images), class_name="t-small"),
    )


def _fields(shown: rx.Var[EntryPage]) -> rx.Component:
    return rx.cond(
        shown.fields.length() > 0,
        rx.el.section(section(t("records.part.about")), _facts(shown.fields)),
        rx.fragment(),
    )


def _papers(shown: rx.Var[EntryPage]) -> rx.Component:
    return rx.cond(
        shown.papers.length() > 0,
        rx.el.section(
            section(t("records.part.originals")),
            rx.foreach(shown.papers, _picture),
            rows(rx.foreach(shown.papers, _paper), lead=True),
        ),
        rx.fragment(),
    )


def _picture(paper: rx.Var[PaperLine]) -> rx.Component:
    return rx.cond(
        paper.image,
        rx.el.div(
            rx.el.img(src=paper.href, alt=words(paper.title), loading="lazy", class_name="picture"),
            class_name="picture-pad",
        ),
        rx.fragment(),
    )


def _paper(paper: rx.Var[PaperLine]) -> rx.Component:
    title = rx.cond(words(paper.title) != "", words(paper.title), t("records.paper.untitled"))
    inside = [
        tile("file_text"),
        rx.el.span(
            rx.el.span(title, class_name="ttl"),
            rx.el.span(
                rx.cond(
                    paper.href != "",
                    two(t("records.paper." + paper.kind), paper.size),
                    t("records.paper.missing"),
                ),
                class_name="sub",
            ),
            class_name="row-text",
        ),
    ]
    opened = rx.el.a(
        *inside,
        rx.el.span(
            icon("external_link", size="m"), rx.el.span(t("records.paper.opens"), class_name="sr"), class_name="end"
        ),
        href=paper.href,
        reload_document=True,
        target="_blank",
        rel="noopener",
        class_name="row",
    )
    return rx.el.li(rx.cond(paper.href != "", opened, rx.el.span(*inside, class_name="row still")))


def _beside(shown: rx.Var[EntryPage]) -> rx.Component:
    return rx.cond(
        shown.beside.length() > 0,
        rx.el.section(section(t("records.part.beside")), rows(rx.foreach(shown.beside, class_row), lead=True)),
        rx.fragment(),
    )


def _source(shown: rx.Var[EntryPage]) -> rx.Component:
    trigger = rx.el.button(
        tile("database"),
        rx.el.span(
            rx.el.span(t("records.source.title"), class_name="ttl"),
            rx.el.span(
                two(words(shown.why.organization), t("records.source.arrived", at=dates.moment(shown.why.arrived_at))),
                class_name="sub",
            ),
            class_name="row-text",
        ),
        rx.el.span(icon("chevron_right", size="m"), class_name="end"),
        type="button",
        class_name="row",
    )
    return rx.el.div(
        disclosure(
            trigger,
            rx.el.div(
                rx.el.p(t("records.source.text"), class_name="t-small ink-2"),
                rx.el.h3(t("records.source.resources"), class_name="strong"),
                rx.el.ul(rx.foreach(shown.sources, rx.el.li), class_name="sources"),
                rx.el.h3(t("records.source.versions"), class_name="strong"),
                rx.el.ul(rx.foreach(shown.versions, _version), class_name="t-small ink-2"),
                class_name="stack",
            ),
            title=t("records.source.title"),
        ),
        class_name="source-row",
    )


def _version(each: rx.Var[VersionLine]) -> rx.Component:
    return rx.el.li(
        rx.cond(words(each.title) != "", rx.fragment(words(each.title), rx.el.i(class_name="sep")), rx.fragment()),
        t("records.version.line", number=each.number, at=dates.moment(each.arrived)),
        rx.cond(each.status != "", rx.fragment(rx.el.i(class_name="sep"), t(each.status)), rx.fragment()),
        rx.cond(each.current, rx.fragment(rx.el.i(class_name="sep"), t("records.version.current")), rx.fragment()),
    )
