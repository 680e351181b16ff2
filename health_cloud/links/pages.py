"""Pages of links: one's own, and making one."""

from __future__ import annotations

from typing import Any

import reflex as rx

from health_cloud.core.policy import Need
from health_cloud.core.vocabulary import RecordClass
from health_cloud.links.api import ROUTES, routes
from health_cloud.links.state import HANDLERS, Links, NewLink
from health_cloud.links.views import LinkCard, OpeningRow
from health_cloud.ui import dates, scripts
from health_cloud.ui.feedback import empty, loading, note, problem
from health_cloud.ui.forms import button, chip, chips, choice, choices, field
from health_cloud.ui.i18n import spoken, t, words
from health_cloud.ui.layout import page, separated
from health_cloud.ui.linked import linked
from health_cloud.ui.marks import class_icon, icon
from health_cloud.ui.page import Page
from health_cloud.ui.rows import class_name, section, sheet

_PERIODS = ("", "90", "365", "1095")


class Made(scripts.Local):
    """Shows a link just made; the browser alone keeps it, until the page is left."""

    library = linked(__file__, "made.js")
    tag = "Made"

    made: rx.Var[Any]


def links_page() -> rx.Component:
    """Return the page of one's own links."""
    return page(
        problem(Links.problem, Links.params),
        rx.el.p(t("links.what"), class_name="pad ink-2"),
        rx.el.div(
            button(t("links.new"), look="primary", wide=True, href="/access/links/new"), class_name="pad gap-top"
        ),
        rx.cond(
            Links.ready,
            rx.cond(
                Links.cards.length() == 0,
                empty("qr_code", t("links.none"), t("links.none_text")),
                rx.el.ul(rx.foreach(Links.cards, _card), class_name="rows links-own"),
            ),
            loading(3),
        ),
        heading=t("links.title"),
        size="title",
        back="/access",
        back_label=t("links.back"),
        tab="access",
    )


def _card(card: rx.Var[LinkCard]) -> rx.Component:
    living = card.state == "living"
    return rx.el.li(
        rx.el.h2(rx.cond(card.label != "", card.label, t("links.unnamed")), class_name="t-heading"),
        rx.cond(
            living,
            rx.el.p(dates.clock(card.until_at, since=card.created_at)),
            rx.el.p(t("links.state." + card.state.to(str), at=dates.near_moment(card.until_at)), class_name="ink-2"),
        ),
        rx.el.p(_shows(card), class_name="t-small ink-2"),
        rx.cond(living & ~card.passcode, rx.el.p(t("links.no_passcode"), class_name="t-small ink-2"), rx.fragment()),
        rx.cond(card.wrong > 0, rx.el.p(t("links.wrong", count=card.wrong), class_name="strong"), rx.fragment()),
        rx.el.p(
            rx.cond(card.opened > 0, t("links.opened", count=card.opened), t("links.not_opened")),
            class_name="strong",
        ),
        rx.el.ul(rx.foreach(card.openings, _opening), class_name="links-openings"),
        rx.cond(living, _ends(card), rx.fragment()),
        key=card.id,
        class_name="links-card",
    )


def _shows(card: rx.Var[LinkCard]) -> rx.Component:
    return rx.fragment(
        rx.cond(card.summary, rx.el.span(t("links.summary")), rx.fragment()),
        rx.cond(card.summary & (card.entry_count > 0), rx.el.i(class_name="sep"), rx.fragment()),
        rx.cond(card.entry_count > 0, rx.el.span(t("links.entries", count=card.entry_count)), rx.fragment()),
        rx.foreach(card.classes, lambda name: rx.fragment(rx.el.i(class_name="sep"), rx.el.span(class_name(name)))),
    )


def _opening(opening: rx.Var[OpeningRow]) -> rx.Component:
    return rx.el.li(
        rx.el.b(opening.who),
        rx.el.span(
            separated(dates.moment(opening.at), rx.cond(opening.agent != "", opening.agent, t("links.program"))),
            class_name="t-small ink-2",
        ),
    )


