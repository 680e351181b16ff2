# pyright: reportAttributeAccessIssue=false, reportArgumentType=false, reportReturnType=false, reportOperatorIssue=false
# A Var of a view has the attributes of the view at run time.
"""Pages of one's own medicines: those of now and before, and one through time with a drawing and the table of it."""

from __future__ import annotations

import reflex as rx

from health_cloud.records.pages.parts import loaded, two
from health_cloud.records.pages.sources import blank, complete_to, missing
from health_cloud.records.pages.supply import lasting
from health_cloud.records.pages.why import proof_line
from health_cloud.records.state import Medicines, OneMedicine
from health_cloud.records.views.medicines import MedicineLine, MedicinePage, Supply, Tick
from health_cloud.ui import dates
from health_cloud.ui.feedback import note
from health_cloud.ui.i18n import t, words
from health_cloud.ui.layout import page
from health_cloud.ui.marks import icon
from health_cloud.ui.rows import row, rows, section

_LANE, _BAR, _HEAD = 16, 10, 14
_COLUMNS = 3


def medicines_page() -> rx.Component:
    """Return the page of all medicines."""
    shown = Medicines.page
    some = (shown.current.length() > 0) | (shown.before.length() > 0)
    body = rx.fragment(
        missing(shown.sources),
        rx.cond(shown.closed, note(t("records.medicines.closed")), rx.fragment()),
        rx.cond(shown.older, note(t("records.medicines.older", count=shown.looked)), rx.fragment()),
        rx.cond(
            some,
            rx.fragment(
                section(t("records.medicines.now")),
                rx.cond(
                    shown.current.length() > 0,
                    rows(rx.foreach(shown.current, _line)),
                    rx.el.p(
                        rx.cond(
                            shown.sources.wanting.length() > 0,
                            t("records.sources.unsure_text"),
                            t("records.medicines.none_now"),
                        ),
                        class_name="beneath",
                    ),
                ),
                rx.cond(
                    shown.before.length() > 0,
                    rx.fragment(
                        section(
                            t("records.medicines.before"),
                            more=t("records.medicines.count", count=shown.before.length()),
                        ),
                        rows(rx.foreach(shown.before, _line)),
                    ),
                    rx.fragment(),
                ),
                rx.el.p(t("records.medicines.rule"), class_name="beneath summary-rule"),
            ),
            blank(shown.sources, "pill", t("records.medicines.empty"), t("records.summary.nothing")),
        ),
        rx.cond(some, complete_to(shown.sources), rx.fragment()),
        proof_line(shown.proof),
    )
    return page(
        loaded(Medicines, body, days=False),
        heading=t("records.medicines.title"),
        sub=t("records.medicines.sub"),
        back="/records/prescriptions",
        back_label=t("ui.class.prescriptions"),
        tab="records",
    )


def _line(line: rx.Var[MedicineLine]) -> rx.Component:
    supply = line.newest
    return row(
        words(line.name),
        sub=rx.fragment(
            rx.el.span(words(supply.dose), class_name="detail"),
            rx.el.span(lasting(supply), class_name="detail"),
            rx.el.span(two(words(supply.reason), words(supply.organization)), class_name="detail"),
            rx.cond(
                line.count > 1,
                rx.el.span(t("records.medicines.times", count=line.count), class_name="detail"),
                rx.fragment(),
            ),
        ),
        href=line.href,
        arrow=True,
    )


def medicine_page() -> rx.Component:
    """Return the page of one medicine."""
    shown = OneMedicine.page
    return page(
        loaded(OneMedicine, _body(shown), back="/medicines", days=False),
        heading=rx.cond(
            OneMedicine.ready, rx.cond(shown.id != "", words(shown.name), t("records.missing.title")), t("ui.loading")
        ),
        size="title",
        back="/medicines",
        back_label=t("records.medicines.title"),
        tab="records",
    )


def _body(shown: rx.Var[MedicinePage]) -> rx.Component:
    newest = shown.newest
    return rx.fragment(
        rx.cond(shown.older, note(t("records.medicines.older", count=shown.looked)), rx.fragment()),
        rx.el.section(
            rx.el.p(
                rx.cond(words(newest.dose) != "", rx.el.strong(words(newest.dose)), rx.fragment()),
                rx.el.span(lasting(newest), class_name="detail"),
                class_name="medicine-now",
            ),
            rx.cond(shown.first != "", _drawing(shown), rx.fragment()),
            class_name="sheet",
        ),
        _table(shown),
        rx.el.p(t("records.medicines.rule"), class_name="beneath summary-rule"),
        proof_line(shown.proof),
    )


