# pyright: reportAttributeAccessIssue=false, reportArgumentType=false, reportReturnType=false, reportOperatorIssue=false
# A Var of a view has the attributes of the view at run time.
"""Page of one's own summary: what hospitals have said, each thing once, with where it is said."""

from __future__ import annotations

import reflex as rx

from health_cloud.records.pages.parts import loaded, two
from health_cloud.records.pages.sheet import sheet_link
from health_cloud.records.pages.sources import complete_to, missing
from health_cloud.records.pages.supply import lasting
from health_cloud.records.pages.why import proof_line
from health_cloud.records.state import Summary
from health_cloud.records.views.medicines import MedicineLine
from health_cloud.records.views.summary import SeenPerson, Source, SummaryGroup, SummaryLine, SummaryPage
from health_cloud.ui import dates
from health_cloud.ui.feedback import afterwards, note
from health_cloud.ui.forms import button
from health_cloud.ui.i18n import t, words
from health_cloud.ui.layout import page
from health_cloud.ui.marks import flag, icon
from health_cloud.ui.rows import row, rows, section


def summary_page() -> rx.Component:
    """Return the page of one's own summary."""
    return page(
        loaded(Summary, _body(), days=False),
        heading=t("records.summary.title"),
        sub=t("records.summary.sub"),
        back="/",
        back_label=t("ui.nav.records"),
        tab="records",
    )


def _body() -> rx.Component:
    shown = Summary.page
    return rx.fragment(
        missing(shown.sources),
        rx.cond(shown.closed, note(t("records.summary.closed")), rx.fragment()),
        sheet_link(button(t("records.summary.card"), href="/emergency-card", name="ambulance", small=True)),
        rx.cond(shown.older, note(t("records.summary.older", count=shown.looked)), rx.fragment()),
        problems(shown),
        allergies(shown),
        medicines(shown, href="/medicines"),
        afterwards(
            immunizations(shown),
            section(t("records.summary.measures")),
            rx.cond(shown.measures.length() > 0, rows(rx.foreach(shown.measures, _measure)), _nothing(shown)),
        ),
        afterwards(
            section(t("records.summary.people")),
            people(shown),
            rx.el.p(t("records.summary.rule"), class_name="beneath summary-rule"),
            complete_to(shown.sources),
            proof_line(shown.proof),
        ),
    )


def problems(shown: rx.Var[SummaryPage]) -> rx.Component:
    """List diagnoses."""
    return rx.fragment(section(t("records.summary.problems")), _group(shown.problems, shown))


def allergies(shown: rx.Var[SummaryPage]) -> rx.Component:
    """List allergies."""
    return rx.fragment(section(t("records.summary.allergies")), _group(shown.allergies, shown))


def medicines(shown: rx.Var[SummaryPage], *, href: str | None = None) -> rx.Component:
    """List the medicines of now; at `href` are all."""
    link = t("records.medicines.all") if href else None
    return rx.fragment(
        section(t("records.summary.medicines"), href=href, link=link), _medicines(shown.medicines, shown.named, shown)
    )


def immunizations(shown: rx.Var[SummaryPage]) -> rx.Component:
    """List vaccinations."""
    return rx.fragment(section(t("records.summary.immunizations")), _group(shown.immunizations, shown))


def people(shown: rx.Var[SummaryPage]) -> rx.Component:
    """List who saw the patient last."""
    return rx.cond(shown.people.length() > 0, rows(rx.foreach(shown.people, _person)), _nothing(shown))


def _nothing(shown: rx.Var[SummaryPage]) -> rx.Component:
    """Not recorded is not none; and while a source is wanting it is not even sure that nothing was recorded."""
    wanting = shown.sources.wanting.length() > 0
    return rx.el.p(
        rx.cond(wanting, t("records.sources.unsure_text"), t("records.summary.nothing")), class_name="beneath"
    )


def _group(shown: rx.Var[SummaryGroup], whole: rx.Var[SummaryPage]) -> rx.Component:
    return rx.fragment(
        rx.cond(shown.any, rx.fragment(), _nothing(whole)),
        rx.cond(shown.current.length() > 0, rows(rx.foreach(shown.current, _line)), rx.fragment()),
        rx.cond(
            shown.stated.length() > 0,
            rx.fragment(
                rx.el.p(t("records.summary.stated"), class_name="beneath"),
                rows(rx.foreach(shown.stated, _line)),
            ),
            rx.fragment(),
        ),
        rx.cond(
            shown.before.length() > 0,
            rx.el.details(
                rx.el.summary(t("records.summary.before", count=shown.before.length())),
                rows(rx.foreach(shown.before, _line)),
                class_name="opens",
            ),
            rx.fragment(),
        ),
        rx.cond(
            shown.more > 0, rx.el.p(t("records.summary.more", count=shown.more), class_name="beneath"), rx.fragment()
        ),
    )


