# pyright: reportArgumentType=false, reportOperatorIssue=false, reportReturnType=false
# A Var of a view has the attributes of the view at run time.
"""The physician's note beside a visit: written, made of templates, signed, corrected; and the patient's way to it."""

from __future__ import annotations

from typing import Any

import reflex as rx
from reflex.event import EventHandler, passthrough_event_spec

from health_cloud.followup.pages.noted import earlier, told
from health_cloud.followup.pages.templates import templates
from health_cloud.followup.service.noting.content import LONGEST, WEEKS_AT_MOST
from health_cloud.followup.state import AfterVisit, NoteDesk, NoteProblems, Templates
from health_cloud.followup.views import DepartmentRow, ProblemRow
from health_cloud.ui import dates
from health_cloud.ui.feedback import loading, note, problem
from health_cloud.ui.forms import button, field, link_button, select_field
from health_cloud.ui.forms.fields import field_error
from health_cloud.ui.i18n import t, words
from health_cloud.ui.lease import lease
from health_cloud.ui.linked import linked
from health_cloud.ui.marks import icon
from health_cloud.ui.overlays import bottom_sheet
from health_cloud.ui.scripts import Local

_SCRIPT = linked(__file__, "notes.js")
_PAGE = NoteDesk.page
_TEXT = NoteDesk.page.text
_AFTER = AfterVisit.note
_TEXTS = ("situation", "judgement", "plan")


class NoteDraft(Local):
    """Keeps what is typed until the server has it."""

    library = _SCRIPT
    tag = "NoteDraft"

    visit: rx.Var[str]
    values: rx.Var[dict[str, str]]
    version: rx.Var[int]
    acked: rx.Var[int]
    conflict: rx.Var[bool]
    refused: rx.Var[bool]
    mine: rx.Var[int]
    theirs: rx.Var[int]
    open: rx.Var[bool]
    title: rx.Var[str]
    saved: rx.Var[str]
    saving: rx.Var[str]
    unsaved: rx.Var[str]

    on_save: EventHandler[passthrough_event_spec(str, dict[str, str], int, str, int)]


def note_pane() -> rx.Component:
    """Return the note of the visit on the desk."""
    return rx.el.section(
        rx.cond(
            NoteDesk.ready,
            rx.match(
                _PAGE.phase,
                ("draft", _draft()),
                ("correcting", _draft()),
                ("signed", _signed()),
                ("over", _closed(t("followup.note.over"))),
                _closed(t("followup.note.early")),
            ),
            loading(4, days=False),
        ),
        class_name="visit-note",
        aria_label=t("followup.note.title"),
    )


def after_visit() -> rx.Component:
    """Lead the patient to what the physician wrote, and to the next visit that they propose."""
    return rx.cond(
        _AFTER.href != "",
        rx.el.section(
            rx.el.h2(
                rx.cond(_AFTER.corrected, t("followup.after.corrected"), t("followup.after.title")),
                class_name="t-heading",
            ),
            rx.el.p(t("followup.after.signed", at=dates.near_moment(_AFTER.at)), class_name="t-small ink-2"),
            button(t("followup.after.read"), href=_AFTER.href, look="primary", wide=True),
            rx.cond(
                _AFTER.weeks > 0,
                rx.fragment(
                    rx.el.p(t("followup.after.next", count=_AFTER.weeks)),
                    button(t("followup.after.book"), href=_AFTER.book, wide=True),
                ),
                rx.fragment(),
            ),
            rx.cond(
                _AFTER.in_person != "",
                rx.fragment(
                    rx.el.p(t("followup.after.referred", department=words(_AFTER.refers_to))),
                    button(t("followup.in_person.times"), href=_AFTER.in_person, wide=True),
                ),
                rx.fragment(),
            ),
            class_name="pad after-visit",
        ),
        rx.fragment(),
    )


