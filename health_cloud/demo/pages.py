"""The demo's pages: whom one can be, and what was sent to them."""

from __future__ import annotations

import reflex as rx

from health_cloud.core.policy import Need
from health_cloud.demo import state
from health_cloud.demo.state import Demo, DemoOutbox
from health_cloud.demo.views import DemoAnswer, DemoKey, DemoPerson, DemoWorker
from health_cloud.identity.pages.moving import Copy
from health_cloud.identity.state.verify import Verify
from health_cloud.notify.views import OutboxRow
from health_cloud.ui.dates import month, near_moment
from health_cloud.ui.feedback import empty, note, problem
from health_cloud.ui.forms import button
from health_cloud.ui.i18n import t, words
from health_cloud.ui.layout import page
from health_cloud.ui.marks import icon
from health_cloud.ui.page import Page
from health_cloud.ui.rows import face, row, rows, section
from health_cloud.ui.shell import Shell


def demo_page() -> rx.Component:
    return page(
        problem(Demo.problem),
        rows(rx.foreach(Demo.people, _person), lead=True),
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
    """Show a person as a row; the one who was chosen with the numbers and the answers below it."""
    shown = Demo.shown == person.key
    return rx.el.li(
        rx.el.button(
            face(words(person.name)),
            rx.el.span(
                rx.el.span(words(person.name), class_name="ttl"),
                rx.el.span(words(person.shows), class_name="sub"),
                class_name="row-text",
            ),
            rx.el.span(
                rx.cond(shown, icon("chevron_up", size="m"), icon("chevron_down", size="m")),
                class_name="end",
            ),
            type="button",
            aria_expanded=rx.cond(shown, "true", "false"),
            on_click=Demo.show(person.key),
            class_name="row",
        ),
        rx.cond(shown, _card(person), rx.fragment()),
    )


def _card(person: rx.Var[DemoPerson]) -> rx.Component:
    resident = person.document == "resident_id"
    return rx.el.section(
        rx.el.p(words(person.story), class_name="pad gap-top"),
        rx.cond(person.died != "", note(t("demo.died"), kind="info", inset=True), rx.fragment()),
        rx.el.dl(
            _fact(rx.cond(resident, t("demo.national_id"), t("demo.passport")), person.national_id),
            _fact(t("demo.visit_card"), person.visit_card),
            rx.cond(
                person.social_security_card != "",
                _fact(t("demo.social_card"), person.social_security_card),
                rx.fragment(),
            ),
            _fact(t("demo.phone"), person.phone),
            rx.foreach(Demo.answers, _answer),
            class_name="facts",
        ),
        class_name="sheet",
        aria_label=words(person.name),
    )


def _answer(answer: rx.Var[DemoAnswer]) -> rx.Component:
    return rx.cond(
        answer.kind == "desk",
        _fact(t("demo.desk_code"), words(answer.words).to(str)),
        rx.el.div(rx.el.dt(_kind(answer)), rx.el.dd(_said(answer))),
    )


def _fact(name: rx.Var[str], number: rx.Var[str]) -> rx.Component:
    return rx.el.div(
        rx.el.dt(name),
        rx.el.dd(
            number,
            Copy.create(text=number, label=t("demo.copy"), done=t("demo.copied"), what=name),
            class_name="copied",
        ),
    )


def _kind(answer: rx.Var[DemoAnswer]) -> rx.Component:
    return rx.fragment(
        rx.match(
            answer.kind,
            ("department", t("demo.department")),
            ("month", t("demo.month")),
            t("demo.practitioner"),
        )
    )


def _said(answer: rx.Var[DemoAnswer]) -> rx.Var[str]:
    return rx.cond(answer.month != "", month(answer.month), words(answer.words)).to(str)


def proving_help() -> rx.Component:
    """Tell whoever proves to be an invented person what that person would know, step by step."""
    return rx.fragment(
        rx.cond(
            Shell.demo & (Demo.shown != ""),
            rx.el.div(
                rx.foreach(Demo.people, lambda person: rx.cond(Demo.shown == person.key, _known(person), rx.fragment()))
            ),
            rx.fragment(),
        )
    )


def _known(person: rx.Var[DemoPerson]) -> rx.Component:
    return rx.cond(person.died != "", note(t("demo.died"), kind="info", inset=True), _steps(person))


def _steps(person: rx.Var[DemoPerson]) -> rx.Component:
    social = (Verify.card == "social_security_card") & (person.social_security_card != "")
    answered = rx.foreach(
        Demo.answers,
        lambda answer: rx.cond(answer.kind == Verify.asked.kind, _tell(_kind(answer), _said(answer)), rx.fragment()),
    )
    return rx.fragment(
        rx.match(
            Verify.step,
            (
                "document",
                _tell(
                    rx.cond(person.document == "resident_id", t("demo.national_id"), t("demo.passport")),
                    person.national_id,
                    copy=True,
                ),
            ),
            (
                "card",
                _tell(
                    rx.cond(social, t("demo.social_card"), t("demo.visit_card")),
                    rx.cond(social, person.social_security_card, person.visit_card),
                    copy=True,
                ),
            ),
            ("question", rx.el.div(answered)),
            ("code", rx.el.div(rx.foreach(Demo.answers, _printed))),
            rx.fragment(),
        )
    )


def _printed(answer: rx.Var[DemoAnswer]) -> rx.Component:
    return rx.cond(
        answer.kind == "desk", _tell(t("demo.desk_code"), words(answer.words).to(str), copy=True), rx.fragment()
    )


def _tell(name: rx.Component | rx.Var[str], said: rx.Var[str], *, copy: bool = False) -> rx.Component:
    return rx.el.div(
        note(
            rx.fragment(name, " ", rx.el.b(said)),
            strong=t("demo.hint"),
            kind="info",
            inset=True,
            action=Copy.create(text=said, label=t("demo.copy"), done=t("demo.copied"), what=name) if copy else None,
        ),
        class_name="gap-top",
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
            rx.el.a(t("demo.activate"), href="/activate#" + worker.login + ":" + worker.code, class_name="link act"),
            button(
                t("demo.get_code"),
                look="plain",
                small=True,
                on_click=Demo.work_code(worker.login),
                aria_label=t("demo.get_code_for", name=words(worker.name)),
            ),
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
