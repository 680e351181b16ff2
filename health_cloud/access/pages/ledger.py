# pyright: reportAttributeAccessIssue=false, reportArgumentType=false, reportReturnType=false, reportOperatorIssue=false
# A Var of a view has the attributes of the view at run time.
"""Page of one's own ledger."""

from __future__ import annotations

import reflex as rx

from health_cloud.access.api import ROUTES, routes
from health_cloud.access.service.ledger import LedgerDay
from health_cloud.access.service.ledger_words import LedgerRow
from health_cloud.access.state.ledger import HANDLERS, OwnLedger
from health_cloud.core.policy import Need
from health_cloud.records.pages.filters import one_of
from health_cloud.records.pages.parts import loaded, two
from health_cloud.ui import dates
from health_cloud.ui.feedback import empty, loading
from health_cloud.ui.forms import button, chip_link, chips
from health_cloud.ui.i18n import language, spoken, t, words
from health_cloud.ui.layout import icon_link, page
from health_cloud.ui.marks import icon
from health_cloud.ui.page import Page
from health_cloud.ui.rows import group, row
from health_cloud.ui.stretches import stretches


def ledger_page() -> rx.Component:
    """Show who did what with one's records, by day."""
    body = rx.cond(
        OwnLedger.some,
        stretches(
            OwnLedger,
            OwnLedger.days,
            loading(5),
            named="day",
            group=LedgerDay,
            row=LedgerRow,
            head=_day_head,
            line=_line,
            class_name="rows days",
        ),
        rx.cond(
            OwnLedger.filters.narrowed,
            _nothing_fits(),
            empty("eye", t("access.ledger.empty.title"), t("access.ledger.empty.text")),
        ),
    )
    return page(
        _filter_bar(),
        loaded(OwnLedger, body),
        rx.cond(OwnLedger.some & (OwnLedger.older == ""), _take(), rx.fragment()),
        heading=t("access.ledger.heading"),
        sub=t("access.ledger.sub"),
        back="/",
        back_label=t("ui.nav.records"),
        tab="access",
        end=[icon_link("download", t("access.proof.download"), href=_file(), download=True, reload_document=True)],
    )


def _file() -> rx.Var[str]:
    return rx.Var.create("/ledger/file?language=") + language()


def _take() -> rx.Component:
    """Offer the ledger as a file that its owner can check without us."""
    return rx.el.a(
        icon("link", size="m"),
        rx.el.span(t("access.proof.check")),
        rx.el.span(t("access.proof.take"), class_name="link"),
        href=_file(),
        download=True,
        reload_document=True,
        class_name="why",
    )


def _filter_bar() -> rx.Component:
    """Narrow it by who, class and time: addresses, so that back and reload keep them."""
    filters = OwnLedger.filters
    return rx.cond(
        filters.who.options.length() > 0,
        chips(
            t("access.ledger.filter.label"),
            chip_link(t("access.ledger.filter.all"), chosen=~filters.narrowed, href=filters.every),
            *[one_of(t(f"access.ledger.filter.{name}"), getattr(filters, name)) for name in ("who", "cls", "period")],
        ),
        rx.fragment(),
    )


def _nothing_fits() -> rx.Component:
    return empty(
        "list_filter",
        t("access.ledger.filter.none"),
        t("access.ledger.filter.none_text"),
        action=button(t("access.ledger.filter.clear"), href=OwnLedger.filters.every),
    )


def _day_head(day: rx.Var[LedgerDay], count: rx.Var[int]) -> rx.Component:
    return group(dates.near_day(day.day), rx.cond(count > 0, t("access.ledger.lines", count=count), ""))


def _line(line: rx.Var[LedgerRow]) -> rx.Component:
    return row(
        said(line),
        sub=rx.fragment(grounds(line), _asked(line)),
        lead=rx.el.span(icon_of(line.icon), class_name="day ink-3 icon-lead"),
        end=rx.el.span(dates.time(line.at), _ask(line), class_name="t-small when-why"),
    )


def said(line: rx.Var[LedgerRow]) -> rx.Var[str]:
    """Say who did what."""
    return t(line.say, name=_who(line), count=line.shown, what=t(line.what))


def _who(line: rx.Var[LedgerRow]) -> rx.Var[str]:
    known = rx.cond(line.kin != "", t(line.by, kin=t(line.kin), name=words(line.who)), words(line.who))
    return rx.cond(words(line.who) != "", known, t(line.by)).to(str)


def grounds(line: rx.Var[LedgerRow]) -> rx.Component:
    """Say where they work, on what ground, and how often."""
    times = rx.cond(
        line.times > 1,
        rx.fragment(rx.el.i(class_name="sep"), t("access.ledger.times", count=line.times)),
        rx.fragment(),
    )
    return rx.fragment(
        rx.cond(line.icon == "refused", rx.el.b(t("access.ledger.refused"), class_name="refused"), rx.fragment()),
        two(words(line.department), rx.cond(line.why != "", t(line.why), "")),
        rx.cond(
            line.purpose != "",
            rx.el.span(t("access.ledger.purpose", purpose=t(line.purpose)), class_name="asked-why"),
            rx.fragment(),
        ),
        times,
    )


def _asked(line: rx.Var[LedgerRow]) -> rx.Component:
    """Say what became of "Why?"."""
    why = line.why_asked
    return rx.match(
        why.state,
        ("asked", rx.el.span(t("access.why.row.asked", at=dates.moment(why.due_at)), class_name="asked-why")),
        ("overdue", rx.el.span(rx.el.b(t("access.why.row.overdue"), class_name="refused"), class_name="asked-why")),
        (
            "answered",
            rx.el.span(t("access.why.row.answered", name=words(why.by), text=why.answer), class_name="asked-why clip"),
        ),
        rx.fragment(),
    )


def _ask(line: rx.Var[LedgerRow]) -> rx.Component:
    """Lead to asking why, or to what was asked."""
    text = rx.match(
        line.why_asked.state,
        ("can", t("access.why.ask")),
        ("answered", t("access.why.see_answer")),
        t("access.why.see_asked"),
    )
    link = rx.el.a(
        text,
        rx.el.span(t("access.why.about", said=said(line), at=dates.time(line.at)), class_name="sr"),
        href="/ledger/why/" + line.id,
        class_name="link act",
    )
    return rx.cond(line.why_asked.state != "", link, rx.fragment())


def icon_of(kind: rx.Var[str]) -> rx.Component:
    """Show what kind of line it is."""
    return rx.match(
        kind,
        ("you", icon("circle_user_round")),
        ("looked", icon("eye")),
        ("refused", icon("shield_x", class_name="ink-warn")),
        ("emergency", icon("siren", class_name="ink-crit")),
        icon("file_text"),
    )


PAGES = spoken(
    [Page("/ledger", ledger_page, "access.ledger.title", on_load=[OwnLedger.load], need=Need.PATIENT)], "access"
)

__all__ = ["HANDLERS", "PAGES", "ROUTES", "routes"]
