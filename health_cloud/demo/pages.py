"""The demo's pages: whom one can be, and what was sent to them."""

from __future__ import annotations

import reflex as rx

from health_cloud.core.policy import Need
from health_cloud.demo import state
from health_cloud.demo.state import Demo, DemoOutbox
from health_cloud.demo.views import DemoAnswer, DemoKey, DemoPerson, DemoWorker
from health_cloud.notify.views import OutboxRow
from health_cloud.ui.dates import month, near_moment
from health_cloud.ui.feedback import empty, problem
from health_cloud.ui.forms import button
from health_cloud.ui.i18n import t, words
from health_cloud.ui.layout import page
from health_cloud.ui.page import Page
from health_cloud.ui.rows import facts, row, rows, section, sheet


def demo_page() -> rx.Component:
    return page(
        problem(Demo.problem),
        rx.el.div(
            rx.foreach(Demo.people, _person),
            class_name="stack",
        ),
        section(t("demo.work"), more=t("demo.work_sub")),
        rows(rx.foreach(Demo.workers, _worker)),
        heading=t("demo.title"),
        sub=t("demo.sub"),
        size="title",
        back="/welcome",
        role="guest",
        actions=(
            button(t("demo.verify"), look="primary", href="/verify", wide=True),
            button(t("demo.outbox"), look="plain", href="/demo/outbox", wide=True),
        ),
    )


def _person(person: rx.Var[DemoPerson]) -> rx.Component:
    resident = person.document == "resident_id"
    open_here = Demo.shown == person.key
    return sheet(
        rx.el.div(
            rx.el.p(words(person.story), class_name="t-small ink-2"),
            facts(
                (rx.cond(resident, t("demo.national_id"), t("demo.passport")), person.national_id),
                (t("demo.visit_card"), person.visit_card),
                (t("demo.social_card"), rx.cond(person.social_security_card != "", person.social_security_card, "—")),
                (t("demo.phone"), person.phone),
            ),
            rx.cond(
                open_here,
                rx.el.ol(rx.foreach(Demo.answers, _answer), class_name="stack", aria_label=t("demo.answers")),
                button(t("demo.show"), look="plain", small=True, on_click=Demo.show(person.key)),
            ),
            class_name="pad stack",
        ),
        title=words(person.name),
    )


def _answer(answer: rx.Var[DemoAnswer]) -> rx.Component:
    kind = rx.match(
        answer.kind,
        ("department", t("demo.department")),
        ("month", t("demo.month")),
        t("demo.practitioner"),
    )
    return rx.el.li(
        rx.el.span(kind, class_name="t-small ink-2"),
        " ",
        rx.el.b(rx.cond(answer.month != "", month(answer.month), words(answer.words))),
    )


def _worker(worker: rx.Var[DemoWorker]) -> rx.Component:
    return row(
        words(worker.name),
        sub=rx.cond(
            worker.code != "",
            t("demo.code", login=worker.login, code=worker.code),
            words(worker.place),
        ),
        end=rx.cond(
            worker.code != "",
            rx.el.a(t("demo.activate"), href="/activate", class_name="link act"),
            button(t("demo.get_code"), look="plain", small=True, on_click=Demo.work_code(worker.login)),
        ),
    )


def outbox_page() -> rx.Component:
    return page(
        rx.cond(
            DemoOutbox.rows.length() > 0,
            rows(rx.foreach(DemoOutbox.rows, _message)),
            empty("mail", t("demo.nothing_sent"), t("demo.nothing_sent_sub")),
        ),
        rx.cond(
            DemoOutbox.keys.length() > 0,
            rx.fragment(
                section(t("demo.keys"), more=t("demo.keys_sub")),
                rows(rx.foreach(DemoOutbox.keys, _key)),
            ),
            rx.fragment(),
        ),
        heading=t("demo.outbox"),
        sub=t("demo.outbox_sub"),
        size="title",
        back="/demo",
        role="guest",
        actions=button(t("demo.refresh"), look="primary", wide=True, on_click=DemoOutbox.load),
    )


def _key(key: rx.Var[DemoKey]) -> rx.Component:
    return row(words(key.name), sub=key.login, end=rx.el.b(key.code, class_name="t-title"))


def _message(message: rx.Var[OutboxRow]) -> rx.Component:
    return row(
        message.text,
        sub=t("demo.sent_to", address=message.address, at=near_moment(message.at)),
    )


PAGES = [
    Page("/demo", demo_page, "demo.title", on_load=[Demo.load], need=Need.DEMO),
    Page("/demo/outbox", outbox_page, "demo.outbox", on_load=[DemoOutbox.load], need=Need.DEMO),
]
HANDLERS = state.HANDLERS
