# pyright: reportArgumentType=false, reportOperatorIssue=false, reportReturnType=false
# A Var of a view has the attributes of the view at run time.
"""Files of a visit: sending them, and showing one, in the talk and with what was prepared."""

from __future__ import annotations

from typing import Any

import reflex as rx

from health_cloud.followup.state import PreparedFiles
from health_cloud.followup.views import AttachedFile
from health_cloud.records.pages.original import SCRIPT, Viewer
from health_cloud.ui import dates, scripts
from health_cloud.ui.feedback import problem
from health_cloud.ui.forms import button
from health_cloud.ui.i18n import t, words
from health_cloud.ui.linked import linked
from health_cloud.ui.rows import section

_SCRIPT = linked(__file__, "attaching.js")
_VIEWERS = (SCRIPT, Viewer)
"""What shows an original shows a file of a visit too: the script names it, and these bring it along."""


class AttachBox(scripts.Local):
    """Sends files, with progress, until the server has each."""

    library = _SCRIPT
    tag = "AttachBox"

    visit: rx.Var[str]
    open: rx.Var[bool]
    hint: rx.Var[str]


class FileView(scripts.Local):
    """One file: its small picture, and all of it on a press."""

    library = _SCRIPT
    tag = "FileView"
    lib_dependencies: list[str] = [*scripts.PACKAGES, "pdfjs-dist@6.5.438"]  # noqa: RUF012  a Reflex field

    visit: rx.Var[str]
    file: rx.Var[str]
    kind: rx.Var[str]
    name: rx.Var[str]
    size: rx.Var[str]


def attach_box(visit: rx.Var[str], *, may: Any) -> rx.Component:
    """Show where files are sent from, while they are taken."""
    return AttachBox.create(visit=visit, open=may, hint=t("followup.attach.hint"))


def file_view(visit: rx.Var[str], file: Any) -> rx.Component:
    """Show one file."""
    return FileView.create(visit=visit, file=file.id, kind=file.kind, name=file.name, size=file.size)


def own_files() -> rx.Component:
    """Show what was sent before the visit to its patient, who adds to it and takes away."""
    page = PreparedFiles.page
    return rx.cond(
        PreparedFiles.ready & (page.id != ""),
        rx.el.section(
            section(t("followup.attach.title")),
            rx.el.p(t("followup.attach.text"), class_name="pad t-small ink-2"),
            problem(PreparedFiles.problem, PreparedFiles.params),
            rx.el.ul(rx.foreach(page.files, _own_file), class_name="files"),
            rx.el.div(attach_box(page.id, may=page.may_add), class_name="pad"),
        ),
        rx.fragment(),
    )


def _own_file(file: rx.Var[AttachedFile]) -> rx.Component:
    return rx.el.li(
        file_view(PreparedFiles.page.id, file),
        rx.cond(
            file.removable,
            button(
                t("followup.attach.remove"),
                small=True,
                on_click=PreparedFiles.remove(file.id),
                aria_label=t("followup.attach.remove_this", name=file.name),
            ),
            rx.fragment(),
        ),
        key=file.id,
    )


def told_files() -> rx.Component:
    """Show the same to the physician of the visit; nothing where there is none."""
    page = PreparedFiles.page
    return rx.cond(
        PreparedFiles.ready & (page.files.length() > 0),
        rx.fragment(
            section(t("followup.attach.told")),
            rx.el.ul(rx.foreach(page.files, _told_file), class_name="files"),
        ),
        rx.fragment(),
    )


def _told_file(file: rx.Var[AttachedFile]) -> rx.Component:
    return rx.el.li(
        file_view(PreparedFiles.page.id, file),
        rx.el.span(
            rx.cond(words(file.by) != "", rx.fragment(words(file.by), rx.el.i(class_name="sep")), rx.fragment()),
            dates.moment(file.at),
            class_name="t-micro ink-2",
        ),
        key=file.id,
    )