def _draft() -> rx.Component:
    return rx.fragment(
        NoteDraft.create(
            rx.el.div(
                _conflict(),
                rx.cond(
                    _PAGE.phase == "correcting",
                    note(t("followup.note.correcting"), name="history", inset=True),
                    rx.fragment(),
                ),
                _area("situation"),
                _area("judgement"),
                _about(),
                _area("plan"),
                _next(),
                rx.cond(
                    _PAGE.phase == "correcting",
                    field(
                        t("followup.note.reason"),
                        name="reason",
                        hint=t("followup.note.reason_hint"),
                        error=_error("reason"),
                        max_length=LONGEST["reason"],
                        auto_complete="off",
                    ),
                    rx.fragment(),
                ),
                class_name="note-fields",
            ),
            visit=_PAGE.id,
            values=_values(),
            version=_PAGE.version,
            acked=NoteDesk.acked,
            conflict=NoteDesk.conflict,
            refused=NoteDesk.refused & ~NoteDesk.conflict,
            mine=NoteDesk.mine,
            theirs=NoteDesk.theirs,
            open=True,
            title=t("followup.note.title"),
            saved=rx.cond(
                _PAGE.saved_at == "",
                t("followup.note.blank"),
                t("followup.note.saved", at=dates.near_moment(_PAGE.saved_at)),
            ),
            saving=t("followup.note.saving"),
            unsaved=t("followup.note.unsaved"),
            on_save=NoteDesk.save,
        ),
        rx.cond(NoteDesk.conflict, rx.fragment(), _problem()),
        rx.el.div(
            rx.el.div(
                button(t("followup.template.title"), small=True, name="file_text", on_click=Templates.show),
                rx.cond(
                    _PAGE.phase == "correcting",
                    button(t("followup.note.leave"), small=True, on_click=NoteDesk.leave),
                    rx.fragment(),
                ),
                class_name="note-acts",
            ),
            button(
                rx.cond(_PAGE.phase == "correcting", t("followup.note.sign_again"), t("followup.note.sign")),
                look="primary",
                wide=True,
                on_click=NoteDesk.sign(""),
            ),
            rx.el.p(t("followup.note.sign_text"), class_name="t-micro ink-2"),
            rx.cond(
                _PAGE.until_at != "",
                rx.el.p(t("followup.note.until", at=dates.moment(_PAGE.until_at)), class_name="t-micro ink-2"),
                rx.fragment(),
            ),
            class_name="note-sign",
        ),
        earlier(_PAGE.signed),
        _problems(),
        templates(),
    )


def _values() -> Any:
    """Return the fields by name, as a form has them."""
    plain = {name: getattr(_TEXT, name) for name in (*_TEXTS, "referral", "why", "reason")}
    weeks = rx.cond(_TEXT.weeks > 0, _TEXT.weeks.to_string(), "")
    return rx.Var.create(plain | {"department": _TEXT.department_id, "weeks": weeks})


def _area(name: str) -> rx.Component:
    return field(t(f"followup.note.{name}"), name=name, error=_error(name), multiline=True, max_length=LONGEST[name])


def _error(name: str) -> rx.Var[str]:
    return rx.cond(NoteDesk.field == name, t(NoteDesk.problem, NoteDesk.params), "")


def _problem() -> rx.Component:
    """Say what no field says."""
    placed = [*LONGEST, "weeks", "department"]
    elsewhere = ~rx.Var.create(placed).contains(NoteDesk.field)
    return rx.cond(elsewhere, problem(NoteDesk.problem, NoteDesk.params), rx.fragment())


def _conflict() -> rx.Component:
    """Say that another window has kept something else, show it, and ask which one is wanted."""
    return rx.cond(
        NoteDesk.conflict,
        rx.el.div(
            note(
                t("followup.note.conflict_text"),
                kind="warn",
                strong=t("followup.note.conflict", at=dates.near_moment(_PAGE.saved_at)),
                live=True,
            ),
            rx.el.details(
                rx.el.summary(t("followup.note.theirs")),
                told(_TEXT),
                class_name="further",
            ),
            rx.el.div(
                button(t("followup.note.take_theirs"), small=True, on_click=NoteDesk.take_theirs),
                button(t("followup.note.keep_mine"), small=True, look="primary", on_click=NoteDesk.keep_mine),
                class_name="note-acts",
            ),
            class_name="note-conflict",
        ),
        rx.fragment(),
    )


