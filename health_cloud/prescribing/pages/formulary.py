# pyright: reportArgumentType=false, reportOperatorIssue=false, reportReturnType=false
# A Var of a view has the attributes of the view at run time.
"""The desk's formulary: the version in force, a file that is offered, what it would change, and taking it."""

from __future__ import annotations

import reflex as rx
from reflex.event import EventHandler, no_args_event_spec

from health_cloud.prescribing.state import FormularyDesk
from health_cloud.prescribing.views.formulary import Difference, VersionRow
from health_cloud.ui import dates
from health_cloud.ui.feedback import empty, loading, note, problem
from health_cloud.ui.forms import button, pair
from health_cloud.ui.i18n import t, words
from health_cloud.ui.layout import page
from health_cloud.ui.linked import linked
from health_cloud.ui.overlays import disclosed_confirm
from health_cloud.ui.rows import row, rows, section, sheet
from health_cloud.ui.scripts import Local

_SCRIPT = linked(__file__, "formulary.js")
_PAGE = FormularyDesk.page
_HOW = ("file", "medicine", "amounts", "control", "group", "interaction", "allergy", "members")


class FormularyFile(Local):
    """Sends a formulary's file and says what is wrong with it."""

    library = _SCRIPT
    tag = "FormularyFile"

    label: rx.Var[str]
    hint: rx.Var[str]
    choose: rx.Var[str]
    none: rx.Var[str]
    act: rx.Var[str]
    busy: rx.Var[str]
    failed: rx.Var[str]
    line_word: rx.Var[str]

    on_loaded: EventHandler[no_args_event_spec]


def formulary_page() -> rx.Component:
    """Return the page."""
    return page(
        problem(FormularyDesk.problem, FormularyDesk.params),
        rx.cond(
            FormularyDesk.done != "",
            note(
                rx.cond(
                    FormularyDesk.done == "taken",
                    t("prescribing.formulary.now_taken"),
                    t("prescribing.formulary.now_left"),
                ),
                kind="info",
                name="check",
                inset=True,
                live=True,
            ),
            rx.fragment(),
        ),
        rx.cond(FormularyDesk.ready, _body(), loading(4, days=False)),
        heading=t("prescribing.formulary.title"),
        sub=t("prescribing.formulary.sub"),
        back="/desk",
        back_label=t("desk.title"),
        role="staff",
        tab="visibility",
    )


def _body() -> rx.Component:
    return rx.fragment(
        rx.cond(_PAGE.offered.id != "", _offered(), rx.fragment()),
        section(t("prescribing.formulary.in_force")),
        rx.cond(
            _PAGE.taken.id != "",
            rows(_version(_PAGE.taken)),
            empty("pill", t("prescribing.formulary.none"), t("prescribing.formulary.none_text")),
        ),
        section(t("prescribing.formulary.load")),
        rx.el.div(
            FormularyFile.create(
                label=t("prescribing.formulary.file"),
                hint=t("prescribing.formulary.file_hint"),
                choose=t("prescribing.formulary.choose"),
                none=t("prescribing.formulary.no_file"),
                act=t("prescribing.formulary.send"),
                busy=t("prescribing.formulary.sending"),
                failed=t("prescribing.formulary.failed"),
                line_word=t("prescribing.formulary.line"),
                on_loaded=FormularyDesk.loaded,
            ),
            class_name="pad",
        ),
        rx.el.details(
            rx.el.summary(t("prescribing.formulary.how")),
            rx.el.ul(
                *(rx.el.li(t(f"prescribing.formulary.how_{name}")) for name in _HOW), class_name="differences pad"
            ),
            class_name="further gap-top",
        ),
        rx.el.p(
            rx.el.a(
                t("prescribing.formulary.example"), href="/examples/formulary.csv", download=True, class_name="link"
            ),
            class_name="pad",
        ),
        rx.cond(
            _PAGE.before.length() > 0,
            rx.fragment(
                section(t("prescribing.formulary.before")),
                rows(rx.foreach(_PAGE.before, _version)),
            ),
            rx.fragment(),
        ),
    )


def _offered() -> rx.Component:
    return sheet(
        rows(_version(_PAGE.offered)),
        rx.el.p(
            t("prescribing.formulary.added", count=_PAGE.added),
            rx.el.i(class_name="sep"),
            t("prescribing.formulary.changed", count=_PAGE.changed),
            rx.el.i(class_name="sep"),
            t("prescribing.formulary.dropped", count=_PAGE.dropped),
            class_name="pad",
        ),
        rx.cond(
            _PAGE.differences.length() > 0,
            rx.el.details(
                rx.el.summary(t("prescribing.formulary.differences")),
                rx.el.ul(rx.foreach(_PAGE.differences, _difference), class_name="differences"),
                class_name="further pad",
            ),
            rx.fragment(),
        ),
        rx.el.div(
            pair(
                button(t("prescribing.formulary.leave"), on_click=FormularyDesk.drop(_PAGE.offered.id)),
                rx.el.div(
                    disclosed_confirm(
                        button(t("prescribing.formulary.take"), look="primary", wide=True),
                        title=t("prescribing.formulary.take_title", number=_PAGE.offered.number),
                        lines=[t("prescribing.formulary.take_now"), t("prescribing.formulary.take_drafts")],
                        act=t("prescribing.formulary.take"),
                        on_act=FormularyDesk.take(_PAGE.offered.id),
                        danger=False,
                    ),
                ),
            ),
            class_name="pad gap-top",
        ),
        title=t("prescribing.formulary.offered"),
    )


def _version(each: rx.Var[VersionRow]) -> rx.Component:
    return row(
        t("prescribing.formulary.version", number=each.number),
        sub=rx.fragment(
            t("prescribing.formulary.medicines", count=each.medicines),
            rx.el.i(class_name="sep"),
            t("prescribing.formulary.groups", count=each.groups),
            rx.el.i(class_name="sep"),
            t("prescribing.formulary.interactions", count=each.interactions),
            rx.el.i(class_name="sep"),
            t("prescribing.formulary.allergies", count=each.allergies),
            rx.el.i(class_name="sep"),
            dates.near_moment(each.loaded_at),
            rx.cond(words(each.by) != "", rx.fragment(rx.el.i(class_name="sep"), words(each.by)), rx.fragment()),
        ),
    )


def _difference(each: rx.Var[Difference]) -> rx.Component:
    what = rx.match(
        each.what,
        ("added", t("prescribing.formulary.is_added")),
        ("changed", t("prescribing.formulary.is_changed")),
        t("prescribing.formulary.is_dropped"),
    )
    return rx.el.li(
        rx.el.b(what),
        " ",
        words(each.name),
        rx.el.span(" ", each.code, class_name="ink-3"),
        rx.cond(each.fields != "", rx.el.span(" · ", each.fields, class_name="ink-2"), rx.fragment()),
    )
