"""One request: who, why, what; narrow it, see what would become visible, agree or not."""

from __future__ import annotations

import reflex as rx

from health_cloud.access.pages.parts import until_day, until_fields, until_time, who
from health_cloud.access.pages.preview import differences, sees, which_and_days
from health_cloud.access.state import Deciding
from health_cloud.consent.service.wishes import UNTIL
from health_cloud.consent.views import DEPARTMENT, ENCOUNTER, OPENING, PHYSICIAN, VISIT
from health_cloud.ui import dates
from health_cloud.ui.feedback import empty, loading, note, problem
from health_cloud.ui.forms import button, chip, chips, field, form, pair
from health_cloud.ui.i18n import t, words
from health_cloud.ui.layout import page, step_bar
from health_cloud.ui.overlays import bottom_sheet
from health_cloud.ui.rows import face, sheet

_REQUEST = Deciding.page.request
_NAME = words(_REQUEST.asker.name)


def request_page() -> rx.Component:
    """Return the page."""
    waits = Deciding.ready & ~Deciding.gone & (Deciding.done == "")
    return page(
        rx.cond(Deciding.field == "", problem(Deciding.problem, Deciding.params), rx.fragment()),
        rx.cond(
            Deciding.done != "",
            _done(),
            rx.cond(Deciding.gone, _gone(), rx.cond(Deciding.ready, _body(), loading(4))),
        ),
        _word(),
        bar=step_bar(
            t("access.request.title"),
            back="/access",
            end=rx.cond(waits, t("access.request.came", at=dates.near_moment(_REQUEST.created_at)), ""),
        ),
        heading=rx.cond(waits, t("access.request.wants", name=_NAME), t("access.request.title")),
        lead=rx.cond(waits, face(_NAME, large=True), rx.fragment()),
        sub=rx.cond(waits, who(_REQUEST.asker), rx.fragment()),
        size="title",
        role="patient",
        tab="access",
        actions=rx.cond(waits, _decide(), button(t("access.request.back"), href="/access", wide=True)),
    )


def _body() -> rx.Component:
    return rx.fragment(
        rx.el.div(
            rx.el.p(t("access.purpose." + _REQUEST.purpose), class_name="strong"),
            rx.cond(_REQUEST.message != "", rx.el.p(t("access.request.said", text=_REQUEST.message)), rx.fragment()),
            class_name="pad said-why",
        ),
        rx.cond(
            Deciding.page.replaces,
            note(t("access.request.replaces", name=_NAME), kind="info", inset=True),
            rx.fragment(),
        ),
        sheet(
            *which_and_days(Deciding, _REQUEST),
            rx.el.h3(t("access.request.until"), class_name="t-body"),
            chips(
                t("access.request.until"),
                rx.foreach(
                    _REQUEST.offered,
                    lambda lasting: chip(
                        t("access.for." + lasting),
                        chosen=Deciding.lasting == lasting,
                        on_click=Deciding.set_lasting(lasting),
                    ),
                ),
            ),
            until_fields(
                Deciding.lasting,
                day=until_day(_error("until_day"), default_value=Deciding.until_day, on_blur=Deciding.set_until_day),
                clock_time=until_time(
                    _error("until_time"), default_value=Deciding.until_time, on_blur=Deciding.set_until_time
                ),
            ),
            rx.el.p(_how_it_ends(), class_name="pad t-small ink-2", role="status"),
            title=t("access.request.which"),
            note=t("access.request.narrow"),
        ),
        rx.el.div(
            sees(_NAME, Deciding.page.total),
            differences(Deciding.page.rows),
            rx.cond(
                Deciding.page.fewer > 0,
                rx.el.p(t("access.request.fewer", count=Deciding.page.fewer), class_name="t-small ink-2"),
                rx.fragment(),
            ),
            class_name="pad preview",
            role="status",
        ),
    )


def _error(name: str) -> rx.Var[str]:
    return rx.cond(Deciding.field == name, t(Deciding.problem, Deciding.params), "")


def _how_it_ends() -> rx.Component | rx.Var[str]:
    """Say in words what ends it, where it is not simply the clock."""
    return rx.match(
        Deciding.lasting,
        (OPENING, t("access.lasts.opening", name=_NAME)),
        (
            VISIT,
            rx.cond(
                _REQUEST.visit_kind == ENCOUNTER,
                t("access.lasts.encounter", at=dates.moment(_REQUEST.visit_ends_at)),
                t("access.lasts.visit", at=dates.moment(_REQUEST.visit_ends_at)),
            ),
        ),
        (UNTIL, t("access.lasts.until", at=dates.moment(_REQUEST.until_at))),
        "",
    )


def _decide() -> rx.Component:
    return rx.el.div(
        rx.el.p(t("access.request.quiet"), class_name="t-small ink-2 hint-line"),
        pair(
            button(t("access.disagree"), on_click=Deciding.ask_word),
            button(
                t("access.agree"),
                look="primary",
                on_click=Deciding.approve,
                disabled=Deciding.empty,
            ),
        ),
    )


def _word() -> rx.Component:
    return bottom_sheet(
        form(
            rx.el.p(t("access.deny.text", name=_NAME), class_name="ink-2"),
            field(t("access.deny.word"), name="reply", hint=t("access.deny.hint"), max_length=200),
            button(t("access.disagree"), look="danger", submit=True, wide=True),
            on_submit=Deciding.deny,
        ),
        rx.el.div(
            rx.el.p(t("access.block.text"), class_name="t-small ink-2"),
            button(t("access.block.physician", name=_NAME), wide=True, on_click=Deciding.block(PHYSICIAN)),
            rx.cond(
                words(_REQUEST.asker.department) != "",
                button(
                    t("access.block.department", name=words(_REQUEST.asker.department)),
                    wide=True,
                    on_click=Deciding.block(DEPARTMENT),
                ),
                rx.fragment(),
            ),
            class_name="blocking",
        ),
        title=t("access.deny.title"),
        open=Deciding.refusing,
        on_close=Deciding.keep,
    )


def _done() -> rx.Component:
    return rx.cond(
        Deciding.done == "approved",
        empty(
            "shield_check",
            t("access.done.agreed", name=_NAME),
            rx.cond(
                Deciding.lasting == OPENING,
                t("access.done.once_text", at=dates.moment(Deciding.until)),
                t("access.done.agreed_text", at=dates.moment(Deciding.until)),
            ),
        ),
        rx.cond(
            Deciding.done == "blocked",
            empty(
                "shield_x",
                t("access.done.denied"),
                t("access.done.blocked_text"),
                action=button(t("access.choices.title"), href="/access/choices"),
            ),
            empty("shield_x", t("access.done.denied"), t("access.done.denied_text", name=_NAME)),
        ),
    )


def _gone() -> rx.Component:
    return empty("shield_check", t("access.gone"), t("access.gone_text"))