def _drawing(shown: rx.Var[MedicinePage]) -> rx.Component:
    """Draw the prescriptions to scale, for the eye alone: the table below says the same."""
    svg = rx.el.svg
    high = shown.tall * _LANE + _LANE + _HEAD
    return rx.el.div(
        rx.el.p(t("records.medicines.told"), class_name="sr"),
        svg(
            rx.foreach(
                shown.ticks, lambda each: svg.line(x1=each.at, x2=each.at, y1="0", y2="100%", class_name="grid")
            ),
            svg.line(x1="0", x2="100%", y1="100%", y2="100%", class_name="axis"),
            rx.cond(shown.present != "", _upright(shown.present, "today"), rx.fragment()),
            rx.foreach(shown.supplies, _bar),
            custom_attrs={"aria-hidden": "true", "height": high, "width": "100%"},
            class_name="bars",
        ),
        rx.el.div(
            rx.el.span(dates.full_day(shown.first)), rx.el.span(dates.full_day(shown.last)), class_name="bars-ends"
        ),
        rx.el.div(
            rx.el.span(rx.el.i(class_name="swatch"), t("records.medicines.bar")),
            rx.cond(
                shown.changes > 0,
                rx.el.span(rx.el.i(class_name="swatch changed"), t("records.medicines.bar_changed")),
                rx.fragment(),
            ),
            rx.cond(
                shown.present != "",
                rx.el.span(rx.el.i(class_name="upright"), t("records.medicines.today")),
                rx.fragment(),
            ),
            class_name="legend",
        ),
        class_name="barred",
    )


def _tick(each: rx.Var[Tick]) -> rx.Component:
    return rx.fragment(_upright(each.at, "grid"), rx.el.svg.text(each.name, x=each.at, y=11, dx=4))


def _upright(at: rx.Var[str], look: str) -> rx.Component:
    return rx.el.svg.line(x1=at, x2=at, y1="0", y2="100%", class_name=look)


def _bar(each: rx.Var[Supply]) -> rx.Component:
    svg = rx.el.svg
    top = each.mark.lane * _LANE + _LANE - _BAR + _HEAD
    changed = rx.cond(each.changed, "bar changed", "bar")
    point = svg.circle(cx=each.mark.start, cy=top + _BAR // 2, r=_BAR // 2, class_name=changed)
    bar = svg.rect(x=each.mark.start, y=top, width=each.mark.width, height=_BAR, rx=2, class_name=changed)
    return rx.cond(each.mark.start != "", rx.cond(each.mark.width != "", bar, point), rx.fragment())


def _table(shown: rx.Var[MedicinePage]) -> rx.Component:
    heads = ("prescribed", "dose")
    return rx.fragment(
        section(t("records.medicines.each"), more=t("records.medicines.times", count=shown.supplies.length())),
        rx.el.div(
            rx.el.table(
                rx.el.thead(
                    rx.el.tr(*[rx.el.th(t(f"records.medicines.{each}"), scope="col") for each in heads], rx.el.td())
                ),
                rx.el.tbody(rx.foreach(shown.supplies, _row)),
                class_name="table trend-table medicine-table",
            ),
            class_name="trend-pad",
        ),
    )


def _row(each: rx.Var[Supply]) -> rx.Component:
    paid = t("records.medicines.paid", day=dates.full_day(each.paid))
    return rx.fragment(
        rx.el.tr(
            rx.el.th(
                rx.el.a(dates.full_day(each.at), href=each.href),
                rx.el.small(two(words(each.prescriber), words(each.organization))),
                scope="row",
            ),
            rx.el.td(
                rx.cond(words(each.dose) != "", words(each.dose), t("records.medicines.no_dose")),
                rx.el.small(lasting(each)),
                rx.cond(words(each.reason) != "", rx.el.small(_reason(each)), rx.fragment()),
                rx.cond(words(each.quantity) != "", rx.el.small(_quantity(each)), rx.fragment()),
                rx.cond(each.paid != "", rx.el.small(paid), rx.fragment()),
                rx.cond(words(each.note) != "", rx.el.small(words(each.note)), rx.fragment()),
            ),
            rx.el.td(icon("chevron_right", size="s"), class_name="go"),
        ),
        rx.cond(
            each.changed,
            rx.el.tr(
                rx.el.td(
                    rx.el.span(
                        icon("info", size="s"),
                        rx.el.span(
                            t(
                                "records.medicines.changed",
                                day=dates.full_day(each.at),
                                was=words(each.was),
                                now=words(each.dose),
                            )
                        ),
                    ),
                    col_span=_COLUMNS,
                ),
                class_name="parted",
            ),
            rx.fragment(),
        ),
    )


def _reason(each: rx.Var[Supply]) -> rx.Var[str]:
    return t("records.medicines.for", reason=words(each.reason))


def _quantity(each: rx.Var[Supply]) -> rx.Var[str]:
    return t("records.medicines.quantity", quantity=words(each.quantity))
