# pyright: reportAttributeAccessIssue=false, reportArgumentType=false, reportReturnType=false, reportOperatorIssue=false
# A Var of a view has the attributes of the view at run time.
"""Where a record comes from: its originals, the system that sent it, and its versions."""

from __future__ import annotations

import reflex as rx

from health_cloud.records.pages.parts import facts, several, two
from health_cloud.records.views.changes import Change, Said
from health_cloud.records.views.screens import EntryPage, PaperLine, VersionLine
from health_cloud.ui import dates
from health_cloud.ui.forms import button
from health_cloud.ui.i18n import t, words
from health_cloud.ui.marks import icon, tile
from health_cloud.ui.overlays import disclosure
from health_cloud.ui.rows import row, rows, section


def papers(shown: rx.Var[EntryPage], *, above: rx.Var[bool]) -> rx.Component:
    """Show every original to open and to keep, with the pictures where these do not stand `above` already."""
    return rx.cond(
        shown.papers.length() > 0,
        rx.el.section(
            section(t("records.part.originals")),
            rx.cond(above, rx.fragment(), pictures(shown)),
            rows(rx.foreach(shown.papers, paper_row), lead=True),
        ),
        rx.fragment(),
    )


def pictures(shown: rx.Var[EntryPage]) -> rx.Component:
    """Show the pictures of an entry side by side; each opens as large as it is."""
    return rx.cond(
        shown.pictures > 0,
        rx.el.ul(rx.foreach(shown.papers, _picture), class_name="pictures"),
        rx.fragment(),
    )


def to_original(shown: rx.Var[EntryPage], also: rx.Component | None) -> rx.Component:
    """Lead to the first original from the top of its entry, with what `also` can be done; further down are all."""
    opener = button(t("records.original.open"), href=shown.original, name="file_text", small=True)
    there = shown.original != ""
    if also is None:
        return rx.cond(there, rx.el.p(opener, class_name="to-original"), rx.fragment())
    return rx.el.p(rx.cond(there, opener, rx.fragment()), also, class_name="to-original")


def _picture(paper: rx.Var[PaperLine], number: rx.Var[int]) -> rx.Component:
    name = t("records.picture.alt", title=words(paper.title), number=number + 1)
    shown = rx.el.img(src=paper.href, alt=name, loading="lazy", class_name="picture")
    caption = rx.el.span(words(paper.title), class_name="t-small ink-2", aria_hidden="true")
    return rx.cond(paper.image, rx.el.li(rx.el.a(shown, caption, href=paper.page)), rx.fragment())


def paper_row(paper: rx.Var[PaperLine]) -> rx.Component:
    """Show one original as a row that opens it, and a way to keep it; one that never came only says so."""
    title = rx.cond(words(paper.title) != "", words(paper.title), t("records.paper.untitled"))
    come = paper.page != ""
    sub = rx.cond(come, two(t("records.paper." + paper.kind), paper.size), t("records.paper.missing"))
    lead = tile("file_text")
    keep = rx.el.a(
        icon("download", size="m"),
        rx.el.span(t("records.original.keep"), " ", title, class_name="sr"),
        href=paper.href + "?as=file",
        download=True,
        reload_document=True,
        class_name="keep",
    )
    text = rx.el.span(rx.el.span(title, class_name="ttl"), rx.el.span(sub, class_name="sub"), class_name="row-text")
    return rx.cond(
        come,
        rx.el.li(rx.el.a(lead, text, href=paper.page, class_name="row"), keep, class_name="paper"),
        row(title, sub=sub, lead=lead),
    )


def source(shown: rx.Var[EntryPage]) -> rx.Component:
    """Say which system sent it and when; the sheet names each resource and version."""
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
                rx.el.p(t("records.source.text"), rx.el.br(), t("records.source.clock"), class_name="t-small ink-2"),
                facts(shown.source),
                rx.el.h3(t("records.source.versions"), class_name="strong"),
                rx.el.ul(rx.foreach(shown.versions, _version), class_name="t-small ink-2"),
                rx.el.h3(t("records.source.resources"), class_name="strong"),
                rx.el.ul(rx.foreach(shown.sources, rx.el.li), class_name="sources"),
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
        rx.cond(
            each.changes.length() > 0,
            what_changed(each.changes),
            rx.cond(each.compared, rx.el.p(t("records.change.nothing")), rx.fragment()),
        ),
        rx.foreach(each.papers, lambda paper: _earlier(each, paper)),
    )


def _earlier(version: rx.Var[VersionLine], paper: rx.Var[PaperLine]) -> rx.Component:
    """Lead to an original that this version came with, and that the hospital has replaced since."""
    title = rx.cond(words(paper.title) != "", words(paper.title), t("records.paper.untitled"))
    return rx.el.p(
        rx.el.a(
            icon("file_text", size="s"),
            t("records.version.original", number=version.number, title=title),
            href=paper.page,
            class_name="link",
        ),
        class_name="earlier-original",
    )


def what_changed(changes: rx.Var[list[Change]]) -> rx.Component:
    """Lay what a version changed beside what the one before it said; folded, for it can be long."""
    return rx.el.details(
        rx.el.summary(t("records.change.count", count=changes.length()), class_name="link"),
        rx.el.dl(rx.foreach(changes, _change), class_name="facts"),
        class_name="changes",
    )


def _change(each: rx.Var[Change]) -> rx.Component:
    label = rx.cond(each.label != "", t(each.label), "")
    return rx.el.div(
        rx.el.dt(two(words(each.name), label)),
        rx.el.dd(
            rx.el.p(rx.el.span(t("records.change.was"), class_name="ink-2"), _said(each.was), class_name="earlier"),
            rx.el.p(rx.el.span(t("records.change.now"), class_name="ink-2"), _said(each.now)),
        ),
    )


def _said(side: rx.Var[Said]) -> rx.Component:
    """Show what one version says; that it says nothing is said too."""
    word = rx.cond(side.key != "", t(side.key), "")
    severity = rx.cond(side.severity != "", t(side.severity), "").to(str)
    at = rx.cond(side.at != "", dates.moment(side.at), "")
    ended = rx.cond(side.until != "", t("records.summary.until", day=dates.moment(side.until)), "")
    when = rx.cond(
        (side.at != "") & (side.until != ""),
        t("records.entry.span", start=at, end=dates.moment(side.until)),
        rx.cond(side.at != "", at, ended),
    )
    told = several(words(side.words), severity, word, when.to(str))
    empty = (side.at == "") & (side.until == "") & (side.key + side.severity == "") & (words(side.words) == "")
    there = rx.cond(empty, t("records.change.there"), told)
    return rx.cond(side.given, there, t("records.change.absent"))
