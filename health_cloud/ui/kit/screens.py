"""The parts as screens put them together."""

from __future__ import annotations

import reflex as rx

from health_cloud.ui import dates, feedback, forms, layout, rows
from health_cloud.ui.i18n import t, words
from health_cloud.ui.kit import samples
from health_cloud.ui.marks import class_icon, class_tile, flag, tile
from health_cloud.ui.results import result


def home_page() -> rx.Component:
    """Show the parts of a home screen."""
    fresh = rows.sheet(
        rows.rows(
            rows.row(
                words(samples.PANEL),
                sub=layout.separated(words(samples.CLINIC), dates.day("2026-04-14")),
                href="/kit/report",
                lead=class_tile("laboratory"),
                end=flag("high", t("ui.kit.high", count=2)),
            ),
            rows.row(
                words(samples.ULTRASOUND),
                sub=layout.separated(words(samples.CLINIC), dates.day("2026-04-14")),
                href="/kit/report",
                lead=class_tile("examinations"),
                end=flag("normal", words(samples.FLAG_WORDS["normal"])),
            ),
            lead=True,
        ),
        rows.why(t("ui.kit.not_yet", at=dates.moment("2026-04-18T08:00:00+08:00")), href="/kit", name="hourglass"),
        title=t("ui.kit.fresh", count=2),
        note=dates.day("2026-04-09"),
        fresh=True,
    )
    return layout.page(
        fresh,
        rows.classes({"laboratory": "128", "examinations": "31", "prescriptions": "64", "check_ups": "9"}),
        rows.rows(
            rows.row(
                t("ui.kit.seen_by", count=3),
                sub=layout.separated(words(samples.DOCTOR), words(samples.CLINIC)),
                href="/kit/access",
                lead=tile("shield_check", "c-accent"),
                arrow=True,
            ),
            lead=True,
        ),
        rows.section(t("ui.kit.visits"), href="/kit/list", link=t("ui.kit.all", count=22)),
        rows.thread(
            rows.thread_item(
                words(samples.CLINIC),
                sub=layout.separated(dates.day("2026-04-14"), words(samples.DOCTOR), words(samples.HOSPITAL)),
                made=rows.made(rows.made_of("laboratory"), rows.made_of("examinations"), rows.made_of("prescriptions")),
                now=True,
            ),
            rows.thread_item(
                words(samples.CLINIC), sub=layout.separated(dates.day("2016-03"), words(samples.HOSPITAL))
            ),
        ),
        heading=t("ui.kit.greeting", name=words(samples.DOCTOR)),
        sub=dates.long_day("2026-04-16"),
        brand=True,
        tab="records",
        end=[layout.icon_button("search", t("ui.kit.search")), layout.icon_button("bell", t("ui.kit.messages"))],
    )


def list_page() -> rx.Component:
    """Show a list by month, and its other states."""
    return layout.page(
        forms.tabs(
            t("ui.kit.views"), [("reports", t("ui.kit.reports")), ("items", t("ui.kit.items"), 3)], "reports", rx.noop()
        ),
        forms.chips(
            t("ui.kit.filter"),
            forms.chip(t("ui.kit.everything"), chosen=True),
            *[forms.chip(words(word), chosen=False) for word in samples.FLAG_WORDS.values()],
        ),
        rows.group(dates.month("2026-04-14"), t("ui.kit.reports_of", count=2)),
        rows.rows(
            rows.row(
                words(samples.PANEL),
                sub=words(samples.CLINIC),
                href="/kit/report",
                lead=rows.day_lead("2026-04-14T08:05:00+08:00"),
                end=flag("high", t("ui.kit.high", count=2)),
                fresh=True,
                new=True,
            ),
            rows.row(
                words(samples.SPECIMEN),
                sub=words(samples.HOSPITAL),
                href="/kit/report",
                lead=rows.day_lead("2026-04-02"),
                end=flag("abnormal", words(samples.FLAG_WORDS["abnormal"])),
            ),
            rows.row(
                t("ui.kit.closed", count=1),
                sub=dates.moment("2026-04-18T08:00:00+08:00"),
                href="/kit",
                lead=rows.icon_lead("hourglass"),
                end=rx.el.span(t("ui.why"), class_name="link t-small"),
            ),
            days=True,
        ),
        rows.group(dates.month("2025-12-01"), t("ui.kit.reports_of", count=1)),
        feedback.loading(3),
        heading=rows.class_name("laboratory"),
        lead=class_icon("laboratory"),
        back="/kit",
        back_label=t("ui.nav.records"),
        tab="records",
        end=[layout.icon_button("search", t("ui.kit.search"))],
    )


