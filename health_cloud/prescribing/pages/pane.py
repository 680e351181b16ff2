# pyright: reportArgumentType=false, reportOperatorIssue=false, reportReturnType=false
# A Var of a view has the attributes of the view at run time.
"""The prescription on the desk of a visit: medicines with their checks, adding, renewing, signing."""

from __future__ import annotations

import reflex as rx

from health_cloud.prescribing.pages.earlier import earlier, looked
from health_cloud.prescribing.pages.parts import finding_line, look_of, medicine
from health_cloud.prescribing.service.wording import OFTEN, ROUTES, TIMINGS
from health_cloud.prescribing.state import Prescribing
from health_cloud.prescribing.views.prescriptions import Finding, ItemRow, MedicineOption
from health_cloud.ui import dates
from health_cloud.ui.feedback import loading, note, problem
from health_cloud.ui.forms import button, field, form, link_button, pair, select_field
from health_cloud.ui.i18n import t, words
from health_cloud.ui.marks import icon

_PANE = Prescribing.pane


def prescription_pane() -> rx.Component:
    """Return the prescription of the visit whose desk this is."""
    return rx.el.section(
        rx.el.div(
            rx.el.h2(
                rx.cond(
                    _PANE.medicines.length() > 0,
                    t("prescribing.pane.count", count=_PANE.medicines.length()),
                    t("prescribing.pane.title"),
                )
            ),
            rx.cond(
                _PANE.may_write & _PANE.formulary,
                button(
                    rx.cond(Prescribing.searching, t("prescribing.pane.close"), t("prescribing.pane.add")),
                    look="quiet",
                    small=True,
                    on_click=Prescribing.look,
                    name="plus",
                    custom_attrs={"aria-expanded": Prescribing.searching.to_string()},
                ),
                rx.fragment(),
            ),
            class_name="pane-head rx-pane-head",
        ),
        rx.cond(Prescribing.ready, rx.cond(Prescribing.missing, rx.fragment(), _body()), loading(2, days=False)),
        class_name="rx-pane",
        aria_label=t("prescribing.pane.title"),
    )


def _body() -> rx.Component:
    return rx.fragment(
        _stand(),
        rx.cond(Prescribing.field == "", problem(Prescribing.problem, Prescribing.params), rx.fragment()),
        rx.cond(Prescribing.searching, _search(), rx.fragment()),
        rx.cond(_PANE.medicines.length() > 0, _items(), _nothing()),
        rx.cond(
            _PANE.general.length() > 0,
            rx.el.ul(
                rx.foreach(_PANE.general, lambda each: rx.el.li(finding_line(each), class_name=look_of(each))),
                class_name="rx-findings rx-general",
            ),
            rx.fragment(),
        ),
        rx.cond(_PANE.may_write & _PANE.formulary, rx.fragment(looked(), earlier(), _foot()), rx.fragment()),
    )


def _stand() -> rx.Component:
    """Say how it stands, once it is more than a draft."""
    told = rx.match(
        _PANE.state,
        ("signed", note(t("prescribing.pane.signed", at=dates.near_moment(_PANE.signed_at)), name="hourglass")),
        (
            "returned",
            note(_PANE.word, kind="warn", strong=t("prescribing.pane.returned", name=words(_PANE.reviewer))),
        ),
        ("approved", note(t("prescribing.pane.approved", name=words(_PANE.reviewer)), name="check")),
        ("lapsed", note(t("prescribing.pane.lapsed"), kind="warn", name="timer")),
        ("paid", note(t("prescribing.pane.paid"), name="check")),
        ("refunded", note(t("prescribing.pane.refunded"), name="undo_2")),
        rx.fragment(),
    )
    return rx.el.div(told, role="status")


def _nothing() -> rx.Component:
    return rx.el.p(
        rx.cond(
            _PANE.formulary,
            rx.cond(_PANE.may_write, t("prescribing.pane.nothing"), t("prescribing.pane.closed")),
            t("prescribing.pane.no_formulary"),
        ),
        class_name="pad t-small ink-2 rx-nothing",
    )


def _search() -> rx.Component:
    wrong = rx.cond(Prescribing.field == "query", t(Prescribing.problem, Prescribing.params), "").to(str)
    return rx.el.div(
        form(
            field(
                t("prescribing.pane.search"),
                name="query",
                hint=t("prescribing.pane.search_hint"),
                error=wrong,
                type="search",
                max_length=40,
                auto_complete="off",
                auto_focus=True,
            ),
            button(t("prescribing.pane.find"), submit=True, small=True),
            on_submit=Prescribing.find,
            no_validate=True,
        ),
        rx.cond(
            (Prescribing.query != "") & (Prescribing.options.length() == 0),
            rx.el.p(t("prescribing.pane.none_found", query=Prescribing.query), class_name="t-small ink-2"),
            rx.fragment(),
        ),
        rx.el.ul(rx.foreach(Prescribing.options, _option), class_name="rx-options", aria_live="polite"),
        class_name="pad rx-search",
    )


def _option(each: rx.Var[MedicineOption]) -> rx.Component:
    inside = rx.el.span(
        rx.el.b(words(each.title)), rx.el.span(words(each.sub), class_name="ink-2 t-micro"), class_name="rx-option"
    )
    stopped = rx.el.div(
        inside,
        rx.el.span(icon("shield_x", size="s"), words(each.stop), class_name="rx-stop t-micro"),
        class_name="rx-choice still",
    )
    chosen = rx.el.button(inside, icon("plus", size="m"), type="button", on_click=Prescribing.add(each.code))
    return rx.el.li(rx.cond(words(each.stop) != "", stopped, rx.el.div(chosen, class_name="rx-choice")), key=each.code)