def _ends(card: rx.Var[LinkCard]) -> rx.Component:
    return button(
        t("links.end"),
        look="danger",
        small=True,
        on_click=Links.end(card.id),
        aria_label=t("links.end_which", name=rx.cond(card.label != "", card.label, t("links.unnamed"))),
    )


def new_page() -> rx.Component:
    """Return the page on which a link is made."""
    return page(
        rx.cond(
            NewLink.ready,
            rx.cond(
                NewLink.hours_offered.length() > 0,
                Made.create(_form(), made=NewLink.made),
                problem(NewLink.problem, NewLink.params),
            ),
            loading(4),
        ),
        heading=t("links.new"),
        size="title",
        back="/access/links",
        back_label=t("links.title"),
        tab="access",
    )


def _form() -> rx.Component:
    return rx.fragment(
        rx.el.p(t("links.how"), class_name="pad ink-2"),
        problem(NewLink.problem, NewLink.params),
        section(t("links.which")),
        rx.cond(NewLink.offered.entry != "", _one(), _several()),
        section(t("links.how_long")),
        chips(
            t("links.how_long"),
            rx.foreach(
                NewLink.hours_offered,
                lambda hours: chip(
                    t("links.for." + hours), chosen=NewLink.hours == hours, on_click=NewLink.pick_hours(hours)
                ),
            ),
        ),
        section(t("links.safety")),
        choices(
            choice(
                t("links.with_passcode"),
                sub=t("links.with_passcode_text"),
                many=True,
                checked=NewLink.passcode,
                on_change=NewLink.toggle_passcode,
            ),
            legend=t("links.safety"),
        ),
        rx.cond(NewLink.passcode, rx.fragment(), note(t("links.without"), kind="warn", inset=True)),
        rx.el.div(
            field(
                t("links.label"),
                name="label",
                hint=t("links.label_hint"),
                on_blur=NewLink.name_it,
                max_length=80,
                auto_complete="off",
            ),
            button(t("links.make"), look="primary", wide=True, on_click=NewLink.make),
            class_name="pad stack gap-top",
        ),
    )


def _one() -> rx.Component:
    title = {"zh": NewLink.offered.title_zh, "en": NewLink.offered.title_en}
    return sheet(rx.el.p(words(rx.Var.create(title)), class_name="strong pad links-one"))


def _several() -> rx.Component:
    return rx.fragment(
        choices(
            choice(
                t("links.summary"),
                sub=t("links.summary_text"),
                many=True,
                checked=NewLink.summary,
                on_change=NewLink.toggle_summary,
                lead=icon("clipboard_list"),
            ),
            *[_class(each.value) for each in RecordClass],
            legend=t("links.which"),
        ),
        rx.cond(
            NewLink.chosen.length() > 0,
            rx.fragment(
                section(t("links.since")),
                chips(
                    t("links.since"),
                    *[
                        chip(
                            t(f"links.period.{days or 'all'}"),
                            chosen=NewLink.period == days,
                            on_click=NewLink.pick_period(days),
                        )
                        for days in _PERIODS
                    ],
                ),
            ),
            rx.fragment(),
        ),
    )


def _class(name: str) -> rx.Component:
    return choice(
        class_name(name),
        many=True,
        checked=NewLink.chosen.contains(name),
        on_change=NewLink.toggle(name),
        lead=class_icon(name),
        end=t("links.entries", count=NewLink.offered.counts[name]),
    )


PAGES = spoken(
    [
        Page("/access/links", links_page, "links.title", (Links.load,), Need.PATIENT),
        Page("/access/links/new", new_page, "links.new", (NewLink.load,), Need.PATIENT),
    ],
    "links",
)

__all__ = ["HANDLERS", "PAGES", "ROUTES", "routes"]
