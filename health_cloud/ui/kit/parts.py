"""Every part once."""

from __future__ import annotations

import reflex as rx

from health_cloud.ui import dates, feedback, forms, layout, overlays, rows
from health_cloud.ui.i18n import t, words
from health_cloud.ui.kit import samples
from health_cloud.ui.marks import KINDS, class_tile, flag, tile
from health_cloud.ui.preferences import language_switch, text_switch, theme_switch
from health_cloud.ui.results import range_bar


def kit_page() -> rx.Component:
    """Show the parts."""
    return layout.page(
        _colours(),
        _flags(),
        _bars(),
        _buttons(),
        _fields(),
        _choosers(),
        _clocks(),
        _notes(),
        _floating(),
        rows.rule(inset=True),
        rows.why(t("ui.kit.why"), href="/kit"),
        rx.el.div(class_name="kit-room"),
        feedback.toast(t("ui.kit.toast"), on_close=rx.noop(), on_undo=rx.noop(), seconds=100_000),
        heading=t("ui.kit.title"),
        sub=dates.long_day("2026-04-16"),
        brand=True,
        tab="records",
        end=[layout.icon_button("search", t("ui.kit.search")), layout.icon_button("bell", t("ui.kit.messages"))],
    )


def _part(title: str, *content: rx.Component) -> rx.Component:
    return rx.el.section(rows.section(t(title)), rx.el.div(*content, class_name="pad kit-part"))


def _colours() -> rx.Component:
    names = (
        "paper",
        "sheet",
        "sunken",
        "line-colour",
        "ink-3",
        "ink-2",
        "ink",
        "accent-soft",
        "accent",
        "band",
        "warn",
        "crit",
    )
    return rx.el.div(*[rx.el.i(class_name=f"kit-swatch kit-{name}") for name in names], class_name="pad kit-colours")


def _flags() -> rx.Component:
    return _part(
        "ui.kit.flags",
        rx.el.div(*[flag(kind, words(samples.FLAG_WORDS[kind])) for kind in KINDS], class_name="kit-line"),
        rx.el.div(*[class_tile(name) for name in ("laboratory", "imaging")], tile("eye"), class_name="kit-line"),
    )


def _bars() -> rx.Component:
    shown = (
        ("5.2", "normal", "4.0", "6.0", ""),
        ("6.8", "high", "4.0", "6.0", ""),
        ("108", "low", "115", "150", ""),
        ("19.4", "critical", "3.9", "6.1", ""),
        ("3.3", "normal", "", "3.4", "3.7"),
        ("1.24", "normal", "1.04", "", ""),
        ("5", "none", "", "", ""),
    )
    return _part(
        "ui.kit.bars",
        *[
            rx.el.div(range_bar(value, kind=kind, low=low, high=high, previous=before), class_name="kit-bar")
            for value, kind, low, high, before in shown
        ],
    )


def _buttons() -> rx.Component:
    return _part(
        "ui.kit.buttons",
        rx.el.div(
            forms.button(t("ui.kit.agree"), look="primary"),
            forms.button(t("ui.kit.refuse")),
            forms.button(t("ui.kit.revoke"), look="danger", small=True),
            forms.button(t("ui.kit.revoke"), look="danger fill"),
            forms.button(t("ui.kit.original"), look="quiet"),
            forms.button(t("ui.kit.agree"), disabled=True),
            class_name="kit-line",
        ),
    )


def _fields() -> rx.Component:
    return _part(
        "ui.kit.fields",
        forms.field(t("ui.kit.card"), name="card", hint=t("ui.kit.card_hint"), placeholder="AB1234567"),
        forms.field(t("ui.kit.card"), name="card-wrong", error=t("ui.kit.card_wrong"), default_value="AB8 2O4"),
        forms.code_field(t("ui.kit.code"), default_value="204"),
        forms.password_field(t("ui.kit.password")),
        forms.date_field(t("ui.kit.birth"), name="birth"),
        forms.select_field(
            t("ui.kit.department"),
            name="department",
            options=[("a", words(samples.CLINIC)), ("b", words(samples.HOSPITAL))],
        ),
        forms.field(t("ui.kit.reason"), name="reason", multiline=True),
    )


def _choosers() -> rx.Component:
    return _part(
        "ui.kit.choosers",
        forms.segments(
            t("ui.kit.until"),
            [
                ("visit", t("ui.kit.visit_end")),
                ("7", t("ui.clock.days", count=7)),
                ("30", t("ui.clock.days", count=30)),
            ],
            "visit",
            rx.noop(),
        ),
        language_switch(),
        theme_switch(),
        text_switch(),
    )


def _clocks() -> rx.Component:
    return _part(
        "ui.kit.clocks",
        dates.clock("2099-01-01T00:00:00Z", since="2020-01-01T00:00:00Z", tail=t("ui.kit.tail")),
        dates.clock("2020-01-01T00:00:00Z"),
    )


def _notes() -> rx.Component:
    return rx.el.section(
        rows.section(t("ui.kit.notes")),
        feedback.note(t("ui.kit.note_info"), kind="info"),
        feedback.note(t("ui.kit.missing_text"), kind="warn", strong=t("ui.kit.missing")),
        feedback.note(t("ui.kit.note_crit"), kind="crit"),
        feedback.offline(),
        feedback.note(t("ui.kit.note_info"), name="eye", inset=True),
        class_name="kit-notes",
    )


def _floating() -> rx.Component:
    return _part(
        "ui.kit.floating",
        rx.el.div(
            overlays.disclosure(
                forms.button(t("ui.kit.open_sheet"), id="open-sheet"),
                rows.thread(
                    rows.thread_item(t("ui.kit.who_you_are"), sub=t("ui.kit.why"), now=True),
                    rows.thread_item(words(samples.HOSPITAL), sub=t("ui.kit.promise"), now=True),
                ),
                feedback.note(t("ui.kit.note_info"), name="eye", inset=True),
                title=t("ui.kit.why_title"),
            ),
            overlays.disclosed_confirm(
                forms.button(t("ui.kit.open_dialog"), id="open-dialog"),
                title=t("ui.kit.revoke_title"),
                lines=[t("ui.kit.revoke_1"), t("ui.kit.revoke_2")],
                act=t("ui.kit.revoke"),
                on_act=rx.noop(),
            ),
            class_name="kit-line",
        ),
    )
