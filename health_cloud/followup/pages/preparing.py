"""Before the visit: the patient writes how they are and what they measured; the visit's physician reads it."""

from __future__ import annotations

import reflex as rx

from health_cloud.followup.pages.attaching import own_files, told_files
from health_cloud.followup.pages.checking import Call, check_line
from health_cloud.followup.service.measures import Measure, measures
from health_cloud.followup.state import Preparing, ReadPrepared
from health_cloud.followup.views import MeasureRow
from health_cloud.identity.pages.moving import Lead
from health_cloud.ui import dates
from health_cloud.ui.feedback import empty, loading, note, problem
from health_cloud.ui.forms import button, date_field, field, form
from health_cloud.ui.i18n import t, words
from health_cloud.ui.layout import page
from health_cloud.ui.marks import icon
from health_cloud.ui.rows import face, section, sheet

_FORM = "preparing"
_OWN, _READ = Preparing.page, ReadPrepared.page


def prepare_page() -> rx.Component:
    """Return the patient's page."""
    here = Preparing.ready & ~Preparing.gone
    return page(
        rx.cond(Preparing.field == "", problem(Preparing.problem, Preparing.params), rx.fragment()),
        Lead.create(target=Preparing.field, turn=Preparing.turn),
        rx.cond(
            Preparing.gone,
            empty("calendar_clock", t("followup.prepare.gone"), t("followup.prepare.gone_text")),
            rx.cond(Preparing.ready, _form(), loading(4, days=False)),
        ),
        heading=t("followup.prepare.title"),
        sub=rx.cond(
            here,
            rx.el.span(
                t("access.doctor", name=words(_OWN.appointment.physician.name)),
                rx.el.i(class_name="sep"),
                dates.visit(_OWN.appointment.starts_at),
            ),
            rx.fragment(),
        ),
        back="/followup",
        back_label=t("followup.title"),
        role="patient",
        tab="followup",
        actions=rx.cond(
            here & _OWN.can_change,
            button(t("followup.prepare.save"), look="primary", submit=True, wide=True, form=_FORM),
            rx.fragment(),
        ),
    )


def _urgent() -> rx.Component:
    return rx.cond(
        _OWN.urgent,
        note(
            t("followup.prepare.urgent"),
            kind="crit",
            strong=t("followup.prepare.urgent_title"),
            action=Call.create(
                t("followup.check.call", number=_OWN.emergency), href="tel:" + _OWN.emergency, class_name="link act"
            ),
            live=True,
        ),
        rx.fragment(),
    )


def _form() -> rx.Component:
    return rx.fragment(
        _urgent(),
        rx.cond(
            Preparing.saved,
            note(t("followup.prepare.saved"), kind="info", live=True, name="check"),
            rx.fragment(),
        ),
        form(
            field(
                t("followup.prepare.text"),
                name="text",
                hint=t("followup.prepare.text_hint"),
                error=_error("text"),
                multiline=True,
                max_length=2000,
                default_value=_OWN.text,
            ),
            rx.el.div(
                rx.el.h2(t("followup.prepare.measured"), class_name="t-heading"),
                rx.el.p(t("followup.prepare.measured_text"), class_name="t-small ink-2"),
            ),
            *[_measure(each, place) for place, each in enumerate(measures().values())],
            date_field(
                t("followup.prepare.day"),
                name="day",
                error=_error("day"),
                max=_OWN.today,
                default_value=rx.cond(_OWN.day == "", _OWN.today, _OWN.day),
            ),
            on_submit=Preparing.save,
            id=_FORM,
            no_validate=True,
        ),
        own_files(),
    )


def _error(name: str) -> rx.Var[str]:
    return rx.cond(Preparing.field == name, t(Preparing.problem, Preparing.params), "")


def _measure(each: Measure, place: int) -> rx.Component:
    return field(
        rx.fragment(words(each.words), f" ({each.unit})"),
        name=each.name,
        error=_error(each.name),
        input_mode="decimal",
        auto_complete="off",
        max_length=6,
        default_value=_OWN.measures[place].value,
    )


def read_page() -> rx.Component:
    """Return the physician's page."""
    here = ReadPrepared.ready & ~ReadPrepared.gone
    return page(
        rx.cond(
            ReadPrepared.gone,
            empty("calendar_clock", t("followup.prepare.gone"), t("followup.prepare.gone_text")),
            rx.cond(ReadPrepared.ready, _told(), loading(4, days=False)),
        ),
        heading=rx.cond(here, words(_READ.appointment.patient), t("followup.prepare.told")),
        lead=rx.cond(here, face(words(_READ.appointment.patient), large=True), rx.fragment()),
        sub=rx.cond(here, dates.visit(_READ.appointment.starts_at), ""),
        back="/physician/slots",
        back_label=t("followup.slots.title"),
        role="physician",
        tab="slots",
    )


def _told() -> rx.Component:
    return rx.fragment(
        sheet(
            rx.el.div(
                rx.el.p(t("followup.reason_said", text=_READ.appointment.reason)),
                rx.cond(
                    _READ.saved_at == "",
                    rx.el.p(t("followup.prepare.nothing"), class_name="ink-2"),
                    rx.fragment(
                        rx.el.p(_READ.text, class_name="own-words"),
                        rx.el.ul(rx.foreach(_READ.measures, _value), class_name="measured"),
                        rx.el.p(
                            t("followup.prepare.written", at=dates.moment(_READ.saved_at)), class_name="t-small ink-2"
                        ),
                    ),
                ),
                class_name="pad preview",
            ),
            title=t("followup.prepare.told"),
        ),
        told_files(),
        rx.cond(
            _READ.verdict.rules_version > 0,
            rx.fragment(
                section(t("followup.prepare.checked")),
                rx.el.ul(rx.foreach(_READ.verdict.checks, check_line), class_name="checks"),
            ),
            rx.fragment(),
        ),
    )


def _value(each: rx.Var[MeasureRow]) -> rx.Component:
    return rx.cond(
        each.value == "",
        rx.fragment(),
        rx.el.li(
            words(each.words),
            rx.el.b(each.value, " ", each.unit),
            rx.cond(
                each.urgent,
                rx.el.span(
                    icon("triangle_alert", size="s"), t("followup.prepare.striking"), class_name="striking strong"
                ),
                rx.fragment(),
            ),
            key=each.name,
        ),
    )
