# pyright: reportAttributeAccessIssue=false, reportArgumentType=false, reportReturnType=false, reportOperatorIssue=false
# A Var of a view has the attributes of the view at run time.
"""Page of one original: what it is, the original itself, and the entry's other ones."""

from __future__ import annotations

from typing import Final

import reflex as rx

from health_cloud.records.pages.originals import paper_row
from health_cloud.records.pages.parts import facts, loaded, two
from health_cloud.records.pages.why import proof_line
from health_cloud.records.state import Original
from health_cloud.records.views.original import OriginalPage
from health_cloud.ui import dates, scripts
from health_cloud.ui.feedback import note
from health_cloud.ui.i18n import t, words
from health_cloud.ui.layout import page
from health_cloud.ui.linked import linked
from health_cloud.ui.rows import rows, section

SCAN: Final = linked(__file__, "original_scan.js")
PDF: Final = linked(__file__, "original_pdf.js")
SCRIPT: Final = linked(__file__, "original.js")


class Viewer(scripts.Local):
    """The original itself, with its own layout."""

    library = SCRIPT
    tag = "Original"
    lib_dependencies: list[str] = [*scripts.PACKAGES, "pdfjs-dist@6.5.438"]  # noqa: RUF012  a Reflex field

    look: rx.Var[str]
    source: rx.Var[str]
    file: rx.Var[str]
    name: rx.Var[str]
    leaves: rx.Var[list[dict[str, int]]]
    problem: rx.Var[str]


def original_page() -> rx.Component:
    """Return the page of one original of one's own."""
    shown = Original.page
    return page(
        loaded(Original, original_body(shown), days=False),
        heading=rx.cond(
            Original.ready, rx.cond(shown.id != "", original_title(shown), t("records.missing.title")), t("ui.loading")
        ),
        sub=rx.cond(shown.id != "", original_sub(shown), rx.fragment()),
        size="title",
        back=rx.cond(shown.back != "", shown.back, "/"),
        back_label=rx.cond(shown.id != "", t("records.original.back"), t("ui.nav.records")),
        tab="records",
    )


def original_title(shown: rx.Var[OriginalPage]) -> rx.Var[str]:
    """Name an original."""
    return rx.cond(words(shown.title) != "", words(shown.title), t("records.paper.untitled"))


def original_sub(shown: rx.Var[OriginalPage]) -> rx.Component:
    """Say from which hospital, of when, what it is and how large."""
    return rx.fragment(
        two(words(shown.organization), dates.full_day(shown.at)),
        rx.el.br(),
        two(t("records.paper." + shown.kind), shown.size),
    )


def original_body(shown: rx.Var[OriginalPage]) -> rx.Component:
    """Show an original, for its owner and for whoever may read it."""
    replaced = shown.replaced > 0
    return rx.fragment(
        rx.cond(
            replaced,
            note(t("records.original.replaced", number=shown.replaced), kind="warn", name="history"),
            rx.fragment(),
        ),
        rx.cond(shown.head.length() > 0, facts(shown.head), rx.fragment()),
        Viewer.create(
            look=shown.look,
            source=shown.source,
            file=shown.file,
            name=original_title(shown),
            leaves=shown.leaves.to(list[dict[str, int]]),
            problem=shown.problem,
            key=shown.id,
        ),
        rx.cond(
            shown.others.length() > 0,
            rx.el.section(
                section(rx.cond(replaced, t("records.original.present"), t("records.original.others"))),
                rows(rx.foreach(shown.others, paper_row), lead=True),
            ),
            rx.fragment(),
        ),
        proof_line(shown.proof, opened=t("records.why.released", at=dates.moment(shown.released))),
    )