def _about() -> rx.Component:
    """Show the diagnosis that the judgement is about, or offer those that were given."""
    return rx.el.div(
        rx.cond(
            (_TEXT.code != "") | (words(_TEXT.problem) != ""),
            rx.el.div(
                rx.el.span(words(_TEXT.problem), class_name="grow"),
                rx.el.span(_TEXT.code, class_name="ink-2"),
                link_button(t("followup.note.drop_problem"), on_click=NoteDesk.drop_problem),
                class_name="note-about",
            ),
            link_button(t("followup.note.choose_problem"), on_click=NoteProblems.ask),
        ),
        problem(NoteProblems.problem, NoteProblems.params, inset=False),
    )


def _next() -> rx.Component:
    """Ask for a referral and the next visit."""
    return rx.el.div(
        select_field(
            t("followup.note.referral"),
            name="referral",
            options=[
                ("", t("followup.note.refer_none")),
                ("in_person", t("followup.note.refer_in_person")),
                ("department", t("followup.note.refer_department")),
            ],
        ),
        rx.el.div(
            rx.el.label(t("followup.note.department"), html_for="department"),
            rx.el.div(
                rx.el.select(
                    rx.el.option(t("followup.note.department_choose"), value=""),
                    rx.foreach(_PAGE.departments, _department),
                    id="department",
                    name="department",
                    aria_describedby="department-error",
                ),
                icon("chevron_down", size="m"),
                class_name="input select",
            ),
            field_error(_error("department"), "department"),
            class_name="field refer-to",
        ),
        field(
            t("followup.note.why"),
            name="why",
            error=_error("why"),
            max_length=LONGEST["why"],
            auto_complete="off",
            class_name="refer-why",
        ),
        field(
            t("followup.note.weeks"),
            name="weeks",
            hint=t("followup.note.weeks_hint", most=WEEKS_AT_MOST),
            error=_error("weeks"),
            input_mode="numeric",
            auto_complete="off",
            max_length=2,
        ),
        class_name="note-next",
    )


def _department(each: rx.Var[DepartmentRow]) -> rx.Component:
    return rx.el.option(words(each.name), value=each.id, key=each.id)


def _signed() -> rx.Component:
    newest = _PAGE.signed[0]
    return rx.fragment(
        _head(),
        rx.el.div(
            note(
                t("followup.note.in_records"),
                strong=t("followup.note.signed_at", at=dates.near_moment(newest.at), factor=t(newest.factor)),
                name="check",
                kind="info",
                live=True,
            ),
            told(newest.text),
            problem(NoteDesk.problem, NoteDesk.params, inset=False),
            button(t("followup.note.correct"), wide=True, on_click=NoteDesk.correct),
            rx.el.p(t("followup.note.correct_text"), class_name="t-micro ink-2"),
            class_name="note-fields",
        ),
        earlier(_PAGE.signed[1:]),
    )


def _closed(text: rx.Var[str]) -> rx.Component:
    """Say why nothing can be written, and show what was."""
    return rx.fragment(
        _head(),
        rx.el.div(
            rx.el.p(text, class_name="ink-2"),
            rx.cond(_PAGE.version > 0, told(_TEXT), rx.fragment()),
            class_name="note-fields",
        ),
    )


def _head() -> rx.Component:
    return rx.el.div(rx.el.h2(t("followup.note.title")), class_name="pane-head")


def _problems() -> rx.Component:
    """Offer the confirmed diagnoses that this physician was given, while they are."""
    shown = rx.cond(
        NoteProblems.rows.length() == 0,
        rx.el.p(t("followup.note.no_problems"), class_name="pad ink-2"),
        rx.el.ul(rx.foreach(NoteProblems.rows, _one_problem), class_name="note-list"),
    )
    return bottom_sheet(
        lease(shown, kind="grant", ground=NoteProblems.ground),
        rx.cond(
            NoteProblems.until != "",
            rx.el.p(t("followup.note.basis", at=dates.moment(NoteProblems.until)), class_name="pad t-small ink-2"),
            rx.fragment(),
        ),
        problem(NoteProblems.problem, NoteProblems.params),
        title=t("followup.note.choose_title"),
        open=NoteProblems.open,
        on_close=NoteProblems.close,
    )


def _one_problem(each: rx.Var[ProblemRow]) -> rx.Component:
    return rx.el.li(
        rx.el.button(
            rx.el.span(words(each.name), class_name="grow"),
            rx.el.span(each.code, class_name="ink-2"),
            type="button",
            on_click=NoteProblems.choose(each.key),
        ),
        key=each.key,
    )
