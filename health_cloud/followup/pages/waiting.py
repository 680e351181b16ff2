"""Waiting for a time: joining beside the times of a physician, and one's places in lists."""

from __future__ import annotations

import reflex as rx

from health_cloud.followup.pages.kinds import kind_line
from health_cloud.followup.state import Times, Waitlist
from health_cloud.followup.views import WaitingCard
from health_cloud.identity.pages.moving import Lead
from health_cloud.ui import dates
from health_cloud.ui.feedback import note, problem
from health_cloud.ui.forms import button, choice, choices, date_field, field, form
from health_cloud.ui.i18n import t, words
from health_cloud.ui.overlays import disclosed_confirm, disclosure
from health_cloud.ui.rows import section


def join_form() -> rx.Component:
    """Offer to wait, where no time suits."""
    joined = note(
        rx.el.a(t("followup.wait.joined_text"), href="/followup", class_name="link"),
        strong=t("followup.wait.joined"),
        kind="info",
        name="check",
        inset=True,
        live=True,
    )
    return rx.cond(
        Waitlist.joined,
        joined,
        rx.el.div(
            rx.cond(Waitlist.field == "", problem(Waitlist.problem, Waitlist.params), rx.fragment()),
            disclosure(
                button(t("followup.wait.start"), name="hourglass", wide=True), _form(), title=t("followup.wait.title")
            ),
            class_name="pad",
        ),
    )


def _error(name: str) -> rx.Var[str]:
    return rx.cond(Waitlist.field == name, t(Waitlist.problem, Waitlist.params), "").to(str)


def _form() -> rx.Component:
    return rx.fragment(
        Lead.create(target=Waitlist.field, turn=Waitlist.turn),
        rx.el.p(t("followup.wait.text"), class_name="pad t-small ink-2"),
        form(
            rx.el.input(type="hidden", name="kind", value=Times.page.kind),
            choices(
                choice(
                    t("followup.wait.this", name=words(Times.page.physician.name)),
                    name="anybody",
                    value="no",
                    default_checked=True,
                ),
                choice(
                    t("followup.wait.anybody", department=words(Times.page.department)), name="anybody", value="yes"
                ),
                legend=t("followup.wait.whom"),
            ),
            date_field(
                t("followup.wait.until"),
                name="until",
                min=Times.page.today,
                hint=t("followup.wait.until_hint"),
                error=_error("until"),
                required=True,
            ),
            field(
                t("followup.book.reason"),
                name="why",
                hint=t("followup.wait.reason_hint"),
                error=_error("why"),
                multiline=True,
                max_length=300,
            ),
            button(t("followup.wait.act"), look="primary", submit=True, wide=True),
            on_submit=Waitlist.join,
            no_validate=True,
        ),
    )


def waiting_list() -> rx.Component:
    """Show where one waits, above one's visits; nothing where one does not."""
    return rx.cond(
        Waitlist.cards.length() > 0,
        rx.fragment(
            problem(Waitlist.problem, Waitlist.params),
            section(t("followup.wait.list")),
            rx.el.ul(rx.foreach(Waitlist.cards, _card), class_name="rows answers waiting"),
        ),
        problem(Waitlist.problem, Waitlist.params),
    )


def _card(card: rx.Var[WaitingCard]) -> rx.Component:
    whom = rx.cond(
        card.physician.id != "",
        t("access.doctor", name=words(card.physician.name)),
        t("followup.wait.anybody_there"),
    )
    return rx.el.li(
        rx.el.div(
            rx.el.b(whom, rx.el.i(class_name="sep"), words(card.department)),
            rx.el.p(
                rx.cond(card.ahead > 0, t("followup.wait.ahead", count=card.ahead), t("followup.wait.first")),
                rx.el.i(class_name="sep"),
                t("followup.wait.until_day", day=dates.full_day(card.until_day)),
                rx.cond(
                    card.kind != "",
                    rx.fragment(rx.el.i(class_name="sep"), kind_line(card.kind)),
                    rx.fragment(),
                ),
                class_name="t-small ink-2",
            ),
        ),
        rx.cond(
            card.offered_at != "",
            rx.el.div(
                note(
                    rx.fragment(t("followup.wait.yours"), " ", dates.clock(card.offered_until)),
                    strong=t("followup.wait.offered", at=dates.visit(card.offered_at)),
                    kind="info",
                    name="calendar_clock",
                    live=True,
                ),
                rx.el.div(
                    button(t("followup.wait.take"), look="primary", small=True, on_click=Waitlist.take(card.id)),
                    button(t("followup.wait.pass"), small=True, on_click=Waitlist.pass_over(card.id)),
                    class_name="visit-acts",
                ),
                class_name="proposed",
            ),
            rx.fragment(),
        ),
        rx.el.div(
            disclosed_confirm(
                button(t("followup.wait.leave"), look="danger", small=True),
                title=t("followup.wait.leave_title"),
                lines=[t("followup.wait.leave_text")],
                act=t("followup.wait.leave_act"),
                cancel=t("followup.wait.leave_not"),
                on_act=Waitlist.leave(card.id),
            ),
            class_name="visit-acts",
        ),
        key=card.id,
    )