def _items() -> rx.Component:
    return rx.el.ul(rx.foreach(_PANE.medicines, _item), class_name="rx-items")


def _item(each: rx.Var[ItemRow]) -> rx.Component:
    acts = rx.el.div(
        button(t("prescribing.pane.edit"), look="quiet", small=True, on_click=Prescribing.edit(each.number)),
        button(t("prescribing.pane.drop"), look="quiet", small=True, on_click=Prescribing.drop(each.number)),
        class_name="rx-acts",
    )
    below = rx.fragment(
        rx.cond(
            ~each.whole & _PANE.may_write & (Prescribing.editing != each.number),
            rx.el.p(icon("circle_dashed", size="s"), t("prescribing.pane.open"), class_name="t-small warn-ink rx-open"),
            rx.fragment(),
        ),
        rx.cond(Prescribing.editing == each.number, _editor(each), rx.cond(_PANE.may_write, acts, rx.fragment())),
    )
    return medicine(each, below, findings=lambda found: _finding(each, found))


def _finding(each: rx.Var[ItemRow], found: rx.Var[Finding]) -> rx.Component:
    name = each.number.to_string() + ":" + found.id
    wrong = rx.cond(Prescribing.field == "reason", t(Prescribing.problem, Prescribing.params), "").to(str)
    asked = form(
        field(
            t("prescribing.pane.reason"),
            name="reason",
            hint=t("prescribing.pane.reason_hint"),
            error=wrong,
            default_value=found.reason,
            max_length=200,
        ),
        pair(
            button(t("ui.cancel"), small=True, on_click=Prescribing.leave),
            button(t("prescribing.pane.keep_reason"), look="primary", small=True, submit=True),
        ),
        on_submit=Prescribing.reason,
        no_validate=True,
    )
    word = rx.cond(found.reason != "", t("prescribing.pane.change_reason"), t("prescribing.pane.give_reason"))
    return rx.el.li(
        finding_line(found),
        rx.cond(
            (found.level == "warn") & _PANE.may_write,
            rx.cond(
                Prescribing.explaining == name,
                asked,
                link_button(word, on_click=Prescribing.explain(each.number, found.id)),
            ),
            rx.fragment(),
        ),
        class_name=look_of(found),
        key=found.id,
    )


def _editor(each: rx.Var[ItemRow]) -> rx.Component:
    item = Prescribing.item
    nothing = [("", t("prescribing.pane.choose"))]
    often = [(value, t(f"prescribing.often.{value.replace('/', '_in_')}")) for value in OFTEN]
    routes = [(value, t(f"prescribing.route.{value}")) for value in ROUTES]
    timings = [("", t("prescribing.timing.any")), *((value, t(f"prescribing.timing.{value}")) for value in TIMINGS)]
    return form(
        rx.cond(
            words(item.was) != "",
            rx.el.p(t("prescribing.pane.was", dose=words(item.was)), class_name="t-small ink-2"),
            rx.fragment(),
        ),
        rx.el.div(
            field(
                t("prescribing.field.single", unit=words(each.unit)),
                name="single",
                default_value=item.single,
                input_mode="decimal",
                error=_wrong("single"),
                auto_complete="off",
            ),
            select_field(
                t("prescribing.field.often"),
                name="often",
                options=[*nothing, *often],
                default_value=item.often,
                error=_wrong("often"),
            ),
            select_field(
                t("prescribing.field.route"),
                name="route",
                options=[*nothing, *routes],
                default_value=item.route,
                error=_wrong("route"),
            ),
            select_field(
                t("prescribing.field.timing"),
                name="timing",
                options=timings,
                default_value=item.timing,
                error=_wrong("timing"),
            ),
            field(
                t("prescribing.field.days"),
                name="days",
                default_value=item.days,
                input_mode="numeric",
                error=_wrong("days"),
                auto_complete="off",
            ),
            field(
                t("prescribing.field.quantity", unit=words(each.unit)),
                name="quantity",
                default_value=item.quantity,
                input_mode="numeric",
                error=_wrong("quantity"),
                auto_complete="off",
                hint=rx.cond(words(each.needs) != "", t("prescribing.pane.needs", needs=words(each.needs)), ""),
            ),
            class_name="rx-fields",
        ),
        field(t("prescribing.field.note"), name="note", default_value=item.note, max_length=100, error=_wrong("note")),
        pair(
            button(t("ui.cancel"), small=True, on_click=Prescribing.leave),
            button(t("prescribing.pane.keep"), look="primary", small=True, submit=True),
        ),
        on_submit=Prescribing.write,
        no_validate=True,
        key=each.item.code,
    )


def _wrong(name: str) -> rx.Var[str]:
    return rx.cond(Prescribing.field == name, t(Prescribing.problem, Prescribing.params), "").to(str)


def _foot() -> rx.Component:
    return rx.cond(
        _PANE.medicines.length() > 0,
        rx.el.div(
            rx.el.p(
                t("prescribing.pane.total", total=_PANE.total),
                rx.el.i(class_name="sep"),
                t("prescribing.pane.saved", at=dates.near_moment(_PANE.saved_at)),
                class_name="t-small ink-2",
            ),
            button(
                t("prescribing.pane.sign"),
                look="primary",
                wide=True,
                on_click=Prescribing.sign(""),
                disabled=~_PANE.ready | (Prescribing.editing >= 0),
            ),
            rx.el.p(
                rx.cond(_PANE.ready, t("prescribing.pane.sign_text"), t("prescribing.pane.sign_not_yet")),
                rx.cond(
                    _PANE.until != "",
                    rx.fragment(" ", t("prescribing.pane.until", at=dates.near_moment(_PANE.until))),
                    rx.fragment(),
                ),
                class_name="t-small ink-2",
            ),
            class_name="pad rx-foot",
        ),
        rx.fragment(),
    )
