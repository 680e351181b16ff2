"""Verification: document, card, three questions, a code; one thing a page (design p05)."""

from __future__ import annotations

from typing import Any

import reflex as rx

from health_cloud.identity.pages.cards import card_picture
from health_cloud.identity.pages.moving import Lead, Printed
from health_cloud.identity.state.verify import DOCUMENTS, FORGOTTEN, Verify
from health_cloud.identity.views import Option
from health_cloud.ui.dates import month
from health_cloud.ui.feedback import note, problem
from health_cloud.ui.forms import button, choice, choices, code_field, field, form, link_button, segments, select_field
from health_cloud.ui.i18n import t, words
from health_cloud.ui.layout import page, step_bar, steps
from health_cloud.ui.marks import icon
from health_cloud.ui.shell import Shell

STEPS = 4
_FORM = "step"


def verify_page() -> rx.Component:
    """Show the step that is next."""
    number = rx.match(Verify.step, ("document", 1), ("card", 2), ("question", 3), STEPS).to(int)
    return page(
        steps(number, STEPS),
        rx.fragment(
            rx.match(
                Verify.step,
                ("document", _document()),
                ("card", _card()),
                ("question", _question()),
                ("code", _code()),
                ("young", _young()),
                _failed(),
            )
        ),
        Lead.create(target=Verify.focus, turn=Verify.turn),
        bar=rx.cond(
            Verify.step == "document",
            step_bar(t("identity.verify.title"), back="/welcome", end=_where(number)),
            rx.cond(
                (Verify.step == "card") | (Verify.step == "question"),
                step_bar(t("identity.verify.title"), on_back=Verify.back, end=_where(number)),
                step_bar(t("identity.verify.title"), back="/welcome", end=_where(number)),
            ),
        ),
        role="guest",
        helped=True,
        actions=(
            rx.fragment(
                rx.match(
                    Verify.step,
                    ("document", _onward()),
                    ("card", _onward()),
                    ("question", _onward()),
                    ("code", _code_actions()),
                    button(t("identity.verify.again"), look="primary", wide=True, on_click=Verify.start_again),
                )
            ),
        ),
    )


def _where(number: rx.Var[int]) -> rx.Var[str]:
    return t("identity.verify.where", number=number, total=STEPS)


def _head(title: rx.Var[str] | str, sub: rx.Var[str] | str = "", above: rx.Var[str] | str = "") -> rx.Component:
    return rx.el.div(
        *([rx.el.p(above, class_name="t-small ink-2 above")] if not isinstance(above, str) else []),
        rx.el.h1(title, class_name="t-display"),
        *([rx.el.p(sub, class_name="ink-2 heading-sub")] if not isinstance(sub, str) else []),
        class_name="pad heading",
    )


def _onward() -> rx.Component:
    return button(t("identity.verify.onward"), look="primary", submit=True, wide=True, form=_FORM)


def _error(name: str) -> rx.Var[str]:
    return rx.cond(Verify.field == name, t(Verify.problem, Verify.problem_params), "").to(str)


def _whole() -> rx.Component:
    return rx.cond(Verify.field == "", problem(Verify.problem, Verify.problem_params), rx.fragment())


def _kinds(label: rx.Var[str], kinds: tuple[str, str], chosen: str, on_pick: Any) -> rx.Component:
    named = [(kind, t(f"identity.verify.{kind}")) for kind in kinds]
    return rx.el.div(segments(label, named, chosen, on_pick), class_name="pad")


def _number(
    label: rx.Var[str], name: str, longest: int, on_submit: Any, hint: rx.Var[str] | None = None
) -> rx.Component:
    return form(
        field(
            label,
            name=name,
            hint=hint,
            error=_error(name),
            auto_complete="off",
            auto_capitalize="characters",
            spell_check=False,
            max_length=longest,
        ),
        on_submit=on_submit,
        id=_FORM,
        no_validate=True,
    )


def _document() -> rx.Component:
    return rx.fragment(
        _head(t("identity.verify.document"), t("identity.verify.document_sub")),
        rx.el.div(
            select_field(
                t("identity.verify.document_kind"),
                name="kind",
                options=[(kind, t(f"identity.verify.{kind}")) for kind in DOCUMENTS],
                value=Verify.document,
                on_change=Verify.pick_document,
            ),
            class_name="pad",
        ),
        _number(_of_document("_number"), "number", 40, Verify.give_document, _of_document("_hint")),
        _whole(),
        _no_way(),
    )


def _of_document(ending: str) -> rx.Var[str]:
    """Return the text that goes with the kind of document chosen."""
    told = [(kind, t(f"identity.verify.{kind}{ending}")) for kind in DOCUMENTS]
    return rx.match(Verify.document, *told, "").to(str)


def _no_way() -> rx.Component:
    """Lead out for those who cannot go on here."""
    return rx.el.p(
        rx.el.a(t("identity.verify.cannot"), href="/cannot-verify", class_name="link"), class_name="pad t-small gap-top"
    )


