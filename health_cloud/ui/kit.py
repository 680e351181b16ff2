"""All parts on one page, for the eye and for the tests; mounted in demo mode only."""

from __future__ import annotations

import reflex as rx

from health_cloud.core.policy import Need
from health_cloud.core.words import Words
from health_cloud.ui import dates, feedback, forms, layout, overlays, rows
from health_cloud.ui.i18n import t, words
from health_cloud.ui.marks import KINDS, class_icon, class_tile, flag, tile
from health_cloud.ui.page import Page
from health_cloud.ui.preferences import language_switch, text_switch, theme_switch
from health_cloud.ui.results import range_bar, result

# Invented people and values, as a source would write them in both languages
_HBA1C = Words(zh="糖化血红蛋白", en="Haemoglobin A1c")
_LDL = Words(zh="低密度脂蛋白胆固醇", en="LDL cholesterol")
_CLINIC = Words(zh="内分泌科门诊", en="Endocrinology clinic")
_HOSPITAL = Words(zh="松云医院东院", en="Songyun Hospital East")
_DOCTOR = Words(zh="陈立言", en="Chen Liyan")
_PANEL = Words(zh="糖化血红蛋白、血脂四项", en="HbA1c and lipid panel")
_ULTRASOUND = Words(zh="颈动脉超声", en="Carotid ultrasound")
_SPECIMEN = Words(zh="中段尿培养与药敏", en="Midstream urine culture and susceptibility")
_FLAG_WORDS = {
    "normal": Words(zh="正常", en="Normal"),
    "high": Words(zh="偏高", en="High"),
    "low": Words(zh="偏低", en="Low"),
    "critical": Words(zh="危急高值", en="Critical"),
    "abnormal": Words(zh="阳性", en="Positive"),
    "censored": Words(zh="> 14.0", en="> 14.0"),
    "intermediate": Words(zh="中介", en="Intermediate"),
    "resistant": Words(zh="耐药", en="Resistant"),
    "susceptible": Words(zh="敏感", en="Susceptible"),
    "none": Words(zh="未标注", en="No flag given"),
}
_HISTORY = [
    {"at": f"20{year}-04-12", "value": value, "kind": "high", "gap": year == "21"}
    for year, value in (("18", "7.9"), ("19", "7.4"), ("21", "7.6"), ("23", "7.2"), ("24", "7.0"), ("26", "7.4"))
]


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
        sub=layout.separated(dates.full_day("2026-04-16"), dates.weekday("2026-04-16", "long")),
        brand=True,
        tab="records",
        end=[layout.icon_button("search", t("ui.kit.search")), layout.icon_button("bell", t("ui.kit.messages"))],
    )


def home_page() -> rx.Component:
    """Show the parts of a home screen."""
    fresh = rows.sheet(
        rows.rows(
            rows.row(
                words(_PANEL),
                sub=layout.separated(words(_CLINIC), dates.day("2026-04-14")),
                href="/kit/report",
                lead=class_tile("laboratory"),
                end=flag("high", t("ui.kit.high", count=2)),
            ),
            rows.row(
                words(_ULTRASOUND),
                sub=layout.separated(words(_CLINIC), dates.day("2026-04-14")),
                href="/kit/report",
                lead=class_tile("examinations"),
                end=flag("normal", words(_FLAG_WORDS["normal"])),
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
                sub=layout.separated(words(_DOCTOR), words(_CLINIC)),
                href="/kit/access",
                lead=tile("shield_check", "c-accent"),
                arrow=True,
            ),
            lead=True,
        ),
        rows.section(t("ui.kit.visits"), href="/kit/list", link=t("ui.kit.all", count=22)),
        rows.thread(
            rows.thread_item(
                words(_CLINIC),
                sub=layout.separated(dates.day("2026-04-14"), words(_DOCTOR), words(_HOSPITAL)),
                made=rows.made(rows.made_of("laboratory"), rows.made_of("examinations"), rows.made_of("prescriptions")),
                now=True,
            ),
            rows.thread_item(words(_CLINIC), sub=layout.separated(dates.day("2016-03"), words(_HOSPITAL))),
        ),
        heading=t("ui.kit.greeting", name=words(_DOCTOR)),
        sub=layout.separated(dates.full_day("2026-04-16"), dates.weekday("2026-04-16", "long")),
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
            *[forms.chip(words(word), chosen=False) for word in _FLAG_WORDS.values()],
        ),
        rows.group(dates.month("2026-04-14"), t("ui.kit.reports_of", count=2)),
        rows.rows(
            rows.row(
                words(_PANEL),
                sub=words(_CLINIC),
                href="/kit/report",
                lead=rows.day_lead("2026-04-14T08:05:00+08:00"),
                end=flag("high", t("ui.kit.high", count=2)),
                fresh=True,
                new=True,
            ),
            rows.row(
                words(_SPECIMEN),
                sub=words(_HOSPITAL),
                href="/kit/report",
                lead=rows.day_lead("2026-04-02"),
                end=flag("abnormal", words(_FLAG_WORDS["abnormal"])),
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
                words(_HBA1C),
                code="HbA1c",
                value="7.4",
                unit="%",
                kind="high",
                word=words(_FLAG_WORDS["high"]),
                low="4.0",
                high="6.0",
                points=_HISTORY,
                plain=t("ui.kit.plain"),
                acts=[forms.link_button(t("ui.kit.trend"), href="/kit/list")],
            ),
            result(
                words(_LDL),
                code="LDL-C",
                value="3.62",
                unit="mmol/L",
                kind="high",
                word=words(_FLAG_WORDS["high"]),
                high="3.40",
                range_text="< 3.40",
                points=_HISTORY[:3],
                href="/kit/list",
            ),
            result(
                words(_SPECIMEN),
                value="<0.5",
                unit="ng/mL",
                kind="none",
                word=words(_FLAG_WORDS["none"]),
                href="/kit/list",
            ),
            title=t("ui.kit.summary", count=3),
        ),
        rows.rows(
            rows.row(
                t("ui.kit.original"), sub=t("ui.kit.pages", count=1), href="/kit", lead=tile("file_text"), arrow=True
            ),
            rows.row(t("ui.kit.source"), sub=words(_HOSPITAL), href="/kit", lead=tile("database"), arrow=True),
            lead=True,
        ),
        rows.rule(inset=True),
        rows.why(t("ui.kit.why"), href="/kit"),
        heading=words(_PANEL),
        sub=layout.separated(
            words(_HOSPITAL), words(_CLINIC), words(_DOCTOR), dates.moment("2026-04-14T08:05:00+08:00")
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
                for at, word in enumerate((_CLINIC, _HOSPITAL))
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
        rx.el.div(*[flag(kind, words(_FLAG_WORDS[kind])) for kind in KINDS], class_name="kit-line"),
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
            t("ui.kit.department"), name="department", options=[("a", words(_CLINIC)), ("b", words(_HOSPITAL))]
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
                    rows.thread_item(words(_HOSPITAL), sub=t("ui.kit.promise"), now=True),
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


PAGES = [
    Page("/kit", kit_page, "ui.kit.title", need=Need.DEMO),
    Page("/kit/home", home_page, "ui.kit.title", need=Need.DEMO),
    Page("/kit/list", list_page, "ui.kit.title", need=Need.DEMO),
    Page("/kit/report", report_page, "ui.kit.title", need=Need.DEMO),
    Page("/kit/step", step_page, "ui.kit.title", need=Need.DEMO),
    Page("/kit/empty", empty_page, "ui.kit.title", need=Need.DEMO),
    Page("/kit/failed", failed_page, "ui.kit.title", need=Need.DEMO),
]