def report_page() -> rx.Component:
    """Show a report."""
    return layout.page(
        rows.sheet(
            result(
                words(samples.HBA1C),
                code="HbA1c",
                value="7.4",
                unit="%",
                kind="high",
                word=words(samples.FLAG_WORDS["high"]),
                low="4.0",
                high="6.0",
                points=samples.HISTORY,
                plain=t("ui.kit.plain"),
                acts=[forms.link_button(t("ui.kit.trend"), href="/kit/list")],
            ),
            result(
                words(samples.LDL),
                code="LDL-C",
                value="3.62",
                unit="mmol/L",
                kind="high",
                word=words(samples.FLAG_WORDS["high"]),
                high="3.40",
                range_text="< 3.40",
                points=samples.HISTORY[:3],
                href="/kit/list",
            ),
            result(
                words(samples.SPECIMEN),
                value="<0.5",
                unit="ng/mL",
                kind="none",
                word=words(samples.FLAG_WORDS["none"]),
                href="/kit/list",
            ),
            title=t("ui.kit.summary", count=3),
        ),
        rows.rows(
            rows.row(
                t("ui.kit.original"), sub=t("ui.kit.pages", count=1), href="/kit", lead=tile("file_text"), arrow=True
            ),
            rows.row(t("ui.kit.source"), sub=words(samples.HOSPITAL), href="/kit", lead=tile("database"), arrow=True),
            lead=True,
        ),
        rows.rule(inset=True),
        rows.why(t("ui.kit.why"), href="/kit"),
        heading=words(samples.PANEL),
        sub=layout.separated(
            words(samples.HOSPITAL),
            words(samples.CLINIC),
            words(samples.DOCTOR),
            dates.moment("2026-04-14T08:05:00+08:00"),
        ),
        size="title",
        back="/kit/list",
        back_label=rows.class_name("laboratory"),
        tab="records",
        end=[layout.icon_button("share", t("ui.kit.share"))],
    )


def step_page() -> rx.Component:
    """Show one thing a page: a question with choices and sticky actions."""
    names = ("laboratory", "prescriptions", "examinations")
    return layout.page(
        layout.steps(2, 4),
        rx.el.div(rx.el.h1(t("ui.kit.question"), class_name="t-display"), class_name="pad heading"),
        forms.choices(
            *[
                forms.choice(
                    rows.class_name(name),
                    many=True,
                    name=name,
                    default_checked=name != "examinations",
                    lead=class_icon(name, size="m"),
                    end=t("ui.kit.reports_of", count=34),
                )
                for name in names
            ],
            legend=t("ui.kit.question"),
        ),
        forms.choices(
            *[
                forms.choice(words(word), name="one", value=str(at), default_checked=at == 1)
                for at, word in enumerate((samples.CLINIC, samples.HOSPITAL))
            ],
            legend=t("ui.kit.question"),
            sheet=False,
        ),
        bar=layout.step_bar(t("ui.kit.title"), back="/kit", end=t("ui.kit.step", step=2, total=4)),
        role="guest",
        actions=(
            rx.el.p(t("ui.kit.promise"), class_name="t-small ink-2"),
            forms.pair(forms.button(t("ui.kit.refuse")), forms.button(t("ui.kit.agree"), look="primary")),
        ),
    )


def empty_page() -> rx.Component:
    """Show a class without records."""
    return layout.page(
        feedback.empty("layers", t("ui.kit.empty"), t("ui.kit.empty_text")),
        heading=rows.class_name("imaging"),
        lead=class_icon("imaging"),
        back="/kit",
        back_label=t("ui.nav.records"),
        tab="records",
    )


def failed_page() -> rx.Component:
    """Show a screen whose source does not answer."""
    return layout.page(
        feedback.partial(t("ui.kit.missing_text"), strong=t("ui.kit.missing"), on_retry=rx.noop()),
        feedback.failed(t("ui.kit.failed"), t("ui.kit.failed_text"), on_retry=rx.noop(), code="7F3K-20"),
        heading=t("ui.kit.title"),
        tab="access",
        role="physician",
        wide=True,
    )