def _card() -> rx.Component:
    social = Verify.card == "social_security_card"
    label = rx.cond(social, t("identity.verify.social_number"), t("identity.verify.visit_number"))
    return rx.fragment(
        _head(t("identity.verify.card"), t("identity.verify.card_sub")),
        _kinds(t("identity.verify.card_kind"), ("social_security_card", "visit_card"), Verify.card, Verify.pick_card),
        rx.el.div(
            card_picture(social),
            rx.el.p(t("identity.verify.picture"), class_name="t-small ink-2 pic-caption", aria_hidden="true"),
            class_name="pad card-picture",
        ),
        _number(label.to(str), "card", 60, Verify.give_card),
        _whole(),
        rx.el.div(
            rx.el.p(
                icon("id_card", size="m"),
                rx.el.span(t("identity.verify.tail", tail=Verify.tail)),
                link_button(t("identity.verify.change"), on_click=Verify.back),
                class_name="t-small ink-2 given",
            ),
            class_name="pad",
        ),
        rx.el.p(t("identity.verify.no_card"), class_name="pad t-small ink-2"),
        _no_way(),
    )


def _question() -> rx.Component:
    asked = Verify.asked
    hospital = words(asked.hospital)
    title = rx.match(
        asked.kind,
        ("department", t("identity.verify.ask_department", hospital=hospital)),
        ("month", t("identity.verify.ask_month", hospital=hospital)),
        t("identity.verify.ask_practitioner", hospital=hospital),
    )
    return rx.fragment(
        _head(
            title.to(str), above=t("identity.verify.which", number=Verify.index + 1, total=Verify.questions.length())
        ),
        form(
            choices(
                rx.foreach(asked.options, _option),
                choice(
                    t("identity.verify.forgotten"),
                    name="answer",
                    value=str(FORGOTTEN),
                    default_checked=asked.chosen == FORGOTTEN,
                ),
                legend=title,
            ),
            on_submit=Verify.answer,
            id=_FORM,
            key=Verify.index.to(str),
        ),
        _whole(),
        rx.el.p(t("identity.verify.together"), class_name="pad t-small ink-2 gap-top"),
    )


def _option(option: rx.Var[Option]) -> rx.Component:
    return choice(
        rx.cond(option.month != "", month(option.month), words(option.words)),
        name="answer",
        value=option.value.to(str),
        default_checked=Verify.asked.chosen == option.value,
    )


def _code() -> rx.Component:
    by_desk = field(
        t("identity.verify.desk_code"),
        name="code",
        hint=t("identity.verify.desk_hint"),
        error=_error("code"),
        auto_complete="off",
        auto_capitalize="characters",
        spell_check=False,
        max_length=20,
    )
    by_message = code_field(t("identity.verify.code"), hint=t("identity.verify.code_hint"), error=_error("code"))
    return rx.fragment(
        _head(
            rx.cond(Verify.desk, t("identity.verify.desk"), t("identity.verify.possession")),
            rx.cond(Verify.desk, t("identity.verify.desk_sub"), t("identity.verify.possession_sub")),
        ),
        rx.cond(Verify.sends, rx.fragment(), note(t("identity.verify.no_channel"), kind="warn", inset=True)),
        rx.cond(
            Verify.sent & ~Verify.desk,
            note(t("identity.verify.on_its_way"), kind="info", inset=True, live=True),
            rx.fragment(),
        ),
        rx.cond(
            Verify.sent | Verify.desk,
            form(
                rx.cond(Verify.desk, rx.fragment(by_desk, Printed.create(target="code")), by_message),
                on_submit=Verify.prove,
                id=_FORM,
                no_validate=True,
            ),
            rx.fragment(),
        ),
        _whole(),
        _other_ways(),
        _no_way(),
        rx.cond(
            Shell.demo & Verify.sent,
            rx.el.p(
                rx.el.a(t("identity.verify.outbox"), href="/demo/outbox", target="_blank", class_name="link"),
                class_name="pad t-small gap-top",
            ),
            rx.fragment(),
        ),
    )


def _other_ways() -> rx.Component:
    """Offer what else one can do; the one act stays alone at the foot."""
    again = link_button(t("identity.verify.send_again"), on_click=Verify.send)
    by_desk = link_button(t("identity.verify.by_desk"), on_click=Verify.use_desk)
    by_message = link_button(t("identity.verify.by_message"), on_click=Verify.use_desk)
    return rx.el.div(
        rx.cond(Verify.sent & ~Verify.desk, again, rx.fragment()),
        rx.cond(Verify.desk, rx.cond(Verify.sends, by_message, rx.fragment()), by_desk),
        class_name="pad gap-top other-ways",
    )


def _code_actions() -> rx.Component:
    return rx.cond(
        Verify.sent | Verify.desk,
        button(t("identity.verify.prove"), look="primary", submit=True, wide=True, form=_FORM),
        button(t("identity.verify.send"), look="primary", wide=True, on_click=Verify.send),
    )


def _failed() -> rx.Component:
    return rx.fragment(
        _head(t("identity.verify.failed"), t("identity.verify.failed_sub")),
        _no_way(),
    )


def _young() -> rx.Component:
    """Say to somebody who has proved themselves, and is too young for an account, how it goes on."""
    return rx.fragment(
        _head(
            t("identity.verify.young", age=Verify.age),
            t("identity.verify.young_sub", age=Verify.age),
        ),
        _no_way(),
    )
