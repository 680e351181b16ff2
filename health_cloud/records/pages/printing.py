# pyright: reportAttributeAccessIssue=false, reportArgumentType=false, reportReturnType=false, reportOperatorIssue=false
# A Var of a view has the attributes of the view at run time.
"""A record on paper: the act that prints it, and what a sheet has to say of itself away from the screen."""

from __future__ import annotations

from typing import Final

import reflex as rx

from health_cloud.records.views.screens import EntryPage
from health_cloud.ui import dates, scripts
from health_cloud.ui.i18n import t, words
from health_cloud.ui.linked import linked
from health_cloud.ui.shell import FOR_NAME, OWN_NAME, Shell

SCRIPT: Final = linked(__file__, "printing.js")


class Print(scripts.Local):
    """Opens the browser's own dialogue, once the pictures are there."""

    library = SCRIPT
    tag = "Print"

    label: rx.Var[str]


class PrintedOn(scripts.Local):
    """Says when it was printed."""

    library = SCRIPT
    tag = "PrintedOn"


def print_button() -> rx.Component:
    """Offer what is shown on paper, or as the file that a browser makes of it."""
    return Print.create(label=t("records.print.act"))


def facts(shown: rx.Var[EntryPage]) -> rx.Component:
    """Say whose record this is, from where and of when, in full: a sheet of paper has no frame around it."""
    sent = rx.fragment(
        words(shown.why.organization),
        rx.el.i(class_name="sep"),
        t("records.source.arrived", at=dates.full_day(shown.why.arrived_at)),
    )
    return sheet_facts(
        ("records.print.hospital", words(shown.organization)),
        ("records.print.day", dates.full_day(shown.occurred)),
        ("records.print.source", sent),
    )


def sheet_facts(*told: tuple[str, rx.Var[str] | rx.Component]) -> rx.Component:
    """Show on paper alone whose sheet it is, what else is `told` of it, and when it was printed."""
    name = rx.cond(Shell.for_name != "", FOR_NAME, OWN_NAME)
    every = (("records.print.name", name), *told, ("records.print.on", PrintedOn.create()))
    return rx.el.div(
        rx.el.dl(
            *[rx.el.div(rx.el.dt(t(key)), rx.el.dd(said)) for key, said in every],
            class_name="print-facts",
        ),
        class_name="on-print",
    )