def _medicines(
    shown: rx.Var[list[MedicineLine]], named: rx.Var[SummaryGroup], whole: rx.Var[SummaryPage]
) -> rx.Component:
    listed = (shown.length() > 0) | (named.current.length() > 0) | (named.stated.length() > 0)
    return rx.fragment(
        rx.cond(listed, rx.fragment(), _nothing(whole)),
        rx.cond(shown.length() > 0, rows(rx.foreach(shown, _medicine)), rx.fragment()),
        rx.cond(
            named.current.length() > 0,
            rx.fragment(
                rx.el.p(t("records.summary.named"), class_name="beneath"),
                rows(rx.foreach(named.current, _line)),
            ),
            rx.fragment(),
        ),
        rx.cond(named.stated.length() > 0, rows(rx.foreach(named.stated, _line)), rx.fragment()),
    )


def _medicine(line: rx.Var[MedicineLine]) -> rx.Component:
    supply = line.newest
    return row(
        words(line.name),
        sub=rx.fragment(
            rx.el.span(words(supply.dose), class_name="detail"),
            rx.el.span(lasting(supply), class_name="detail"),
            rx.el.span(words(supply.organization), class_name="detail"),
        ),
        href=line.href,
        arrow=True,
    )


def _line(line: rx.Var[SummaryLine]) -> rx.Component:
    """Show one thing: it opens the record that says it last; the others stand below."""
    source = line.newest
    inside = [
        rx.el.span(
            rx.el.span(words(line.title), class_name="ttl"),
            rx.el.span(
                rx.el.span(rx.foreach(line.details, _detail), class_name="detail"),
                rx.el.span(_told(line), class_name="detail"),
                rx.el.span(_where(source), class_name="detail"),
                class_name="sub",
            ),
            class_name="row-text",
        ),
    ]
    return rx.el.li(
        rx.cond(
            source.href != "",
            rx.el.a(
                *inside,
                rx.el.span(icon("chevron_right", size="m"), class_name="end"),
                href=source.href,
                class_name="row flat",
            ),
            rx.el.span(*inside, class_name="row flat still"),
        ),
        rx.cond(
            line.others.length() > 0,
            rx.el.details(
                rx.el.summary(t("records.summary.said", count=line.count)),
                rows(rx.foreach(line.others, _source)),
                class_name="opens",
            ),
            rx.fragment(),
        ),
    )


def _told(line: rx.Var[SummaryLine]) -> rx.Component:
    """Say status and severity as given, and since when."""
    until = t("records.summary.until", day=dates.full_day(line.until))
    since = t("records.summary.since", day=dates.full_day(line.since))
    status = rx.cond(line.differ, t("records.summary.differ"), rx.cond(line.status != "", t(line.status), ""))
    rest = two(
        rx.cond(line.since != "", since, ""),
        rx.cond(line.until != "", until, ""),
    )
    return rx.fragment(
        two(status, rx.cond(line.severity != "", t(line.severity), "")),
        rx.cond(
            ((status != "") | (line.severity != "")) & ((line.since != "") | (line.until != "")),
            rx.el.i(class_name="sep"),
            rx.fragment(),
        ),
        rest,
    )


def _where(source: rx.Var[Source]) -> rx.Component:
    """Say who said it, and when."""
    day = dates.full_day(source.at)
    return two(words(source.organization), rx.cond(source.href != "", day, t("records.summary.apart", day=day)))


def _source(source: rx.Var[Source]) -> rx.Component:
    day = dates.full_day(source.at)
    title = rx.cond(source.href != "", day, t("records.summary.apart", day=day))
    sub = two(words(source.organization), rx.cond(source.status != "", t(source.status), ""))
    return rx.cond(source.href != "", row(title, sub=sub, href=source.href, arrow=True), row(title, sub=sub))


def _detail(each: rx.Var[str], number: rx.Var[int]) -> rx.Component:
    return rx.fragment(rx.cond(number > 0, rx.el.i(class_name="sep"), rx.fragment()), words(each))


def _measure(line: rx.Var[SummaryLine]) -> rx.Component:
    value = rx.el.span(
        rx.el.b(words(line.value)),
        rx.cond(words(line.unit) != "", rx.fragment(" ", words(line.unit)), rx.fragment()),
        class_name="detail measured",
    )
    marked = rx.cond(line.word != "", flag(line.kind, t(line.word)), rx.fragment())
    return row(
        words(line.title),
        sub=rx.fragment(value, rx.el.span(_where(line.newest), class_name="detail")),
        href=line.newest.href,
        end=marked,
    )


def _person(person: rx.Var[SeenPerson]) -> rx.Component:
    return row(
        words(person.name),
        sub=rx.fragment(
            rx.el.span(two(words(person.place), words(person.organization)), class_name="detail"),
            rx.el.span(t("records.summary.seen", day=dates.full_day(person.at)), class_name="detail"),
        ),
        href=person.href,
        arrow=True,
    )
