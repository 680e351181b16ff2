# pyright: reportAttributeAccessIssue=false, reportArgumentType=false, reportReturnType=false, reportOperatorIssue=false
# A Var of a view has the attributes of the view at run time.
"""The templates of a physician, beside the note they are for."""

from __future__ import annotations

import reflex as rx

from health_cloud.followup.state import Templates
from health_cloud.followup.views import TemplateRow
from health_cloud.ui.feedback import problem
from health_cloud.ui.forms import button, field, form, link_button
from health_cloud.ui.i18n import t
from health_cloud.ui.overlays import bottom_sheet


def templates() -> rx.Component:
    """Offer the physician's own templates, and to keep what is written as one."""
    return bottom_sheet(
        rx.cond(
            Templates.rows.length() == 0,
            rx.el.p(t("followup.template.none"), class_name="pad ink-2"),
            rx.el.ul(rx.foreach(Templates.rows, _template), class_name="note-list"),
        ),
        rx.cond(Templates.field == "", problem(Templates.problem, Templates.params), rx.fragment()),
        rx.cond(
            Templates.editing == "",
            rx.el.div(
                form(
                    field(
                        t("followup.template.name"),
                        name="template_name",
                        hint=t("followup.template.name_hint"),
                        error=_template_error(),
                        max_length=40,
                        auto_complete="off",
                    ),
                    button(t("followup.template.keep"), submit=True, wide=True),
                    on_submit=Templates.keep,
                    no_validate=True,
                ),
                class_name="pad note-naming",
            ),
            rx.fragment(),
        ),
        title=t("followup.template.title"),
        open=Templates.open,
        on_close=Templates.close,
    )


def _template_error() -> rx.Var[str]:
    return rx.cond(Templates.field == "template_name", t(Templates.problem, Templates.params), "")


def _template(each: rx.Var[TemplateRow]) -> rx.Component:
    return rx.el.li(
        rx.cond(
            Templates.editing == each.id,
            rx.el.div(
                form(
                    field(
                        t("followup.template.name"),
                        name="template_name",
                        error=_template_error(),
                        max_length=40,
                        auto_complete="off",
                        default_value=each.name,
                    ),
                    button(t("followup.template.rename"), submit=True, look="primary"),
                    on_submit=Templates.rename,
                    no_validate=True,
                ),
                class_name="pad note-naming",
            ),
            rx.el.div(
                rx.el.button(
                    rx.el.b(each.name),
                    rx.el.span(each.begins, class_name="ink-2 t-small"),
                    type="button",
                    aria_label=t("followup.template.insert", name=each.name),
                    on_click=Templates.insert(each.id),
                ),
                rx.el.div(
                    link_button(t("followup.template.rename"), on_click=Templates.edit(each.id)),
                    link_button(t("followup.template.remove"), on_click=Templates.remove(each.id)),
                    class_name="note-acts",
                ),
                class_name="note-template",
            ),
        ),
        key=each.id,
    )
